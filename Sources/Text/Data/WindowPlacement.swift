/// Whether windows may hold the end of one document and the beginning of another.
public enum WindowPlacement: String, CaseIterable, Codable, Sendable {
  /// They may: windows are cut from the text as a whole, and no token is left out.
  case cross
  /// They may not: each lies in one document, and what is shorter than a window is left out.
  case within
}
