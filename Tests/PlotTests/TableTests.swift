import Plot
import Testing

@Test func tablesAreRectangular() {
  for figure in Gallery.all {
    let table = figure.data
    #expect(table.count > 1, "\(figure.title)")
    for row in table { #expect(row.count == table[0].count, "\(figure.title): \(row)") }
  }
}

@Test func theTableHoldsTheInput() {
  var noise = Noise(2)
  let rows = (0..<5).map { _ in noise.many(7) }
  let map = Figure.heatMap("表", rows).data
  for i in 0..<5 { for j in 0..<7 { #expect(close(map[i + 1][j + 1], rows[i][j])) } }

  let x = noise.many(20).sorted()
  let lines = Figure.lines("表", [Series("a", x: x, y: rows[0] + rows[1] + rows[2].prefix(6)), Series("b", x: x, y: x)])
    .data
  #expect(lines[0] == ["x", "a", "b"])
  for i in 0..<20 {
    #expect(close(lines[i + 1][0], x[i]) && close(lines[i + 1][2], x[i]))
  }

  let apart = Figure.scatter("表", [Series("a", x: [1, 2], y: [3, 4]), Series("b", x: [5], y: [6])], x: Axis("幅")).data
  #expect(apart == [["系列", "幅", "y"], ["a", "1", "3"], ["a", "2", "4"], ["b", "5", "6"]])

  let bars = Figure.bars("表", ["p", "q"], groups: [("a", [1.5, 2]), ("b", [-1, .nan])]).data
  #expect(bars == [["項目", "a", "b"], ["p", "1.5", "−1"], ["q", "2", "NaN"]])
}

@Test func numbersInTheTableKeepSixDigits() {
  var noise = Noise(7)
  var values: [Float] = [0, 1, 1e9, 123_456.7, 1e-5, 3.0e30, 1.0e-40, 999_999.9]
  for _ in 0..<500 { values.append(Float(noise.next() * 1e3)) }
  let table = Figure.scatter("桁", [Series("", y: values)]).data
  for (row, value) in zip(table.dropFirst(), values) { #expect(close(row[1], Double(value)), "\(row[1]) for \(value)") }
}

private func close(_ text: String, _ value: Double) -> Bool {
  abs(parsed(text) - value) <= 5.000001e-6 * abs(value)
}

@Test func referenceLinesAndShapesStandInTheTable() {
  let lines = Figure.lines("表", [Series("a", y: [1, 2])], marks: [.horizontal(1.5, "上限"), .vertical(1, "境")]).data
  #expect(lines == [["x", "a"], ["0", "1"], ["1", "2"], ["上限：縦 = 1.5", ""], ["境：横 = 1", ""]])
  let plane = Figure.plane("表", [.circle(), .arrow(to: (1, -0.5), "q")], x: Axis("幅")).data
  #expect(plane == [["名前", "幅", "y"], ["円（半径1）", "0", "0"], ["q", "0 → 1", "0 → −0.5"]])
}
