extension ReportStyle {
  /// Grids of heads and their film strips.
  static let heads = """
    .heads{display:grid;gap:18px;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));\
    margin:18px 0 0}
    .head-grid{overflow-x:auto}
    .head-grid table{font-size:.8rem;table-layout:fixed;min-width:360px}
    .head-grid th:first-child{width:34px;padding-left:0}
    .head-grid td,.head-grid th{padding:7px 6px;line-height:1.35}
    .head-grid td b,.head-grid .small,.head-grid .worth{display:block}
    .head-grid .small{color:var(--faint)}
    .worth .track{display:block;background:var(--sunk);border-radius:3px;margin:3px 0 1px}
    .worth .track>span{height:5px}
    .thumb{display:block;width:100%;max-width:72px;aspect-ratio:1;margin:0 0 4px;border:1px solid var(--line)}
    th .ci{display:block;color:var(--faint);font-size:.82em;font-weight:400}
    .film td{min-width:84px;font-size:.8rem}
    .film .thumb{width:72px}

    """
}
