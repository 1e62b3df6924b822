extension PageStyle {
  /// What the pages of studies have beside the rules of all pages.
  static let study: Markup = """

    .verdict { margin: 1.5rem 0 0.5rem; font-size: 1.15rem; font-weight: 620; }
    .beside { display: grid; grid-template-columns: 1fr 1fr; gap: 0.4rem 2.2rem; margin-bottom: 1rem; }
    .beside p { margin: 0 0 0.5rem; }
    .beside h3 { margin: 0.5rem 0 0.3rem; color: var(--soft); font-size: 0.9rem; }
    .maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 0 0.9rem; }
    .heat .positive { fill: var(--accent); } .heat .negative { fill: var(--run-2); }
    .heat .empty { fill: none; stroke: var(--line); }
    .heat .cell, .heat .strong-cell { font-size: 11px; font-variant-numeric: tabular-nums; }
    svg.heat .strong-cell { fill: var(--on-accent); }
    .level { stroke: var(--soft); stroke-dasharray: 2 4; }
    .interval { stroke: var(--colour); stroke-width: 1.4; }
    .results, .checks { margin-bottom: 1.2rem; }
    .results thead th:first-child, .checks thead th:first-child { padding-left: 0; text-align: left; }
    .results td { white-space: nowrap; }
    .checks { margin: 0 1rem 1rem; width: calc(100% - 2rem); font-size: 0.9rem; }
    .checks tbody th { white-space: normal; }
    .fails td, .fails th { font-weight: 700; }
    .predict > p { margin: 0; padding: 0 1rem 0.8rem; }
    .predict summary { font-weight: 400; }
    .predict b { color: var(--accent); font-weight: 600; }
    .explorer .parts { display: grid; grid-template-columns: 1.6fr 1fr; gap: 0.6rem 1.6rem; align-items: center; }
    .explorer .parts > * { min-width: 0; }
    .explorer [hidden] { display: none; }
    .sliders div { display: grid; grid-template-columns: 1fr auto; gap: 0 0.8rem; margin-bottom: 0.8rem; }
    .sliders label { font-weight: 600; }
    .sliders output { grid-area: 1 / 2; font-variant-numeric: tabular-nums; }
    .sliders input { grid-area: 2 / 1 / 3 / 3; width: 100%; margin: 0.3rem 0; accent-color: var(--accent); }
    .readings p { margin: 0; }
    code { overflow-wrap: anywhere; font: 0.9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
    @media screen and (max-width: 52rem) { .explorer .parts { grid-template-columns: 1fr; } }
    @media screen and (max-width: 38rem) {
      .beside { grid-template-columns: 1fr; }
      .plot text { font-size: 14.5px; }
    }
    @media print { details > * { display: block; } }
    """
}
