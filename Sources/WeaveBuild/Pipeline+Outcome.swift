import WeaveModel
import WeaveParse
import WeaveRender
import WeaveRun
import WeaveSupport
import WeaveVerify

extension Pipeline {
  /// What became of a book.
  package struct Outcome: Sendable {
    /// Without the chapters that were left alone.
    package var book: Book
    /// The names of the book and of all its chapters.
    package var frame: BookFrame
    /// Those that were verified, in the order of the book.
    package var chapters: [ChapterOutcome] = []
    /// In the order of files and lines.
    package var diagnostics: [Diagnostic] = []
    /// All chapters in the order of the book, those that were left alone among them.
    package var summaries: [Summary] = []
    /// The pages of the chapters that hold, programs and assets; empty where only verification was asked for.
    package var files: [OutputFile] = []
    /// Files in the output folder that are known to be what they should be.
    package var kept: [String] = []
    package var tools: ToolVersions?
    /// The chapters that hold, and what was typeset for them; empty where only verification was asked for.
    package var verified: [VerifiedChapter] = []
    package var typeset: Typeset?
    /// By path: where each chapter's part stands in a file that was made of all.
    package var aggregates: [String: [BuildManifest.Aggregate.Part]] = [:]
    /// Pages that belong to chapters with errors, and all pictures, for some are theirs: a build leaves them as they
    /// are.
    var heldBack: [String] {
      let wrong = chapters.filter { !$0.isGood }
      return wrong.flatMap { ["\($0.chapter.name).html", "\($0.chapter.name).swift"] }
        + (wrong.isEmpty ? [] : PageRenderer.aggregatePaths + [Pictures.folder, Download.folder] + Assets.figurePaths)
    }
    /// The pages' live figures do not move as the chapters say: their module is still to be compiled.
    package var figuresAreStale = false
    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
  }

  package struct ChapterOutcome: Sendable {
    package var chapter: Chapter
    package var record: RunRecord
    /// What other seeds made of it; nil where that was not measured for its code.
    package var robustness: Robustness?
    /// What changes of its code made of it; nil likewise.
    package var vacuity: Vacuity?
    /// What promotion would write into it.
    package var fixIts: [FixIt]
    package var evidence: [Int: Evidence]
    package var isGood: Bool
    /// Neither compiled nor run: the result was known.
    package var fromCache: Bool
    package var seconds: Double
    /// Nil where nothing was compiled.
    package var timings: Timings?
    /// What its page was made with from other chapters.
    package var dependencies: [LabelDependency] = []
    package var labels: [String: Label?] = [:]
    package var parts: [String: String] = [:]
  }

  /// What is said of a chapter in a line.
  package struct Summary: Sendable {
    package var name: String
    package var isGood: Bool
    package var fromCache: Bool
    package var counts: Counts
  }
}
