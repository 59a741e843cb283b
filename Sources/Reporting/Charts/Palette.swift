/// The colours of models: eight that stay apart for colour-blind readers. Every one has a shape of its own besides
/// (``ChartMark``).
package enum Palette {
  /// On a light background, as in figures.
  package static let light = [
    "#1f5fbf", "#c8500a", "#0e8268", "#a83a92", "#806000", "#0b7d9e", "#6c4fd0", "#59636f",
  ]
  private static let dark = [
    "#7fb0ff", "#ff9d57", "#45cfa4", "#f08ad8", "#dcc05a", "#57c8ea", "#b5a2ff", "#b6c0cc",
  ]

  /// Variables `--c0` to `--c7`, and the classes `c0` to `c7` that choose one of them as `--c`.
  static let styleSheet =
    ":root{"
    + zip(light, dark).enumerated().map { "--c\($0):light-dark(\($1.0),\($1.1))" }.joined(separator: ";")
    + "}\n" + light.indices.map { ".c\($0){--c:var(--c\($0))}\n" }.joined()
}
