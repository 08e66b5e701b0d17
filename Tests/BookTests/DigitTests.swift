import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveSupport

/// The promise of the book, tried on the book itself: change any printed digit and verification names it.
///
/// `DIGIT_CASES` sets how many digits of a random sample are changed, `DIGIT_SEED` which.
@Suite(.serialized) struct DigitTests {
  static let cases = ProcessInfo.processInfo.environment["DIGIT_CASES"].flatMap { Int($0) } ?? 100
  static let seed = ProcessInfo.processInfo.environment["DIGIT_SEED"].flatMap { UInt64($0) } ?? 20_240_901

  /// Digits of pins, bound numbers and numbered references, each changed alone.
  @Test func aChangedDigitIsCaught() async throws {
    let book = try RealBook()
    let clean = try await book.verify()
    #expect(clean.diagnostics.filter { $0.severity == .error }.isEmpty)
    let all = clean.chapters.flatMap { outcome in Self.places(in: outcome).map { (outcome.chapter, $0) } }
    #expect(all.count > 100)
    for kind in Place.Kind.allCases { #expect(all.contains { $0.1.kind == kind }, "the book has no \(kind)") }
    var random = Sample(seed: Self.seed)
    var escaped: [String] = []
    // Of each kind some, whatever its share of the book.
    let few = Place.Kind.allCases.flatMap { kind in
      random.pick(min(10, Self.cases), of: all.filter { $0.1.kind == kind })
    }
    let sample = few + random.pick(max(0, Self.cases - few.count), of: all)
    // Chapters do not hide each other's faults: one digit in each of them is verified together with the others'.
    var waiting = Dictionary(grouping: sample) { $0.0.name }
    while !waiting.isEmpty {
      let round = waiting.compactMapValues(\.last)
      for name in round.keys {
        waiting[name]!.removeLast()
        if waiting[name]!.isEmpty { waiting[name] = nil }
      }
      let found = try await book.verify(
        round.mapValues { chapter, place in
          var bytes = chapter.source.bytes
          bytes[place.offset] = 48 + (bytes[place.offset] - 48 + UInt8(1 + random.below(9))) % 10
          return String(decoding: bytes, as: UTF8.self)
        })
      for (chapter, place) in round.values {
        let source = chapter.source
        let position = source.position(at: place.offset)
        let caught = found.diagnostics.contains {
          $0.severity == .error && $0.file == source.path && $0.position.line == position.line
            && ["number", "output", "reference", "claim"].contains($0.category.rawValue)
        }
        if !caught { escaped.append("\(source.path):\(position.line):\(position.column): \(place.what)") }
      }
    }
    print("digits: \(all.count), changed: \(sample.count), caught: \(sample.count - escaped.count), seed \(Self.seed)")
    #expect(escaped.isEmpty)
  }

  /// A number typed into the text, into a table or a caption, where no link binds it.
  @Test func aTypedNumberIsCaught() async throws {
    let book = try RealBook()
    let clean = try await book.verify()
    var random = Sample(seed: Self.seed)
    var escaped: [String] = []
    var tried = 0
    let numbers = ["0.7351", "48%", "3.2倍", "12 GB", "7×10⁻⁵", "1e-9", "4096", "５.５", "2万", "−0.25"]
    for round in 0..<20 {
      let chapter = clean.chapters[random.below(clean.chapters.count)].chapter
      let prose = chapter.measuringText.filter { $0.count > 12 }
      guard let range = random.pick(1, of: prose).first else { continue }
      let number = numbers[round % numbers.count]
      // Between Japanese characters: after a letter it would be a name's part, as in Llama2.
      guard
        let offset = range.first(where: {
          chapter.source.bytes[$0] == 0xE3 && $0 > range.lowerBound && chapter.source.bytes[$0 - 1] >= 0x80
        })
      else { continue }
      tried += 1
      var bytes = chapter.source.bytes
      bytes.insert(contentsOf: number.utf8, at: offset)
      let found = try await book.verify([chapter.name: String(decoding: bytes, as: UTF8.self)], auditing: true)
      let position = chapter.source.position(at: offset)
      let isNamed = found.diagnostics.contains {
        $0.category == .audit && $0.severity == .error && $0.file == chapter.source.path
          && $0.position.line == position.line
      }
      if !isNamed { escaped.append("\(chapter.source.path):\(position.line):\(position.column): \(number)") }
    }
    #expect(tried >= 10)
    #expect(escaped.isEmpty)
  }

  private struct Place {
    enum Kind: CaseIterable { case pin, number, reference }
    var offset: Int
    var kind: Kind
    var what: String
  }

  private static func places(in outcome: Pipeline.ChapterOutcome) -> [Place] {
    let chapter = outcome.chapter
    var places: [Place] = []
    func add(_ range: Range<Int>, _ kind: Place.Kind, _ what: String) {
      for offset in range where (48...57).contains(chapter.source.bytes[offset]) {
        places.append(Place(offset: offset, kind: kind, what: what))
      }
    }
    for block in chapter.blocks {
      // A tolerance is the author's word that the last digits may stray; a refusal's pin is a part of a message.
      if let pin = block.pin, block.attributes.tolerance == nil, block.mode == .run {
        add(pin.range, .pin, block.label)
      }
    }
    for link in chapter.links {
      switch link.target {
      case .expression(let expression, _): if link.title == nil { add(link.textRange, .number, expression) }
      case .reference(_, let id):
        // The number after the kind is the label's; another one is the author's words.
        guard let label = link.text.firstMatch(of: /(図|表|式|リスト)[ （(]*[0-9]+/) else { continue }
        let start =
          link.textRange.lowerBound + link.text.utf8.distance(from: link.text.startIndex, to: label.range.lowerBound)
        add(start..<start + label.output.0.utf8.count, .reference, id)
      // What a publication says cannot be computed here.
      case .citation, .remark: break
      }
    }
    return places
  }

  /// Whether 10⁻³ stands there: 20⁻³ is refused, and so is a leading zero.
  private static func isBaseOfAPower(_ offset: Int, in bytes: [UInt8]) -> Bool {
    [offset, offset - 1].contains { start in
      ["10⁻", "10¹", "10²", "10³"].contains { bytes.dropFirst(start).starts(with: $0.utf8) }
    }
  }

  /// What promote writes after a change is the committed text, byte for byte.
  @Test func promoteMendsEachDigit() async throws {
    let book = try RealBook()
    let clean = try await book.verify()
    var tried = 0
    var changed: [String: String] = [:]
    for outcome in clean.chapters {
      let source = outcome.chapter.source
      // One digit of each pin, number and reference at once: a mend for each, and the text as it was.
      var bytes = source.bytes
      var last = -1
      for place in Self.places(in: outcome).sorted(by: { $0.offset < $1.offset }) where place.offset > last {
        if Self.isBaseOfAPower(place.offset, in: bytes) { continue }
        // Never a leading zero, which is refused: whoever wrote it has to say what it was to be.
        bytes[place.offset] = bytes[place.offset] == 57 ? 56 : bytes[place.offset] + 1
        last = source.lineEnd(source.line(at: place.offset))
        tried += 1
      }
      changed[outcome.chapter.name] = String(decoding: bytes, as: UTF8.self)
    }
    for (mended, outcome) in zip(try await book.verify(changed).chapters, clean.chapters) {
      let lines = mended.chapter.source.mended(mended.fixIts).split(separator: "\n", omittingEmptySubsequences: false)
      for (line, committed) in zip(
        lines, outcome.chapter.source.text.split(separator: "\n", omittingEmptySubsequences: false))
      {
        #expect(line == committed)
      }
    }
    #expect(tried > 50)
  }
}

/// SplitMix64: the same seed, the same sample, on every machine.
struct Sample {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ z >> 31) % UInt64(bound))
  }

  mutating func pick<T>(_ count: Int, of list: [T]) -> [T] {
    var list = list
    return (0..<min(count, list.count)).map { _ in list.remove(at: below(list.count)) }
  }
}

