import Foundation
import Testing
import WeaveRun

/// Where code is changed, and how.
@Suite struct MutationTests {
  private static let list = """
    // Why.

    Sources/M/a.swift
      return ⟦a + b → a - b⟧ * c
    """

  @Test func aListNamesFilesLinesAndChanges() throws {
    let list = MutationList(Self.list)
    #expect(list.problems.isEmpty)
    let mutation = try #require(list.mutations.first)
    #expect(mutation.file == "Sources/M/a.swift" && mutation.code == "return a + b * c" && mutation.listLine == 4)
    #expect(mutation.name == "Sources/M/a.swift: return ⟦a + b → a - b⟧ * c")
  }

  @Test(arguments: [
    ("/etc/passwd\n", 1), ("Sources/a.swift\n", 1), ("Sources/../a/b.swift\n", 1), ("Other/M/a.swift\n", 1),
    ("  x = ⟦1 → 2⟧\n", 1), ("Sources/M/a.swift\n  x = 1\n", 2), ("Sources/M/a.swift\n  ⟦1 → 2⟧ + ⟦1 → 2⟧\n", 2),
    ("Sources/M/a.swift\n  ⟦1 → 1⟧\n", 2), ("Sources/M/a.swift\n  ⟦1⟧\n", 2),
    ("Sources/M/a.swift\n  ⟦1 → 2⟧\n  ⟦1 → 2⟧\n", 3),
  ])
  func aListInAnotherFormIsRefusedAtItsLine(_ text: String, _ line: Int) {
    #expect(MutationList(text).problems.map(\.line) == [line])
  }

  private func applied(_ list: String, to code: String) -> (text: String, problems: [MutationList.Problem]) {
    let mutations = MutationList("Sources/M/a.swift\n" + list).mutations
    return MutationList.applying(mutations.enumerated().map { (id: $0.offset + 1, mutation: $0.element) }, to: code)
  }

  @Test func aSwitchStandsInTheExpressionsPlace() {
    let code = "func f() -> Int {\n    return a + b * c\n}\n"
    #expect(
      applied("  return ⟦a → d⟧ + b * c\n  return a + b * ⟦c → e⟧\n", to: code).text
        == "func f() -> Int {\n    return (weaveIsMutated(1) ? (d) : (a)) + b * (weaveIsMutated(2) ? (e) : (c))\n}\n")
  }

  @Test(arguments: [
    ("  return ⟦a → d⟧\n", "no line of Sources/M/a.swift is 'return a'"),
    ("  x = ⟦1 → 2⟧\n", "2 lines of Sources/M/a.swift are 'x = 1'"),
    ("  y = ⟦1 + 2 → 3⟧\n  y = 1 + ⟦2 → 3⟧\n", "overlaps that of line 2"),
  ])
  func aPlaceThatIsNotThereOnceIsNamed(_ list: String, _ message: String) {
    let result = applied(list, to: "x = 1\nx = 1\ny = 1 + 2\n")
    #expect(result.problems.count == 1 && result.problems[0].message.contains(message), "\(result.problems)")
  }

  @Test(arguments: [("", "Tests/Mutation/kernel.txt"), ("Tests/Books/Statistics", "mutations.txt")])
  func theRepositorysListsFitTheirSources(_ package: String, _ path: String) throws {
    let folder = CaseFolder.repository.appendingPathComponent(package)
    func text(_ path: String) throws -> String {
      try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    }
    let list = MutationList(try text(path))
    #expect(list.problems.isEmpty && list.mutations.count > 2)
    for (file, mutations) in Dictionary(grouping: list.mutations, by: \.file) {
      let (changed, problems) = MutationList.applying(mutations.map { (id: 7, mutation: $0) }, to: try text(file))
      #expect(problems.isEmpty && changed.components(separatedBy: "weaveIsMutated(7)").count == mutations.count + 1)
    }
  }

  /// The number of a line that a run may have otherwise; nil where there is none.
  @Test(arguments: [
    ("let x = 12", "12"), ("let x = 1_000", "1_000"), ("let x = f(0.5)", "0.5"), ("let x = 1e-3 * y", "1e-3"),
    ("let x = y[3]", "3"), ("for i in 0..<9 {", "0"), ("let x = -2", "2"), ("let x = a1 + 7", "7"),
    ("let x = y.0", nil), ("let x = y.1 + 7", "7"), ("let x = 0xff", nil), ("if x < 3 {", nil), ("while i >= 3 {", nil),
    ("let isSmall = gap < 1e-9", nil), ("let same = x == 4", nil), ("case 1: f()", nil), ("// 3", nil),
    ("let s = \"3\"", nil), ("let s = #\"\\#(3)\"# + f(\"\\(g(\"4\"))\")", nil), ("let x = 5 // 6", "5"),
    ("print(3)", nil), ("show(.lines(\"a\", [3]))", nil), ("fingerprint(3)", "3"), ("let g = Random(seed: 3)", nil),
    ("let x = fixed(y, decimals: 3)", nil), ("/* 1 /* 2 */ */ let x = 3", "3"), ("let x = $0 + $1", nil),
  ])
  func aNumberIsChangedWhereSomethingRestsOnIt(_ code: String, _ number: String?) {
    let found = NumberLiteral.all(in: code, of: 0)
    #expect(found.map(\.original) == (number.map { [$0] } ?? []), "\(code)")
  }

  @Test func aPrintedCallMayHaveManyLines() {
    let code = "print(\n  1,\n  f(2))\nlet x = \"\"\"\n  3 \\(4)\n  \"\"\"\nlet y = 5\n"
    let found = NumberLiteral.all(in: code, of: 2)
    #expect(found.map(\.original) == ["5"] && found.map(\.line) == [7])
    #expect(NumberLiteral.applying([(id: 8, literal: found[0])], to: code).hasSuffix("let y = _mutated(8, 5, 6)\n"))
  }

  @Test func aNumberBecomesAnother() {
    let found = NumberLiteral.all(in: "let a = 0\nlet b = 7\nlet c = 0.0\nlet d = 2.5\nlet e = 1_0\n", of: 0)
    #expect(found.map(\.changed) == ["1", "8", "0.5", "3.125", "11"])
  }

  @Test func eachBlockHasItsTurnBeforeOneHasASecond() {
    let all = (0..<3).flatMap { NumberLiteral.all(in: "let a = 1\nlet b = 2\nlet c = 3\n", of: $0) }
    let chosen = NumberLiteral.chosen(from: all, atMost: 4)
    #expect(chosen.map(\.block) == [0, 1, 2, 0] && chosen.map(\.original) == ["1", "1", "1", "2"])
    #expect(NumberLiteral.chosen(from: all, atMost: 60).count == 9)
  }
}
