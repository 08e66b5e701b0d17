import WeaveModel
import WeaveSupport

/// Set fragments, by what they were set from.
package struct Typeset: Sendable {
  package struct Formula: Hashable {
    package var tex: String
    package var display: Bool
    package init(_ formula: WeaveModel.Formula) {
      tex = formula.shown
      display = formula.display
    }
  }

  /// Why a fragment was refused, and the byte of the TeX or the line of the diagram.
  package struct Fault: Error, Hashable {
    package var message: String
    package var offset: Int
  }

  package let tools: ToolVersions
  package var formulas: [Formula: Result<String, Fault>] = [:]
  package var listings: [Listing: String] = [:]
  /// Listings that highlight.js came to no end with.
  package var refused: [Listing: Fault] = [:]
  package var diagrams: [String: Result<String, Fault>] = [:]

  package init(tools: ToolVersions) { self.tools = tools }

  /// What is wrong with a chapter's formulas, listings and diagrams, at their places.
  package func diagnostics(of chapter: Chapter) -> [Diagnostic] {
    var found: [Diagnostic] = []
    for formula in chapter.formulas {
      guard case .failure(let fault) = formulas[Formula(formula)] else { continue }
      found.append(
        Diagnostic(
          .math, chapter.source.path,
          formula.position(of: formula.origin(of: fault.offset), in: chapter.source), "KaTeX: \(fault.message)"))
    }
    for listing in chapter.listings {
      guard let fault = refused[listing] else { continue }
      // In a list or a quote the source has more on each line.
      let start = chapter.source.text.utf8.firstRange(of: listing.code.utf8)?.lowerBound
      let offset = start.map { chapter.source.text.utf8.distance(from: chapter.source.text.startIndex, to: $0) } ?? 0
      let position = chapter.source.position(at: offset)
      found.append(Diagnostic(.limit, chapter.source.path, position, "highlight.js: \(fault.message)"))
    }
    for diagram in chapter.diagrams {
      guard case .failure(let fault) = diagrams[diagram.dot] else { continue }
      // The fence stands one line above the description.
      let position = Position(line: diagram.line + fault.offset, column: 1)
      found.append(Diagnostic(.diagram, chapter.source.path, position, "Graphviz: \(fault.message)"))
    }
    return found
  }

  /// What is wrong with the book's macros, at their places in its list.
  package func diagnostics(of macros: [MathMacro], _ trials: Chapter, _ file: String) -> [Diagnostic] {
    zip(macros, trials.formulas).compactMap { macro, formula in
      guard case .failure(let fault) = formulas[Formula(formula)] else { return nil }
      return Diagnostic(.math, file, macro.place, "KaTeX: \(fault.message) (in \(macro.call("x")))")
    }
  }

  /// A diagram fit for the page; nil where Graphviz refused it. Throws a `Diagnostic` for what cannot be shown.
  func drawing(of index: Int, in page: VerifiedChapter, _ words: Words) throws -> String? {
    let diagram = page.chapter.diagrams[index]
    guard case .success(let svg) = diagrams[diagram.dot] else { return nil }
    let name =
      diagram.caption.map(page.chapter.plain) ?? page.diagramLabels[index].map(words.label) ?? words.code.diagram
    let fragment = SVGFragment(
      prefix: Anchor.diagram(index), name: (name, GraphDescription.text(of: svg, words.punctuation)),
      colour: Graphviz.themed)
    do throws(SVGFragment.Fault) {
      return try fragment.render(svg)
    } catch {
      throw Diagnostic(
        .diagram, page.chapter.source.path, Position(line: diagram.line, column: 1),
        "this diagram cannot be shown: \(error.message)")
    }
  }
}
