/// One line of a complete tree.
package struct ListedSetting: Sendable, Equatable {
  /// The path, such as `blocks.0.attention.heads`.
  package let path: String
  /// The value as JSON text; a component's name without quotes; of a list, how many there are.
  package let value: String
  /// The line of help.
  package let help: String
  /// Whether it was left to its default.
  package let isDefault: Bool
  /// How deep below the root.
  package let depth: Int
}

/// One place where two trees differ.
package struct SettingDifference: Sendable, Equatable {
  /// The path; `blocks.*.norm` where all blocks differ alike.
  package let path: String
  /// The value on the left; nil where the left has no such setting.
  package let left: String?
  /// The value on the right.
  package let right: String?

  /// A difference.
  package init(path: String, left: String?, right: String?) {
    self.path = path
    self.left = left
    self.right = right
  }
}

extension Resolved {
  /// Every setting below this component, in the order of the declarations.
  package var listing: [ListedSetting] { listing(depth: 0) }

  /// The value of every setting below this component by its path.
  package var valuesByPath: [String: String] {
    Dictionary(listing.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  private func listing(depth: Int) -> [ListedSetting] {
    declaration.settings.flatMap { setting -> [ListedSetting] in
      let path = join(setting.name)
      func line(_ value: String) -> ListedSetting {
        ListedSetting(
          path: path, value: value, help: setting.help, isDefault: !written.contains(setting.name),
          depth: depth)
      }
      switch values[setting.name] {
      case .plain(let value): return [line(Node(value).json())]
      case .component(let component): return [line(component.type)] + component.listing(depth: depth + 1)
      case .list(let list):
        let items = list.flatMap { item in
          [ListedSetting(path: item.path, value: item.type, help: "", isDefault: false, depth: depth + 1)]
            + item.listing(depth: depth + 2)
        }
        return [line(Self.count(list))] + items
      case nil: return []
      }
    }
  }

  private static func count(_ list: [Resolved]) -> String { list.isEmpty ? "none" : "\(list.count)" }

  fileprivate func join(_ name: String) -> String { path.isEmpty ? name : path + "." + name }

  fileprivate func shown(_ name: String) -> String? {
    switch values[name] {
    case .plain(let value): Node(value).json()
    case .component(let component): component.type
    case .list(let list): Self.count(list)
    case nil: nil
    }
  }
}

/// Where two complete trees differ, in the order of the declarations.
///
/// A list that is longer on one side is compared with the other's last element, so that eight equal layers
/// beside four differ in their number alone.
package func diff(_ left: Resolved, _ right: Resolved) -> [SettingDifference] {
  var compared: [SettingDifference] = []
  if left.type != right.type || left.declaration.family != right.declaration.family {
    compared.append(SettingDifference(path: left.declaration.family, left: left.type, right: right.type))
  }
  compare(left, right, path: "", into: &compared)
  return collapsed(compared)
}

private func compare(
  _ left: Resolved?, _ right: Resolved?, path: String, into result: inout [SettingDifference]
) {
  let names = (left?.declaration.settings ?? []).map(\.name)
  let others = (right?.declaration.settings ?? []).map(\.name).filter { !names.contains($0) }
  for name in names + others {
    let path = path.isEmpty ? name : path + "." + name
    result.append(SettingDifference(path: path, left: left?.shown(name), right: right?.shown(name)))
    let (a, b) = (left?.values[name], right?.values[name])
    if a?.component != nil || b?.component != nil {
      compare(a?.component, b?.component, path: path, into: &result)
    }
    let (first, second) = (a?.list ?? [], b?.list ?? [])
    for index in 0..<max(first.count, second.count) {
      compare(
        index < first.count ? first[index] : first.last, index < second.count ? second[index] : second.last,
        path: "\(path).\(index)", into: &result)
    }
  }
}

extension Resolved.Value {
  fileprivate var component: Resolved? { if case .component(let component) = self { component } else { nil } }
  fileprivate var list: [Resolved]? { if case .list(let list) = self { list } else { nil } }
}

/// The real differences, with those that all elements of a list share brought to one.
private func collapsed(_ compared: [SettingDifference]) -> [SettingDifference] {
  func pattern(_ difference: SettingDifference) -> SettingDifference {
    let steps = difference.path.split(separator: ".").map { Int($0) == nil ? String($0) : "*" }
    return SettingDifference(
      path: steps.joined(separator: "."), left: difference.left, right: difference.right)
  }
  let patterns = compared.map(pattern)
  var seen: [SettingDifference] = []
  return zip(compared, patterns).compactMap { difference, pattern in
    guard difference.left != difference.right else { return nil }
    let alike = patterns.filter { $0.path == pattern.path }
    guard alike.count > 1, alike.allSatisfy({ $0 == pattern }) else { return difference }
    if seen.contains(pattern) { return nil }
    seen.append(pattern)
    return pattern
  }
}
