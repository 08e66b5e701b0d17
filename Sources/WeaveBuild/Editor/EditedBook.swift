import Foundation
import WeaveModel
import WeaveParse
import WeaveRun
import WeaveSupport
import WeaveVerify

/// A folder of chapters while somebody edits it: files as the editor has them, the others as they stand on the disk.
struct EditedBook: Sendable {
  let folder: String
  let pipeline: Pipeline
  /// By the file's name: what the editor holds.
  private(set) var texts: [String: String] = [:]
  private(set) var reader: BookReader
  /// What the list and the references say of themselves.
  private var bookDiagnostics: [Diagnostic] = []
  private var read: [String: Read] = [:]
  /// Knows what programs did; nil until the compiler is found.
  var executor: Executor?
  private let seeds: [String: ChapterRuns]

  fileprivate struct Read: Sendable {
    var chapter: Chapter
    var text: EditedText
    var diagnostics: [Diagnostic]
    var labels: Labels
    /// Of the program as it stands; nil where that was not run.
    var execution: Execution?
    /// It is what the same blocks did before an expression was edited.
    var isCarried = false
    /// Of formulas and diagrams, as far as they were set.
    var set: [Diagnostic] = []
  }

  init(folder: String, pipeline: Pipeline, texts: [String: String]) throws {
    self.folder = folder
    self.pipeline = pipeline
    self.texts = texts
    reader = try BookReader(
      folder: pipeline.places.chapters, shownAs: pipeline.places.shownAs, edited: texts, showsDrafts: true)
    bookDiagnostics = reader.diagnostics
    seeds = pipeline.robustnessFile.chapters ?? [:]
    readAll()
  }

  var words: Words { reader.book.language.words }
  var references: [String: Reference] { reader.book.references }
  var names: [String] { reader.names }

  private var blank: BookReader {
    var blank = reader
    blank.forget(edited: texts)
    return blank
  }

