import CommandLineKit
import Comparison
import Experiments
import Tensors
import Training
import Zoo

/// What a run needs beside what this process may fill.
struct MemoryFit: Encodable {
  /// The highest use of the memory pool that is foreseen.
  let neededBytes: Int
  /// What the process may fill.
  let availableBytes: Int
  /// Whether a control group allows less than the machine has.
  let isControlGroup: Bool
  /// What allows no more.
  let limitedBy: MachineMemory.Limit
  /// Whether the run can be trained here.
  let fits: Bool

  /// Compares a forecast with a memory.
  init(_ forecast: RunForecast, memory: MachineMemory = .here) {
    neededBytes = forecast.peakBytes
    availableBytes = memory.bytes
    isControlGroup = memory.limit == .controlGroup
    limitedBy = memory.limit
    fits = forecast.peakBytes <= memory.bytes
  }

  /// Whose memory it is.
  var what: String {
    switch limitedBy {
    case .machine: "this machine's memory"
    case .controlGroup: "allowed here by the control group (cgroup)"
    case .addressSpace: "left here by the limit of address space (ulimit -v)"
    }
  }

  /// Why the run does not fit, and what to change; nil when it fits.
  ///
  /// Parameters, gradients and moments are there at any batch; what a micro-batch needs beside them grows with it,
  /// and micro-batches whose gradients are added up make the same steps.
  func remedy(_ name: String, _ forecast: RunForecast, batch: Int, accumulation: Int) -> String? {
    guard !fits else { return nil }
    let fixed = ["parameters", "gradients", "optimiser"].reduce(0) { $0 + (forecast.bytesByKind[$1] ?? 0) }
    let said =
      "\(name) needs \(Format.bytes(neededBytes)) and does not fit: \(what) is \(Format.bytes(availableBytes)); "
    let share = Double(availableBytes - fixed) * 0.9 / Double(max(1, neededBytes - fixed))
    let most = share > 0 ? Int(Double(batch) * min(1, share)) : 0
    let fitting = stride(from: min(most, batch - 1), to: 0, by: -1).first {
      batch.isMultiple(of: $0) && batch / $0 * accumulation <= 65_536
    }
    guard let fitting else { return said + "choose a smaller model or a shorter context (--set context=N)" }
    return said + "the same steps fit with --batch \(fitting) --set recipe.accumulation="
      + "\(batch / fitting * accumulation)"
  }

  /// Refuses runs that cannot fit, before anything is made.
  ///
  /// - Parameter isResumed: whether the plans stand already, so that nothing can be changed in them.
  /// - Throws: `UsageError` with what to change; what building throws.
  static func check(_ plans: [ArmPlan], isResumed: Bool = false, _ workplace: Workplace) throws {
    // The seeds of an arm need the same.
    var arms: Set<String> = []
    for plan in plans where arms.insert(plan.arm).inserted {
      do {
        try check(plan.descriptor, plan.recipe, name: plan.name, workplace)
      } catch let error as UsageError where isResumed {
        throw UsageError(
          "\(error); a resumed run keeps its recipe, so change that in a new comparison, or resume where there is "
            + "more memory")
      }
    }
  }

  /// Refuses a run that cannot fit, before anything is made. A vocabulary that only the text can tell is taken
  /// as the smallest one.
  ///
  /// - Throws: `UsageError` with what to change; what building throws.
  static func check(_ open: ModelDescriptor, _ recipe: Recipe, name: String, _ workplace: Workplace) throws {
    let vocabulary = (try? open.expectedVocabulary().size) ?? 256
    let descriptor = try workplace.registry.descriptor(open, vocabulary: vocabulary)
    let forecast = try RunForecast.planned(
      descriptor, recipe, vocabulary: vocabulary, registry: workplace.registry, threads: workplace.threads)
    let fit = MemoryFit(forecast)
    if let remedy = fit.remedy(name, forecast, batch: recipe.batch, accumulation: recipe.accumulation) {
      throw UsageError(remedy)
    }
  }
}
