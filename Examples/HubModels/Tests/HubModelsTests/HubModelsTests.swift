import Foundation
import HubModels
import Testing

@Suite struct HubModelsTests {
  /// A tiny model is exported, imported, used, and exported again as the same files.
  @Test(arguments: [
    ("gpt", "GPT-2 (GPT2LMHeadModel)", "the dog"),
    ("bert", "BERT (BertForMaskedLM)", "the[MASK]dog sleeps"),
  ])
  func aFolderIsImportedUsedAndExported(
    _ architecture: String, _ recognised: String, _ text: String
  ) throws {
    let work = FileManager.default.temporaryDirectory.appending(path: "hub-models-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: work) }
    let (trained, imported) = (work.appending(path: "trained.st"), work.appending(path: "imported.st"))
    let (hub, again) = (work.appending(path: "hub"), work.appending(path: "again"))
    try trainTinyModel(architecture, to: trained)
    let files = try exportModel(of: trained, to: hub)
    #expect(Set(files).isSuperset(of: ["config.json", "model.safetensors", "tokenizer.json"]))

    let summary = try importModel(from: hub, to: imported)
    #expect(summary.hasPrefix(recognised) && summary.contains("2 layers of width 32"), "\(summary)")
    let (before, after) = (try read(text, with: trained), try read(text, with: imported))
    #expect(before.ids == after.ids && before.logits == after.logits && before.answers == after.answers)
    #expect(after.logits.count % after.ids.count == 0 && after.logits.allSatisfy(\.isFinite))
    #expect(after.answers.first?.isEmpty == false, "\(after.answers)")

    _ = try exportModel(of: imported, to: again)
    for name in ["config.json", "model.safetensors", "tokenizer.json"] {
      #expect(
        try Data(contentsOf: hub.appending(path: name)) == Data(contentsOf: again.appending(path: name)))
    }
  }

  @Test func aFolderThatIsNoModelIsRefused() {
    #expect(throws: (any Error).self) {
      try importModel(
        from: FileManager.default.temporaryDirectory.appending(path: "no such folder"),
        to: FileManager.default.temporaryDirectory.appending(path: "no-such-file"))
    }
  }
}
