import Foundation
import Testing
import WeaveCore

/// Reads damaged books: whatever stands in the files, the reader neither stops nor hangs, and what it says of them holds.
///
/// `FUZZ_CASES` sets how many, `FUZZ_SEED` where they begin; a case is its seed alone. The book being read lies in
/// `weave-fuzz` of the temporary folder: there it is found after a crash.
struct ReaderFuzzTests {
  static let cases = ProcessInfo.processInfo.environment["FUZZ_CASES"].flatMap { Int($0) } ?? 1500
  static let seed = ProcessInfo.processInfo.environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_240_613

  @Test func readsWhateverStandsThere() throws {
    let corpus = Self.corpus
    try #require(corpus.count > 30)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weave-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    FileHandle.standardError.write(Data("fuzzing from seed \(Self.seed), \(Self.cases) cases, in \(folder.path)\n".utf8))
    var faults = 0
    for number in 0..<UInt64(Self.cases) {
      let found = try Self.judge(seed: Self.seed &+ number, corpus, folder)
      for fault in found { Issue.record("FUZZ_SEED=\(Self.seed &+ number) FUZZ_CASES=1: \(fault)") }
      faults += found.count
      if faults > 20 { break }
    }
    // A single case that fails stays where it is, to be looked at.
    if faults == 0 || Self.cases > 1 { try FileManager.default.removeItem(at: folder) }
  }

  /// The texts of all cases, and the files beside them.
  private static let corpus: [(name: String, bytes: [UInt8])] = CaseFolder.all.flatMap { folder in
    let chapters = folder.url.appendingPathComponent("Chapters")
    return CaseFolder.names(in: chapters).compactMap { name in
      (try? Data(contentsOf: chapters.appendingPathComponent(name))).map { (name, Array($0)) }
    }
  }

  private static func judge(seed: UInt64, _ corpus: [(name: String, bytes: [UInt8])], _ folder: URL) throws -> [String] {
    var mutator = Mutator(seed: seed)
    let chapters = corpus.filter { $0.name.hasSuffix(".md") }
    var files: [String: [UInt8]] = [
      "one.md": mutator.pick(chapters).bytes, "two.md": mutator.pick(chapters).bytes,
      "book.yml": Array("title: 本\nchapters: [one, two]\n".utf8),
    ]
    let references = corpus.filter { $0.name == "references.json" }
    if !references.isEmpty, mutator.below(4) == 0 { files["references.json"] = mutator.pick(references).bytes }
    for _ in 0...mutator.below(6) {
      let other = mutator.pick(corpus).bytes
      let name = mutator.below(12) > 0 ? "one.md" : mutator.pick(files.keys.sorted())
      mutator.damage(&files[name]!, with: other)
    }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
    if files["references.json"] == nil { try? FileManager.default.removeItem(at: folder.appendingPathComponent("references.json")) }

    let begin = processorSeconds()
    var reader = try BookReader(folder: folder, shownAs: "Chapters")
    let book = reader.wholeBook()
    var faults = problems(of: book, reader.diagnostics, files)
    let spent = processorSeconds() - begin
    if spent > 2 { faults.append("reading took \(spent) s of processor time") }
    var again = try BookReader(folder: folder, shownAs: "Chapters")
    _ = again.wholeBook()
    if again.diagnostics != reader.diagnostics { faults.append("a second reading says something else") }
    return faults
  }

  /// Of this thread: other work on the machine does not count.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  // MARK: What must hold

