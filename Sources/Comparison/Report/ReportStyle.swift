import Foundation

/// The page's style sheet: light and dark, phone and desktop, screen and paper.
enum ReportStyle {
  /// The whole style sheet.
  static var sheet: String {
    """
    :root{color-scheme:light;\(light)}
    @media (prefers-color-scheme:dark){:root:not([data-theme='light']){color-scheme:dark;\(dark)}
    :root:not([data-theme='light']) .heat{\(invertedHeat)}}
    :root[data-theme='dark']{color-scheme:dark;\(dark)}
    :root[data-theme='dark'] .heat{\(invertedHeat)}
    \(palette)\(base)\(parts)\(charts)\(attention)\(heads)\(phoneAndPaper)
    """
  }

  /// Eight colours that stay apart for colour-blind readers; every one has a shape of its own besides.
  static let colours = [
    "#1f5fbf", "#c8500a", "#0e8268", "#a83a92", "#806000", "#0b7d9e", "#6c4fd0", "#59636f",
  ]

  private static let light = """
    --bg:#f6f7f9;--panel:#ffffff;--sunk:#eef1f5;--ink:#171b22;--soft:#4d5766;--faint:#5f6a7a;\
    --line:#dde2e9;--grid:#e8ecf1;--accent:#1f5fbf;--good:#0f7a4f;--goodbg:#e3f4ec;--bad:#b3261e;\
    --badbg:#fcebe9;--warn:#855300;--warnbg:#fdf1dc;--shadow:0 1px 2px rgba(20,30,50,.05),\
    0 6px 20px rgba(20,30,50,.05);
    """ + colours.enumerated().map { "--c\($0):\($1)" }.joined(separator: ";")
  private static let dark = """
    --bg:#0f1319;--panel:#171c24;--sunk:#1f2530;--ink:#e8ecf2;--soft:#b3bdca;--faint:#98a3b2;\
    --line:#2c3441;--grid:#252c38;--accent:#86b4ff;--good:#5dd39e;--goodbg:#15332a;--bad:#ff9d94;\
    --badbg:#3b1f20;--warn:#f0c060;--warnbg:#372b14;--shadow:none;\
    --c0:#7fb0ff;--c1:#ff9d57;--c2:#45cfa4;--c3:#f08ad8;--c4:#dcc05a;--c5:#57c8ea;--c6:#b5a2ff;--c7:#b6c0cc
    """

  /// Turns the light colour scale of attention into a dark one: lightness flips, hues stay.
  private static let invertedHeat = "filter:invert(.92) hue-rotate(180deg) brightness(1.15)"

  private static var palette: String {
    (0..<ChartMark.count).map {
      """
      .c\($0){--c:var(--c\($0))}\n
      """
    }.joined()
  }

  private static let base = """
    *{box-sizing:border-box}
    [hidden]{display:none!important}
    html{scroll-behavior:smooth;scroll-padding-top:64px;-webkit-text-size-adjust:100%}
    @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.6 system-ui,-apple-system,'Segoe UI',\
    Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif;font-variant-numeric:tabular-nums}
    main,.hero,.foot{max-width:1160px;margin:0 auto;padding:0 24px}
    h1{font-size:clamp(1.7rem,4.4vw,2.6rem);line-height:1.15;letter-spacing:-.022em;margin:.2em 0 .35em;\
    font-weight:700;text-wrap:balance}
    h2{font-size:1.5rem;letter-spacing:-.015em;line-height:1.25;margin:0 0 .35em;font-weight:680}
    h3{font-size:1rem;margin:0;font-weight:650;line-height:1.35}
    p{margin:.5em 0}
    a{color:var(--accent)}
    code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;\
    font-size:.88em}
    pre{overflow-x:auto;margin:0;padding:12px 14px;background:var(--sunk);border-radius:8px;line-height:1.5}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
    .skip{position:absolute;left:-999px}
    .skip:focus{left:12px;top:12px;z-index:9;background:var(--panel);padding:8px 12px}
    section{padding:44px 0 6px}
    .lead{color:var(--soft);max-width:76ch;margin:0 0 20px}
    .note{color:var(--faint);font-size:.88rem;max-width:86ch}
    """

