import Foundation
import Text

/// The build of the running program: plugins are built for one program, and no other can load them, because functions
/// of the core are compiled into them and its types have a layout of their own.
package enum ProgramBuild {
  /// The path of the program's file.
  package static let path: String = {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments.first ?? ""
  }()

  /// The first half of the SHA-256 of the program's file; empty where that cannot be read.
  package static let key: String = {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else {
      return ""
    }
    var hash = ContentHash()
    data.withUnsafeBytes { hash.add($0.bindMemory(to: UInt8.self)) }
    return String(hash.hex.prefix(32))
  }()
}
