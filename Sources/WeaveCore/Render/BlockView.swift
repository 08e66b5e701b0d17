/// A tagged Swift block on the page: its code, what it printed, its figures.
struct BlockView {
  let block: CodeBlock
  let page: VerifiedChapter
  let typeset: Typeset
  /// Its caption's HTML.
  let caption: String?
  /// What a block printed as Markdown, as HTML.
  let renderMarkdown: (String) throws -> String

  /// Where evidence points to: the block's own id unless that names its figure or table.
  static func anchor(_ block: CodeBlock, _ page: VerifiedChapter) -> String {
    switch page.blockLabels[block.index]?.kind {
    case .figure, .table: Anchor.block(block.index)
    default: block.attributes.id ?? Anchor.block(block.index)
    }
  }

  private var label: Label? { page.blockLabels[block.index] }
  private var labelsResult: Bool { label?.kind == .figure || label?.kind == .table }

  func html() throws -> String {
    let figures = page.record.figures[block.index] ?? []
    let anchor = Self.anchor(block, page)
    var html = "<section class=\"block \(block.mode.rawValue)\" id=\"\(escaped(anchor))\">\n"
    if block.attributes.hide {
      html = "<section class=\"block hidden-code\" id=\"\(escaped(anchor))\">\n"
    } else {
      html += code()
    }
    html += try output()
    if !figures.isEmpty { html += try figure(figures) }
    return html + "</section>\n"
  }

  // MARK: Code

  private func code() -> String {
    let shown = block.displayedCode
    let listing = Listing(language: "swift", code: shown)
    let set = typeset.listings[listing].map { Mark.highlight.around($0) } ?? escaped(shown)
    let named = ("<div class=\"listing-title\">", "</div>")
    let title = labelsResult ? "" : figureCaption(caption, label: label, id: block.attributes.id, element: named)
    let badge = switch block.mode {
    case .fail: "<span class=\"mode bad\">コンパイルできない</span>"
    case .trap: "<span class=\"mode bad\">実行時に停止する</span>"
    case .compile: "<span class=\"mode\">コンパイルのみ</span>"
    case .show: "<span class=\"mode\">表示のみ</span>"
    case .run: ""
    }
    // What its caption does not link to has a link of its own.
    let hasOwn = !title.isEmpty && label != nil && block.attributes.id != nil
    let deep = hasOwn && !block.attributes.fold
      ? "" : "<a class=\"deep\" href=\"#\(fragment(Self.anchor(block, page)))\" aria-label=\"このコードへのリンク\">#</a>"
    let body = "<div class=\"code\">\(badge)\(deep)<pre><code class=\"language-swift\">\(set)</code></pre></div>\n"
    guard block.attributes.fold else { return title + body }
    let lines = shown.split(separator: "\n", omittingEmptySubsequences: false).count
    let summary = title.isEmpty
      ? "コードを表示（\(lines) 行）"
      : figureCaption(caption, label: label, id: nil, element: ("<span>", "</span>"))
    return "<details class=\"fold\"><summary>\(summary)</summary>\n\(body)</details>\n"
  }

  // MARK: Output

  /// The pin: it is what the Markdown shows, and the run has been held against it.
  private var printed: String? {
    switch block.mode {
    case .run: block.pin?.text ?? page.record.outputs[block.index]
    case .fail, .trap: block.pin?.text
    case .compile, .show: nil
    }
  }

  private func output() throws -> String {
    guard let printed, !printed.isEmpty else { return "" }
    if block.attributes.asMarkdown {
      let table = try renderMarkdown(printed)
      guard label?.kind == .table else { return "<div class=\"output rendered\">\(table)</div>\n" }
      return "<figure class=\"table\"\(idAttribute(block.attributes.id))>"
        + figureCaption(caption, label: label, id: block.attributes.id)
        + "\(table)</figure>\n"
    }
    if block.attributes.hide { return "" }
    let text = escaped(printed.last == "\n" ? String(printed.dropLast()) : printed)
    let (name, kind) = switch block.mode {
    case .fail: ("コンパイラの診断", " refused")
    case .trap: ("停止の理由", " refused")
    default: ("出力", "")
    }
    return "<div class=\"output\(kind)\"><span class=\"output-name\">\(name)</span><pre><samp>\(text)</samp></pre></div>\n"
  }

  // MARK: Figures

  private func figure(_ figures: [FigureRecord]) throws -> String {
    let isLabelled = label?.kind == .figure
    var html = "<figure class=\"result\"\(isLabelled ? idAttribute(block.attributes.id) : "")>\n"
    for (number, figure) in figures.enumerated() {
      let fragment = SVGFragment(prefix: Anchor.figure(block.index, number))
      do throws(SVGFragment.Fault) {
        html += "<div class=\"scroll\">\(try fragment.render(figure.svg))</div>\n"
      } catch {
        throw Diagnostic(
          .output, page.chapter.source.path, Position(line: block.fenceLine, column: 1),
          "the figure of \(block.label) cannot be shown: \(error.message)")
      }
    }
    if isLabelled { html += figureCaption(caption, label: label, id: block.attributes.id) }
    for figure in figures { html += data(figure.table) }
    return html + "</figure>\n"
  }

  private func data(_ table: [[String]]) -> String {
    guard let header = table.first, table.count > 1 else { return "" }
    let head = header.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
    let rows = table.dropFirst().map { row in
      "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
    }.joined()
    return "<details class=\"data\"><summary>図のデータ（\(table.count - 1) 行）</summary>"
      + "<div class=\"scroll\"><table><thead><tr>\(head)</tr></thead><tbody>\n\(rows)</tbody></table></div></details>\n"
  }
}