  private static let parts = """
    .hero{padding-top:44px}
    .eyebrow{color:var(--faint);font-size:.8rem;letter-spacing:.08em;text-transform:uppercase;margin:0}
    .meta{display:flex;flex-wrap:wrap;gap:4px 22px;color:var(--soft);font-size:.92rem;margin:14px 0 0;\
    padding:0;list-style:none}
    .bar-top{position:sticky;top:0;z-index:5;background:var(--bg);border-bottom:1px solid var(--line);\
    margin-top:34px}
    .bar-top>div{max-width:1160px;margin:0 auto;padding:0 24px;display:flex;align-items:center;gap:12px}
    nav{flex:1;min-width:0;overflow-x:auto;scrollbar-width:none;\
    mask-image:linear-gradient(90deg,#000 calc(100% - 48px),transparent)}
    nav ul{display:flex;gap:2px;list-style:none;margin:0;padding:8px 48px 8px 0;width:max-content}
    nav a{display:block;white-space:nowrap;padding:5px 10px;border-radius:7px;color:var(--soft);\
    text-decoration:none;font-size:.9rem}
    nav a:hover,nav a.here{background:var(--sunk);color:var(--ink)}
    button,select{font:inherit;font-size:.88rem;color:var(--ink);background:var(--panel);\
    border:1px solid var(--line);border-radius:8px;padding:5px 11px;cursor:pointer;min-height:34px}
    button:hover,select:hover{border-color:var(--faint)}
    .choice{display:inline-flex;flex-wrap:wrap;border:1px solid var(--line);border-radius:9px;\
    background:var(--panel);padding:2px;gap:2px}
    .choice button{border:0;border-radius:7px;min-height:30px;background:none;color:var(--soft)}
    .choice button[aria-pressed='true']{background:var(--sunk);color:var(--ink);font-weight:600;\
    box-shadow:inset 0 0 0 1px var(--line)}
    .controls{display:flex;flex-wrap:wrap;gap:10px 20px;align-items:center;margin:0 0 18px}
    .controls>span,.controls>label{display:inline-flex;align-items:center;gap:8px;flex-wrap:wrap;\
    color:var(--faint);font-size:.88rem}
    .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:14px;margin:28px 0 0;\
    padding:0;list-style:none}
    .card,.panel{background:var(--panel);border:1px solid var(--line);border-radius:12px;\
    box-shadow:var(--shadow)}
    .card{padding:16px 18px}
    .card .what{display:flex;align-items:center;gap:7px;color:var(--soft);font-size:.9rem;margin:0}
    .card .value{font-size:1.95rem;line-height:1.2;font-weight:680;letter-spacing:-.02em;margin:6px 0 4px}
    .card .why{color:var(--faint);font-size:.85rem;line-height:1.45;margin:0}
    .panel{padding:16px 18px;margin:0;min-width:0}
    .panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));gap:18px}
    .panel+.panel.stacked,.table+.panel,.panel+.table,.panels+.table,.table+.table{margin-top:18px}
    .legend{display:flex;flex-wrap:wrap;gap:2px 16px;color:var(--soft);font-size:.85rem;list-style:none;\
    margin:4px 0 8px;padding:0}
    .legend li,.arm{display:inline-flex;align-items:center;gap:6px;vertical-align:bottom}
    .arm{font-weight:600;white-space:nowrap}
    .swatch{width:14px;height:14px;flex:none;display:inline-block;vertical-align:-2px}
    .unit{color:var(--faint);font-size:.85rem;margin:0}
    .table{background:var(--panel);border:1px solid var(--line);border-radius:12px;overflow-x:auto;\
    box-shadow:var(--shadow)}
    table{border-collapse:collapse;width:100%;font-size:.91rem}
    caption{text-align:left;padding:12px 16px 4px;font-weight:650}
    th,td{padding:8px 16px;text-align:left;vertical-align:top;border-top:1px solid var(--grid)}
    thead th{color:var(--faint);font-weight:550;font-size:.84rem;border-top:0;vertical-align:bottom}
    tbody th{font-weight:550;min-width:124px}
    td.n,th.n{text-align:right;white-space:nowrap}
    td .ci{display:block;color:var(--faint);font-size:.82em}
    th.text{min-width:210px}
    th.path{min-width:190px;overflow-wrap:anywhere}
    .tag{display:inline-flex;gap:6px;align-items:center;border-radius:99px;padding:1px 10px;font-size:.82rem;\
    font-weight:600;white-space:nowrap}
    .tag.good{background:var(--goodbg);color:var(--good)}
    .tag.bad{background:var(--badbg);color:var(--bad)}
    .tag.warn{background:var(--warnbg);color:var(--warn)}
    .verdicts{display:grid;gap:14px;list-style:none;margin:0;padding:0;\
    grid-template-columns:repeat(auto-fit,minmax(min(var(--least,440px),100%),1fr))}
    .verdicts .statement{font-weight:620;margin:8px 0 2px;line-height:1.4}
    .verdicts .numbers{margin:0 0 6px;color:var(--soft)}
    .verdicts .because{margin:0;color:var(--faint);font-size:.9rem}
    .panels>.table{margin-top:0!important}
    .chips{display:flex;flex-wrap:wrap;gap:6px;list-style:none;margin:10px 0 0;padding:0}
    .chips li{background:var(--sunk);border-radius:7px;padding:2px 9px;font-size:.86rem;\
    overflow-wrap:anywhere}
    details{margin-top:14px}
    details>.table{margin-top:10px}
    summary{cursor:pointer;color:var(--accent);font-size:.92rem;padding:4px 0}
    .sample{line-height:1.75;margin:10px 0 0;padding:0;list-style:none}
    .sample li{padding:1px 0 1px 26px;position:relative;overflow-wrap:anywhere;white-space:pre-wrap}
    .sample .mark-text{position:absolute;left:2px;font-weight:700}
    .good-text{color:var(--good)}.bad-text{color:var(--bad)}
    .prompt{background:var(--sunk);border-radius:5px;padding:1px 5px}
    .fill-text{font-size:1.05rem;line-height:1.9;margin:6px 0 12px;overflow-wrap:anywhere}
    .hole{background:var(--sunk);border:1px dashed var(--faint);border-radius:6px;padding:1px 7px;\
    font-size:.88em;font-weight:600;white-space:nowrap}
    .masks{display:flex;flex-wrap:wrap;gap:10px 28px}
    .masks>div{flex:1 1 190px;max-width:330px;min-width:0}
    .guesses{width:100%;font-size:.9rem}
    .guesses td,.guesses th{padding:2px 6px;border:0;vertical-align:middle}
    .guesses .track{width:44%}
    .guesses th{white-space:nowrap;max-width:150px;overflow:hidden;text-overflow:ellipsis}
    .guesses caption{padding:0 6px 4px;font-size:.85rem;color:var(--faint);font-weight:500}
    .track>span{display:block;height:9px;border-radius:3px;background:var(--c,var(--accent));min-width:1px}
    .bars th{white-space:nowrap;width:1%;border:0;padding:7px 12px 7px 0;vertical-align:middle}
    .bars td,.bars thead th{border:0;padding:7px 0;position:relative}
    .bars .wide{width:auto}.bars caption{padding-top:0}
    .bars .n{width:1%;padding-left:12px;font-weight:600}
    .bars .track{position:relative;background:var(--sunk);border-radius:4px;height:20px}
    .bars .track>span{height:20px;border-radius:4px;background:var(--c,var(--faint))}
    .bars .plain .track>span{opacity:.55}
    .bars .track>i{position:absolute;top:-8px;bottom:-8px;width:0;border-left:2px dashed var(--ink);\
    opacity:.75}
    .stack{display:flex;height:22px;border-radius:6px;overflow:hidden;gap:2px;margin:10px 0 8px;\
    background:var(--sunk)}
    .stack>span{display:block;background:var(--c);min-width:1px}
    .key{width:11px;height:11px;border-radius:3px;background:var(--c);display:inline-block;flex:none}
    .share{display:flex;align-items:center;justify-content:flex-end;gap:8px}
    .share .track{width:64px;flex:none;margin-right:auto}
    .foot{padding-top:30px;padding-bottom:60px;color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}
    .hero,.lead,.note,.card,.legend,.verdicts li,section li{overflow-wrap:anywhere}
    .foot ul{padding-left:1.2em;margin:.4em 0}
    """

