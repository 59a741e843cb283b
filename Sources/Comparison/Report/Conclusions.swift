import Evaluation
import Experiments
import Reporting
import Statistics

/// What follows from a section of a report, in one sentence made of its numbers.
struct Conclusions {
  private let data: ReportData

  init(_ data: ReportData) { self.data = data }

  /// The sentence of a section; nil for one whose lead says it already, and where its data is missing.
  func sentence(of section: String) -> String? {
    switch section {
    case "verdicts": verdicts
    case "seeds": seeds
    case "models": models
    case "curves": curves
    case "floor": floor
    case "heldout": heldOut
    case "certificate": certificate
    case "tuning": tuning
    case "components": components
    case "attention": attention
    case "profile": profile
    default: nil
    }
  }

  private var verdicts: String? {
    let conclusions = data.allConclusions
    guard !conclusions.isEmpty else { return nil }
    let (all, fair) = (conclusions.count, conclusions.count { $0.isComparable })
    guard fair < all else {
      return all == 1
        ? "The statement is a valid comparison." : "All \(all) statements are valid comparisons."
    }
    let rest = all - fair
    guard fair > 0 else {
      return all == 1
        ? "The statement is not a valid comparison, for the reason given."
        : "None of the \(all) statements is a valid comparison, for the reasons given."
    }
    return
      "\(fair) of \(Number.counted(all, "statement")) \(fair == 1 ? "is a valid comparison" : "are valid comparisons"); "
      + "\(rest == 1 ? "the other is" : "the other \(rest) are") not, for the reason given."
  }

  private var seeds: String? {
    guard let seeds = data.seeds, let primary = seeds.measures.first, !primary.differences.isEmpty else {
      return nil
    }
    let parts = primary.differences.map { difference in
      primary.verdict(
        difference, name: data.name(difference.arm), first: data.name(difference.against ?? 0))
        + (difference.corrected.map { " (p \(Number.probability($0)))" } ?? "")
    }
    return "\(primary.name.capitalizedFirst), over \(Number.counted(seeds.count, "seed")): \(parts.inWords)."
  }

  private var models: String? {
    guard !data.arms.isEmpty else { return nil }
    return list(data.arms) { arm in
      "\(arm.name) (\(Number.compact(Double(arm.parameters))) parameters, "
        + "\(Number.compact(Double(arm.supervisedTokens))) targets, \(Number.duration(arm.seconds)))"
    } + "."
  }

  private var curves: String? {
    guard !data.curves.isEmpty else { return nil }
    return "Held-out loss at the end: "
      + list(data.arms) { "\($0.name) \(Number.fixed($0.finalHeldOutLoss, 3)) \($0.unit)" } + "."
  }

  private var floor: String? {
    guard let floor = data.floor, floor.entropy > 0, !floor.models.isEmpty else { return nil }
    return list(floor.models) {
      "\($0.name) is \(Number.percent(floor.ratio(of: $0) - 1)) above the grammar's entropy"
    } + "."
  }

  private var heldOut: String? {
    guard !data.heldOut.isEmpty else { return nil }
    let compared = data.heldOut.compactMap(\.areComparable)
    guard !compared.isEmpty else { return nil }
    let fair = compared.count { $0 }
    return
      "\(fair) of \(Number.counted(compared.count, "row")) with several values may be compared across the models."
  }

  private var certificate: String? {
    guard !data.certificate.isEmpty else { return nil }
    let undeclared = data.certificate.filter { $0.standing == .undeclared }.map(\.what)
    let equal = data.certificate.count { $0.standing == .equal }
    let declared = data.certificate.count { $0.standing == .declared }
    return
      "\(equal) of \(data.certificate.count) \(data.certificate.count == 1 ? "property is" : "properties are") equal, "
      + "\(declared) \(declared == 1 ? "is a declared difference" : "are declared differences"), and "
      + (undeclared.isEmpty
        ? "none differs without being declared."
        : "undeclared \(undeclared.count == 1 ? "is" : "are") \(undeclared.inWords).")
  }

  private var tuning: String? {
    guard let tuning = data.tuning, !tuning.arms.isEmpty else { return nil }
    return "Chosen learning rates: "
      + list(tuning.arms) { "\(data.name($0.arm)) \(Experiments.Tuning.text($0.chosen))" } + "."
  }

  private var components: String? {
    guard data.arms.count > 1 else { return nil }
    return data.componentDiff.isEmpty
      ? "The models have the same settings."
      : "The models differ in \(Number.counted(data.componentDiff.count, "setting"))."
  }

  private var attention: String? {
    data.attention.isEmpty
      ? nil : "Each map shows which tokens (columns) a position (row) reads, head by head."
  }

  private var profile: String? {
    let parts = data.profile.compactMap { profile -> String? in
      guard let row = profile.rows.max(by: { $0.selfShare < $1.selfShare }) else { return nil }
      return "\(data.name(profile.arm)) \(Number.percent(row.selfShare, 0)) in \(row.primitive)"
    }
    return parts.isEmpty ? nil : "The largest part of a step: \(parts.inWords)."
  }

  private func list<Item>(_ items: some Sequence<Item>, _ text: (Item) -> String) -> String {
    items.map(text).inWords
  }

  private func percent(_ measured: Measured) -> String { Number.percent(measured.value) }
}
