import Foundation
import Testing
import WeaveCore

/// The promise of the book, tried on the book itself: change any printed digit and verification names it.
@Suite struct DigitTests {
  /// Every digit of every pin, bound number and numbered reference, each changed alone.
  @Test func everyChangedDigitIsCaught() async throws {
    let book = try RealBook()
    let clean = try await book.verify()
    #expect(clean.diagnostics.filter { $0.severity == .error }.isEmpty)
    var tried = 0
    var escaped: [String] = []
    for outcome in clean.chapters {
      let source = outcome.chapter.source
      for place in Self.places(in: outcome.chapter) {
        tried += 1
        var bytes = source.bytes
        bytes[place.offset] = bytes[place.offset] == 57 ? 48 : bytes[place.offset] + 1
        let found = try await book.verify(chapter: outcome.chapter.name, text: String(decoding: bytes, as: UTF8.self))
        let line = source.position(at: place.offset).line
        let caught = found.diagnostics.contains { $0.severity == .error && $0.position.line == line && ($0.message.contains("printed") || $0.message.contains("numerals")) }
        if !caught { escaped.append("\(source.path):\(line): \(place.what)") }
      }
    }
    print("digits changed: \(tried), caught: \(tried - escaped.count)")
    #expect(tried > 100)
    #expect(escaped.isEmpty)
  }

  private struct Place {
    var offset: Int
    var what: String
  }

  private static func places(in chapter: Chapter) -> [Place] {
    var places: [Place] = []
    func add(_ range: Range<Int>, _ what: String) {
      for offset in range where (48...57).contains(chapter.source.bytes[offset]) { places.append(Place(offset: offset, what: what)) }
    }
    for block in chapter.blocks {
      // A tolerance is the author's word that the last digits may stray; a refusal's pin is a part of a message.
      if let pin = block.pin, block.attributes.tolerance == nil, block.mode == .run { add(pin.range, block.label) }
    }
    for link in chapter.links where link.title == nil {
      if case .expression(let expression, _) = link.target { add(link.textRange, expression) }
    }
    return places
  }

  /// What promote writes after a change is the committed text, byte for byte.
  @Test func promoteMendsEachDigit() async throws {
    let book = try RealBook()
    let clean = try await book.verify()
    var tried = 0
    for outcome in clean.chapters {
      let source = outcome.chapter.source
      // One digit of each pin and number at once: a mend for each, and the text as it was.
      var bytes = source.bytes
      var last = -1
      for place in Self.places(in: outcome.chapter) where place.offset > last {
        bytes[place.offset] = bytes[place.offset] == 57 ? 48 : bytes[place.offset] + 1
        last = source.lineEnd(source.line(at: place.offset))
        tried += 1
      }
      let changed = try await book.verify(chapter: outcome.chapter.name, text: String(decoding: bytes, as: UTF8.self))
      let mended = changed.chapters.first { $0.chapter.name == outcome.chapter.name }!
      #expect(mended.chapter.source.mended(mended.mends) == source.text)
    }
    #expect(tried > 50)
  }
}

/// The committed chapters, copied where a test may change them; one run's results serve every variant of the prose.
struct RealBook {
  private let root: URL
  private let folder: URL
  private let kit: URL

  init() throws {
    root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("book-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: root.appendingPathComponent("Chapters"), to: folder.appendingPathComponent("Chapters"))
    kit = root.appendingPathComponent(".build/release")
  }

  func verify(chapter: String? = nil, text: String? = nil) async throws -> Pipeline.Outcome {
    let chapters = folder.appendingPathComponent("Chapters")
    let file = chapter.map { chapters.appendingPathComponent("\($0).md") }
    let committed = try file.map { try Data(contentsOf: $0) }
    if let file, let text { try Data(text.utf8).write(to: file) }
    defer { if let file, let committed { try? committed.write(to: file) } }
    let places = Pipeline.Places(
      chapters: chapters, shownAs: "Chapters", output: folder.appendingPathComponent("Output"), kit: kit,
      cache: folder.appendingPathComponent("cache"))
    return try await Pipeline(places, figureStyle: "").weave(rendering: false)
  }
}