  private static let charts = """
    .chart{display:block;width:100%;height:auto;overflow:visible}
    .chart text{font-size:11.5px;fill:var(--faint)}
    .chart .label{fill:var(--soft)}
    .chart .rowlabel{fill:var(--ink);font-size:12px}
    .chart .note{font-size:11px;fill:var(--soft)}
    .middle{text-anchor:middle}.end{text-anchor:end}.start{text-anchor:start}
    .grid{stroke:var(--grid);stroke-width:1}
    .axis{stroke:var(--line);stroke-width:1.2}
    .reference{stroke:var(--faint);stroke-width:1.2;stroke-dasharray:5 4}
    .curve{fill:none;stroke:var(--c);stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
    .curve.faint{stroke-width:1.2;opacity:.6}
    .curve.dashed{stroke-dasharray:6 4;stroke-width:1.8}
    .band{fill:var(--c);opacity:.13}
    .mark{fill:var(--c);stroke:var(--panel);stroke-width:1}
    .mark.hollow{fill:var(--panel);stroke:var(--c);stroke-width:1.7}
    .whisker{stroke:var(--c);stroke-width:2;opacity:.6;stroke-linecap:round}
    .cursor line{stroke:var(--ink);stroke-width:1;opacity:.5}
    .plot{position:relative;touch-action:pan-y}
    .tip{position:absolute;top:6px;z-index:3;pointer-events:none;background:var(--ink);color:var(--bg);\
    font-size:.8rem;line-height:1.5;padding:7px 11px;border-radius:8px;max-width:250px;opacity:.95}
    .tip b{font-weight:650}.tip div{display:flex;gap:8px;justify-content:space-between}
    """

