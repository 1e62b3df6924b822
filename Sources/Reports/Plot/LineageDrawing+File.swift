extension LineageDrawing {
  /// The drawing as a file of its own, with the few styles that pages give it.
  func file(width: Double) -> Markup {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width + 32) \(height + 24)">
    <style>
    svg { --page: #f7f7f4; --ink: #1d2226; --soft: #59626b; --accent: #2c6e49; --on-accent: #ffffff;
    font-family: system-ui, sans-serif; }
    @media (prefers-color-scheme: dark) {
    svg { --page: #14171a; --ink: #e6e8e6; --soft: #9aa4ad; --accent: #6cc08f; --on-accent: #0e1a13; }
    }
    text { fill: var(--ink); font-size: 12px; }
    .tick { fill: var(--soft); font-variant-numeric: tabular-nums; }
    .column { font-weight: 600; font-size: 13px; }
    .layer { fill: var(--accent); }
    .layer.fresh { stroke: var(--accent); stroke-dasharray: 4 3; }
    .layer-name { font-size: inherit; font-weight: 600; }
    .layer-name.on-strong { fill: var(--on-accent); }
    .kept, .copied { fill: none; }
    .kept { stroke: var(--soft); stroke-opacity: 0.3; stroke-width: 1.2; }
    .copied { stroke: var(--accent); stroke-width: 1.8; }
    </style>
    <rect width="\(width + 32)" height="\(height + 24)" fill="var(--page)"/>
    <svg x="16" y="12" width="\(width)" height="\(height)">
    \(svg(width: width))
    </svg>
    </svg>

    """
  }
}
