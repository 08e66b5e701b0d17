import Foundation
import WeaveModel
import WeaveRender
import WeaveRun
import WeaveSupport

extension Pipeline {
  /// A program as a reader has it: a chapter's, or a file that a page offered.
  package struct LooseProgram: Sendable {
    package var text: String
    /// What its lines are named by.
    package var file: String

    package init(text: String, file: String) { (self.text, self.file) = (text, file) }
  }

  package struct LooseOutcome: Sendable {
    /// Pages by themselves, a figure each.
    package var figures: [String] = []
    /// What the compiler says where it refuses the program.
    package var refusal: String?
    /// Why the program did not come to a good end.
    package var fault: String?
  }

  /// Compiles `program` against the book's modules and runs it, with the data files of all chapters.
  /// - Parameter say: told of each line that it prints, as soon as it is there.
  package func run(
    _ program: LooseProgram, of book: Book, say: @escaping @Sendable (Runner.Said) throws -> Void
  ) async throws -> LooseOutcome {
    let tools = try await BuildTools(places, caches, book.modules, rendering: false)
    let scratch = try Scratch.claim()
    defer { scratch.discard() }
    let compiled = try await tools.language.compile(loose: program.text, file: program.file, in: scratch.folder)
    guard compiled.executable != nil else { return LooseOutcome(refusal: compiled.said) }
    let sandboxes = SandboxSource(
      tools.language, limits: limits, caches.tools, mayRunUnwalled ? .told(warn) : .refused)
    var data: [String: DataFile] = [:]
    for file in book.chapters.flatMap(\.data) { data[file.name] = file }
    let result = try await sandboxes.runner().run(
      loose: scratch, data: Array(data.values), book.language, say: say)
    var outcome = LooseOutcome(fault: result.fault)
    for (index, svg) in result.figures.enumerated() {
      do throws(SVGFragment.Fault) {
        let drawing = try SVGFragment(prefix: "figure-\(index + 1)").render(svg)
        outcome.figures.append(FigurePage.html(drawing, style: figureStyle, book.language))
      } catch {
        outcome.fault = outcome.fault ?? "figure \(index + 1) cannot be shown: \(error.message)"
      }
    }
    return outcome
  }
}
