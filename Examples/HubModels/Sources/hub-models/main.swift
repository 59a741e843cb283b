import Foundation
import HubModels

// Usage: hub-models FOLDER TEXT, with a folder in Hugging Face's layout; without arguments a tiny model is made, exported
// and used.
let arguments = CommandLine.arguments.dropFirst()
let work = FileManager.default.temporaryDirectory.appending(path: "hub-models-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: work) }

let folder: URL
if let path = arguments.first {
  folder = URL(fileURLWithPath: path, isDirectory: true)
} else {
  folder = work.appending(path: "hub")
  let trained = work.appending(path: "trained.safetensors")
  try trainTinyModel("gpt", to: trained)
  print("made:", try exportModel(of: trained, to: folder).joined(separator: ", "))
}
let text = arguments.dropFirst().first ?? "the dog"
let checkpoint = work.appending(path: "imported.safetensors")
print("recognised:", try importModel(from: folder, to: checkpoint))
let reading = try read(text, with: checkpoint)
print("tokens:", reading.ids)
print("logits:", reading.logits.count, "values, the first:", reading.logits.prefix(4))
print("answers:", reading.answers)
print("exported:", try exportModel(of: checkpoint, to: work.appending(path: "again")).joined(separator: ", "))
