/// All that the pages, the EPUB, the scripts and the preview say in words of their own, in one language.
///
/// A table of a language is one value of this type, so the compiler sees to it that none of its phrases is missing.
/// The texts are plain: who writes them into HTML escapes them. Where a phrase takes a text, it is put in as it is.
package struct Words: Sendable {
  package enum Direction: Sendable { case leftToRight, rightToLeft }
  package typealias Counting = @Sendable (Int) -> String
  package typealias Naming = @Sendable (String) -> String
  /// What stands before and after a number.
  package typealias Around = @Sendable (Int) -> (before: String, after: String)

  /// The tag of the language (BCP 47).
  package var language: String
  package var direction: Direction
  package var page: Page
  package var labels: Labels
  package var alerts: Alerts
  package var code: Code
  package var evidence: Evidence
  package var seeds: Seeds
  package var vacuity: Vacuity
  package var counts: Counts
  package var ledger: Ledger
  package var bibliography: Bibliography
  package var glossary: Glossary
  package var punctuation: Punctuation
  package var epub: Epub
  package var preview: Preview
  package var scripts: Scripts

  /// The page's template has these by their names.
  package struct Page: Sendable {
    package var skip: String
    package var openContents: String
    package var contents: String
    package var search: String
    package var switchColours: String
    package var verified: String
    package var ledger: String
    package var program: String
    /// Where a reader says that something is wrong.
    package var report: String
    package var chapters: String
    /// At a chapter that only whoever writes it sees.
    package var draft: String
    /// Over the addresses of the links, in print.
    package var addresses: String
    package var turn: String
    package var previous: String
    package var next: String
    package var linkToSection: String
    package var linkToCode: String
    /// From a footnote to its place in the text.
    package var wayBack: String
  }

  /// Of what carries a number: the name that its caption has, then others that a text may call it.
  package struct Labels: Sendable {
    package var figure: [String]
    package var table: [String]
    package var equation: [String]
    package var listing: [String]
  }

  package struct Alerts: Sendable {
    package var note: String
    package var tip: String
    package var important: String
    package var warning: String
    package var caution: String
  }

  /// Of a block's mode: what stands at its code, for one that is not simply run, and above its output.
  package struct Mode: Sendable {
    package var badge: String?
    package var output: String

    init(badge: String? = nil, output: String) { (self.badge, self.output) = (badge, output) }
  }

  /// Of a kind of remark.
  package struct Remark: Sendable {
    /// At the link; takes the author's words.
    package var note: Naming
    /// In the ledger.
    package var kind: String
    package var count: Around
  }

  /// At a block of code, its output and its figures.
  package struct Code: Sendable {
    /// In the head of a chapter's program: how it is run, by the name of its file.
    package var run: Naming
    package var mode: @Sendable (CodeBlock.Mode) -> Mode
    package var unfold: Counting
    package var data: Counting
    /// The name of the controls of a live figure, and the button that puts it back.
    package var moveFigure: String
    package var resetFigure: String
    /// A diagram without a caption.
    package var diagram: String
  }

  /// What is said of a checked number.
  package struct Evidence: Sendable {
    /// Takes the name of a block.
    package var computedAfter: Naming
    package var block: Counting
    package var remark: @Sendable (RemarkKind) -> Remark
    package var tolerance: Naming
    package var citation: Counting
  }

  /// What is said of runs under other seeds.
  package struct Seeds: Sendable {
    /// Before what follows: how many runs there were.
    package var runs: Counting
    /// Of a number: takes the smallest, the median and the largest of the runs.
    package var strays: @Sendable (_ low: String, _ median: String, _ high: String) -> String
    /// Of what is the same in all runs.
    package var same: String
    /// Of a claim: in how many runs it was true.
    package var held: Counting
    /// Of a text that is another one in so many runs.
    package var changed: Counting
    /// Above a block's output that is another one under other seeds.
    package var oneRun: String
    /// The head of the ledger's column.
    package var column: Counting
    /// By which a text says that a claim is meant of one run alone.
    package var exceptions: [String]
    /// Finds a claim's words for in how many runs it holds.
    package var share: @Sendable (_ text: String) -> Share?

    package struct Share: Sendable {
      package var range: Range<String.Index>
      package var held: Int
      package var runs: Int
      /// Where the two numbers stand.
      package var heldRange: Range<String.Index>
      package var runsRange: Range<String.Index>

      /// The words with other numbers.
      package func written(held: Int, runs: Int, in text: String) -> String {
        let numbers = [(heldRange, held), (runsRange, runs)].sorted { $0.0.lowerBound < $1.0.lowerBound }
        let between = text[numbers[0].0.upperBound..<numbers[1].0.lowerBound]
        return text[range.lowerBound..<numbers[0].0.lowerBound] + "\(numbers[0].1)" + between + "\(numbers[1].1)"
          + text[numbers[1].0.upperBound..<range.upperBound]
      }
    }

    /// A claim's text without the words that say how often it holds.
    package func withoutShare(_ text: String) -> String {
      share(text).map { String(text[..<$0.range.lowerBound] + text[$0.range.upperBound...]) } ?? text
    }
  }

  /// What is said of claims that cannot fail, and of how easily the others do.
  package struct Vacuity: Sendable {
    /// The word before a claim's reason, in its title: "identity: …".
    package var identity: String
    /// Takes the reason.
    package var remark: Naming
    /// Of how many changes of the code a claim fails with how many.
    package var broken: @Sendable (_ changed: Int, _ passed: Int) -> String

    /// The reason in a claim's title; nil where it is no mark, empty where it says nothing.
    package func reason(in title: String) -> String? {
      guard title.hasPrefix(identity) else { return nil }
      let rest = title.dropFirst(identity.count)
      guard let mark = rest.first, mark == ":" || mark == "：" else { return rest.isEmpty ? "" : nil }
      return String(rest.dropFirst().drop(while: \.isWhitespace))
    }
  }

  /// How much of a chapter was held against something.
  package struct Counts: Sendable {
    package var numbers: Around
    package var claims: Around
    package var outputs: Around
    package var citations: Around
  }

  /// The page of all numbers.
  package struct Ledger: Sendable {
    package var title: String
    package var subtitle: String
    package var introduction: String
    package var filter: String
    /// Where no row is left.
    package var nothing: String
    package var words: String
    package var chapter: String
    package var all: String
    package var kind: String
    package var computation: String
    package var claim: String
    package var citation: String
    package var printed: String
    package var ground: String
    package var value: String
  }

  package struct Bibliography: Sendable {
    package var title: String
    package var wayBack: Counting
    /// After the first of several names.
    package var andOthers: String
    /// After the last of a list of names that goes on.
    package var andOthersOfList: String
  }

  package struct Glossary: Sendable {
    /// The head of the column of terms.
    package var term: String
    /// The head of the column of other names, by which the search finds a term as well.
    package var alsoCalled: String
  }

  package struct Punctuation: Sendable {
    /// Between the items of a list in a line.
    package var comma: String
    package var inBrackets: Naming
    /// Between the book's name and the chapter's, at the head of printed pages.
    package var runningTitle: String
  }

  package struct Epub: Sendable {
    package var landmarks: String
    package var cover: String
    package var text: String
    package var wayBack: String
    package var accessibility: String
  }

  /// What `serve` says where there is no page.
  package struct Preview: Sendable {
    package var missing: String
    /// Takes the address.
    package var reason: Naming
    package var home: String
  }

  /// The scripts have these by their names; `#` stands for a number.
  package struct Scripts: Sendable {
    package var copy: String
    package var copied: String
    package var selected: String
    package var seeGlossary: String
    package var searchBook: String
    package var searchWords: String
    package var foundNothing: String
    package var foundOne: String
    package var found: String
    package var foundAtLeast: String
    /// Where nothing holds the words themselves.
    package var foundNear: String
    /// `#shown` and `#all` are numbers.
    package var rows: String
    /// A live figure whose code stops, or cannot be loaded.
    package var figureStops: String
    package var figureMissing: String
    /// Where all of the text still holds, after something did not.
    package var figureHolds: String
    package var building: String
    package var faults: String
    package var close: String
    package var faultOne: String
    package var faultCount: String
  }
}
