extension String {
  /// The text itself, or its start and its end where it is longer than about `most` characters: an error begins with
  /// what is wrong and ends with what to do about it.
  public func bounded(to most: Int) -> String {
    guard utf8.count > most, count > most else { return self }
    let end = most / 4
    return "\(prefix(most - end)) … (\(Format.count(count - most)) characters left out) … \(suffix(end))"
  }
}
