import Foundation
import Testing
import WeaveModel
import WeaveParse
import WeaveRender

/// A chapter built by hand, and the page that comes of it.
struct RenderFixture {
  var chapter = Chapter("one", source: Source(path: "Chapters/one.md", text: ""), title: "題")
  var record = RunRecord()
  var evidence: [Int: Evidence] = [:]
  var blockLabels: [Int: Label] = [:]
  var tableLabels: [Int: Label] = [:]
  var formulaLabels: [Int: Label] = [:]
  var diagramLabels: [Int: Label] = [:]
  var bibliography: [Reference] = []
  var others: [Chapter] = []

  /// The programs are looked for once for all tests.
  private static let tools = Task { try await Toolchain.locate() }
  static func locate() async throws -> Toolchain { try await tools.value }

  mutating func block(
    _ mode: CodeBlock.Mode, _ code: String, pin: String? = nil, label: Label? = nil,
    _ set: (inout CodeBlock.Attributes) -> Void = { _ in }
  ) {
    var attributes = CodeBlock.Attributes.none
    set(&attributes)
    let index = chapter.blocks.count
    blockLabels[index] = label
    chapter.blocks.append(CodeBlock(mode, code, index: index, line: 5, pin: pin, attributes: attributes))
    chapter.document.blocks.append(Block(.code(index)))
  }

  /// A paragraph that is a link.
  mutating func link(_ text: String, _ found: Evidence) {
    let index = chapter.links.count
    evidence[index] = found
    chapter.links.append(BoundLink(index, .remark(.waiver), text: text))
    say(.bound(index, [.text(text)]))
  }

  mutating func say(_ inlines: Inline...) { chapter.document.blocks.append(Block(.paragraph(Prose(inlines)))) }

  mutating func add(_ blocks: Block.Content...) { chapter.document.blocks += blocks.map { Block($0) } }

  /// A chapter as it is read.
  static func reading(_ markdown: String, name: String = "one") -> Chapter {
    let text = "---\ntitle: 題\n---\n\n\(markdown)\n"
    return ChapterReader(Source(path: "Chapters/\(name).md", text: text), name: name).chapter
  }

  var verified: VerifiedChapter {
    VerifiedChapter(
      chapter, record: record, evidence: evidence, blockLabels: blockLabels, tableLabels: tableLabels,
      formulaLabels: formulaLabels, diagramLabels: diagramLabels, bibliography: bibliography)
  }

  var book: Book { Book("本", chapters: [chapter] + others) }

  func renderer() async throws -> PageRenderer {
    PageRenderer(book.frame, typeset: try await Typesetter(tools: Self.locate()).typeset([chapter] + others))
  }

  /// The page's text between `<article>` and `</article>`.
  func article() async throws -> String {
    let page = try await page()
    let start = try #require(page.range(of: "<article>"))
    let end = try #require(page.range(of: "</article>"))
    return String(page[start.upperBound..<end.lowerBound])
  }

  func page() async throws -> String { String(decoding: try await renderer().render(verified).bytes, as: UTF8.self) }
}

/// A folder that goes away with the test.
final class ScratchFolder {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "weave-render-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
  }
  func read(_ name: String) -> String? { try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
  func files() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }
}

extension String {
  func count(of part: String) -> Int { ranges(of: part).count }
}
