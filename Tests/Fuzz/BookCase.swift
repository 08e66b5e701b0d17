import Foundation
import WeaveBuild
import WeaveModel
import WeaveParse
import WeaveRun
import WeaveSupport

/// A book of excerpts from real chapters, damaged; read, verified against what its programs would have printed, and
/// rendered.
struct BookCase {
  private(set) var kind = "chapters"
  private(set) var files: [String: [UInt8]]

  /// - Parameter hostile: how many of ten damages put something in that wants to run.
  init(_ mutator: inout Mutator, hostile: Int = 4) {
    files = [
      "one.md": Array(Corpus.excerpt(&mutator).utf8), "book.yml": Array("title: 本\nchapters: [one]\n".utf8),
      "references.json": [],
    ]
    if mutator.below(4) == 0 {
      files["two.md"] = Array(Corpus.excerpt(&mutator).utf8)
      files["book.yml"] = Array("title: 本\nchapters: [one, two]\n".utf8)
    }
    var target = "one.md"
    files["references.json"] = Array(
      Corpus.references(in: files.values.map { String(decoding: $0, as: UTF8.self) }.joined()).utf8)
    switch mutator.below(16) {
    case 0:
      (kind, target) = ("references", "references.json")
      if mutator.below(4) == 0 { files[target] = Array(Corpus.references.utf8) }
    case 1: (kind, target) = ("list", "book.yml")
    default: break
    }
    if kind == "list", mutator.below(2) == 0 { files["book.yml"] = Array(Corpus.list.utf8) }
    for _ in 0..<mutator.below(5) {
      if mutator.below(10) < hostile {
        insert(&mutator, target)
      } else {
        mutator.damage(&files[target]!, with: Array(Corpus.excerpt(&mutator).utf8))
      }
    }
  }

  /// Something hostile, where an author could have written it: in a line's place, at its end, or within.
  private mutating func insert(_ mutator: inout Mutator, _ target: String) {
    let piece = mutator.below(3) == 0 ? mutator.pick(Hostile.html) : mutator.pick(Hostile.markdown)
    if target == "references.json" {
      // In the place of a value, as JSON writes it.
      let quoted = (try? JSONEncoder().encode(piece)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
      let text = String(decoding: files[target]!, as: UTF8.self)
      let values = text.ranges(of: /"(?:title|URL|DOI|publisher|page|family|id|container-title)": ?"[^"]*"/)
      guard !values.isEmpty else { return }
      let value = mutator.pick(values)
      let name = text[value].prefix { $0 != ":" }
      files[target] = Array(text.replacingCharacters(in: value, with: "\(name): \(quoted)").utf8)
      return
    }
    var lines = files[target]!.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    let index = mutator.below(lines.count)
    switch mutator.below(4) {
    case 0: lines[index] += Array(piece.utf8)
    case 1: lines.insert(contentsOf: [[], Array(piece.utf8), []], at: index)
    case 2: lines[index].insert(contentsOf: piece.utf8, at: mutator.below(lines[index].count + 1))
    default:
      // Where a text stands in quotes or brackets.
      let places = lines[index].indices.filter { "\"'[(>".utf8.contains(lines[index][$0]) }
      lines[index].insert(contentsOf: piece.utf8, at: places.isEmpty ? 0 : mutator.pick(places) + 1)
    }
    files[target] = Array(lines.joined(separator: [10]))
  }

  // MARK: What comes of it

  func judged() -> Case.Outcome {
    var outcome = Case.Outcome(kind: kind, fate: .refused)
    do {
      let (book, diagnostics) = try read()
      outcome.faults = ReadingJudge(files: files).faults(of: book, diagnostics)
      // Reading is dear: the eighth part is read twice.
      if files["one.md"]!.count % 8 == 0 {
        let (again, said) = try read()
        if said != diagnostics { outcome.faults.append("a second reading says something else") }
        if again.chapters.map({ Program($0).text }) != book.chapters.map({ Program($0).text }) {
          outcome.faults.append("a second reading gives another program")
        }
      }
      let misread = Set(diagnostics.filter { $0.severity == .error }.map(\.file))
      if misread.isEmpty { outcome.fate = .read }
      let woven = try Self.woven(book, misread)
      if woven.good.contains("one") { outcome.fate = .woven }
      outcome.faults += PageJudge.faults(of: woven)
    } catch {
      outcome.faults.append("an error that nobody expects: \(error)")
    }
    return outcome
  }

  /// The book as the reader of a folder sees it.
  func read() throws -> (book: Book, diagnostics: [Diagnostic]) {
    let folder = Scratch.folder
    for name in ["one.md", "two.md", "references.json"] where files[name] == nil {
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
    var reader = try BookReader(folder: folder, shownAs: "Chapters")
    let book = reader.wholeBook()
    return (book, reader.diagnostics)
  }

  static func woven(_ book: Book, _ misread: Set<String>) throws -> Rehearsal {
    let records = Dictionary(book.chapters.map { ($0.name, Performance.record(of: $0)) }) { $1 }
    return try Rehearsal(book, records: records, misread: misread) { _ in Performance.diagram }
  }

  /// A folder of this process alone.
  enum Scratch {
    static let folder: URL = {
      let folder = place(of: ProcessInfo.processInfo.processIdentifier)
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      return folder
    }()
    static func place(of process: Int32) -> URL {
      FileManager.default.temporaryDirectory.appendingPathComponent("weave-fuzz-\(process)")
    }
  }
}
