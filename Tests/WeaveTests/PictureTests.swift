import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveParse

/// Pictures over several builds: what is copied, what is kept, what is taken away. What a page shows of them is the
/// case `expect/pictures`, what is refused `failure/pictures`.
struct PictureTests {
  /// A grey PNG of one colour, `width` pixels wide.
  private static func png(_ width: UInt8) -> Data {
    func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
      [0, 0, 0, UInt8(data.count)] + Array(kind.utf8) + data + [0, 0, 0, 0]
    }
    return Data(
      [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + chunk("IHDR", [0, 0, 0, width, 0, 0, 0, 1, 8, 0, 0, 0, 0])
        + chunk("IDAT", [1]) + chunk("IEND", []))
  }

  private static func chapter(_ text: String) -> String { "---\ntitle: 章\n---\n\n\(text)\n" }

  private func fixture() throws -> CommandFixture {
    let fixture = try CommandFixture(ownKit: true)
    try fixture.write(Self.chapter("![一つめ](a.png)\n\n![共有](b.png)"), "Chapters/one.md")
    try fixture.write(Self.chapter("![共有](b.png)"), "Chapters/two.md")
    for (name, width) in [("a", 3), ("b", 4)] as [(String, UInt8)] {
      try Self.png(width).write(to: fixture.folder.appendingPathComponent("Chapters/\(name).png"))
    }
    return fixture
  }

  private func pictures(_ fixture: CommandFixture) -> Set<String> {
    Set(CaseFolder.names(in: fixture.folder.appendingPathComponent("Output/assets/pictures")))
  }

  @Test func copiesFollowTheirPictures() throws {
    let fixture = try fixture()
    #expect(try fixture.weave("build").status == 0)
    let first = pictures(fixture)
    #expect(first.count == 2, "each picture is copied once")
    #expect(try fixture.weave("build").output.contains("0 written"))

    // Another content: the old copy goes.
    try Self.png(9).write(to: fixture.folder.appendingPathComponent("Chapters/a.png"))
    #expect(try fixture.weave("build").status == 0)
    let second = pictures(fixture)
    #expect(second.count == 2 && second.intersection(first).count == 1)
    #expect(try fixture.read("Output/one.html").contains("width=\"9\""))

    // A twin for dark paper turns up, and goes.
    let twin = fixture.folder.appendingPathComponent("Chapters/b.dark.png")
    var bytes = Self.png(4)
    bytes.insert(contentsOf: [0, 0, 0, 0] + Array("tEXt".utf8) + [0, 0, 0, 0], at: bytes.count - 12)
    try bytes.write(to: twin)
    #expect(try fixture.weave("build").status == 0)
    for name in ["one", "two"] { #expect(try fixture.read("Output/\(name).html").contains("class=\"on-dark\"")) }
    #expect(pictures(fixture).count == 3)
    try FileManager.default.removeItem(at: twin)
    #expect(try fixture.weave("build").status == 0)
    #expect(pictures(fixture) == second)

    // While one chapter is wrong nothing that its old page shows goes.
    try fixture.write(Self.chapter("![一つめ](gone.png)"), "Chapters/one.md")
    let wrong = try fixture.weave("build")
    #expect(wrong.status == 1)
    #expect(wrong.error.contains("Chapters/one.md:5:1: error: [picture] there is no file Chapters/gone.png"))
    #expect(pictures(fixture) == second)

    // The last one that shows it has gone.
    try fixture.write(Self.chapter("絵は無い。"), "Chapters/one.md")
    #expect(try fixture.weave("build").status == 0)
    #expect(pictures(fixture).count == 1)
    if CaseFolder.bubblewrapWorks { #expect(try fixture.weave("check").status == 0) }
  }

  @Test func theEpubHoldsThem() throws {
    let fixture = try fixture()
    let circle = #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>"#
    try fixture.write(circle, "Chapters/円.svg")
    try fixture.write(Self.chapter("![共有](b.png)と![丸い形](円.svg)"), "Chapters/two.md")
    var reader = try BookReader(folder: fixture.folder.appendingPathComponent("Chapters"), shownAs: "Chapters")
    let book = reader.wholeBook()
    #expect(reader.diagnostics == [])
    let rehearsal = try Rehearsal(book, records: [:], misread: []) { $0 }
    let files = Dictionary(
      uniqueKeysWithValues: try rehearsal.epub().map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
    #expect(files.keys.count { $0.hasPrefix("EPUB/pictures/") } == 3)
    let package = try #require(files["EPUB/package.opf"])
    #expect(package.ranges(of: "media-type=\"image/png\"").count == 2)
    #expect(package.contains(".svg\" media-type=\"image/svg+xml\"/>"))
    let text = try #require(files["EPUB/text/two.xhtml"])
    #expect(text.contains("<img src=\"../pictures/"))
    #expect(!text.contains("loading="))
    #expect(try !rehearsal.archive().isEmpty)
  }
}
