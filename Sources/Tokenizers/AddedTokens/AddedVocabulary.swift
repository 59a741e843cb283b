import Settings

/// The added tokens of a file with the ids that they have, and what finds them.
struct AddedVocabulary {
  let tokens: [AddedToken]
  let finder: AddedTokenFinder
  let normalisedFinder: AddedTokenFinder
  let forms: [Int32: (form: [UInt8], isSpecial: Bool)]

  /// Ids are as the `tokenizers` package gives them: of a token of the model its own, of others the next free ones
  /// behind the model's in the order of the file, whatever the file says.
  ///
  /// - Throws: `SettingsError` where two tokens would be found by the same text.
  init(
    _ listed: [AddedToken], _ model: any ModelPart, _ normaliser: (any NormaliserPart)?, file: String
  ) throws {
    var byForm: [[UInt8]: Int] = [:]
    var byID: [Int32: Int] = [:]
    var tokens: [AddedToken] = []
    var next = Int32(model.vocabulary.count)
    for var token in listed where !token.content.isEmpty {
      let form = Array(token.content.utf8)
      if let known = byForm[form] {
        token.id = tokens[known].id
        tokens[known] = token
        continue
      }
      if let id = model.vocabulary.id(of: form) {
        token.id = id
      } else {
        token.id = next
        next += 1
      }
      if let other = byID[token.id] {
        throw SettingsError(
          title: file,
          problems: [
            Problem(
              path: "added_tokens", found: token.content,
              reason: "would have the id \(token.id), which is that of \(tokens[other].content)")
          ])
      }
      byForm[form] = tokens.count
      byID[token.id] = tokens.count
      tokens.append(token)
    }
    var (plain, normalised) = ([(form: [UInt8], token: AddedToken)](), [(form: [UInt8], token: AddedToken)]())
    var forms: [Int32: (form: [UInt8], isSpecial: Bool)] = [:]
    let specials = Set(tokens.filter(\.isSpecial).map { Array($0.content.utf8) })
    for token in tokens {
      var form = Array(token.content.utf8)
      if token.isNormalised, let normaliser {
        var text = form.withUnsafeBufferPointer { AlignedText($0, 0..<$0.count, keepsSpans: false) }
        normaliser.normalise(&text)
        form = text.bytes
      }
      forms[token.id] = (form, specials.contains(form))
      if token.isNormalised { normalised.append((form, token)) } else { plain.append((form, token)) }
    }
    for group in [plain, normalised] {
      var seen: [[UInt8]: String] = [:]
      for (form, token) in group {
        if form.isEmpty || seen[form] != nil {
          throw SettingsError(
            title: file,
            problems: [
              Problem(
                path: "added_tokens", found: token.content,
                reason: form.isEmpty
                  ? "is nothing after it is normalised" : "is found by the same text as \(seen[form] ?? "")")
            ])
        }
        seen[form] = token.content
      }
    }
    self.tokens = tokens
    finder = AddedTokenFinder(plain)
    normalisedFinder = AddedTokenFinder(normalised)
    self.forms = forms
  }
}
