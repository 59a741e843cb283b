/// Joins texts that are mixed by weight: of each a part is held out, the training parts come first.
struct TextMixture {
  /// One of the texts.
  struct Member {
    let bytes: UnsafeBufferPointer<UInt8>
    let division: TextDivision
    let weight: Double
  }

  let store: ByteStore
  /// SHA-256 of the bytes and the weights.
  let fingerprint: String
  /// The place between the training parts and the held-out ones.
  let cut: Int
  let division: TextDivision

  /// Joins texts. Where one of them has documents, each file of the others is one.
  ///
  /// - Throws: `TextError` when a large text finds no room.
  init(_ members: [Member], heldOutShare: Double) throws {
    let hasDocuments = members.contains { $0.division.documentStarts != nil }
    var writer = ByteWriter()
    var hash = ContentHash()
    var division = TextDivision(fileStarts: [], documentStarts: hasDocuments ? [] : nil, parts: [])
    let cuts = members.map {
      TextSource.cutPlace(
        in: $0.bytes, heldOutShare: heldOutShare, documentStarts: $0.division.documentStarts)
    }
    func add(_ member: Member, _ range: Range<Int>) throws {
      guard !range.isEmpty else { return }
      let start = writer.count
      var inside = member.division.within(range)
      // What is cut in two begins again.
      if inside.fileStarts.first != 0 { inside.fileStarts.insert(0, at: 0) }
      division.fileStarts += inside.fileStarts.map { $0 + start }
      division.documentStarts? += (inside.documentStarts ?? inside.fileStarts).map { $0 + start }
      division.parts.append(TextDivision.Part(start: start, weight: member.weight))
      let bytes = UnsafeBufferPointer(rebasing: member.bytes[range])
      hash.add(bytes)
      try writer.append(bytes)
      if bytes.last != UInt8(ascii: "\n") {
        try [UInt8(ascii: "\n")].withUnsafeBufferPointer {
          hash.add($0)
          try writer.append($0)
        }
      }
    }
    for (member, cut) in zip(members, cuts) { try add(member, 0..<cut) }
    cut = writer.count
    for (member, cut) in zip(members, cuts) { try add(member, cut..<member.bytes.count) }
    hash.add(Array(members.map { "\($0.weight)" }.joined(separator: " ").utf8))
    store = try writer.finish()
    fingerprint = hash.hex
    self.division = division
  }
}