/// The committed chapters, copied where a test may change them; one run's results serve every variant of the prose.
struct RealBook {
  private let root: URL
  private let folder: URL
  private let kit: URL
  /// Shared by the tests of this process: the book's programs run once.
  private static let cache = FileManager.default.temporaryDirectory.appendingPathComponent(
    "book-cache-\(UUID().uuidString)")

  init() throws {
    root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("book-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: root.appendingPathComponent("Chapters"), to: folder.appendingPathComponent("Chapters"))
    // What runs under other seeds gave stands beside the output folder.
    try FileManager.default.copyItem(
      at: root.appendingPathComponent("robustness.json"), to: folder.appendingPathComponent("robustness.json"))
    kit = root.appendingPathComponent(".build/release")
    // The module of the live figures is not compiled again.
    let assets = folder.appendingPathComponent("Output/assets")
    try FileManager.default.createDirectory(at: assets, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: root.appendingPathComponent("Output/assets/figures-code.js"),
      to: assets.appendingPathComponent("figures-code.js"))
    // The copy stands elsewhere; the package of its module does not.
    let list = folder.appendingPathComponent("Chapters/book.yml")
    let text = try String(contentsOf: list, encoding: .utf8)
    try #require(text.contains("package: ..\n"))
    try Data(text.replacing("package: ..\n", with: "package: \(root.path)\n").utf8).write(to: list)
  }

  /// The book with other texts in some chapters, by name.
  func verify(_ texts: [String: String] = [:], auditing: Bool = false, rendering: Bool = false) async throws
    -> Pipeline.Outcome
  {
    let chapters = folder.appendingPathComponent("Chapters")
    let files = texts.keys.map { chapters.appendingPathComponent("\($0).md") }
    let committed = try files.map { try Data(contentsOf: $0) }
    for (name, text) in texts { try Data(text.utf8).write(to: chapters.appendingPathComponent("\(name).md")) }
    defer { for (file, text) in zip(files, committed) { try? text.write(to: file) } }
    return try await pipeline.weave(rendering: rendering, auditing: auditing)
  }

  var pipeline: Pipeline {
    let places = Pipeline.Places(
      chapters: folder.appendingPathComponent("Chapters"), shownAs: "Chapters",
      output: folder.appendingPathComponent("Output"), kit: kit, cache: Self.cache)
    return Pipeline(places, figureStyle: "")
  }
}
