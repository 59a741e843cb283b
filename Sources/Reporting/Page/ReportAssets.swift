import CReportAssets

/// The files that a page holds, compiled into the program so that they are never missing.
package enum ReportAssets {
  /// The style sheet, the models' colours before it.
  package static let styleSheet =
    Palette.styleSheet + text(zoo_style_sheet_bytes, zoo_style_sheet_count)
  /// The script.
  package static let script = text(zoo_script_bytes, zoo_script_count)

  private static func text(_ bytes: UnsafePointer<CChar>, _ count: UInt) -> String {
    bytes.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
      String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self)
    }
  }
}
