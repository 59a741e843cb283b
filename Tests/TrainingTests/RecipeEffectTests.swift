import Installed
import Settings
import Testing
import Zoo

@testable import Training

/// Every setting of objectives, optimisers and schedules does something: another value gives other weights after a few
/// steps, or other losses.
@Suite struct RecipeEffectTests {
  private let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  /// Values that show within a few steps.
  private static let values: [String: String] = [
    "rate": "0.5", "mask": "0.5", "random": "0", "beta1": "0.5", "beta2": "0.5", "epsilon": "0.1",
    "clip": "0.01",
    "learningRate": "0.01", "warmup": "4", "floor": "0.9",
  ]

  private func other(_ setting: Setting) -> [String] {
    if let value = Self.values[setting.name] { return [value] }
    switch setting.kind {
    case .flag: return [setting.default == .flag(true) ? "false" : "true"]
    case .choice(let words): return words.filter { setting.default != .text($0) }.map { "'\($0)'" }
    case .number: return ["0.7"]
    case .list("parameterGroup"): return ["[{ parameters: '*.weight', learningRate: 0.5 }]"]
    default: return []
    }
  }

  /// The weights after eight steps, in bits, and the losses on the way.
  private func outcome(_ preset: String, _ sets: [String]) throws -> [UInt64]? {
    guard let trainer = try? bench.trainer(preset, sets, model: ["context=16"]) else { return nil }
    var bits: [UInt64] = []
    while !trainer.isFinished { bits.append(try trainer.step().loss.bitPattern) }
    return bits + trainer.model.parameters.all.flatMap { $0.tensor.values().map { UInt64($0.bitPattern) } }
  }

  @Test(arguments: ["objective", "optimiser", "schedule"]) func everySettingHasAnEffect(family: String) throws
  {
    let catalog = bench.registry.catalog
    var count = 0
    for declaration in catalog.declarations(family: family) {
      for setting in declaration.settings {
        count += 1
        var (seen, tried) = (false, 0)
        for preset in ["tiny/bert", "tiny/gpt", "tiny/discriminator"] where !seen {
          let chosen = ["\(family)=\(declaration.name)", "schedule.warmup=2"]
          guard let plain = try outcome(preset, chosen) else { continue }
          for value in other(setting) {
            let set = "\(family).\(setting.name)=\(value)"
            guard
              let changed = try outcome(
                preset, chosen.filter { !$0.hasPrefix(set.prefix { $0 != "=" } + "=") } + [set])
            else { continue }
            tried += 1
            seen = seen || changed != plain
          }
        }
        #expect(seen, "\(family) \(declaration.name) \(setting.name): \(tried) other values change nothing")
      }
    }
    #expect(count >= 2)
  }
}
