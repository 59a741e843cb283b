import Foundation

/// A form of file that is no text and is not read, recognised by what it begins with: what it is, and how it becomes a
/// text.
package enum ForeignFormat: Sendable, Equatable, CaseIterable {
  case arrow, arrowStream, bzip2, gzip, lz4, numpy, officeText, parquet, pdf, sevenZip, spreadsheet, tar,
    utf16, xz
  case zip, zstandard

  /// As many bytes at the beginning of a file say what it is.
  package static let neededBytes = 512

  private static let beginnings: [(bytes: [UInt8], format: ForeignFormat)] = [
    (Array("ARROW1".utf8), .arrow), ([0xFF, 0xFF, 0xFF, 0xFF], .arrowStream), ([0x1F, 0x8B], .gzip),
    ([0x04, 0x22, 0x4D, 0x18], .lz4), (Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }), .numpy),
    (Array("PAR1".utf8), .parquet), (Array("%PDF-".utf8), .pdf),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .sevenZip), ([0xFF, 0xFE], .utf16), ([0xFE, 0xFF], .utf16),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .xz), ([0x50, 0x4B, 0x03, 0x04], .zip),
    ([0x28, 0xB5, 0x2F, 0xFD], .zstandard),
  ]

  /// The format of a file; nil for what may be a text.
  ///
  /// - Parameters:
  ///   - bytes: its first bytes, `neededBytes` or all.
  ///   - path: its name, which tells archives of one form from each other.
  package init?(startingWith bytes: some Collection<UInt8>, named path: String) {
    let start = Array(bytes.prefix(Self.neededBytes))
    let name = path.lowercased()
    func isNamed(_ endings: String...) -> Bool { endings.contains { name.hasSuffix("." + $0) } }
    // After its size digit, a block of bzip2 begins with these; a text does not.
    let isBzip2 =
      start.starts(with: Array("BZh".utf8)) && start.dropFirst(4).starts(with: Array("1AY&SY".utf8))
    if isBzip2 {
      self = .bzip2
    } else if start.dropFirst(257).starts(with: Array("ustar".utf8)) || isNamed("tar.gz", "tgz", "tar.zst") {
      self = .tar
    } else if let found = Self.beginnings.first(where: { start.starts(with: $0.bytes) })?.format {
      self =
        found != .zip
        ? found : isNamed("docx", "odt", "epub") ? .officeText : isNamed("xlsx") ? .spreadsheet : .zip
    } else {
      return nil
    }
  }

  /// What the file is.
  package var words: String {
    switch self {
    case .arrow: "an Arrow file"
    case .arrowStream: "an Arrow stream"
    case .bzip2: "compressed with bzip2"
    case .gzip: "compressed with gzip"
    case .lz4: "compressed with LZ4"
    case .numpy: "a NumPy array"
    case .officeText: "a document of a word processor"
    case .parquet: "a Parquet file"
    case .pdf: "a PDF file"
    case .sevenZip: "a 7-Zip archive"
    case .spreadsheet: "a spreadsheet"
    case .tar: "a tar archive"
    case .utf16: "UTF-16 text"
    case .xz: "compressed with xz"
    case .zip: "a ZIP archive"
    case .zstandard: "compressed with Zstandard"
    }
  }

  /// A command that makes a text of the file, or files of texts.
  ///
  /// - Parameter path: the file.
  package func conversion(of path: String) -> String {
    let file = FilePath.argument(path)
    let url = URL(fileURLWithPath: path)
    func made(_ ending: String) -> String {
      let stem = url.deletingPathExtension().lastPathComponent
      let folder = FilePath.folder(path)
      return FilePath.argument((folder.isEmpty ? "" : folder + "/") + stem + "." + ending)
    }
    func python(_ imports: String, _ code: String, _ ending: String) -> String {
      "python3 -c \"import sys, \(imports); \(code)\" \(file) \(made(ending))"
    }
    let rows = ".to_json(sys.argv[2], orient='records', lines=True)"
    return switch self {
    case .arrow: python("pandas", "pandas.read_feather(sys.argv[1])" + rows, "jsonl")
    case .arrowStream: python("pyarrow", "pyarrow.ipc.open_stream(sys.argv[1]).read_pandas()" + rows, "jsonl")
    case .bzip2: "bunzip2 -k \(file)"
    case .gzip: "gunzip -k \(file)"
    case .lz4: "lz4 -d \(file) \(made("txt"))"
    case .numpy: python("numpy", "numpy.savetxt(sys.argv[2], numpy.load(sys.argv[1]), fmt='%s')", "txt")
    case .officeText: "pandoc -t plain -o \(made("txt")) \(file)"
    case .parquet: python("pandas", "pandas.read_parquet(sys.argv[1])" + rows, "jsonl")
    case .pdf: "pdftotext \(file) \(made("txt"))"
    case .sevenZip: "7z x \(file)"
    case .spreadsheet:
      python("pandas", "pandas.read_excel(sys.argv[1]).to_csv(sys.argv[2], index=False)", "csv")
    case .tar: "tar -xf \(file)"
    case .utf16: "iconv -f utf-16 -t utf-8 \(file) > \(made("utf8.txt"))"
    case .xz: "unxz -k \(file)"
    case .zip: "unzip \(file)"
    case .zstandard: "zstd -d \(file)"
    }
  }

  /// The error about a file of the format.
  package func error(of path: String) -> InputFileError {
    let isNamed = path != InputFile.standardInput
    return InputFileError(
      place: InputFile.place(path), reason: "is \(words), which is not read here",
      suggestion: "make a text of it first, and name that: "
        + conversion(of: isNamed ? InputFile.place(path) : "FILE"))
  }
}