  private static let attention = """
    .attention{display:grid;gap:18px;grid-template-columns:repeat(var(--columns,2),minmax(0,1fr))}
    .attention figcaption{display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline}
    .tiles svg,.single svg{display:block;width:100%;height:auto;color:var(--soft)}
    .attention .tiles{max-width:420px;margin:8px auto 0}
    .attention .single{max-width:520px;margin:14px auto 0}
    .heat{image-rendering:pixelated}
    .tile{fill:transparent;cursor:pointer;stroke:transparent;stroke-width:2}
    .tile:hover{stroke:var(--faint)}
    .tile.chosen{stroke:var(--c1)}
    .readout{min-height:1.6em;font-size:.85rem;color:var(--soft);margin:6px 0 0;text-align:center}
    .tokens{line-height:2;margin:0 0 14px}
    .tokens span{background:var(--panel);border:1px solid var(--line);border-radius:5px;padding:1px 6px;\
    margin-right:3px;font-size:.84rem;white-space:pre}
    .scale{max-width:420px;color:var(--soft);margin-top:18px}
    .scale svg{display:block;width:100%;height:auto}
    """

  private static let phoneAndPaper = """
    @media (max-width:900px){.attention{grid-template-columns:minmax(0,1fr)}}
    @media screen and (min-width:901px){.attention figure{grid-column:var(--place,auto)}}
    @media (max-width:560px){
    main,.hero,.foot,.bar-top>div{padding-left:16px;padding-right:16px}
    .hero{padding-top:26px}section{padding-top:34px}
    .chart text{font-size:15px}.chart .rowlabel{font-size:15px}.chart .note{font-size:14px}
    .card{padding:13px 15px}.card .value{font-size:1.6rem}
    .cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:10px}
    .panel{padding:13px 13px}
    th,td{padding:7px 11px}
    .bars thead{position:absolute;left:-9999px}
    .bars tbody tr{display:grid;grid-template-columns:1fr auto auto;align-items:center;padding:5px 0 9px}
    .bars tbody th{grid-column:1/-1;padding:0 0 3px;width:auto}.bars tbody td{padding:0}}
    @media print{
    :root{--bg:#fff;--shadow:none}
    .bar-top,.controls,.skip{display:none}
    .card,.panel,.table,.verdicts li{break-inside:avoid}
    .table{overflow:visible}section{padding-top:20px}
    .attention{grid-template-columns:repeat(2,minmax(0,1fr))}}
    """
}
