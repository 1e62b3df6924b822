/// The page's looks.
///
/// The runs' colours are those of Okabe and Ito (2008), darkened or lightened to stand out from the page;
/// the first run, usually the baseline, is the colour of slate. Dashes and marks differ as well, so nothing
/// rests on colour alone.
enum PageStyle {
  static let sheet: Markup = """
    :root {
      --page: #f7f7f4; --card: #ffffff; --ink: #1d2226; --soft: #59626b; --line: #dfe1dc;
      --grid: #e9ebe6; --accent: #2c6e49; --on-accent: #ffffff;
      --run-0: #4a5560; --run-1: #0068ad; --run-2: #c4500a; --run-3: #00805c; --run-4: #ae4a86;
      --run-5: #86670a;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --page: #14171a; --card: #1b1f23; --ink: #e6e8e6; --soft: #9aa4ad; --line: #30363c;
        --grid: #282e33; --accent: #6cc08f; --on-accent: #0e1a13;
        --run-0: #a9b4be; --run-1: #5bb2f2; --run-2: #f58f4f; --run-3: #41c99d; --run-4: #e394c2;
        --run-5: #d8b64a;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body {
      margin: 0; padding: 0 1.25rem; background: var(--page); color: var(--ink);
      font: 16px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Inter, Roboto,
        "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
    }
    header, main, footer { max-width: 64rem; margin: 0 auto; }
    header { padding: 3.25rem 0 0.5rem; }
    .emblem { display: block; width: 34px; height: 34px; margin-bottom: 1rem; }
    .emblem path { fill: none; stroke: var(--accent); stroke-width: 2.2; stroke-linecap: round; }
    h1 {
      margin: 0; font-size: clamp(1.7rem, 1.2rem + 2vw, 2.4rem); line-height: 1.15;
      font-weight: 650; letter-spacing: -0.022em; overflow-wrap: anywhere; text-wrap: balance;
    }
    .lead { margin: 0.6rem 0 0; color: var(--soft); }
    h2 { margin: 3rem 0 0.35rem; font-size: 1.3rem; font-weight: 640; letter-spacing: -0.012em; }
    h3 { margin: 1.5rem 0 0.6rem; font-size: 1rem; font-weight: 600; }
    .note { margin: 0 0 1rem; max-width: 44rem; color: var(--soft); }
    .note b { color: var(--ink); font-weight: 600; }
    .run-name { unicode-bidi: isolate; overflow-wrap: anywhere; }
    .tiles {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0.75rem;
      margin: 0;
    }
    .tiles div {
      padding: 1rem 1.15rem 0.95rem; background: var(--card); border: 1px solid var(--line);
      border-radius: 10px;
    }
    .tiles dt { font-size: 0.85rem; color: var(--soft); }
    .tiles dd { margin: 0; }
    .value {
      display: block; margin: 0.15rem 0 0.1rem; font-size: 1.75rem; line-height: 1.25;
      font-weight: 620; letter-spacing: -0.02em; font-variant-numeric: tabular-nums;
    }
    .remark { display: block; font-size: 0.85rem; color: var(--soft); }
    figure {
      position: relative; margin: 0 0 0.9rem; padding: 1.1rem 1.25rem 1rem; background: var(--card);
      border: 1px solid var(--line); border-radius: 10px; break-inside: avoid;
    }
    figcaption { margin-bottom: 0.7rem; font-weight: 600; }
    figcaption small { margin-left: 0.5rem; font-size: 0.85rem; font-weight: 400; color: var(--soft); }
    .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0.9rem; }
    .pair figure { min-width: 0; }
    .narrow { display: none; }
    .wide, .narrow { position: relative; }
    .legend { display: flex; flex-wrap: wrap; gap: 0.35rem 1.5rem; margin: 0 0 0.9rem; padding: 0; }
    .legend li { display: flex; align-items: center; gap: 0.55rem; list-style: none; }
    svg { display: block; width: 100%; height: auto; overflow: visible; }
    svg text { fill: var(--ink); font-size: 12px; }
    svg .tick { fill: var(--soft); font-variant-numeric: tabular-nums; }
    svg .title { fill: var(--soft); }
    svg .grid { stroke: var(--grid); }
    svg .axis { stroke: var(--soft); stroke-opacity: 0.55; }
    .run-0 { --colour: var(--run-0); } .run-1 { --colour: var(--run-1); }
    .run-2 { --colour: var(--run-2); } .run-3 { --colour: var(--run-3); }
    .run-4 { --colour: var(--run-4); } .run-5 { --colour: var(--run-5); }
    .dashes-1 { stroke-dasharray: 7 3.5; } .dashes-2 { stroke-dasharray: 2.5 3; }
    .dashes-3 { stroke-dasharray: 9 3 2.5 3; } .dashes-4 { stroke-dasharray: 14 4; }
    .dashes-5 { stroke-dasharray: 5 2.5; }
    .thin, .strong { fill: none; stroke: var(--colour); stroke-linejoin: round; }
    .thin { stroke-width: 1.1; stroke-opacity: 0.6; }
    .strong { stroke-width: 2.1; }
    .marks { fill: var(--colour); stroke: var(--card); stroke-width: 1.2; }
    svg .name { fill: var(--colour); font-weight: 600; }
    .leader {
      fill: none; stroke: var(--colour); stroke-opacity: 0.75; stroke-dasharray: 1 3; stroke-linecap: round;
    }
    .stage { fill: var(--colour); }
    svg .stage-label { font-size: 11px; }
    .growth { stroke: var(--colour); stroke-dasharray: 1.5 3.5; stroke-linecap: round; stroke-width: 1.3; }
    .pointer { stroke: var(--soft); stroke-opacity: 0.6; pointer-events: none; }
    .swatch { display: inline-block; flex: none; width: 34px; height: 12px; }
    h3 .swatch { margin-right: 0.55rem; }
    th .swatch { display: block; margin: 0 0 0.3rem auto; }
    .hover {
      position: absolute; z-index: 1; padding: 0.5rem 0.7rem; background: var(--card);
      border: 1px solid var(--line); border-radius: 7px; box-shadow: 0 4px 16px rgb(0 0 0 / 0.14);
      font-size: 0.8rem; line-height: 1.45; pointer-events: none; white-space: nowrap;
      font-variant-numeric: tabular-nums;
    }
    .hover b, .hover span { display: block; }
    .hover span { color: var(--colour); }
    .hover[hidden] { display: none; }
    .lineage { min-width: 36rem; }
    svg .column { font-weight: 600; font-size: 13px; }
    .layer { fill: var(--accent); }
    .layer.fresh { stroke: var(--accent); stroke-dasharray: 4 3; }
    svg .layer-name { font-size: inherit; font-weight: 600; }
    svg .layer-name.on-strong { fill: var(--on-accent); }
    .kept, .copied { fill: none; }
    .kept { stroke: var(--soft); stroke-opacity: 0.3; stroke-width: 1.2; }
    .copied { stroke: var(--accent); stroke-width: 1.8; }
    .scroll { overflow-x: auto; }
    .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
    table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
    caption { padding: 0 0 0.7rem; color: var(--soft); text-align: left; caption-side: top; }
    th, td { padding: 0.42rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    th { font-weight: 400; text-align: left; }
    td, thead th { padding-left: 1.5rem; text-align: right; }
    thead th { font-weight: 600; }
    tbody th { white-space: nowrap; }
    .group th {
      padding-top: 1.35rem; font-size: 0.85rem; font-weight: 600; color: var(--soft);
    }
    .results { width: auto; min-width: min(100%, 44rem); }
    .facts td, .facts thead th { text-align: left; }
    .facts td { overflow-wrap: anywhere; min-width: 12rem; }
    .facts tbody th { color: var(--soft); }
    details {
      margin-bottom: 0.6rem; background: var(--card); border: 1px solid var(--line);
      border-radius: 10px;
    }
    summary { padding: 0.65rem 1rem; cursor: pointer; font-weight: 600; }
    pre {
      margin: 0; padding: 0 1rem 1rem; overflow-x: auto; font: 0.82rem/1.5 ui-monospace,
        SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
    }
    .caveats { max-width: 46rem; margin: 0.6rem 0 0; padding-left: 1.15rem; }
    .caveats li { margin-bottom: 0.55rem; }
    .caveats li::marker { color: var(--soft); }
    footer { margin-top: 3.5rem; padding: 1rem 0 2.5rem; border-top: 1px solid var(--line); }
    footer p { margin: 0; font-size: 0.85rem; color: var(--soft); }
    @media screen and (max-width: 52rem) {
      .pair { grid-template-columns: 1fr; gap: 0; }
      .pair .chart { max-width: 36rem; }
    }
    @media screen and (max-width: 38rem) {
      body { padding: 0 1rem; }
      header { padding-top: 2rem; }
      .wide { display: none; }
      .narrow { display: block; }
      .tiles { grid-template-columns: 1fr 1fr; }
      .tiles div { padding: 0.8rem 0.9rem; }
      .value { font-size: 1.4rem; }
      figure { padding: 0.9rem 0.8rem 0.8rem; }
      figcaption small { display: block; margin-left: 0; }
      .chart text { font-size: 14.5px; }
      svg .stage-label { font-size: 12px; }
      td, thead th { padding-left: 0.9rem; }
      table { font-size: 0.9rem; }
      tbody th { white-space: normal; }
      .facts tr, .facts tbody th, .facts td { display: block; }
      .facts thead { display: none; }
      .facts tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
      .facts tbody th, .facts td { padding: 0; border: 0; }
      .facts td[data-run]::before { content: attr(data-run) ": "; color: var(--soft); }
    }
    @media print {
      @page { margin: 14mm; }
      body { padding: 0; background: none; font-size: 10.5pt; }
      header { padding-top: 0; }
      h2 { margin-top: 1.8rem; break-after: avoid; }
      h3, figcaption, caption { break-after: avoid; }
      tr, .tiles div, li { break-inside: avoid; }
      .tiles { grid-template-columns: repeat(4, 1fr); }
      .value { font-size: 1.4rem; }
      .scroll { overflow: visible; }
      .lineage { min-width: 0; }
      .chart text { font-size: 15px; }
      figure { padding: 0.7rem 0.8rem; }
      pre { white-space: pre-wrap; }
      .stage, .layer, .marks, .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """

  /// A tree trained along three wires.
  static let emblem: Markup = """
    <svg class="emblem" viewBox="0 0 34 34" aria-hidden="true">\
    <path d="M17 32V5M17 27C9 27 4 25 4 18M17 27C25 27 30 25 30 18M17 19C12 19 9 17 9 11M17 19C22 19 \
    25 17 25 11M17 12C15 12 13.5 10 13.5 6M17 12C19 12 20.5 10 20.5 6"/></svg>
    """
}
