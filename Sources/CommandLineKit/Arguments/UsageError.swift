import Foundation
import Settings

/// The program was used wrongly: the message names the argument at fault and what is allowed.
public struct UsageError: Error, CustomStringConvertible, Equatable {
  /// One line, or a few.
  public let description: String

  /// An error with its message.
  public init(_ message: String) { description = message }
}

/// How a program ends, as the shell sees it.
public enum ExitCode {
  /// All went well.
  public static let success: Int32 = 0
  /// Something failed at work.
  public static let failure: Int32 = 1
  /// The program was used wrongly.
  public static let wrongUse: Int32 = 2
}

/// What an error says to a reader: the error's own words, without the wrapping of its type.
public func message(of error: any Error) -> String {
  switch error {
  case let error as CocoaError:
    let path = (error.userInfo[NSFilePathErrorKey] as? String).map { "\(FilePath.shown($0)): " } ?? ""
    return path + error.localizedDescription
  case let error as POSIXError: return String(cString: strerror(error.code.rawValue))
  case let error as any LocalizedError where error.errorDescription != nil:
    return error.errorDescription ?? ""
  case let error as any CustomStringConvertible: return error.description
  default: return "\(error)"
  }
}

/// A command that was stopped on request and has printed everything.
public struct EarlyEnd: Error {
  /// The exit code, such as 130 after Ctrl-C.
  public let code: Int32

  /// An end with a code.
  public init(code: Int32) { self.code = code }
}
