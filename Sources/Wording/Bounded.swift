extension String {
  /// The text itself, or its start and its end where it is longer than about `most` characters: what is wrong stands
  /// first in an error, and what to do about it last.
  public func bounded(to most: Int) -> String {
    guard utf8.count > most, count > most else { return self }
    let end = most / 4
    return "\(prefix(most - end)) … (\(Format.count(count - most)) characters left out) … \(suffix(end))"
  }
}
