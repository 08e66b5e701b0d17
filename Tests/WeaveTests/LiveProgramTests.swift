import Foundation
import Testing
import WeaveParse
import WeaveRun

/// What goes into the page's module with a live figure: what it rests on, what rests on it, and nothing else.
@Suite struct LiveProgramTests {
  @Test func aFigureBringsWhatItRestsOn() throws {
    let book = try CommandFixture()
    try book.write(
      """
      ---
      title: 題
      ---

      ```swift run #base
      var total = 1.0
      let unused = 2.0
      ```

      ```swift run #other
      let values = [1.0, 2.0]
      let x = 7.0
      ```

      ```swift run #grown
      total += 1
      ```

      ```swift run #half
      func half(_ values: [Double], x: Double) -> [Double] {
        let count = values.count
        return values.map { $0 / x / Double(count) }
      }
      ```

      ```swift run #figure live
      let slope = parameter("傾き", 2, in: 0...4, step: 1)
      let points = half([slope, total], x: slope)
      show(.bars("点", ["甲", "乙"], points))
      ```

      ```swift run #after
      let doubled = points.map { $0 * 2 }
      ```

      値は[1.0](#=points[0])、[2.0](#=doubled[0])、[7](#=x)である。
      """, "Chapters/one.md")
    var reader = try BookReader(folder: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters")
    let chapter = try #require(reader.wholeBook().chapters.first { $0.name == "one" })
    let program = LiveProgram(chapter)
    #expect(program.figures.map(\.block) == [4])
    #expect(program.figures[0].links == [0, 1])
    let text = program.text
    let kept = (0..<6).filter { text.contains("one/block-\($0)\"") }
    // `values` and `x` of the block #other are names of the function's own.
    #expect(kept == [0, 2, 3, 4, 5])
  }
}