  private mutating func readAll() {
    let blank = blank
    let names = Set(reader.names).union(texts.keys.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) })
    let all = names.sorted().concurrentMap { ($0, Self.reading($0, blank)) }
    for (name, found) in all { read[name] = found.map(known) }
    for name in read.keys where !names.contains(name) { read[name] = nil }
  }

  private static func reading(_ name: String, _ blank: BookReader) -> Read? {
    var reader = blank
    guard let chapter = reader.chapter(name) else { return nil }
    return Read(
      chapter: chapter, text: EditedText(chapter.source.bytes), diagnostics: reader.diagnostics,
      labels: Labels(chapter, RunRecord()))
  }

  /// With what its program did, where that is kept.
  private func known(_ found: Read) -> Read {
    var found = found
    found.execution = executor?.known(found.chapter)
    found.labels = Labels(found.chapter, found.execution?.record ?? RunRecord())
    return found
  }

  // MARK: Edits

  /// A file as the editor has it now; nil where the editor has let go of it.
  mutating func edit(_ file: String, _ text: String?) {
    texts[file] = text
    if file.hasSuffix(".md") {
      let name = String(file.dropLast(3))
      let before = read[name]
      read[name] = Self.reading(name, blank).map(known)
      if let before { read[name]?.carry(from: before) }
    } else {
      reload()
    }
  }

  /// Reads everything again: files may have changed on the disk.
  mutating func reload() {
    guard
      let reader = try? BookReader(
        folder: pipeline.places.chapters, shownAs: pipeline.places.shownAs, edited: texts, showsDrafts: true)
    else { return }
    self.reader = reader
    bookDiagnostics = reader.diagnostics
    readAll()
  }

  mutating func take(_ executor: Executor) {
    self.executor = executor
    read = read.mapValues(known)
  }

  /// What a program did that was compiled and run beside the editing.
  mutating func take(_ execution: Execution, of name: String, set: [Diagnostic]) {
    guard let found = read[name] else { return }
    read[name]!.isCarried = false
    let isSame = found.chapter.codeKey == execution.chapter.codeKey
    if isSame, found.chapter.source.bytes == execution.chapter.source.bytes {
      read[name]!.execution = execution
      read[name]!.set = set
      read[name]!.labels = Labels(found.chapter, execution.record)
    } else {
      read[name] = known(found)
    }
  }

  // MARK: What is known

  func chapter(_ name: String) -> Chapter? { read[name]?.chapter }
  func labels(of name: String) -> Labels? { read[name]?.labels }
  func text(of name: String) -> EditedText? { read[name]?.text }
  func isKnown(_ name: String) -> Bool { read[name].map { $0.execution != nil && !$0.isCarried } ?? false }

  /// A chapter verified against the book; nil where it cannot be read as text.
  func edited(_ name: String) -> EditedChapter? {
    guard let own = read[name] else { return nil }
    let chapter = own.chapter
    let record = own.execution?.record ?? RunRecord()
    let skipped = own.execution?.skipped ?? Set(Program(chapter).pieces.map(\.origin))
    let robustness = seeds[name]?.robustness(of: chapter)
    let verifier = Verifier(
      chapter, record, labels: own.labels, book: read.mapValues(\.labels.byID), references: references,
      skipped: skipped, words: words, robustness: robustness, drafts: reader.book.drafts)
    var found = own.diagnostics + verifier.diagnostics + own.set + (own.execution?.diagnostics ?? [])
    found += bookDiagnostics.filter { $0.file == chapter.source.path }
    found += BookReader.repeatedIDs(
      reader.names.compactMap { read[$0]?.chapter }.map { ($0.source.path, $0.ids) }
    ).filter { $0.file == chapter.source.path }
    found += Audit.findings(in: chapter, words, allowed: reader.book.unbound.map { $0[name] ?? 0 }).map { finding in
      var finding = finding
      finding.severity = .warning
      return finding
    }
    var seen: Set<Diagnostic> = []
    return EditedChapter(
      chapter: chapter, text: own.text, record: record, isRun: own.execution != nil, labels: own.labels,
      evidence: verifier.evidence, robustness: robustness,
      diagnostics: found.filter { seen.insert($0).inserted }.sorted())
  }

  /// What is wrong with a file, and its text.
  func findings(in file: String) -> (text: EditedText, source: Source, diagnostics: [Diagnostic]) {
    if file.hasSuffix(".md"), let edited = edited(String(file.dropLast(3))) {
      return (edited.text, edited.chapter.source, edited.diagnostics)
    }
    let path = "\(pipeline.places.shownAs)/\(file)"
    let source = Source(path: path, text: texts[file] ?? "")
    var found = bookDiagnostics.filter { $0.file == path }
    if file.hasSuffix(".md") {
      var reader = blank
      _ = reader.chapter(String(file.dropLast(3)))
      found = reader.diagnostics
    }
    return (EditedText(source.bytes), source, found)
  }
}

extension EditedBook.Read {
  /// While somebody types an expression the program is another one, and what its blocks did is not: their outputs and
  /// the values of the other expressions stay.
  fileprivate mutating func carry(from old: Self) {
    guard execution == nil, let known = old.execution,
      chapter.blocks.map(\.code) == old.chapter.blocks.map(\.code),
      chapter.blocks.map(\.mode) == old.chapter.blocks.map(\.mode)
    else { return }
    var values: [String: Value] = [:]
    for link in old.chapter.links {
      if case .expression(let code, let after) = link.target {
        values["\(after) \(code)"] = known.record.values[link.index]
      }
    }
    var carried = known
    carried.chapter = chapter
    (carried.record.values, carried.diagnostics) = ([:], [])
    carried.skipped = known.skipped.filter { if case .block = $0 { true } else { false } }
    for link in chapter.links {
      guard case .expression(let code, let after) = link.target else { continue }
      carried.record.values[link.index] = values["\(after) \(code)"]
      if carried.record.values[link.index] == nil { carried.skipped.insert(.link(link.index)) }
    }
    (execution, isCarried) = (carried, true)
    labels = Labels(chapter, carried.record)
  }
}
