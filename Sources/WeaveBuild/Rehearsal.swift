import WeaveModel
import WeaveRender
import WeaveSupport
import WeaveVerify

/// A book woven from records that somebody made up: nothing is compiled, run or typeset.
///
/// For tests of the stages after the programs: verification and rendering take what a program printed from anybody.
package struct Rehearsal {
  /// Of verification and rendering, in the order of files and lines.
  package private(set) var diagnostics: [Diagnostic] = []
  /// The chapters that hold.
  package private(set) var good: Set<String> = []
  /// Their pages, and where all chapters hold, what is made of all.
  package private(set) var files: [OutputFile] = []
  private let frame: BookFrame
  private var verified: [VerifiedChapter] = []
  private let typeset: Typeset
  private let modified: Int?

  /// - Parameters:
  ///   - records: by chapter; one that is missing printed nothing.
  ///   - misread: files in which the reader found errors: their chapters do not hold.
  ///   - modified: as the EPUB has it.
  ///   - formula: what stands for KaTeX's HTML of a formula.
  ///   - diagram: what stands for Graphviz's SVG of a description.
  package init(
    _ book: Book, records: [String: RunRecord], misread: Set<String>, modified: Int? = nil,
    formula set: (String) -> String = { "<span class=\"katex\">\(escaped($0))</span>" }, diagram: (String) -> String
  ) throws {
    self.modified = modified
    frame = book.frame
    var typeset = Typeset(tools: ToolVersions(katex: "none", highlight: "none", graphviz: "none", font: "none"))
    for chapter in book.chapters {
      for formula in chapter.formulas { typeset.formulas[Typeset.Formula(formula)] = .success(set(formula.shown)) }
      for block in chapter.diagrams { typeset.diagrams[block.dot] = .success(diagram(block.dot)) }
      let shown = chapter.blocks.map { Listing(language: "swift", code: $0.displayedCode) }
      for listing in shown + chapter.listings where listing.language == "swift" {
        typeset.listings[listing] = SwiftHighlighter.html(listing.code)
      }
    }
    let labels = Dictionary(
      uniqueKeysWithValues: book.chapters.map { ($0.name, Labels($0, records[$0.name] ?? RunRecord())) })
    self.typeset = typeset
    let renderer = PageRenderer(frame, typeset: typeset)
    for chapter in book.chapters {
      let verifier = Verifier(
        chapter, records[chapter.name] ?? RunRecord(), labels: labels[chapter.name]!, book: labels.mapValues(\.byID),
        references: book.references, skipped: [], words: book.language.words)
      diagnostics += verifier.diagnostics
      guard !misread.contains(chapter.source.path), !verifier.diagnostics.contains(where: { $0.severity == .error })
      else { continue }
      do {
        let pictures = try renderer.pictures(of: chapter)
        files.append(try renderer.render(verifier.verified, program: "\(chapter.name).swift"))
        files += pictures.filter { !files.contains($0) }
        good.insert(chapter.name)
        verified.append(verifier.verified)
      } catch let diagnostic as Diagnostic {
        diagnostics.append(diagnostic)
      }
    }
    if verified.count == book.chapters.count { files += try renderer.renderBook(verified) }
    diagnostics.sort()
  }

  /// The files of the EPUB of these pages; throws `ExportFault` where a page is not XML.
  package func epub() throws -> [OutputFile] { try packed().files }

  package func archive() throws -> [UInt8] { try packed().archive() }

  private func packed() throws -> Epub { try Epub(VerifiedBook(frame, verified, typeset), modified: modified) }
}