  private static func problems(of book: Book, _ diagnostics: [Diagnostic], _ files: [String: [UInt8]]) -> [String] {
    var faults: [String] = []
    let widths = files.mapValues { $0.split(separator: 10, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self).count } }
    for diagnostic in diagnostics {
      let lines = widths[String(diagnostic.file.dropFirst("Chapters/".count))] ?? []
      let line = diagnostic.position.line
      if line != 1, !(1...max(1, lines.count)).contains(line) { faults.append("no such line: \(diagnostic.line)") }
      let width = lines.indices.contains(line - 1) ? lines[line - 1] : 0
      if !(1...width + 1).contains(diagnostic.position.column) { faults.append("no such column: \(diagnostic.line)") }
      if diagnostic.message.contains("\n") { faults.append("a diagnostic of two lines: \(diagnostic.line)") }
    }
    for chapter in book.chapters { faults += problems(of: chapter) + mendingProblems(chapter) }
    return faults
  }

  private static func problems(of chapter: Chapter) -> [String] {
    var faults: [String] = []
    let source = chapter.source
    let whole = 0..<source.bytes.count + 1
    func inside(_ range: Range<Int>) -> Bool { range.lowerBound >= 0 && range.upperBound <= source.bytes.count }
    for block in chapter.blocks {
      if !whole.contains(block.end) { faults.append("block \(block.index) ends outside the text") }
      if block.end > 0, block.end < source.bytes.count, source.bytes[block.end - 1] != 10 { faults.append("block \(block.index) does not end at a line's end") }
      if let pin = block.pin, !inside(pin.range) { faults.append("the pin of block \(block.index) lies outside the text") }
    }
    for link in chapter.links {
      if !inside(link.textRange) || !inside(link.targetRange) {
        faults.append("link \(link.index) lies outside the text")
      } else if source[link.textRange] != link.text {
        faults.append("link \(link.index) has another text than its range")
      }
    }
    for formula in chapter.formulas where !whole.contains(formula.offset) { faults.append("a formula lies outside the text") }
    faults += skeletonProblems(chapter)
    // Whatever was read can be tangled.
    _ = chapter.tangled
    _ = Program(chapter).text
    for finding in Audit.findings(in: chapter) {
      let line = finding.position.line
      if !(1...source.lineStarts.count).contains(line) { faults.append("no such line: \(finding.line)") }
    }
    return faults
  }

  /// Mending every pin and every link's text changes those and nothing else; mending nothing changes nothing.
  private static func mendingProblems(_ chapter: Chapter) -> [String] {
    let source = chapter.source
    var faults: [String] = []
    if source.mended([]) != source.text { faults.append("mending nothing changes the text") }
    var ranges = chapter.blocks.compactMap(\.pin?.range) + chapter.links.map(\.textRange)
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var apart: [Range<Int>] = []
    for range in ranges where range.lowerBound >= (apart.last?.upperBound ?? 0) { apart.append(range) }
    let mended = Array(source.mended(apart.map { Mend($0, "新") }.reversed()).utf8)
    var rest = mended[...]
    var offset = 0
    for range in apart {
      let kept = source.bytes[offset..<range.lowerBound]
      guard rest.starts(with: kept), rest.dropFirst(kept.count).starts(with: "新".utf8) else {
        return faults + ["mending changes what stands before offset \(range.lowerBound)"]
      }
      rest = rest.dropFirst(kept.count + 3)
      offset = range.upperBound
    }
    if !rest.elementsEqual(source.bytes[offset...]) { faults.append("mending changes what stands behind offset \(offset)") }
    return faults
  }

  /// Slots name what exists, each thing once, and those that open are closed.
  private static func skeletonProblems(_ chapter: Chapter) -> [String] {
    var faults: [String] = []
    var seen: Set<Slot> = []
    var open = 0
    for case .slot(let slot) in chapter.skeleton {
      let exists =
        switch slot {
        case .block(let index): chapter.blocks.indices.contains(index)
        case .formula(let index): chapter.formulas.indices.contains(index)
        case .diagram(let index): chapter.diagrams.indices.contains(index)
        case .listing(let index): chapter.listings.indices.contains(index)
        case .heading(let index): chapter.headings.indices.contains(index)
        case .link(let index): chapter.links.indices.contains(index)
        case .table(let index): chapter.tables.indices.contains(index)
        case .close: true
        }
      if !exists { faults.append("the skeleton has \(slot), which does not exist") }
      switch slot {
      case .link, .table: open += 1
      case .close: open -= 1
      default: break
      }
      if open < 0 { faults.append("the skeleton closes what is not open") }
      if slot != .close, !seen.insert(slot).inserted { faults.append("the skeleton has \(slot) twice") }
    }
    if open != 0 { faults.append("the skeleton leaves \(open) open") }
    return faults
  }
}
