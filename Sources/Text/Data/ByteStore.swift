import Foundation
import Settings

/// Bytes that never change: a mapped file, or memory of the process's own.
final class ByteStore: @unchecked Sendable {
  // Safe to share: nothing writes to the pages once `init` is over.
  private let pages: UnsafeMutableRawPointer?
  private let isMapped: Bool
  /// How many bytes.
  let count: Int

  /// All bytes, valid as long as the store is alive.
  var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: pages.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) }, count: count)
  }

  /// Maps a file, whose bytes are read when they are first looked at.
  init(mapping file: OpenTextFile) throws {
    guard let pages = Self.pages(of: file.descriptor, count: file.size) else {
      throw file.error(
        "cannot be mapped (\(String(cString: strerror(errno))))", suggestion: "check the disk it is on")
    }
    (self.pages, count, isMapped) = (pages, file.size, true)
  }

  /// Maps an open file; nil when the system refuses.
  init?(mapping descriptor: Int32, count: Int) {
    guard let pages = Self.pages(of: descriptor, count: count) else { return nil }
    (self.pages, self.count, isMapped) = (pages, count, true)
  }

  private static func pages(of descriptor: Int32, count: Int) -> UnsafeMutableRawPointer? {
    let pages = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let pages, pages != MAP_FAILED else { return nil }
    MappedPages.add(pages, count: count)
    return pages
  }

  /// Memory of the process's own, which is filled once; `filling` returns how much of it is used.
  init(capacity: Int, filling: (UnsafeMutableRawBufferPointer) throws -> Int) rethrows {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    do {
      count = try filling(memory)
    } catch {
      memory.deallocate()
      throw error
    }
    pages = memory.baseAddress
    isMapped = false
  }

  deinit {
    guard isMapped else {
      pages?.deallocate()
      return
    }
    MappedPages.remove(pages)
    munmap(pages, count)
  }
}

/// A regular file that is open for reading and not empty.
final class OpenTextFile {
  let path: String
  let descriptor: Int32
  let size: Int

  /// Opens a file.
  ///
  /// - Throws: `TextError` when it cannot be opened, is no regular file, or is empty.
  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    size = try Self.checkedSize(path, descriptor)
  }

  private static func checkedSize(_ path: String, _ descriptor: Int32) throws -> Int {
    guard descriptor >= 0 else {
      let error = InputFile.openingError(path, errno)
      throw TextError(place: error.place, reason: error.reason, suggestion: error.suggestion)
    }
    do {
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw TextError(
          place: path, reason: "is not a regular file, and the text of a run is read more than once",
          suggestion: "write its content to a file and name that file")
      }
      guard status.st_size > 0 else {
        throw TextError(place: path, reason: "is empty", suggestion: "name a file with some text")
      }
      return Int(status.st_size)
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// An error about this file.
  func error(_ reason: String, suggestion: String) -> TextError {
    TextError(place: path, reason: reason, suggestion: suggestion)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
