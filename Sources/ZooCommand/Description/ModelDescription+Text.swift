import CommandLineKit
import Foundation
import Settings
import Tensors
import Training

extension ModelDescription {
  /// Prints the whole description.
  func show(summary: String?, on console: Console) {
    console.line(console.styled(name, .bold) + ": \(kind.rawValue), architecture \(architecture)")
    if let summary { console.block(wrap(summary, width: console.helpWidth)) }
    let assumed = vocabularyIsAssumed ? " at most (as many as the tokenizer may learn)" : ""
    console.line(
      "\(Format.counted(layers, "layer")), width \(width), context \(context), vocabulary \(Format.count(vocabulary))\(assumed)"
    )
    console.heading("Components")
    var table = Table([
      .init("component", .left, smallestWidth: 24), .init("settings or shape", .left, smallestWidth: 20),
      .init("parameters", .right), .init("share", .right),
    ])
    addRows(of: components, below: nil, depth: 0, to: &table)
    console.table(table)
    showCosts(on: console)
  }

  private func addRows(
    of node: ComponentNode, below outer: ComponentNode?, depth: Int, named title: String? = nil,
    count: Int = 1, to table: inout Table
  ) {
    let indent = String(repeating: "  ", count: depth)
    let name = outer.map { title ?? node.name(below: $0) } ?? "model"
    let parameters =
      node.parameters == 0
      ? "" : (count > 1 ? "\(count) × " : "") + Format.count(node.parameters)
    table.add(
      "\(indent)\(name): \(node.component)", node.settings.joined(separator: ", "), parameters,
      node.parameters == 0 ? "" : share(count * node.parameters))
    for tensor in node.tensors {
      table.add("\(indent)  \(tensor.name)", tensor.shape, Format.count(tensor.count), "")
    }
    var index = 0
    while index < node.parts.count {
      let part = node.parts[index]
      let alike = node.parts[index...].prefix { $0.isAlike(part) && part.path.hasPrefix("blocks.") }.count
      let first = number(of: part)
      let title = alike > 1 ? "blocks.\(first) to \(first + alike - 1)" : nil
      addRows(of: part, below: node, depth: depth + 1, named: title, count: max(1, alike), to: &table)
      index += max(1, alike)
    }
  }

  private func number(of block: ComponentNode) -> Int {
    block.path.split(separator: ".").last.flatMap { Int($0) } ?? 0
  }

  private func share(_ count: Int) -> String { Format.percent(Double(count) / Double(max(1, parameters))) }

  private func showCosts(on console: Console) {
    console.heading("FLOPs per token (\(objective), context \(context))")
    var table = Table([.init(""), .init("forward", .right), .init("training step", .right), .init("")])
    table.add("model", Format.flops(modelFlopsPerToken.forward), Format.flops(modelFlopsPerToken.training))
    if let executed = executedFlopsPerToken {
      table.add("executed", Format.flops(executed.forward), Format.flops(executed.training))
      table.add(
        "executed ÷ model", Format.percent(executed.forward / modelFlopsPerToken.forward),
        Format.percent(executed.training / modelFlopsPerToken.training))
    }
    console.table(table)
    console.block(
      wrap(
        "model: \(Self.convention); here N = \(Format.count(multipliedParameters))", width: console.helpWidth)
    )
    console.block(
      wrap(
        "executed: Σ 2·m·n·k over the executed matrix products, without the masked part of attention "
          + "and with the head at predicted positions only", width: console.helpWidth))
    guard let forecast else {
      return console.line("\nno head: this model cannot be trained and has no training cost")
    }
    console.heading("Training step (batch \(batch) × \(accumulation), \(Format.counted(threads, "thread")))")
    console.line(
      "\(Format.flops(Double(forecast.stepFlops))) for \(Format.counted(batch * accumulation * context, "token"))"
    )
    console.heading("Peak memory (training and evaluation, predicted)")
    var memory = Table([.init("", .left), .init("", .right), .init("", .right)])
    let kinds = MemoryKind.allCases.map { ($0.name, forecast.bytesByKind[$0.name] ?? 0) }
    let holes = forecast.peakBytes - kinds.reduce(0) { $0 + $1.1 }
    let sums = [
      ("between buffers", holes), ("pool's peak", forecast.peakBytes),
      ("text and its tokens", forecast.dataBytes), ("resident", forecast.residentBytes),
    ]
    for (name, bytes) in kinds + sums {
      memory.add(name, Format.bytes(bytes), Format.count(bytes) + " bytes")
    }
    console.table(memory)
    console.block(
      wrap(
        "resident: memory held by the process; the program with its libraries"
          + (textIsKnown ? "" : " and the text (see --data)") + " adds at most "
          + Format.bytes(RunForecast.overhead), width: console.helpWidth))
    guard let memory = self.memory else { return }
    console.line("\(memory.what): \(Format.bytes(memory.availableBytes))")
    if let remedy = memory.remedy(name, forecast, batch: batch, accumulation: accumulation) {
      console.warning(remedy)
    }
  }
}

/// Two models side by side: settings that differ, and what follows from them.
struct DescriptionDifference: Encodable {
  /// One setting or figure.
  struct Row: Encodable {
    let path: String
    let left: String?
    let right: String?
  }

  let left: ModelDescription
  let right: ModelDescription
  let settings: [Row]

  init(_ left: ModelDescription, _ right: ModelDescription, settings: [SettingDifference]) {
    self.left = left
    self.right = right
    self.settings = settings.map { Row(path: $0.path, left: $0.left, right: $0.right) }
  }

  /// Prints both columns.
  func show(on console: Console) {
    let names = left.name == right.name ? [left.name + " (changed)", right.name] : [left.name, right.name]
    func table(_ title: String, _ alignment: Table.Alignment) -> Table {
      Table([
        .init(title, .left, smallestWidth: 16), .init(names[0], alignment, smallestWidth: 12),
        .init(names[1], alignment, smallestWidth: 12),
      ])
    }
    if settings.isEmpty {
      console.line("no setting differs")
    } else {
      var rows = table("setting", .left)
      for row in settings { rows.add(row.path, row.left ?? "—", row.right ?? "—") }
      console.table(rows)
    }
    console.line()
    var figures = table("figure", .right)
    func add(_ title: String, _ value: (ModelDescription) -> String?) {
      figures.add(title, value(left) ?? "—", value(right) ?? "—")
    }
    add("parameters") { Format.count($0.parameters) }
    add("model FLOPs per token, forward") { Format.flops($0.modelFlopsPerToken.forward) }
    add("model FLOPs per token, training") { Format.flops($0.modelFlopsPerToken.training) }
    add("executed FLOPs per token, forward") { $0.executedFlopsPerToken.map { Format.flops($0.forward) } }
    add("executed FLOPs per token, training") { $0.executedFlopsPerToken.map { Format.flops($0.training) } }
    add("peak memory at batch \(left.batch)") { $0.forecast.map { Format.bytes($0.peakBytes) } }
    console.table(figures)
  }
}
