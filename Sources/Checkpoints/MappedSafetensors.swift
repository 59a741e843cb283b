import Foundation

/// A safetensors file that is mapped into memory: opening it reads the header only, and a tensor's
/// bytes come from the disk when they are looked at.
///
/// Everything that the header says is checked when the file is opened: nothing that is read from an open
/// file can reach outside it. Files of other programs are read as well; only those written here have
/// checksums.
package final class MappedSafetensors {
  /// The file.
  package let url: URL
  /// What to do about a damaged file.
  private let remedy: String
  /// The names of all tensors, in the order of their data.
  package let names: [String]
  /// Free text by key, the checksums left out.
  package let metadata: [String: String]
  /// Whether every tensor has a checksum.
  package var hasChecksums: Bool { !checksums.isEmpty || entries.isEmpty }

  private let entries: [String: SafetensorsHeader.Entry]
  private let checksums: [String: String]
  private let mapping: UnsafeRawBufferPointer
  private let dataStart: Int

  /// Maps a file and checks its header.
  ///
  /// - Throws: `CheckpointError` that names the file, and the tensor at fault where there is one.
  package init(_ url: URL, ifDamaged remedy: String = "use an earlier checkpoint") throws {
    self.url = url
    self.remedy = remedy
    func fail(_ reason: String, tensor: String? = nil) -> CheckpointError {
      CheckpointError(file: url.path, tensor: tensor, reason: reason)
    }
    let mapping = try Self.map(url, remedy)
    var isKept = false
    defer { if !isKept { munmap(UnsafeMutableRawPointer(mutating: mapping.baseAddress), mapping.count) } }

    let length = UInt64(littleEndian: mapping.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(SafetensorsHeader.maximumSize) else {
      throw fail("this is not a safetensors file: it does not begin with a valid header length")
    }
    let dataStart = SafetensorsHeader.prefixSize + Int(length)
    guard dataStart <= mapping.count else {
      throw fail("the file ends inside its header: it was cut off; \(remedy)")
    }
    let header: SafetensorsHeader
    do {
      header = try SafetensorsReader.header(
        UnsafeRawBufferPointer(rebasing: mapping[SafetensorsHeader.prefixSize..<dataStart]))
      try Self.check(header, dataSize: mapping.count - dataStart, remedy)
      checksums = try Self.checksums(header, remedy)
    } catch let error as HeaderError {
      throw fail(error.reason, tensor: error.tensor)
    }
    names = header.entriesByPlace.map(\.name)
    entries = Dictionary(header.entries.map { ($0.name, $0) }) { first, _ in first }
    metadata = header.metadata.filter {
      $0.key != SafetensorsHeader.checksumsKey && $0.key != SafetensorsHeader.ownChecksumKey
    }
    self.mapping = mapping
    self.dataStart = dataStart
    isKept = true
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: mapping.baseAddress), mapping.count) }

  /// The sizes of a tensor; nil when the file has none of that name.
  package func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// The element type of a tensor, such as `"F32"`; nil when the file has none of that name.
  package func elementType(of name: String) -> String? { entries[name]?.type }

  /// Compares a tensor's data with its checksum, where the file has one.
  ///
  /// - Throws: `CheckpointError` that names the tensor when it is damaged or missing.
  package func verify(_ name: String) throws {
    let range = try place(of: name)
    guard let wanted = checksums[name] else { return }
    var sum = Checksum()
    for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.piece) {
      let piece = start..<min(start + Self.piece, range.upperBound)
      fetch(piece)
      sum.add(UnsafeRawBufferPointer(rebasing: mapping[piece]))
    }
    guard sum.hexadecimal == wanted else {
      throw CheckpointError(
        file: url.path, tensor: name,
        reason: "the data is damaged (its checksum differs); \(remedy)")
    }
  }

  /// Hands out a tensor's bytes, which are good only inside `body`. They may begin at any address.
  ///
  /// - Throws: `CheckpointError` when there is no such tensor; what `body` throws.
  package func withData<Result>(
    _ name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let range = try place(of: name)
    fetch(range)
    let bytes = UnsafeRawBufferPointer(rebasing: mapping[range])
    defer { letGo(of: bytes) }
    return try body(bytes)
  }

  private func place(of name: String) throws -> Range<Int> {
    guard let entry = entries[name] else {
      throw CheckpointError(file: url.path, tensor: name, reason: "missing")
    }
    return dataStart + entry.range.lowerBound..<dataStart + entry.range.upperBound
  }

  /// Bytes that are looked at while the disk has those behind them.
  private static let piece = 8 << 20
  /// The disk is asked for this many bytes behind those that are about to be looked at: tensors are read in the
  /// order of the file, and page by page every read would wait for the disk.
  private static let fetchedAhead = 32 << 20
  /// Up to here bytes were requested: they are not requested twice.
  private var fetched = 0

  /// Asks the disk for some bytes and those behind them.
  private func fetch(_ range: Range<Int>) {
    let end = min(mapping.count, range.upperBound + Self.fetchedAhead)
    guard end > fetched else { return }
    // From the page that the last question ended in: a page left out costs a wait of its own.
    let start = max(fetched, range.lowerBound) / Self.page * Self.page
    madvise(UnsafeMutableRawPointer(mutating: mapping.baseAddress)! + start, end - start, MADV_WILLNEED)
    fetched = end
  }

  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Gives pages that were read back to the system, so that loading a model does not hold the file and
  /// the model in memory at once. They are read again when needed.
  private func letGo(of bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    let address = Int(bitPattern: start)
    let (first, end) = (
      (address + Self.page - 1) / Self.page * Self.page, (address + bytes.count) / Self.page * Self.page
    )
    if first < end { madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, MADV_DONTNEED) }
  }

  private static func map(_ url: URL, _ remedy: String) throws -> UnsafeRawBufferPointer {
    func fail(_ reason: String) -> CheckpointError { CheckpointError(file: url.path, reason: reason) }
    // A pipe in its place is refused instead of being waited for.
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      throw fail(
        code == ENOENT
          ? "there is no such file" : "the file cannot be opened: \(String(cString: strerror(code)))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw fail("this is not a regular file")
    }
    let size = Int(status.st_size)
    guard size >= SafetensorsHeader.prefixSize else {
      throw fail("the file is \(size == 0 ? "empty" : "cut off"); \(remedy)")
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw fail("the file cannot be mapped: \(String(cString: strerror(errno)))")
    }
    return UnsafeRawBufferPointer(start: start, count: size)
  }

  /// Types, sizes, and data that fills the file without a gap or an overlap.
  private static func check(_ header: SafetensorsHeader, dataSize: Int, _ remedy: String) throws {
    var end = 0
    for entry in header.entriesByPlace {
      func fail(_ reason: String) -> HeaderError { HeaderError(tensor: entry.name, reason: reason) }
      guard let elementSize = SafetensorsHeader.elementSizes[entry.type] else {
        let known = SafetensorsHeader.elementSizes.keys.sorted().joined(separator: ", ")
        throw fail("has the unknown element type \"\(entry.type)\"; known: \(known)")
      }
      var size = elementSize
      for length in entry.shape {
        let (product, overflow) = size.multipliedReportingOverflow(by: length)
        guard !overflow else { throw fail("has the impossible shape \(entry.shape)") }
        size = product
      }
      guard size == entry.range.count else {
        throw fail("shape \(entry.shape) needs \(size) bytes, the header gives it \(entry.range.count)")
      }
      guard entry.range.lowerBound == end else {
        throw fail("\(entry.range.lowerBound < end ? "overlaps" : "leaves a gap to") the tensor before it")
      }
      guard entry.range.upperBound <= dataSize else {
        throw fail("the file ends before its data does: it was cut off; \(remedy)")
      }
      end = entry.range.upperBound
    }
    guard end == dataSize else {
      throw HeaderError(
        reason: "\(dataSize - end) bytes follow the last tensor: the file or its header is damaged")
    }
  }

  /// The tensors' checksums, after the header's own was compared; empty in files of other programs.
  private static func checksums(_ header: SafetensorsHeader, _ remedy: String) throws -> [String: String] {
    let own = header.metadata[SafetensorsHeader.ownChecksumKey]
    guard let text = header.metadata[SafetensorsHeader.checksumsKey] else {
      guard own == nil else { throw HeaderError(reason: "the header is damaged: it has lost its checksums") }
      return [:]
    }
    guard own == header.ownChecksum else {
      throw HeaderError(reason: "the header is damaged (its checksum differs); \(remedy)")
    }
    let found = try SafetensorsReader.strings(text)
    if let lacking = header.entries.first(where: { found[$0.name] == nil }) {
      throw HeaderError(tensor: lacking.name, reason: "has no checksum")
    }
    return found
  }
}
