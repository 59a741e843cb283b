import Checkpoints
import Foundation
import Kernels
import Settings

/// The tensors of a folder: of one safetensors file, or of several.
final class HubWeights {
  private let files: [MappedSafetensors]
  private let places: [String: MappedSafetensors]

  /// The names of all tensors, in the order of the files.
  let names: [String]

  /// Opens the files of a folder: `model.safetensors`, or every `model-….safetensors`. An index is not needed to find
  /// tensors, and files that it does not name are read as well; a file that it names must be there.
  ///
  /// - Throws: `HubError` where there is none, and why others cannot be read; `CheckpointError` for a damaged one.
  init(folder: URL) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted() ?? []
    let index = try Node.readObject(inFolderOfModel: folder.appending(path: Self.index))
    if let index, !(index["weight_map"]?.members.allSatisfy { $0.value.text != nil } ?? false) {
      throw HubError(
        folder.path, "\(Self.index) is damaged: its weight_map does not name a file for every tensor",
        "download the index again, or remove it")
    }
    let named = Set(index?["weight_map"]?.members.compactMap(\.value.text) ?? [])
    if let missing = named.subtracting(names).sorted().first {
      throw HubError(
        folder.path, "\(Self.index) names \(missing), which is not there",
        "download the missing file into the folder")
    }
    let found =
      names.contains(Self.single)
      ? [Self.single]
      : names.filter { $0.hasSuffix(".safetensors") && ($0.hasPrefix("model-") || named.contains($0)) }
    guard !found.isEmpty else { throw Self.nothing(in: folder, names) }
    files = try found.map { name in
      // A link of the hub's cache is followed.
      let file = folder.appending(path: name).resolvingSymlinksInPath()
      guard FileManager.default.fileExists(atPath: file.path) else {
        throw HubError(
          folder.path, "\(name) is a link to a file that is not there", "download the file again")
      }
      return try MappedSafetensors(file, ifDamaged: "download the file again")
    }
    var places: [String: MappedSafetensors] = [:]
    for file in files {
      for name in file.names {
        if let other = places.updateValue(file, forKey: name) {
          throw HubError(
            folder.path,
            "tensor \(name) is in \(other.url.lastPathComponent) and \(file.url.lastPathComponent)",
            "remove the file that does not belong to the model")
        }
      }
    }
    if let index, let lost = index["weight_map"]?.members.first(where: { places[$0.key] == nil }) {
      throw HubError(
        folder.path, "\(Self.index) names tensor \(lost.key), which is in none of the files",
        "download \(lost.value.text ?? "the files") again")
    }
    self.places = places
    self.names = files.flatMap(\.names)
  }

  static let single = "model.safetensors"
  static let index = "model.safetensors.index.json"

  /// Why a folder has no tensors that can be read.
  private static func nothing(in folder: URL, _ names: [String]) -> HubError {
    let pickled = names.first {
      $0.hasSuffix(".bin") || $0.hasSuffix(".pt") || $0.hasSuffix(".pth") || $0.hasSuffix(".ckpt")
    }
    if let pickled {
      return HubError(
        folder.path, "\(pickled) is a pickled file: loading one runs the code in it",
        "convert it with: python3 -c \"from transformers import AutoModel; "
          + "AutoModel.from_pretrained('\(FilePath.shown(folder.path))').save_pretrained('converted')\"")
    }
    return HubError(
      folder.path, "there is no \(single) (or model-00001-of-….safetensors)",
      "name the folder that the model was downloaded to")
  }

  /// The sizes of a tensor; nil where there is none of that name.
  func sizes(_ name: String) -> [Int]? { places[name]?.shape(of: name) }

  /// The element type of a tensor.
  func type(_ name: String) -> String? { places[name]?.elementType(of: name) }

  /// Checks that a tensor holds floats that this program reads.
  ///
  /// - Throws: `CheckpointError`.
  func expectFloats(_ name: String) throws { try places[name]?.expectFloats(name) }

  /// The values of a tensor, as single-precision numbers.
  ///
  /// - Throws: `CheckpointError` for a tensor that is missing, damaged or of another type, or holds NaN or an infinity.
  func values(_ name: String) throws -> [Float] {
    guard let file = places[name] else {
      throw CheckpointError(file: "the folder", tensor: name, reason: "missing")
    }
    let count = file.shape(of: name)?.reduce(1, *) ?? 0
    let values = try [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      try file.copyFloats(name, to: UnsafeMutableRawBufferPointer(buffer))
      filled = count
    }
    let found = values.withUnsafeBufferPointer { values in
      values.baseAddress.flatMap { firstNonFinite($0, count: values.count) }
    }
    if let index = found {
      throw CheckpointError(
        file: file.url.path, tensor: name,
        reason: "holds \(values[index]) at element \(index), which is not finite: the file is damaged")
    }
    return values
  }
}

/// A folder of the hub that cannot be imported, or a model that cannot be exported.
public struct HubError: Error, Equatable, CustomStringConvertible {
  /// The folder or file.
  public let place: String
  /// What is wrong.
  public let reason: String
  /// What to do about it.
  public let suggestion: String

  init(_ place: String, _ reason: String, _ suggestion: String) {
    (self.place, self.reason, self.suggestion) = (FilePath.shown(place), reason, suggestion)
  }

  public var description: String { "\(place): \(reason); \(suggestion)" }
}
