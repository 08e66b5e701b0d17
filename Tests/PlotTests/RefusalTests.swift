import Foundation
import Plot
import Testing

// Each of these programs stops, in a process of its own.

@Test func emptyDataIsRefused() async {
  await #expect(processExitsWith: .failure) { _ = Figure.lines("t", []) }
  await #expect(processExitsWith: .failure) { _ = Figure.lines("t", [Series("a", y: [Double]())]) }
  await #expect(processExitsWith: .failure) { _ = Figure.scatter("t", [Series("a", y: [Double.nan])]) }
  await #expect(processExitsWith: .failure) { _ = Figure.heatMap("t", [[Double]]()) }
  await #expect(processExitsWith: .failure) { _ = Figure.histogram("t", [Double.nan]) }
  await #expect(processExitsWith: .failure) { _ = Figure.bars("t", [], [Double]()) }
  await #expect(processExitsWith: .failure) { _ = Figure.row("t", []) }
  await #expect(processExitsWith: .failure) { _ = Figure.lines("", [Series("a", y: [1])]) }
}

@Test func theMessageNamesTheLengthsAlsoWhenOptimised() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Series("系列", x: [1, 2, 3], y: [1, 2])
  }
  let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
  #expect(message.contains("3 values of x and 2 values of y"))
  let ragged = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Figure.heatMap("行列", [[1, 2], [3]])
  }
  #expect(
    String(decoding: try #require(ragged).standardErrorContent, as: UTF8.self).contains(
      "row 1 has 1 values, row 0 has 2"))
}

@Test func whatALogarithmCannotShowIsRefused() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Figure.lines("t", [Series("a", x: [1, 2], y: [0, 1])], y: Axis("損失", scale: .log))
  }
  let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
  #expect(message.contains("logarithmic y axis cannot show 0"))
  await #expect(processExitsWith: .failure) { _ = Axis(scale: .log, range: -1...1) }
  await #expect(processExitsWith: .failure) { _ = Figure.bars("t", ["a"], [1], axis: Axis(scale: .log)) }
}

@Test func otherMistakesAreRefused() async {
  await #expect(processExitsWith: .failure) { _ = Figure.bars("t", ["a", "b"], [1]) }
  await #expect(processExitsWith: .failure) { _ = Figure.bars("t", ["a"], [1], axis: Axis(range: 1...2)) }
  await #expect(processExitsWith: .failure) { _ = Figure.bars("t", ["a"], [1], height: 59) }
  await #expect(processExitsWith: .failure) { _ = Figure.bars("t", ["a"], [1], horizontal: true, height: 2001) }
  await #expect(processExitsWith: .failure) { _ = Figure.lines("t", [Series("a", y: [1, 2])], height: 59) }
  await #expect(processExitsWith: .failure) { _ = Figure.heatMap("t", [[1, 2]], columnLabels: ["a"]) }
  await #expect(processExitsWith: .failure) { _ = Mark.arrow(to: (.nan, 0)) }
  await #expect(processExitsWith: .failure) { _ = Mark.circle(radius: -1) }
  await #expect(processExitsWith: .failure) { _ = Figure.lines("t", [Series("a", y: [1, 2])]).svg(idPrefix: "\"") }
}

@Test func barsWithoutRoomAreRefused() async throws {
  let narrow = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Figure.bars("t", ["とても長い名前の項目"], [123_456_789.5], horizontal: true, decimals: 3, width: 200)
  }
  #expect(
    String(decoding: try #require(narrow).standardErrorContent, as: UTF8.self).contains("no room for the plot"))
  let many = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    let names = (0..<100).map { "\($0)" }
    _ = Figure.bars("t", names, groups: [("a", names.map { _ in 1 }), ("b", names.map { _ in 2 })])
  }
  #expect(String(decoding: try #require(many).standardErrorContent, as: UTF8.self).contains("no room for so many bars"))
}

@Test func aReferenceThatIsNotFiniteIsRefused() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Figure.bars("t", ["a"], [1], references: [(value: .nan, label: "上限")])
  }
  #expect(
    String(decoding: try #require(result).standardErrorContent, as: UTF8.self).contains("reference “上限” is at NaN"))
}
