/// The grammatical properties of the word that a token belongs to.
package struct TokenConstruction: Sendable, Equatable {
  /// What a verb's agreement spans.
  package struct Agreement: Sendable, Equatable {
    /// The number that the subject and the verb share.
    package let number: GrammarWord.Number
    /// Words between the subject noun and the verb.
    package let distance: Int
    /// Nouns among them.
    package let nouns: Int
    /// Nouns of the other number among these.
    package let attractors: Int
    /// Whether subject, verb and a noun between them are a combination that was kept out of training.
    package let isHeldOut: Bool
  }

  /// The class of the word.
  package let wordClass: WordClass
  /// The number of relative clauses around the word.
  package let depth: Int
  /// How many words of its sentence are before it.
  package let position: Int
  /// nil for what is no verb.
  package let agreement: Agreement?
}

/// Reads windows of the embedded corpus token by token.
package struct ConstructionReader: Sendable {
  private let grammar: Grammar
  private let held: HeldOutTriples
  private let reader: GrammarReader

  /// A reader of the embedded corpus's grammar.
  package init() {
    (grammar, held) = (GeneratedCorpus.shared.grammar, GeneratedCorpus.shared.held)
    reader = GrammarReader(grammar, opensClause: EnglishLikeGrammar.isRelativeClause)
  }

  /// What is at each token of a window that begins with a sentence.
  ///
  /// - Parameter tokens: the bytes of each token.
  /// - Returns: as many entries; nil for tokens of a word that the window's end cuts off, and where the text
  ///   is not the grammar's.
  package func constructions(_ tokens: [[UInt8]]) -> [TokenConstruction?] {
    let text = tokens.flatMap { $0 }
    var constructions: [TokenConstruction?] = []
    constructions.reserveCapacity(text.count)
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      // The line end belongs to the line; the part behind the last one has none.
      let end = min(line.endIndex + 1, text.count)
      constructions += ofBytes(Array(text[line.startIndex..<end]))
    }
    // A token is where it begins.
    var place = 0
    return tokens.map { token in
      defer { place += token.count }
      return token.isEmpty ? nil : constructions[place]
    }
  }

  /// The words of a whole sentence, its line end included.
  ///
  /// - Returns: each word's bytes as text, the space before it included, and its properties; the texts make
  ///   up the sentence. Nil when the grammar cannot make it, or it has no end.
  package func words(of sentence: String) -> [(text: String, construction: TokenConstruction)]? {
    let texts = Self.words(Array(sentence.utf8)).map { String(decoding: $0, as: UTF8.self) }
    guard let first = texts.first, texts.last == ".\n",
      let read = reader.read([" " + first] + texts.dropFirst())
    else { return nil }
    return zip(texts, describe(read)).map { (text: $0, construction: $1) }
  }

  /// The same for each byte of a line.
  private func ofBytes(_ line: [UInt8]) -> [TokenConstruction?] {
    guard !line.isEmpty else { return [] }
    let words = Self.words(line)
    var texts = words.map { String(decoding: $0, as: UTF8.self) }
    texts[0] = " " + texts[0]
    var read = reader.read(texts)
    // The window may end inside a word.
    if read == nil { read = reader.read(texts.dropLast()) }
    let constructions = read.map(describe) ?? []
    return words.indices.flatMap { index in
      [TokenConstruction?](
        repeating: index < constructions.count ? constructions[index] : nil, count: words[index].count)
    }
  }

  /// Cuts a line where the grammar's words begin: at spaces, commas and full stops.
  private static func words(_ line: [UInt8]) -> [ArraySlice<UInt8>] {
    let begins = line.indices.filter { $0 == 0 || [32, 44, 46].contains(line[$0]) }
    return zip(begins, begins.dropFirst() + [line.count]).map { line[$0..<$1] }
  }

  private func describe(_ sentence: [GrammarReader.Word]) -> [TokenConstruction] {
    let words = sentence.map { grammar.words[$0.index] }
    let indices = sentence.map(\.index)
    var subjects: [Int: Int] = [:]
    return words.indices.map { position in
      var agreement: TokenConstruction.Agreement?
      switch words[position].role {
      case .subject(let depth): subjects[depth] = position
      case .verb(let depth):
        guard let subject = subjects[depth] else { break }
        let between = ((subject + 1)..<position).filter { words[$0].isNoun }
        agreement = TokenConstruction.Agreement(
          number: words[subject].number, distance: position - subject - 1, nouns: between.count,
          attractors: between.count { words[$0].number != words[subject].number },
          isHeldOut: between.contains { held.contains(indices, subject, position, $0) })
      case .none, .noun: break
      }
      return TokenConstruction(
        wordClass: WordClass(words[position]), depth: sentence[position].depth, position: position,
        agreement: agreement)
    }
  }
}
