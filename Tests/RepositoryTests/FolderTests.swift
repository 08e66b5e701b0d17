import Foundation
import Testing

@Suite struct FolderTests {
  @Test(arguments: ["Sources/Kernel"])
  func foldersUseEachOtherOneWay(_ path: String) throws {
    let graph = try FolderGraph(of: repository.appending(path: path))
    #expect(graph.circles.isEmpty)
    // A reader that saw no names would find no circle either.
    #expect(graph.folders.count > 10 && graph.arrows.count > 20)
    #expect(graph.order.first == "Numerics")
  }

  /// The modules by the compiler, which sees no further; their folders by this.
  @Test func theToolsFoldersUseEachOtherOneWay() throws {
    let modules = ["Support", "Model", "Parse", "Run", "Verify", "Render", "Build"].map { "Weave\($0)" }
    let graph = try FolderGraph(of: repository.appending(path: "Sources"), only: modules)
    #expect(graph.circles.isEmpty)
    #expect(graph.folders.count > 15 && graph.arrows.count > 60)
    #expect(Set(graph.folders.map { String($0.prefix { $0 != "/" }) }) == Set(modules))
    #expect(graph.order.first?.hasPrefix("WeaveSupport") == true && graph.order.last?.hasPrefix("WeaveBuild") == true)
  }

  @Test func aCircleIsFoundWithTheNamesThatCloseIt() {
    let graph = FolderGraph(sources: [
      "A/a.swift": "public func first() {}\nfunc f(_ b: B) -> Int { b.value }",
      "B/b.swift": "struct B { let value = 1 }",
      "C/c.swift": "func third() -> String { \"\\(first())\" }",
      "B/D/d.swift": "func fourth() { third() }",
      "B/e.swift": "extension B { func g() { fourth() } }",
    ])
    #expect(
      graph.arrows.map(\.description) == [
        "A → B (B in A/a.swift:2)", "B → B/D (fourth in B/e.swift:1)", "B/D → C (third in B/D/d.swift:1)",
        "C → A (first in C/c.swift:1)",
      ])
    #expect(graph.circles.map { $0.map(\.from) } == [["A", "B", "B/D", "C"]])
  }

  /// Sources of folder B whose one use of A's names counts, or does not.
  @Test(arguments: [
    ("let x = twice(2)", true), ("// twice(2)", false), ("/* twice /* 2 */ twice */", false),
    ("let s = \"twice(2)\"", false),
    ("let s = \"a \\(twice(2)) b\"", true), ("let s = #\"a \\(twice(2)) \\#(1)\"#", false),
    ("let s = #\"\\#(twice(2))\"#", true),
    ("func g(twice: Int) -> Int { twice }", false), ("func g() { let twice = 1; print(twice) }", false),
    ("func g() { f(twice: 1) }", false), ("func g() { f { twice in print(twice) } }", false),
    ("func g() { for twice in 0..<2 { print(twice) } }", false), ("func g() { x.twice() }", false),
    ("func g<twice>(_ x: twice) {}", false), ("private func twice() {}\nfunc g() { twice() }", false),
    ("func g(_ m: M) -> Int { m.added }", true), ("struct N { var added = 1; var sum: Int { added } }", false),
    ("extension M { var sum: Int { added } }", true), ("func g() -> M { M(of: 1) }", true),
    ("func g() -> M { M(raw: 1) }", false),
    ("func g() { both(1) }", true), ("func g(_ v: V) { both(v) }", false),
  ])
  func usesAreNamesThatMeanAnothersDeclaration(_ source: String, _ isUse: Bool) {
    let graph = FolderGraph(sources: [
      "A/a.swift": """
      func twice(_ n: Int) -> Int { 2 * n }
      extension M { var added: Int { 1 } ; init(of n: Int) {} }
      func both(_ n: Int) {}
      """,
      "B/b.swift": source,
      "C/m.swift": "struct M { init(raw: Int) {} }",
      "D/v.swift": "struct V {}\nfunc both(_ v: V) {}",
    ])
    #expect(graph.arrows.contains { $0.from == "B" && $0.to == "A" } == isUse)
  }
}
