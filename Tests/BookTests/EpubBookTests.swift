import Foundation
import Testing
import WeaveRender
import WeaveSupport

extension DigitTests {
  /// The whole book as it is woven, packed and given to EPUB's own checker; among the tests of this suite, since
  /// those run the book's programs already.
  @Test func theBookIsAValidEpub() async throws {
    let jar = "/usr/share/java/epubcheck.jar"
    try #require(
      FileManager.default.fileExists(atPath: jar), "epubcheck is missing: install it with 'apt-get install epubcheck'")
    let outcome = try await RealBook().verify(rendering: true)
    let pages = Dictionary(uniqueKeysWithValues: outcome.files.map { ($0.path, $0.bytes) })
    let epub = try Epub(VerifiedBook(outcome.frame, outcome.verified, try #require(outcome.typeset)))
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("book-\(UUID().uuidString).epub")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(epub.archive()).write(to: file)

    let checker = Process()
    let pipe = Pipe()
    checker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    checker.arguments = ["java", "-jar", jar, "--failonwarnings", file.path]
    checker.standardOutput = pipe
    checker.standardError = pipe
    try checker.run()
    let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    checker.waitUntilExit()
    #expect(checker.terminationStatus == 0, "\(said)")
    #expect(said.contains("No errors or warnings detected."))
    // Nothing of the book is lost on the way but what only a screen can use.
    let files = Dictionary(
      uniqueKeysWithValues: epub.files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
    for result in outcome.chapters {
      let chapter = result.chapter
      let page = String(decoding: try #require(pages["\(chapter.name).html"]), as: UTF8.self)
      let document = try #require(files["EPUB/text/\(chapter.name).xhtml"])
      func count(_ part: String, in text: String? = nil) -> Int { (text ?? document).ranges(of: part).count }
      #expect(count("<math ") >= chapter.formulas.count)
      #expect(count("<figure class=\"diagram\"") == chapter.diagrams.count)
      #expect(count("<figure class=\"result\"") == count("<figure class=\"result\"", in: page))
      #expect(count("<table") >= chapter.tables.count)
      #expect(count("<pre>") >= chapter.blocks.count { !$0.attributes.hide } + chapter.listings.count)
      for heading in chapter.headings where heading.level > 1 {
        #expect(document.contains("<h\(heading.level) id=\"\(heading.id)\""), "\(heading.id)")
      }
      #expect(
        count("href=\"numbers.xhtml#") >= result.evidence.values.count { if case .number = $0 { true } else { false } })
      #expect(!document.contains("var(--"))
      #expect(!document.contains("katex-html"))
    }
  }
}
