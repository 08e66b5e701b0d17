extension Figure {
  /// What a page that shows figures must have in its style sheet: the colours for light and dark paper and the
  /// steps of the colour scales.
  ///
  /// Dark values apply under `prefers-color-scheme: dark` unless the root element has `data-theme="light"`, and
  /// under `data-theme="dark"` always; paper gets the light ones. A page may redefine any `--plot-…` variable.
  public static var stylesheet: String {
    let light = declarations(dark: false)
    let dark = declarations(dark: true)
    var css = ":root{color-scheme:light dark;\(light)}\n"
    css += "@media (prefers-color-scheme:dark){:root:not([data-theme=\"light\"]){\(dark)}}\n"
    css += ":root[data-theme=\"dark\"]{\(dark)}\n"
    css += "@media print{:root:root,:root:root[data-theme]{\(light)}}\n"
    css += ".plot{\(steps("h", "heat-low", "heat-mid", "heat-high"))"
    css += steps("n", "diverge-zero", "negative-mid", "negative-high")
    css += steps("p", "diverge-zero", "positive-mid", "positive-high") + "}\n"
    css += """
      .plot{display:block;width:100%;height:auto;max-width:calc(var(--plot-width)*1.28px);margin-inline:auto;\
      font-family:var(--plot-font,sans-serif);font-variant-numeric:tabular-nums;overflow:visible}
      .plot text{text-autospace:no-autospace;white-space:pre}
      .plot-row{display:flex;flex-wrap:wrap;justify-content:center;align-items:flex-start;gap:1.5rem 1rem}
      .plot-row>.plot{flex:1 1 18rem;margin-inline:0}

      """
    return css
  }

  private static func declarations(dark: Bool) -> String {
    var text = ""
    for colour in Palette.all { text += "--plot-\(colour.name):\(dark ? colour.dark : colour.light);" }
    return text
  }

  private static func steps(_ letter: String, _ low: String, _ mid: String, _ high: String) -> String {
    var text = ""
    let n = Palette.steps
    for level in 0...(2 * n) {
      let (from, to, k) = level <= n ? (low, mid, level) : (mid, high, level - n)
      let share = trimmed(Double(100 * k) / Double(n), 1)
      text += "--plot-\(letter)\(level):color-mix(in oklab,var(--plot-\(to)) \(share)%,var(--plot-\(from)));"
    }
    return text
  }
}
