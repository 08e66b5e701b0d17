import WeaveModel
import WeaveSupport

/// A tagged Swift block: its code, what it printed, its figures.
extension BookWriter {
  /// Where evidence points to: the block's own id unless that names its figure or table.
  func anchor(of block: CodeBlock) -> String {
    switch page.blockLabels[block.index]?.kind {
    case .figure, .table: Anchor.block(block.index)
    default: block.attributes.id ?? Anchor.block(block.index)
    }
  }

  func html(of block: CodeBlock) throws -> String {
    let isHidden = block.attributes.hide || block.displayedCode.isEmpty
    let kind = isHidden ? "hidden-code" : block.mode.rawValue
    var html = "<section class=\"block \(kind)\"\(named(anchor(of: block)))>\n"
    if !isHidden { html += code(of: block) }
    html += try output(of: block)
    if let figures = page.record.figures[block.index], !figures.isEmpty { html += try figure(figures, of: block) }
    return html + "</section>\n"
  }

  // MARK: Code

  private func code(of block: CodeBlock) -> String {
    let (label, id, caption) = (page.blockLabels[block.index], block.attributes.id, block.attributes.caption)
    let shown = block.displayedCode
    let namesResult = label?.kind == .figure || label?.kind == .table
    let title =
      namesResult
      ? "" : figureCaption(caption, label: label, id: id, element: ("<div class=\"listing-title\">", "</div>"))
    let badge =
      words.code.mode(block.mode).badge.map {
        "<span class=\"mode\(block.mode.isRefused ? " bad" : "")\">\(escaped($0))</span>"
      } ?? ""
    // What its caption does not link to has a link of its own.
    let isLinked = !title.isEmpty && label != nil && id != nil && !block.attributes.fold
    let deep = isLinked ? "" : deepLink(to: anchor(of: block), words.page.linkToCode)
    let set = highlighted(Listing(language: "swift", code: shown))
    let body = "<div class=\"code\">\(badge)\(deep)<pre><code class=\"language-swift\">\(set)</code></pre></div>\n"
    guard block.attributes.fold else { return title + body }
    let lines = shown.split(separator: "\n", omittingEmptySubsequences: false).count
    let summary =
      title.isEmpty
      ? escaped(words.code.unfold(lines))
      : figureCaption(caption, label: label, id: nil, element: ("<span>", "</span>"))
    return "<details class=\"fold\"><summary>\(summary)</summary>\n\(body)</details>\n"
  }

  // MARK: Output

  /// The pin: it is what the Markdown shows, and the run has been held against it.
  private func printed(by block: CodeBlock) -> String? {
    switch block.mode.output {
    case .printed: block.pin?.text ?? page.record.outputs[block.index]
    case .message: block.pin?.text
    case .none: nil
    }
  }

  private func output(of block: CodeBlock) throws -> String {
    guard let text = printed(by: block), !text.isEmpty else { return "" }
    let label = page.blockLabels[block.index]
    if block.attributes.asMarkdown {
      let table = try printed(text, by: block)
      guard label?.kind == .table else { return "<div class=\"output rendered\">\(table)</div>\n" }
      return "<figure class=\"table\"\(block.attributes.id.map { named($0) } ?? "")>"
        + figureCaption(block.attributes.caption, label: label, id: block.attributes.id) + "\(table)</figure>\n"
    }
    if block.attributes.hide { return "" }
    let shown = escaped(text.last == "\n" ? String(text.dropLast()) : text)
    var name = escaped(words.code.mode(block.mode).output)
    if let robustness = page.robustness, case .text(let changed) = robustness.blocks[block.index] {
      let text = SpreadView(runs: robustness.runs, words: words.seeds).sentence(.text(changed: changed))
      name += "<span class=\"one-run\" title=\"\(escaped(text))\">\(escaped(words.seeds.oneRun))</span>"
    }
    return
      "<div class=\"output\(block.mode.isRefused ? " refused" : "")\"><span class=\"output-name\">\(name)</span>"
      + "<pre><samp>\(shown)</samp></pre></div>\n"
  }

  // MARK: Figures

  private func figure(_ figures: [FigureRecord], of block: CodeBlock) throws -> String {
    let label = page.blockLabels[block.index]
    let isLabelled = label?.kind == .figure
    var html = "<figure class=\"result\"\(isLabelled ? block.attributes.id.map { named($0) } ?? "" : "")>\n"
    for (number, figure) in figures.enumerated() {
      let fragment = SVGFragment(prefix: Anchor.figure(block.index, number))
      do throws(SVGFragment.Fault) {
        let drawing = try fragment.render(figure.svg)
        html += try framedFigure(drawing) + "\n"
      } catch {
        throw Diagnostic(
          .output, chapter.source.path, Position(line: block.fenceLine, column: 1),
          "the figure of \(block.label) cannot be shown: \(error.message)")
      }
    }
    html += controls(of: block)
    if isLabelled { html += figureCaption(block.attributes.caption, label: label, id: block.attributes.id) }
    for figure in figures { html += data(figure.table) }
    return html + "</figure>\n"
  }

  private func framedFigure(_ drawing: String) throws(SVGFragment.Fault) -> String {
    do { return try framed(drawing) } catch { throw SVGFragment.Fault(message: "\(error)") }
  }
}
