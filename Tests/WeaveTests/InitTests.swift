import Foundation
import Testing

/// A new book: made, woven and checked as its author would, in an empty folder outside of any project.
struct InitTests {
  @Test(arguments: ["ja", "en"]) func aNewBookBuildsAtOnce(_ language: String) async throws {
    let fixture = try CommandFixture()
    let made = try fixture.weave("init", "new book", "--language", language)
    #expect(made.status == 0, "\(made.error)")
    #expect(try fixture.read("new book/Chapters/book.yml").contains("language: \(language)\n"))
    for path in [".gitignore", ".github/workflows/book.yml"] { #expect(try !fixture.read("new book/\(path)").isEmpty) }

    let folders = ["--chapters", "new book/Chapters", "--output", "new book/Output"]
    func weave(_ verb: String) async throws -> CommandFixture.Result {
      try await fixture.weaveBeside(verb, folders[0], folders[1], folders[2], folders[3])
    }
    let built = try await weave("build")
    #expect(built.status == 0)
    #expect(!built.error.contains("error:") && !built.error.contains("[audit]"), "\(built.error)")
    let page = try fixture.read("new book/Output/constructs.html")
    #expect(page.contains("lang=\"\(language)\""))
    for part in [
      "<figure class=\"picture\" id=\"fig-spiral\"><img src=\"assets/pictures/", "class=\"plot", "class=\"diagram\"",
      "class=\"equation\"", "class=\"footnotes\"", "class=\"alert tip\"", "id=\"bibliography\"", "<details>",
    ] { #expect(page.contains(part), "\(language): the page does not hold \(part)") }

    if CaseFolder.bubblewrapWorks {
      let checked = try await weave("check")
      #expect(checked.status == 0, "\(checked.output)\(checked.error)")
    }
  }

  @Test func aFolderThatIsNotEmptyIsRefused() throws {
    let fixture = try CommandFixture()
    let refused = try fixture.weave("init", ".")
    #expect(refused.status == 2)
    #expect(refused.error.contains("is not empty"))
    #expect(try fixture.read("Chapters/book.yml").hasPrefix("title: 本"))

    try FileManager.default.createDirectory(
      at: fixture.folder.appendingPathComponent("repository/.git"), withIntermediateDirectories: true)
    #expect(try fixture.weave("init", "repository").status == 0)
    #expect(try fixture.weave("init", "repository").status == 2)
    #expect(try fixture.weave("init", "Chapters/book.yml").status == 2)
    #expect(try fixture.weave("init", "other", "--language", "fr").status == 2)
    #expect(!FileManager.default.fileExists(atPath: fixture.folder.appendingPathComponent("other").path))
  }
}
