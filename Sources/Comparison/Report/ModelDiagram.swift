import Reporting

/// Models side by side, part by part as text passes them; where they differ, in colour and with a thick edge.
struct ModelDiagram {
  /// The models, in order.
  var models: [(name: String, colour: Int, outline: ReportData.Outline)]

  /// More models than this would be too small to read.
  static let maxModels = 4

  private static let column = 230.0
  private static let box = 46.0
  private static let gap = 22.0
  private static let top = 40.0

  /// The roles of all models, in the order of the first that has each.
  private var roles: [(role: String, isInBlock: Bool)] {
    var roles: [(role: String, isInBlock: Bool)] = []
    for model in models {
      for (index, part) in model.outline.parts.enumerated()
      where !roles.contains(where: { $0.role == part.role }) {
        let before = index > 0 ? model.outline.parts[index - 1].role : nil
        let place = roles.firstIndex { $0.role == before }.map { $0 + 1 } ?? roles.count
        roles.insert((part.role, part.isInBlock), at: place)
      }
    }
    return roles
  }

  private func choice(_ model: Int, _ role: String) -> String? {
    models[model].outline.parts.first { $0.role == role }?.choice
  }

  private func differs(_ role: String) -> Bool {
    models.indices.contains { choice($0, role) != choice(0, role) }
  }

  /// What a screen reader says.
  private var description: String {
    let different = roles.filter { differs($0.role) }.map(\.role)
    return different.isEmpty
      ? "The models have the same parts." : "The models differ in: \(different.inWords)."
  }

  /// The diagram as SVG; `id` must be unique on the page.
  func render(id: String) -> Markup {
    let roles = self.roles
    let width = Self.column * Double(models.count)
    let height = Self.top + Double(roles.count) * (Self.box + Self.gap) + 6
    let names = models.indices.map { index -> Markup in
      let model = models[index]
      return """
        <text class='middle' style='font-weight:650' x='\(px: centre(index))' y='20'>\(model.name)</text>
        """
    }
    let boxes = models.indices.flatMap { index in roles.indices.map { part(index, $0, roles) } }
    return """
      <svg class='chart' id='\(id)' style='max-width:\(px: width * 1.2)px' viewBox='0 0 \(px: width) \(px: height)' \
      role='img' aria-labelledby='\(id)-t \(id)-d'><title id='\(id)-t'>The models side by side</title>\
      <desc id='\(id)-d'>\(description)</desc>\(names)\(blocks(roles))\(boxes)</svg>

      """
  }

  private func centre(_ model: Int) -> Double { Self.column * (Double(model) + 0.5) }
  private func y(_ row: Int) -> Double { Self.top + Double(row) * (Self.box + Self.gap) }

  /// The frame around the parts of a block, with how often it is repeated.
  private func blocks(_ roles: [(role: String, isInBlock: Bool)]) -> Markup {
    guard let first = roles.firstIndex(where: \.isInBlock), let last = roles.lastIndex(where: \.isInBlock)
    else {
      return ""
    }
    let frames = models.indices.map { index -> Markup in
      let left = Self.column * Double(index) + 6
      return """
        <rect x='\(px: left)' y='\(px: y(first) - 8)' width='\(px: Self.column - 12)' \
        height='\(px: y(last) - y(first) + Self.box + 16)' rx='10' fill='none' stroke='var(--line)'/>\
        <text class='note end' x='\(px: left + Self.column - 18)' y='\(px: y(first) - 11)'>\
        \(models[index].outline.blocks) ×</text>
        """
    }
    return "\(frames)"
  }

  private func part(_ model: Int, _ row: Int, _ roles: [(role: String, isInBlock: Bool)]) -> Markup {
    let role = roles[row].role
    let (left, width) = (Self.column * Double(model) + 16, Self.column - 32)
    let isDifferent = differs(role)
    let style: Markup =
      isDifferent
      ? "fill='var(--warnbg)' stroke='var(--warn)' stroke-width='2'"
      : "fill='var(--sunk)' stroke='var(--line)'"
    let arrow: Markup? =
      row == 0
      ? nil
      : """
      <line x1='\(px: centre(model))' x2='\(px: centre(model))' y1='\(px: y(row) - Self.gap)' y2='\(px: y(row))' \
      stroke='var(--faint)'/>
      """
    guard let choice = choice(model, role) else { return arrow ?? "" }
    // About as many letters as fit the box.
    let shown = choice.count > 28 ? choice.prefix(27) + "…" : choice[...]
    return """
      \(arrow)<rect x='\(px: left)' y='\(px: y(row))' width='\(px: width)' height='\(px: Self.box)' rx='6' \(style)/>\
      <text class='note middle' x='\(px: centre(model))' y='\(px: y(row) + 17)'>\(role)</text>\
      <text class='middle' style='font-size:12px' x='\(px: centre(model))' y='\(px: y(row) + 35)'>\
      <title>\(choice)</title>\(String(shown))</text>
      """
  }
}
