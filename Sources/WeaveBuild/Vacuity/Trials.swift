import Foundation
import WeaveModel
import WeaveRun
import WeaveSupport
import WeaveVerify

/// A chapter's program with changes of its own numbers in it, beside those of its modules.
struct VariedChapter: Sendable {
  let original: Chapter
  /// Those of its numbers that can be changed, and the number of each change.
  var literals: [(id: Int, literal: NumberLiteral)]

  /// More would take long to run: a claim rests on some other number, too.
  private static let mostLiterals = 40

  /// - Parameters:
  ///   - claims: the links that are claims.
  ///   - firstID: the number of the first change.
  init(_ chapter: Chapter, claims: Set<Int>, firstID: Int) {
    original = chapter
    let program = Program(chapter)
    var underClaims: [NumberLiteral] = [], all: [NumberLiteral] = []
    for block in chapter.blocks where block.mode.place == .script {
      let links = program.pieces(restingOn: .block(block.index)).compactMap { piece in
        if case .link(let link) = piece { link } else { nil }
      }
      if links.isEmpty { continue }
      let literals = NumberLiteral.all(in: block.code, of: block.index)
      all += literals
      if !claims.isDisjoint(with: links) { underClaims += literals.prefix(1) }
    }
    // Each block that a claim rests on has its turn before any has a second.
    let rest = all.filter { !underClaims.contains($0) }
    let others = NumberLiteral.chosen(from: rest, atMost: max(0, Self.mostLiterals - underClaims.count))
    let chosen = (underClaims + others).sorted { ($0.block, $0.line) < ($1.block, $1.line) }
    literals = chosen.enumerated().map { (firstID + $0.offset, $0.element) }
  }

  /// With both forms of each number.
  var chapter: Chapter {
    var chapter = original
    for (block, own) in Dictionary(grouping: literals, by: \.literal.block) {
      chapter.blocks[block].code = NumberLiteral.applying(own, to: chapter.blocks[block].code)
    }
    return chapter
  }

  /// Takes out the numbers that the compiler does not let be changed; false where it objects to none of them.
  mutating func drop(_ product: CompiledChapter) -> Bool {
    let errors = product.diagnostics.filter { !$0.isWarning }
    func stands(_ literal: NumberLiteral, at error: CompilerDiagnostic, inLine: Bool) -> Bool {
      error.origin == .block(literal.block) && (!inLine || error.line == literal.line)
    }
    for inLine in [true, false] {
      let rest = literals.filter { entry in !errors.contains { stands(entry.literal, at: $0, inLine: inLine) } }
      if rest.count < literals.count {
        literals = rest
        return true
      }
    }
    return false
  }
}

/// What is known of a chapter before anything in it is changed.
struct Survey: Sendable, Codable {
  /// The names of the numbers that can be changed.
  var literals: Set<String>
  var dropped: Int
  /// Without a change; it tells what each step passes.
  var run: VariedRun
}

extension ChapterVacuity {
  /// - Parameters:
  ///   - printed: the run that the page shows.
  ///   - runs: by the number of the change that each has.
  init(
    _ chapter: Chapter, printed: RunRecord, _ survey: Survey, _ runs: [Int: VariedRun], own: Int, lists: String,
    _ words: Words
  ) {
    let program = Program(chapter), labels = Labels(chapter, printed)
    let failing = runs.mapValues { Self.failing($0, chapter, printed, labels, words) }
    let passed = survey.run.passed ?? [:]
    var rests: [CodeOrigin: Set<Int>] = passed
    for (origin, ids) in passed {
      guard case .block = origin else { continue }
      for piece in program.pieces(restingOn: origin) where piece != origin { rests[piece, default: []].formUnion(ids) }
    }
    key = chapter.codeKey
    self.lists = lists
    mutations = runs.count
    self.own = own
    dropped = survey.dropped
    stopped = runs.values.count { $0.stop != nil }
    entries = program.links.map { link in
      let changed = Set(failing.filter { $0.value.contains(link.index) }.keys)
      // What a function changes of a variable that it does not name to its caller is no name of the piece.
      let all = rests[.link(link.index), default: []].union(changed)
      let stopped = all.count { runs[$0].map { $0.values[link.index] == nil } ?? false }
      return Entry(
        piece: link.code.trimmingCharacters(in: .whitespacesAndNewlines), passed: all.count, changed: changed.count,
        stopped: stopped == 0 ? nil : stopped)
    }
  }

  /// The links that do not hold any more, of those that the run came to: as `weave check` would say it.
  private static func failing(
    _ run: VariedRun, _ chapter: Chapter, _ printed: RunRecord, _ labels: Labels, _ words: Words
  ) -> Set<Int> {
    let moved = run.values.filter { $0.value != printed.values[$0.key] }
    if moved.isEmpty { return [] }
    var record = RunRecord()
    record.values = moved
    let others = Program(chapter).pieces.map(\.origin).filter { origin in
      if case .link(let link) = origin { moved[link] == nil } else { true }
    }
    let verifier = Verifier(
      chapter, record, labels: labels, book: [:], references: [:], skipped: Set(others), words: words)
    return Set(moved.keys.filter { verifier.evidence[$0] == nil })
  }
}
