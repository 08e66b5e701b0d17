// 剪定という見方
// 実行するには、この本のリポジトリで ./build.sh run appendix-3.swift、または weave run appendix-3.swift
import ChapterRuntime
import Kernel
import Plot

#sourceLocation(file: "appendix-3.md", line: 64)
let keyCount = 512, queryCount = 64, headWidth = 64, topCount = 32
let sampleRows = 500, wideModel = 512, bigHidden: Int64 = 14336
let contextLimit = 32768.0, sequenceHeads = 8, sequenceCount = 2
let unitScale = 0.125, wideScale = 0.5

#sourceLocation(file: "appendix-3.md", line: 74)
typealias Vector = [Double]
typealias Table = Matrix<Double>
var rng = Random(seed: 300)
func normal(_ rows: Int, _ columns: Int, scale: Double = 1) -> Table {
  .normal(rows: rows, columns: columns, scale: scale, using: &rng)
}
let (queries, keys, values) = (
  normal(queryCount, headWidth), normal(keyCount, headWidth),
  normal(keyCount, headWidth)
)
let weights = attentionWeights(queries, keys)
let seen = mean(weights.rowVectors.map { effectiveCount($0) })
let topShare = mean(weights.rowVectors.map { topMass($0, topCount) })
print(
  "実効個数", fixed(seen, decimals: 1), " 上位の質量",
  fixed(topShare, decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 98)
let plainWeights: Table = Matrix(
  (0..<4).map { i in
    let raised = (0..<keyCount).map { j in
      var product = 0.0
      for c in 0..<headWidth { product += queries[i, c] * keys[j, c] }
      return exp(unitScale * product)
    }
    let total = raised.reduce(0, +)
    return raised.map { $0 / total }
  })
let smallest = weights.elements.min()!
let noneVanished =
  smallest > 0 && maxAbsDifference(plainWeights, weights.rows(0..<4)) < 1e-12
print("最小の重み", fixed(smallest, decimals: 7))

#sourceLocation(file: "appendix-3.md", line: 125)
struct Meter {
  var flops: Int64 = 0, idle: Int64 = 0
  mutating func product(
    _ a: Table, _ b: Table, sparse: Bool = false
  ) -> Table {
    let (y, width) = (b.elements, b.columns)
    var out = Vector(repeating: 0, count: a.rows * width)
    var (done, wasted): (Int64, Int64) = (0, 0)
    for (at, factor) in a.elements.enumerated() {
      let row = at / a.columns * width, from = at % a.columns * width
      for j in 0..<width where !sparse || y[from + j] != 0 {
        out[row + j] += factor * y[from + j]
        done += 2
        if factor == 0 { wasted += 2 }
      }
    }
    (flops, idle) = (flops + done, idle + wasted)
    return Table(rows: a.rows, columns: width, elements: out)
  }
}
var meter = Meter()
func counted(_ a: Table, _ b: Table) -> Table { meter.product(a, b) }
func flops(_ work: () -> Table) -> Int64 {
  meter = Meter()
  _ = work()
  return meter.flops
}

#sourceLocation(file: "appendix-3.md", line: 155)
func countedAttention(keep: Int) -> Table {
  let scores = counted(queries, keys.transposed()) * unitScale
  let pruned = scores.mapRows { row in
    var kept = Vector(repeating: -.infinity, count: row.count)
    for j in topIndices(row, keep) { kept[j] = row[j] }
    return kept
  }
  return counted(softmax(rows: pruned), values)
}
let denseFlops = flops { countedAttention(keep: keyCount) }
let prunedFlops = flops { countedAttention(keep: topCount) }
let idleFlops = meter.idle
let mixingFlops = 2 * Int64(queryCount * keyCount * headWidth)
let idleShare = Double(idleFlops) / Double(mixingFlops)
let kernelCountsAlike =
  countedStandardAttention(queries, keys, values).work.productFlops
  == denseFlops
print("密", denseFlops, " 上位だけ", prunedFlops, " うち無駄", idleFlops)

#sourceLocation(file: "appendix-3.md", line: 211)
let same = 1e-12, different = 0.01
func agree(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < same }
func agree(_ a: Vector, _ b: Vector) -> Bool { maxAbsDifference(a, b) < same }
func agree(_ a: Table, _ b: Table) -> Bool { maxAbsDifference(a, b) < same }
func differ(_ a: Vector, _ b: Vector) -> Bool {
  maxAbsDifference(a, b) > different
}

#sourceLocation(file: "appendix-3.md", line: 230)
rng = Random(seed: 327)
let taps: Vector = [0.5, -1, 0.25]
let convolution = Convolution(taps: taps.map { Matrix([[$0]]) })
let toeplitz = Table(rows: 12, columns: 12) { i, j in
  let t = j - i + 1
  return t >= 0 && t < 3 ? taps[t] : 0
}
let (signalA, signalB) = (normal(12, 1), normal(12, 1))
let sameMap = agree(convolution(signalA), matmul(toeplitz, signalA))
  && agree(convolution(signalB), matmul(toeplitz, signalB))
print("どちらの信号にも同じ行列:", sameMap)
print("演算", convolution.flops(positions: 12))

#sourceLocation(file: "appendix-3.md", line: 252)
let shiftedSignal = Matrix([[0.0]] + signalA.rowVectors.dropLast())
let (plainOut, shiftedOut) = (convolution(signalA), convolution(shiftedSignal))
let shifts = agree(plainOut.rows(1..<10), shiftedOut.rows(2..<11))
print("内側では出力もずれる:", shifts)

#sourceLocation(file: "appendix-3.md", line: 278)
rng = Random(seed: 342)
let (squeeze, excite) = (normal(2, 8), normal(8, 2))
func squeezed(_ x: Table, _ squeeze: Table) -> Vector {
  let means = (0..<8).map { mean(x.column($0)) }
  return matmul(squeeze, means).map { max($0, 0) }
}
func plainGate(_ x: Table) -> Vector {
  matmul(excite, squeezed(x, squeeze)).map { 1 / (1 + exp(-$0)) }
}
let senet = SqueezeExcitation(squeeze: squeeze, excite: excite)
let (imageA, imageB) = (
  normal(16, 8), normal(16, 8) + Table(rows: 16, columns: 8, repeating: 0.8)
)
let (gateA, gateB) = (senet.gate(imageA), senet.gate(imageB))
func steered(_ strength: Double) -> SqueezeExcitation<Double> {
  SqueezeExcitation(
    squeeze: Table(rows: 2, columns: 8, repeating: 99),
    excite: Table(rows: 8, columns: 2, repeating: strength))
}
let gatesPassOrStop =
  agree(steered(99)(imageB), imageB)
  && agree(steered(-99)(imageB), imageB.map { _ in 0 })
let gateTrials = (0..<100).map { _ in
  let (narrow, widen) = (normal(2, 8), normal(8, 2))
  let layer = SqueezeExcitation(squeeze: narrow, excite: widen)
  let passed = squeezed(imageA, narrow) + squeezed(imageB, narrow)
  return (
    moved: differ(layer.gate(imageA), layer.gate(imageB)),
    dead: passed.allSatisfy { $0 == 0 }
  )
}
let (opened, closed) = (
  zip(gateA, gateB).count { $0 < $1 }, zip(gateA, gateB).count { $0 > $1 }
)
let movedGates = gateTrials.count { $0.moved }
let deadGates = gateTrials.count { !$0.moved && $0.dead }
print(
  "ゲートの数", gateA.count, " 加わる重み", senet.parameterCount,
  " ゲートが入力で変わった組", movedGates)

#sourceLocation(file: "appendix-3.md", line: 323)
show(.bars("SENetのゲート", (1...8).map { "c\($0)" }, groups: [
  (name: "入力A", values: gateA), (name: "入力B", values: gateB),
], axis: Axis("ゲートの値", range: 0...1), categoryLabel: "チャネル"))

#sourceLocation(file: "appendix-3.md", line: 339)
let bat: Vector = [1.5, 1.5, 0]
let lexicon: [String: Vector] = [
  "the": [0, 0, 1], "bat": bat, "left": [0.3, 0.3, 0.4], "cave": [2.5, 0, 0],
  "hit": [0, 1, 0.3], "ball": [0, 2.5, 0],
]
func sentence(_ text: [String]) -> Table { Matrix(text.map { lexicon[$0]! }) }
let caveWords = ["the", "bat", "left", "the", "cave"]
let ballWords = ["the", "bat", "hit", "the", "ball"]
func countedSelf(_ x: Table) -> (weights: Table, output: Table) {
  let w = softmax(
    rows: counted(x, x.transposed()) * (1 / Double(3).squareRoot()))
  return (w, counted(w, x))
}
let (cave, ball) = (
  countedSelf(sentence(caveWords)), countedSelf(sentence(ballWords))
)
func batByHand(_ words: [String]) -> Vector {
  let raised = words.map { (word: String) -> Double in
    let product = zip(bat, lexicon[word]!).reduce(0) { $0 + $1.0 * $1.1 }
    return exp(product / 3.squareRoot())
  }
  return raised.map { $0 / raised.reduce(0, +) }
}
let (caveRow, ballRow) = (batByHand(caveWords), batByHand(ballWords))
let batShifts =
  agree(caveRow, cave.weights.row(1)) && agree(ballRow, ball.weights.row(1))
  && differ(caveRow, ballRow)
let batOutputByHand = (0..<3).map { c in
  zip(caveRow, caveWords).reduce(0.0) { $0 + $1.0 * lexicon[$1.1]![c] }
}
let batLeans =
  agree(batOutputByHand, cave.output.row(1))
  && cave.output[1, 0] > 2 * cave.output[1, 1]
  && ball.output[1, 1] > 2 * ball.output[1, 0]
print(
  "洞窟の文のbat", fixed(cave.weights.row(1), decimals: 2), "→",
  fixed(cave.output.row(1), decimals: 2))
print(
  "野球の文のbat", fixed(ball.weights.row(1), decimals: 2), "→",
  fixed(ball.output.row(1), decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 386)
func wordMap(_ title: String, _ words: [String], _ w: Table) -> Figure {
  .heatMap(
    title, w.rowVectors, rowLabels: words, columnLabels: words,
    scale: .sequential(0...1),
    showValues: true)
}
show(
  .row(
    "洞窟の文と野球の文のbat",
    [
      wordMap("洞窟の文", caveWords, cave.weights),
      wordMap("野球の文", ballWords, ball.weights),
    ]))

#sourceLocation(file: "appendix-3.md", line: 407)
let caveFlops = flops { countedSelf(sentence(caveWords)).output }
let ballFlops = flops { countedSelf(sentence(ballWords)).output }
let longer = caveWords + ["hit", "ball"]
let costIsLength = (1...longer.count).allSatisfy { n in
  [Array(longer.prefix(n)), Array(longer.suffix(n))].allSatisfy { words in
    flops { countedSelf(sentence(words)).output } == 12 * Int64(n * n)
  }
}
print("演算", caveFlops, "と", ballFlops)

#sourceLocation(file: "appendix-3.md", line: 441)
func plainEffective(_ p: Vector) -> Double {
  var h = 0.0
  for x in p where x > 0 { h -= x * log(x) }
  return exp(h)
}
let uniform = Vector(repeating: 1 / 8.0, count: 8)
let oneHot: Vector = [0, 0, 1, 0]
print(fixed([plainEffective(uniform), plainEffective(oneHot)], decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 468)
let spreads = [0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 6, 8]
func rowsOfScores(_ deviation: Double) -> [Vector] {
  rng = Random(seed: 301)
  return softmax(rows: normal(sampleRows, keyCount, scale: deviation))
    .rowVectors
}
let spreadRows = spreads.map { rowsOfScores($0) }
let measuredCounts = spreadRows.map { rows in
  mean(rows.map { effectiveCount($0) })
}
let predictedCounts = spreads.map { Double(keyCount) * exp(-$0 * $0 / 2) }
let measuredMass = spreadRows.map { rows in
  mean(rows.map { topMass($0, topCount) })
}
let upperPoint = 1.5341205443525465
func gaussianMass(_ s: Double) -> Double {
  0.5 * (1 + erf((s - upperPoint) / Double(2).squareRoot()))
}
let cutIsRight = agree(gaussianMass(0), Double(topCount) / Double(keyCount))

#sourceLocation(file: "appendix-3.md", line: 490)
show(.chart("得点の広がりと実効個数", [
  .line(Series("測定", x: spreads, y: measuredCounts)),
  .line(Series("近似式", x: spreads, y: predictedCounts)),
  .vertical((2 * log(Double(keyCount))).squareRoot(), "近似の境"),
], x: Axis("得点の標準偏差σ"),
  y: Axis("実効個数", scale: .log, range: 1...600)))

#sourceLocation(file: "appendix-3.md", line: 499)
print("| 標準偏差 | 実効個数 | 近似 | 上位の質量 | 近似 |")
print("| ---: | ---: | ---: | ---: | ---: |")
for i in [2, 4, 6, 7, 9] {
  let counts = [measuredCounts[i], predictedCounts[i]].map {
    fixed($0, decimals: 1)
  }
  let masses = [measuredMass[i], gaussianMass(spreads[i])].map {
    fixed($0, decimals: 2)
  }
  let row = [fixed(spreads[i], decimals: 0)] + counts + masses
  print("| \(row.joined(separator: " | ")) |")
}

#sourceLocation(file: "appendix-3.md", line: 540)
let items = 64, itemWidth = 16, lookupNoises = [0.5, 2.0, 8.0]
func lookup(_ noise: Double) -> (q: Table, k: Table, v: Table) {
  let k = normal(items, itemWidth)
  let q = k + normal(items, itemWidth, scale: noise)
  return (q * (1 / (1 + noise * noise).squareRoot()), k, normal(items, 8))
}
func trainedWeights(_ noise: Double) -> [(scores: Table, weights: Table)] {
  rng = Random(seed: 340)
  let scale = 1 / Double(itemWidth).squareRoot()
  var form = [Table(rows: itemWidth, columns: itemWidth, repeating: 0)]
  var adam = Adam<Double>(rate: 0.1)
  for remaining in stride(from: 1.0, to: 0, by: -1.0 / 250) {
    adam.rate = 0.1 * remaining
    let (q, k, v) = lookup(noise)
    let step = valueAndGradient(form) { tape, w in
      let moved = matmul(tape.constant(q), w[0])
      let scores = matmul(moved, transposed: tape.constant(k)) * scale
      let p = softmax(rows: scores, mask: .none)
      return meanSquaredError(matmul(p, tape.constant(v)), v)
    }
    adam.step(&form, step.gradient)
  }
  return (0..<8).map { _ in
    let (q, k, _) = lookup(noise)
    let scores = matmul(matmul(q, form[0]), k.transposed()) * scale
    return (scores, softmax(rows: scores))
  }
}
let learnedLookups = lookupNoises.map { trainedWeights($0) }
let lookupSpreads = learnedLookups.map { runs in
  mean(runs.flatMap { $0.scores.rowVectors.map { variance($0).squareRoot() } })
}
let lookupCounts = learnedLookups.map { runs in
  mean(runs.flatMap { $0.weights.rowVectors.map { effectiveCount($0) } })
}
let lookupTargets = learnedLookups.map { runs in
  mean(runs.flatMap { r in (0..<items).map { r.weights[$0, $0] } })
}
let lookupRises = zip(lookupCounts, lookupCounts.dropFirst()).allSatisfy {
  2 * $0 < $1
}

#sourceLocation(file: "appendix-3.md", line: 584)
print("| 雑音 | 得点の標準偏差 | 実効個数 | 近似式 | 正しいKeyの重み |")
print("| ---: | ---: | ---: | ---: | ---: |")
for i in lookupNoises.indices {
  let gaussian = Double(items) * exp(-lookupSpreads[i] * lookupSpreads[i] / 2)
  let cells = [
    lookupNoises[i], lookupSpreads[i], lookupCounts[i], gaussian,
    lookupTargets[i],
  ].map { fixed($0, decimals: 2) }
  print("| \(cells.joined(separator: " | ")) |")
}

#sourceLocation(file: "appendix-3.md", line: 613)
let smallGap = 5.0
let smallPair = softmax([0, -smallGap])
let smallRatio = smallPair[1] / smallPair[0]

#sourceLocation(file: "appendix-3.md", line: 622)
func firstZero(_ weight: (Double) -> Bool) -> Double {
  var gap = 1.0
  while !weight(gap) { gap += 1 }
  return gap
}
let doubleGap = firstZero { softmax([0, -$0])[1] == 0 }
let floatGap = firstZero { softmax([Float(0), -Float($0)])[1] == 0 }
print(
  "重みが消える得点の差: 倍精度", fixed(doubleGap, decimals: 0), " 単精度",
  fixed(floatGap, decimals: 0))

#sourceLocation(file: "appendix-3.md", line: 644)
rng = Random(seed: 321)
let lotteryDraws = 1600
let mixedOnce = attention(queries, keys, values)
func drawn(_ p: Vector) -> Int {
  var rest = rng.uniform()
  for (j, x) in p.enumerated() {
    rest -= x
    if rest < 0 { return j }
  }
  return p.count - 1
}
let tickets = (0..<lotteryDraws).map { _ in values.row(drawn(weights.row(0))) }
let oneTicket = mean(
  tickets.map { norm(zip($0, mixedOnce.row(0)).map { $0 - $1 }) })
let meanTicket = (0..<headWidth).map { c in mean(tickets.map { $0[c] }) }
let ticketGap = norm(zip(meanTicket, mixedOnce.row(0)).map { $0 - $1 })
let sampleError = oneTicket / Double(lotteryDraws).squareRoot()
let evenTickets = (0..<lotteryDraws).map { _ in
  values.row(rng.integer(below: keyCount))
}
let evenGap = norm((0..<headWidth).map { c in
  mean(evenTickets.map { $0[c] }) - mixedOnce[0, c]
})
let lotteryAverages = ticketGap < 1.5 * sampleError
let weightsMatter = evenGap > 1.5 * sampleError
print(
  "くじ一回のずれ", fixed(oneTicket, decimals: 1), " 平均のずれ",
  fixed(ticketGap, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 695)
func plainTopK(_ keep: Int, scale: Double = unitScale) -> Table {
  attentionWeights(queries, keys, scale: scale).mapRows { row in
    let chosen = topIndices(row, keep)
    let total = sum(chosen.map { row[$0] })
    var out = Vector(repeating: 0, count: row.count)
    for j in chosen { out[j] = row[j] / total }
    return out
  }
}
let topKMatches = agree(
  plainTopK(topCount), topKAttentionWeights(queries, keys, keep: topCount))
let keepingAll = topKAttentionWeights(queries, keys, keep: keyCount)
let allIsDense = agree(keepingAll.rows(0..<4), plainWeights)
print("正規化し直した重みと一致:", topKMatches, " 全部残すと密:", allIsDense)

#sourceLocation(file: "appendix-3.md", line: 725)
let kept = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
let longest = values.rowVectors.map { norm($0) }.max()!
func topKErrors(_ scale: Double) -> (
  error: Vector, bound: Vector, holds: Bool
) {
  let dense = attention(queries, keys, values, scale: scale)
  let denseWeights = attentionWeights(queries, keys, scale: scale)
  var errors: Vector = [], bounds: Vector = [], holds = true
  for k in kept {
    let out = topKAttention(queries, keys, values, keep: k, scale: scale)
    let gaps = (dense - out).rowVectors.map { norm($0) }
    let limits = denseWeights.rowVectors.map {
      2 * max(0, 1 - topMass($0, k)) * longest
    }
    errors.append(mean(gaps))
    bounds.append(mean(limits))
    holds = holds && zip(gaps, limits).allSatisfy { $0 <= $1 + same }
  }
  return (errors, bounds, holds)
}
let (mild, sharp) = (topKErrors(unitScale), topKErrors(wideScale))
let opposed = Matrix([[3.0, 4], [-3, -4]])
let lean = Matrix([[1.0], [0.4]]), asked = Matrix([[1.0]])
let oneKept = topKAttention(asked, lean, opposed, keep: 1)
let worstGap = norm((attention(asked, lean, opposed) - oneKept).row(0))
let worstLimit = 2 / (1 + exp(0.6)) * 5
let boundIsTight = mild.holds && sharp.holds && agree(worstGap, worstLimit)

#sourceLocation(file: "appendix-3.md", line: 755)
show(
  .lines(
    "top-k注意の誤差",
    [
      Series(
        "狭い得点", x: kept.dropLast(), y: mild.error.dropLast().map { $0 }),
      Series(
        "広い得点", x: kept.dropLast(), y: sharp.error.dropLast().map { $0 }),
      Series(
        "上界（広い得点）", x: kept.dropLast(),
        y: sharp.bound.dropLast().map { $0 }),
    ], x: Axis("残すKeyの個数", scale: .log2), y: Axis("誤差", scale: .log)))

#sourceLocation(file: "appendix-3.md", line: 778)
func gathered(keep: Int) -> Table {
  let scores = counted(queries, keys.transposed()) * unitScale
  return Matrix(
    scores.rowVectors.map { row in
      let chosen = topIndices(row, keep)
      let p = softmax(chosen.map { row[$0] })
      return counted(Matrix([p]), Matrix(chosen.map { values.row($0) })).row(0)
    })
}
let gatherFlops = flops { gathered(keep: topCount) }
let gatherShare = Double(gatherFlops) / Double(denseFlops)
let gatherSame = agree(
  gathered(keep: topCount),
  topKAttention(queries, keys, values, keep: topCount))
print("密に対する演算の比", fixed(gatherShare, decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 805)
let blockCount = 16, blockSize = keyCount / blockCount
func blockwise(_ k: Table, blocks keep: Int) -> (
  output: Table, mass: Double, best: Double
) {
  let leaders = Matrix(
    (0..<blockCount).map { b in
      let members = k.rows(blockSize * b..<blockSize * (b + 1))
      return (0..<headWidth).map { mean(members.column($0)) }
    })
  meter.flops += Int64(k.rows * headWidth)
  let coarse = counted(queries, leaders.transposed())
  let dense = attentionWeights(queries, k)
  var rows: [Vector] = [], mass = 0.0, best = 0.0
  for i in 0..<queryCount {
    let places = topIndices(coarse.row(i), keep).flatMap { b in
      blockSize * b..<blockSize * (b + 1)
    }
    let near = Matrix(places.map { k.row($0) })
    let scores = counted(Matrix([queries.row(i)]), near.transposed())
    let p = softmax(rows: scores * unitScale)
    rows.append(counted(p, Matrix(places.map { values.row($0) })).row(0))
    let own = dense.row(i)
    mass += sum(places.map { own[$0] }) / Double(queryCount)
    best += topMass(own, places.count) / Double(queryCount)
  }
  return (Matrix(rows), mass, best)
}
let blockFlops = flops { blockwise(keys, blocks: 2).output }
let blockShare = Double(blockFlops) / Double(denseFlops)
print("演算の比", fixed(blockShare, decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 841)
rng = Random(seed: 302)
let clumpDraws = 4, centreShare = 0.9
func keySet(clumped: Bool, spread: Double) -> Table {
  let centres = normal(blockCount, headWidth)
  let noise = normal(keyCount, headWidth)
  let share = clumped ? centreShare : 0
  return Table(rows: keyCount, columns: headWidth) { i, c in
    spread
      * (share.squareRoot() * centres[i / blockSize, c]
        + (1 - share).squareRoot() * noise[i, c])
  }
}
var caught: [(mass: Double, best: Double)] = []
print("| 得点の標準偏差 | Keyの並び | 拾えた質量 | 最良の場合 | 比 |")
print("| ---: | --- | ---: | ---: | ---: |")
for spread in [1.0, 2] {
  for clumped in [false, true] {
    let runs = (0..<clumpDraws).map { _ in
      blockwise(keySet(clumped: clumped, spread: spread), blocks: 2)
    }
    let (mass, best) = (mean(runs.map { $0.mass }), mean(runs.map { $0.best }))
    caught.append((mass, best))
    let cells = [mass, best, mass / best].map { fixed($0, decimals: 2) }
    let name = clumped ? "塊をなす" : "独立"
    let row = [fixed(spread, decimals: 0), name] + cells
    print("| \(row.joined(separator: " | ")) |")
  }
}
func caughtShare(_ i: Int) -> Double { caught[i].mass / caught[i].best }
let clumpsPay = [0, 2].allSatisfy {
  caughtShare($0 + 1) > 1.5 * caughtShare($0)
}

#sourceLocation(file: "appendix-3.md", line: 911)
rng = Random(seed: 303)
let experts = (0..<8).map { _ in
  FeedForward<Double>(dimension: 16, hidden: 64, activation: .relu, using: &rng)
}
let router = Router(weights: normal(8, 16, scale: 0.25))
let batch = normal(40, 16)
var expertRuns = 0
func expert(_ e: Int, _ x: Vector) -> Vector {
  expertRuns += 1
  return experts[e](x)
}
func plainMixture(_ x: Vector) -> Vector {
  let p = softmax(matmul(router.weights, x))
  let chosen = topIndices(p, 2)
  let total = p[chosen[0]] + p[chosen[1]]
  var y = Vector(repeating: 0, count: 16)
  for e in chosen {
    let out = expert(e, x)
    for c in 0..<16 { y[c] += p[e] / total * out[c] }
  }
  return y
}

#sourceLocation(file: "appendix-3.md", line: 936)
let slowMixture = batch.mapRows { plainMixture($0) }
let runsNeeded = expertRuns
let mixture = MixtureOfExperts(router: router, experts: experts, active: 2)
let unscaled = batch.rowVectors.map { x in
  sum(router.route(x, top: 2, renormalised: false).map { $0.gate })
}
let mixtureMatches = agree(slowMixture, mixture(batch))
print("\(batch.rows)トークンで計算したExpert", runsNeeded, "回")
print(
  "正規化しないゲートの和",
  fixed([unscaled.min()!, mean(unscaled), unscaled.max()!], decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 961)
let perExpert = 4.0 * 16 * 64
let routing = 2.0 * 8 * 16
let chosenRuns = Double(runsNeeded / batch.rows)
let (one, two, eight) = (
  perExpert, chosenRuns * perExpert + routing, 8 * perExpert
)
print("全Expertに対して", fixed(two / eight, decimals: 3))
print("Expert1つ分の密なFFNに対して", fixed(two / one, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 979)
let mixtral = ExpertModelShape.mixtral8x7B
var denseShape = mixtral
(denseShape.experts, denseShape.active) = (1, 1)
let routerOfOne = denseShape.layers * denseShape.dimension
let denseTotal = denseShape.total - routerOfOne
func billions(_ count: Int64) -> Double { Double(count) / 1e9 }
print("| | 保持する | 1トークンが通る | 置くための容量 |")
print("| --- | ---: | ---: | ---: |")
for (name, held, used) in [
  ("Mixtral", mixtral.total, mixtral.activePerToken),
  ("密な形", denseTotal, denseTotal),
] {
  let cells = [billions(held), billions(used), 2 * billions(held)].map {
    fixed($0, decimals: 2)
  }
  print("| \(name) | \(cells.joined(separator: " | ")) |")
}

#sourceLocation(file: "appendix-3.md", line: 1030)
rng = Random(seed: 304)
let gateCount = 8
let gateSets = (0..<20).map { _ in normal(gateCount, 32) }
func agreement(_ g: Table) -> Double {
  var hits = 0
  for _ in 0..<1000 {
    let x = normalVector(32, using: &rng)
    if nearestRow(g, to: x) == largestInnerProductRow(g, with: x) { hits += 1 }
  }
  return Double(hits) / 1000
}
let loose = gateSets.map { agreement($0) }
let even = gateSets.map { agreement(l2NormalizeRows($0)) }
print("乱数のゲートベクトル 最小、平均、最大",
  fixed([loose.min()!, mean(loose), loose.max()!], decimals: 2))
print("長さをそろえた場合 最小", fixed(even.min()!, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 1053)
let flatGates = Matrix([
  [2.2, 0.4], [0.3, 0.9], [-1.2, 0.8], [-0.5, -1.8], [0.7, -0.7],
])
func cell(_ i: Int, byDistance: Bool) -> [Vector] {
  let own = flatGates.row(i)
  var corners: [Vector] = [[-3, -3], [3, -3], [3, 3], [-3, 3]]
  for other in flatGates.rowVectors where other != own {
    let across = zip(own, other).map { $0 - $1 }
    let border = byDistance ? (dot(own, own) - dot(other, other)) / 2 : 0
    let sides = corners.map { dot($0, across) - border }
    var kept: [Vector] = []
    for a in corners.indices {
      let b = (a + 1) % corners.count
      if sides[a] >= 0 { kept.append(corners[a]) }
      if sides[a] * sides[b] < 0 {
        let part = sides[a] / (sides[a] - sides[b])
        kept.append(zip(corners[a], corners[b]).map { $0 + part * ($1 - $0) })
      }
    }
    corners = kept
  }
  return corners
}
func area(_ corners: [Vector]) -> Double {
  let next = corners.dropFirst() + corners.prefix(1)
  return sum(zip(corners, next).map { ($0[0] * $1[1] - $0[1] * $1[0]) / 2 })
}
let regions = [false, true].map { byDistance in
  (0..<flatGates.rows).map { cell($0, byDistance: byDistance) }
}
let winners: [(Vector) -> Int] = [
  { largestInnerProductRow(flatGates, with: $0) },
  { nearestRow(flatGates, to: $0) },
]
let cellsAreRight = zip(regions, winners).allSatisfy { parts, winner in
  agree(sum(parts.map { area($0) }), 36)
    && parts.indices.filter { area(parts[$0]) > same }.allSatisfy { i in
      winner((0..<2).map { c in mean(parts[i].map { $0[c] }) }) == i
    }
}
let lastNeverWins = area(regions[0][4]) < same && area(regions[1][4]) > 1

#sourceLocation(file: "appendix-3.md", line: 1097)
func cellMap(_ title: String, _ parts: [[Vector]]) -> Figure {
  let shown = parts.indices.filter { area(parts[$0]) > same }
  let dots = Series(
    "", x: flatGates.column(0), y: flatGates.column(1),
    labels: parts.indices.map { "\($0 + 1)" }, style: 5)
  return .plane(
    title,
    shown.map { i in
      .polygon(
        "\(i + 1)番", x: parts[i].map { $0[0] }, y: parts[i].map { $0[1] },
        style: i)
    } + [.points(dots)], x: Axis(range: -3...3), y: Axis(range: -3...3),
    width: 300)
}
show(.row("内積の分け方と距離の分け方", [
  cellMap("内積が最大", regions[0]), cellMap("距離が最小", regions[1]),
]))

#sourceLocation(file: "appendix-3.md", line: 1128)
rng = Random(seed: 305)
let spaceWidth = 64, partWidth = 8
let random = (0..<spaceWidth / partWidth).map { _ in
  orthonormalBasis(normal(partWidth, spaceWidth))
}
let frame = orthonormalBasis(normal(spaceWidth, spaceWidth))
let orthogonal = (0..<8).map { frame.rows(8 * $0..<8 * $0 + 8) }
func energies(_ x: Vector, _ spaces: [Table]) -> Vector {
  spaces.map { u in
    let fraction = capturedFraction(of: x, in: u)
    return fraction * fraction
  }
}
let probes = (0..<1000).map { _ in unitVector(64, using: &rng) }
let best = probes.map { energies($0, random).max()! }
let directSum = probes.map { sum(energies($0, orthogonal)) }
let covers = directSum.allSatisfy { agree($0, 1) }
let spanned = orthonormalBasis(Matrix(random.flatMap { $0.rowVectors })).rows
print("射影が占める割合の平均と最大", fixed([mean(best), best.max()!], decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 1153)
show(
  .histogram(
    "最良の部分空間への射影", best, bins: 24, range: 0...1,
    marks: [.vertical(1.0 / 8, "どの部分空間も同じ")], x: Axis("長さの2乗の割合"),
    y: Axis("点の個数")))

#sourceLocation(file: "appendix-3.md", line: 1183)
func productVariance(_ d: Int) -> Double {
  rng = Random(seed: 306)
  return variance(
    (0..<20000).map { _ in
      dot(unitVector(d, using: &rng), unitVector(d, using: &rng))
    })
}
let narrow = Double.pi / 18
func nearRight(_ d: Int) -> Double {
  equatorProbability(dimension: d, within: sin(narrow))
}
let sphereWidths = [2, 3, 10, 100]
let productVariances = sphereWidths.map { productVariance($0) }
let variancesMatch = zip(sphereWidths, productVariances).allSatisfy {
  (Double($0) * $1 - 1).magnitude < 0.05
}
print("| 次元 | 分散（測定） | 1÷次元 | 90度±10度の確率 |")
print("| ---: | ---: | ---: | ---: |")
for (d, measured) in zip(sphereWidths, productVariances) {
  let cells = [measured, 1 / Double(d), nearRight(d)].map {
    fixed($0, decimals: 4)
  }
  print("| \(d) | \(cells.joined(separator: " | ")) |")
}

#sourceLocation(file: "appendix-3.md", line: 1237)
let (wide, useful, snrDraws) = (512, 16, 4000)
rng = Random(seed: 307)
let noise = normal(snrDraws, wide)
func readout(_ w: Vector) -> Double {
  let signal = sum(Array(w[0..<useful]))
  let samples = matmul(noise, w).map { $0 + signal }
  return mean(samples) * mean(samples) / variance(samples)
}
let readers: [Vector] = [
  Vector(repeating: 1, count: wide), (0..<wide).map { $0 < useful ? 1 : 0 },
  (0..<wide).map { $0 % 2 == 0 ? 1 : 0 },
]
let squares = noise.map { $0 * $0 }
let (allEnergy, usefulEnergy) = (
  mean(matmul(squares, readers[0])), mean(matmul(squares, readers[1]))
)
let energyRatios = [allEnergy - usefulEnergy, allEnergy, usefulEnergy].map {
  Double(useful) / $0
}
let readouts = readers.map { readout($0) }
let (everything, onlyUseful, wrongHalf) = (
  readouts[0], readouts[1], readouts[2]
)
print(
  "エネルギーの比 役に立たない次元、全次元、役に立つ次元",
  fixed(energyRatios))
print(
  "全部を足す", fixed(everything, decimals: 2), " 有用な次元だけ",
  fixed(onlyUseful, decimals: 1), " 偶数番だけ残す",
  fixed(wrongHalf, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 1276)
let inNoise = SignalInNoise(signal: useful, dimension: wide)
let (usefulCount, wideCount) = (Double(useful), Double(wide))
let wholeForm = usefulCount * usefulCount / wideCount
let tableForms = [wholeForm, usefulCount, wholeForm / 2]
func nearly(_ x: Vector, _ y: Vector, within limit: Double) -> Bool {
  zip(x, y).allSatisfy { ($0 / $1 - 1).magnitude < limit }
}
let energyForms = [
  usefulCount / (wideCount - usefulCount), usefulCount / wideCount,
]
// 許す差は、どれも標準誤差の4倍より大きい
let energiesMatch =
  nearly(Array(energyRatios[..<2]), energyForms, within: 0.01)
  && nearly([energyRatios[2]], [1], within: 0.03)
let drawnAgain = readers.map {
  inNoise.simulatedReadOut(weights: $0, draws: snrDraws, using: &rng)
}
let readoutsMatch =
  nearly(readouts, tableForms, within: 0.3)
  && nearly(drawnAgain, tableForms, within: 0.3)
  && agree(readers.map { inNoise.readOut(weights: $0) }, tableForms)
print("別の標本", fixed(drawnAgain, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 1318)
let sampleCounts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
let learningTrials = 80
func learnedReadout(_ m: Int) -> Double {
  rng = Random(seed: 308)
  let scale = 1 / Double(m).squareRoot()
  return mean(
    (0..<learningTrials).map { _ in
      let w = (0..<wide).map { ($0 < useful ? 1 : 0) + scale * rng.normal() }
      let signal = sum(Array(w[0..<useful]))
      return signal * signal / dot(w, w)
    })
}
let learned = sampleCounts.map { learnedReadout($0) }
let estimate = sampleCounts.map {
  Double(useful * useful) / (Double(useful) + Double(wide) / Double($0))
}
let learnedAsEstimated = nearly(
  Array(learned[5...]), Array(estimate[5...]), within: 0.03)

#sourceLocation(file: "appendix-3.md", line: 1339)
show(
  .chart(
    "学んだ重みのSNR",
    [
      .line(Series("学んだ密な重み", x: sampleCounts, y: learned)),
      .line(Series("見積もり", x: sampleCounts, y: estimate)),
      .horizontal(Double(useful), "正しく剪定"),
      .horizontal(Double(useful * useful) / Double(wide), "等しい重み"),
    ], x: Axis("標本の個数N", scale: .log2), y: Axis("SNR", includesZero: true))
)

#sourceLocation(file: "appendix-3.md", line: 1373)
let optimum: Vector = [3, 0.5, 1]
let curvature: Vector = [0.1, 10, 1]
func quadratic(_ w: Vector) -> Double {
  sum(
    (0..<3).map { (k: Int) -> Double in
      let step = w[k] - optimum[k]
      return curvature[k] * step * step / 2
    })
}
let rises = (0..<3).map { k in
  var w = optimum
  w[k] = 0
  return quadratic(w)
}
let saliencies = optimalBrainDamageSaliencies(
  optimum, hessianDiagonal: curvature)
let (byMagnitude, byDamage) = (
  topIndices(magnitudeSaliencies(optimum), 2), topIndices(saliencies, 2)
)
let (magnitudeLoss, damageLoss) = (
  sum((0..<3).filter { !byMagnitude.contains($0) }.map { rises[$0] }),
  sum((0..<3).filter { !byDamage.contains($0) }.map { rises[$0] })
)
let damageIsBest = agree(rises, saliencies)
  && damageLoss == rises.min() && magnitudeLoss == rises.max()
print(
  "損失の増え方", fixed(rises, decimals: 3), " OBD",
  fixed(saliencies, decimals: 3))
print("2つ残すなら: 絶対値", byMagnitude.sorted(), " OBD", byDamage.sorted())

#sourceLocation(file: "appendix-3.md", line: 1414)
let coupled = Matrix([[1, 0.9], [0.9, 1]])
let pair: Vector = [1, -1]
let exactRise = 0.5 * dot(pair, matmul(coupled, pair))
let diagonalSum = sum(
  optimalBrainDamageSaliencies(pair, hessianDiagonal: [1, 1]))
print(
  "両方を落とす: 実際", fixed(exactRise, decimals: 2), " OBDの和",
  fixed(diagonalSum, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 1436)
let trainingDigits: OpticalDigits<Double> = .training()
let testDigits: OpticalDigits<Double> = .test()
let pixels = trainingDigits.images.columns, hiddenUnits = 32, classes = 10
let classifiers = (330..<338).map { (seed: UInt64) in
  rng = Random(seed: seed)
  return DigitClassifier<Double>.train(
    on: trainingDigits, hidden: hiddenUnits, using: &rng)
}
let denseAccuracies = classifiers.map { $0.accuracy(on: testDigits) }
let weightCount = (pixels + classes) * hiddenUnits
print(
  "重み", weightCount, "個  試験用の正答率 平均、最小、最大",
  fixed(
    [
      mean(denseAccuracies), denseAccuracies.min()!, denseAccuracies.max()!,
    ], decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 1461)
let shares = [1, 0.5, 0.3, 0.2, 0.1, 0.05]
let thinnedRuns = classifiers.map { one in
  shares.map { share in
    [
      one.pruned(keeping: share, by: .magnitude),
      one.pruned(keeping: share, by: .optimalBrainDamage(trainingDigits)),
    ]
  }
}
let accuracies = thinnedRuns.map { run in
  run.map { pair in pair.map { $0.accuracy(on: testDigits) } }
}
func over(_ share: Int, _ kind: Int) -> Vector {
  accuracies.map { $0[share][kind] }
}
let typical = shares.indices.map { s in (0..<2).map { mean(over(s, $0)) } }
let wins = shares.indices.map { s in
  accuracies.count { $0[s][1] > $0[s][0] }
}
let damageKeepsMore = typical[2][1] > typical[2][0]

#sourceLocation(file: "appendix-3.md", line: 1484)
func curve(_ name: String, _ kind: Int) -> [Mark] {
  let x = Array(shares.reversed())
  let runs = shares.indices.reversed().map { over($0, kind) }
  return [
    .band(
      "\(name)の範囲", x: x, lower: runs.map { $0.min()! },
      upper: runs.map { $0.max()! }, style: kind),
    .line(Series(name, x: x, y: runs.map { mean($0) }, style: kind)),
  ]
}
show(
  .chart(
    "剪定と正答率", curve("絶対値", 0) + curve("OBD", 1),
    x: Axis("残した重みの割合"), y: Axis("正答率", range: 0...1)))

#sourceLocation(file: "appendix-3.md", line: 1501)
print("| 残す割合 | 絶対値 | OBD | 上回った回数 |")
print("| ---: | ---: | ---: | ---: |")
for s in 1..<5 {
  let cells = typical[s].map { fixed($0, decimals: 2) }
  let share = fixed(10 * shares[s], decimals: 0)
  print("| \(share)割 | \(cells.joined(separator: " | ")) | \(wins[s]) |")
}

#sourceLocation(file: "appendix-3.md", line: 1529)
let curvatures = classifiers.map { $0.hessianDiagonal(on: trainingDigits) }
let fullLosses = classifiers.map { $0.loss(on: trainingDigits) }
func lossRise(_ run: Int, _ share: Int) -> Vector {
  let old = classifiers[run].parameters
  let new = thinnedRuns[run][share][1].parameters
  func loss(_ t: Double) -> Double {
    let at = zip(old, new).map { $0 + ($1 - $0) * t }
    return DigitClassifier(parameters: at).loss(on: trainingDigits)
  }
  let step = 0.01, full = fullLosses[run]
  let (before, after) = (loss(-step), loss(step))
  let predicted = sum(
    old.indices.map { at in
      sum(
        optimalBrainDamageSaliencies(
          (old[at] - new[at]).elements,
          hessianDiagonal: curvatures[run][at].elements))
    })
  return [
    predicted, (after - before) / (2 * step),
    (after - 2 * full + before) / (2 * step * step), loss(1) - full,
  ]
}
let lossRises = [1, 2, 4].map { share in
  let runs = classifiers.indices.map { lossRise($0, share) }
  return (0..<4).map { part in mean(runs.map { $0[part] }) }
}
print("| 残す割合 | OBDの予測 | 線形の項 | 曲率の項 | 実際 |")
print("| ---: | ---: | ---: | ---: | ---: |")
for (share, rise) in zip([5, 3, 1], lossRises) {
  let cells = rise.map { fixed($0, decimals: 4) }
  print("| \(share)割 | \(cells.joined(separator: " | ")) |")
}
let secondOrder = lossRises.map { $0[1] + $0[2] }
let expansionFails = 3 * secondOrder[2] < lossRises[2][3]
let crossTermsAdd = lossRises[..<2].allSatisfy { $0[2] > $0[0] }

#sourceLocation(file: "appendix-3.md", line: 1581)
func survivors(_ run: Int, _ kind: Int) -> [[Double]] {
  let first = thinnedRuns[run][2][kind].parameters[0]
  return (0..<8).map { r in
    (0..<8).map { c in Double(first.row(8 * r + c).count { $0 != 0 }) }
  }
}
show(.row("生き残った重み", [
  .heatMap("絶対値", survivors(0, 0), scale: .sequential(0...21), width: 250),
  .heatMap("OBD", survivors(0, 1), scale: .sequential(0...21), width: 250),
]))

#sourceLocation(file: "appendix-3.md", line: 1594)
let blank = (0..<pixels).filter {
  trainingDigits.images.column($0).max()! == 0
}
func keptBlank(_ kind: Int) -> Vector {
  classifiers.indices.map { run in
    let map = survivors(run, kind)
    return sum(blank.map { map[$0 / 8][$0 % 8] })
  }
}
let (blankMagnitude, blankDamage) = (keptBlank(0), keptBlank(1))
let inkInTest = blank.map { testDigits.images.column($0).count { $0 > 0 } }
print("学習用でいつも白い画素", blank, " 試験用で色のある画像", inkInTest)
print(
  "残った重みの平均: 絶対値", fixed(mean(blankMagnitude), decimals: 1), " OBD",
  fixed(mean(blankDamage), decimals: 1))

#sourceLocation(file: "appendix-3.md", line: 1638)
rng = Random(seed: 309)
let gqaLayer = GroupedQueryAttention<Double>(
  dimension: 32, heads: 4, groups: 2, using: &rng)
func repeated(_ w: Table) -> Table {
  Matrix(
    (0..<4).flatMap { h in w.rows(8 * (h / 2)..<8 * (h / 2) + 8).rowVectors })
}
let expanded = MultiHeadAttention(
  query: gqaLayer.query, key: repeated(gqaLayer.key),
  value: repeated(gqaLayer.value),
  output: gqaLayer.output, heads: 4)
let stream = normal(12, 32)
let gqaMatches = agree(gqaLayer(stream), expanded(stream, mask: .causal))
print("KとVを並べて複製した複数ヘッドと一致:", gqaMatches)

#sourceLocation(file: "appendix-3.md", line: 1661)
rng = Random(seed: 326)
let (layerHeads, layerGroups) = (8, 2)
let wideLayers = [layerHeads, layerGroups].map {
  GroupedQueryAttention<Double>(
    dimension: wideModel, heads: layerHeads, groups: $0, using: &rng)
}
func elements(_ parts: [Table]) -> Double {
  Double(parts.reduce(0) { $0 + $1.elements.count })
}
let keyValueParts = wideLayers.map { elements([$0.key, $0.value]) }
let wholeParts = wideLayers.map {
  elements([$0.query, $0.key, $0.value, $0.output])
}
let savedShared = 1 - keyValueParts[1] / keyValueParts[0]
let savedWhole = 1 - wholeParts[1] / wholeParts[0]
print(
  "KとVの射影の節約", fixed(savedShared), " 注意機構全体の節約",
  fixed(savedWhole))

#sourceLocation(file: "appendix-3.md", line: 1688)
let cacheTokens: Int64 = 4096, cacheWidth: Int64 = 128
let cacheGroups: [Int64] = [32, 8, 1], cacheLayers: Int64 = 32
let cacheGB = cacheGroups.map { g in
  Double(
    AttentionMemory.cache(
      tokens: cacheTokens, layers: cacheLayers, groups: g,
      headDimension: cacheWidth,
      bytes: 2)) / 1e9
}
show(
  .bars(
    "キャッシュの大きさ",
    ["複数ヘッド", "GQA（\(cacheGroups[1])組）", "MQA"], cacheGB,
    axis: Axis("GB"), decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 1710)
func headVectors(_ w: Table, _ heads: Int) -> [Vector] {
  (0..<heads).map { w.rows(8 * $0..<8 * $0 + 8).elements }
}
rng = Random(seed: 329)
let neighbours = neighbouringGroups(heads: 4, groups: 2)
let tiedError = weightSharingError(
  headVectors(expanded.key, 4), groups: neighbours)
let freeHeads = headVectors(normal(32, 32, scale: 0.18).transposed(), 4)
let freeError = weightSharingError(freeHeads, groups: neighbours)
let freeNorm = sum(freeHeads.map { dot($0, $0) })
let freeIsHalf = (freeError / freeNorm - 0.5).magnitude < 0.1
print(
  "複製したヘッド", fixed(tiedError), " 乱数のヘッド",
  fixed(freeError, decimals: 1))

#sourceLocation(file: "appendix-3.md", line: 1744)
rng = Random(seed: 310)
let frozen = normal(24, 24)
var adapter = LowRankAdapter(weight: frozen, rank: 3, alpha: 6, using: &rng)
let probe = normal(1, 24).row(0)
func byHand(_ b: Table) -> Vector {
  let inner = (0..<3).map { r in dot(adapter.down.row(r), probe) }
  return (0..<24).map { i in
    let update = (0..<3).reduce(0.0) { $0 + b[i, $1] * inner[$1] }
    return dot(frozen.row(i), probe) + 6 / 3 * update
  }
}
let startsUnchanged =
  agree(adapter(probe), matmul(frozen, probe))
  && agree(adapter(probe), byHand(adapter.up))
adapter.up = normal(24, 3)
let movesAsWritten =
  startsUnchanged && agree(adapter(probe), byHand(adapter.up))
let mergedSame = agree(adapter(probe), matmul(adapter.merged(), probe))
func rank(_ m: Table) -> Int { orthonormalBasis(m).rows }
let firstUpdate = adapter.merged() - frozen
let secondUpdate = matmul(normal(24, 3), normal(3, 24))
print(
  "更新の階数", rank(firstUpdate), "と", rank(secondUpdate), " 和の階数",
  rank(firstUpdate + secondUpdate))

#sourceLocation(file: "appendix-3.md", line: 1780)
let adapterWidth = 4096.0
let adapterRanks = [8.0, 16]
let adapterShares = adapterRanks.map {
  2 * $0 * adapterWidth / (adapterWidth * adapterWidth)
}
print(
  "学ぶ割合",
  adapterShares.map { fixed(100 * $0, decimals: 2) + "%" }.joined(
    separator: "、"))

#sourceLocation(file: "appendix-3.md", line: 1802)
rng = Random(seed: 313)
let deepTokens = normal(12, 16)
let layers = (0..<6).map { layer in
  let ffn = experts[layer]
  return MixtureOfDepths(
    router: normal(1, 16).row(0), capacity: layer % 2 == 0 ? 12 : 4
  ) { ffn($0) }
}
var passes: [[Double]] = [], hidden = deepTokens
for layer in layers {
  let chosen = layer.selected(hidden)
  passes.append((0..<12).map { chosen.contains($0) ? 1 : 0 })
  hidden = layer(hidden)
}
let depths = (0..<12).map { t in sum(passes.map { $0[t] }) }
let thinned = layers[1](deepTokens)
let unchanged = (0..<12).count { thinned.row($0) == deepTokens.row($0) }
let changedCounts = (0..<100).map { _ in
  let x = normal(12, 16), y = layers[1](x)
  return (0..<12).count { y.row($0) != x.row($0) }
}
let alwaysAsMany = changedCounts.allSatisfy { $0 == 12 - unchanged }
print("通ったブロックの数", fixed(depths, decimals: 0))
print("1ブロックで変わらなかったトークン", unchanged)

#sourceLocation(file: "appendix-3.md", line: 1833)
func places(_ name: String, passed: Bool) -> Series {
  let found = passes.indices.flatMap { b in
    (0..<12).filter { (passes[b][$0] == 1) == passed }.map { (b + 1, $0 + 1) }
  }
  return Series(
    name, x: found.map { $0.1 }, y: found.map { $0.0 },
    style: passed ? 0 : 4)
}
show(.scatter(
  "通ったブロック",
  [places("通った", passed: true), places("素通りした", passed: false)],
  x: Axis("トークン", ticks: (1...12).map { Double($0) }),
  y: Axis("ブロック", ticks: (1...6).map { Double($0) })))

#sourceLocation(file: "appendix-3.md", line: 1855)
rng = Random(seed: 322)
let deepTrials = 16000
let earlierMoved = (0..<deepTrials).count { _ in
  let x = normal(12, 16)
  let y = Matrix(x.rowVectors.dropLast() + normal(1, 16).rowVectors)
  return layers[1].selected(x).filter { $0 < 11 }
    != layers[1].selected(y).filter { $0 < 11 }
}
let earlierShare = Double(earlierMoved) / Double(deepTrials)
let (deepCount, deepKept) = (12.0, 4.0)
let lastIsIn = deepKept / deepCount
let ifIndependent = 2 * lastIsIn * (1 - lastIsIn)
let expectedMoves =
  2 * deepKept * (deepCount - deepKept) / (deepCount * (deepCount + 1))
let errorCount = 4.0
let margin = errorCount
  * (expectedMoves * (1 - expectedMoves) / Double(deepTrials)).squareRoot()
let movesAsExpected =
  (earlierShare - expectedMoves).magnitude < margin
  && (earlierShare - ifIndependent).magnitude > margin
print(
  "前のトークンの通り方が変わった割合", fixed(earlierShare, decimals: 2),
  " 見込み", fixed(expectedMoves, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 1911)
struct Design {
  var window = 48, keep = 48, groups = 4, experts = 1, active = 1,
    capacity = 48, density = 1.0, positiveOnly = false
}
let adaptedRank = 2
struct Ledger {
  var meter = Meter(), stored: Int64 = 0, cache: Int64 = 0
  var work: [Int] = [], output: [Vector] = []
  var flops: Int64 { meter.flops }
  mutating func product(
    _ a: Table, _ w: Table, weights: Bool = false
  ) -> Table {
    meter.product(a, w, sparse: weights)
  }
  mutating func hold(_ w: Table) {
    stored += Int64(w.elements.count { $0 != 0 })
  }
}
rng = Random(seed: 312)
let projections = (0..<4).map { _ in normal(32, 32, scale: 0.18) }
let up = (0..<8).map { _ in normal(32, 64, scale: 0.18) }
let down = (0..<8).map { _ in normal(64, 32, scale: 0.125) }
let (expertGates, depthGate) = (normal(32, 8), normal(32, 1))
let blockMatrices = projections + zip(up, down).flatMap { [$0, $1] }
func thin(_ w: Table, _ density: Double) -> Table {
  if density == 1 { return w }
  let count = Int(density * Double(w.elements.count))
  return PruningMask.keeping(count, highest: magnitudeSaliencies(w.elements))(w)
}

#sourceLocation(file: "appendix-3.md", line: 1943)
func run(
  _ x: Table, _ s: Design, _ matrices: [Table] = blockMatrices,
  adapters: [LowRankAdapter<Double>] = []
) -> Ledger {
  var log = Ledger()
  var passing = Array(0..<x.rows)
  if s.positiveOnly || s.capacity < x.rows {
    let scores = log.product(x, depthGate).column(0)
    passing =
      s.positiveOnly
      ? passing.filter { scores[$0] > 0 }
      : topIndices(scores, s.capacity).sorted()
    log.hold(depthGate)
  }
  let t = Matrix(passing.map { x.row($0) })
  let shared = 8 * s.groups
  var w = matrices.prefix(4 + 2 * s.experts).map { thin($0, s.density) }
  for i in 1...2 { w[i] = w[i].columns(0..<shared) }
  for m in w + adapters.flatMap({ [$0.down, $0.up] }) { log.hold(m) }
  func through(_ a: Table, _ i: Int) -> Table {
    let plain = log.product(a, w[i], weights: true)
    if adapters.isEmpty { return plain }
    let (one, scale) = (adapters[i], adapters[i].alpha / Double(adaptedRank))
    let inner = log.product(a, one.down.transposed(), weights: true)
    let update = log.product(inner, one.up.transposed(), weights: true)
    return plain + update * scale
  }
  let (q, k, v) = (through(t, 0), through(t, 1), through(t, 2))
  log.cache = Int64(k.elements.count + v.elements.count)
  var mixed: [Vector] = []
  for i in 0..<t.rows {
    let near = max(0, i - s.window)..<min(t.rows, i + s.window + 1)
    var row: Vector = []
    for h in 0..<4 {
      let mine = 8 * h..<8 * h + 8,
        theirs = 8 * (h * s.groups / 4)..<8 * (h * s.groups / 4) + 8
      let scores = log.product(
        q.rows(i..<i + 1).columns(mine),
        k.rows(near).columns(theirs).transposed())
      let chosen =
        s.keep < near.count
        ? topIndices(scores.elements, s.keep) : Array(0..<near.count)
      let p = softmax(
        chosen.map { scores.elements[$0] / Double(8).squareRoot() })
      let picked = Matrix(
        chosen.map { v.columns(theirs).row(near.lowerBound + $0) })
      row += log.product(Matrix([p]), picked).elements
      log.work += chosen.sorted().map { near.lowerBound + $0 }
    }
    mixed.append(row)
  }
  let y = t + through(Matrix(mixed), 3)
  var gates = Table(rows: t.rows, columns: 1, repeating: 1)
  if s.experts > 1 {
    gates = log.product(y, expertGates)
    log.hold(expertGates)
  }
  for i in 0..<t.rows {
    var row = y.row(i)
    for e in topIndices(gates.row(i), s.active) {
      let inner = through(y.rows(i..<i + 1), 4 + 2 * e)
      let out = through(inner.map { max($0, 0) }, 5 + 2 * e).row(0)
      row = zip(row, out).map { $0 + $1 }
      log.work.append(e)
    }
    log.output.append(row)
  }
  log.work += passing
  return log
}

#sourceLocation(file: "appendix-3.md", line: 2016)
let inputs = (0..<3).map { _ in normal(48, 32) }
let plainLedger = run(inputs[0], Design())
let designs: [(String, String, Design)] = [
  ("密", "なし", Design()), ("局所窓", "トークンの対", Design(window: 8)),
  ("top-k注意", "混ぜるValue", Design(keep: 8)),
  ("MQA（1組）", "KとVの組", Design(groups: 1)),
  ("静的な剪定", "重み", Design(density: 0.5)),
  ("MoE", "Expert", Design(experts: 8, active: 1)),
  ("MoD", "トークンと深さ", Design(capacity: 12)),
]
var pathMoves: [Bool] = [], movingCosts = 0
var flopShares: Vector = [], cacheShares: Vector = []
print(
  "| 仕組み | 何を剪定するか | 演算 | 保持する重み | キャッシュ "
    + "| 経路は入力で変わるか |")
print("| --- | --- | ---: | ---: | ---: | --- |")
func ratio(_ a: Int64, _ b: Int64) -> String {
  fixed(Double(a) / Double(b), decimals: 2)
}
for (name, axis, design) in designs {
  let logs = inputs.map { run($0, design) }
  let a = logs[0]
  pathMoves.append(logs.contains { $0.work != a.work })
  flopShares.append(Double(a.flops) / Double(plainLedger.flops))
  cacheShares.append(Double(a.cache) / Double(plainLedger.cache))
  movingCosts += logs.contains { $0.flops != a.flops } ? 1 : 0
  let cells = [
    ratio(a.flops, plainLedger.flops), ratio(a.stored, plainLedger.stored),
    ratio(a.cache, plainLedger.cache),
  ]
  let row = [name, axis] + cells + [pathMoves.last! ? "変わる" : "変わらない"]
  print("| \(row.joined(separator: " | ")) |")
}

#sourceLocation(file: "appendix-3.md", line: 2076)
rng = Random(seed: 341)
let openFlops = (0..<6).map { _ in
  run(normal(48, 32), Design(positiveOnly: true)).flops
}
let openSpread = Double(openFlops.max()!) / Double(openFlops.min()!)
print("演算の最大÷最小", fixed(openSpread, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 2092)
let shape = BlockShape(dimension: 32, heads: 4, hidden: 64, tokens: 48)
let formulas: [(Design, BlockPruning)] = [
  (Design(), .none), (Design(groups: 1), .keyHeads(groups: 1)),
  (Design(density: 0.5), .weights(kept: 4096)),
  (Design(experts: 8, active: 1), .experts(count: 8, active: 1)),
  (Design(capacity: 12), .tokens(kept: 12)),
]
let ledgersAgree = formulas.allSatisfy { design, pruning in
  let (ledger, cost) = (run(inputs[0], design), shape.cost(pruning))
  return ledger.flops == cost.flops && ledger.stored == cost.parameters
    && ledger.cache == cost.cached
}
print("演算、重み、キャッシュのすべてが一致:", ledgersAgree)

#sourceLocation(file: "appendix-3.md", line: 2114)
rng = Random(seed: 325)
let blockAdapters = blockMatrices.prefix(projections.count + 2).map { w in
  LowRankAdapter(
    weight: w.transposed(), down: normal(adaptedRank, w.rows, scale: 0.18),
    up: normal(w.columns, adaptedRank, scale: 0.5), alpha: 2)
}
let apart = run(inputs[0], Design(), adapters: blockAdapters)
let joined = run(
  inputs[0], Design(), blockAdapters.map { $0.merged().transposed() })
let joinedSame =
  agree(Matrix(joined.output), Matrix(apart.output))
  && differ(joined.output.flatMap { $0 }, plainLedger.output.flatMap { $0 })
let joinedAsCheap =
  (joined.flops, joined.stored) == (plainLedger.flops, plainLedger.stored)
let apartCost = Double(apart.flops) / Double(joined.flops)
let trained = apart.stored - joined.stored
let trainedShare = Double(trained) / Double(joined.stored)
let formulaAgrees =
  shape.cost(.update(rank: Int64(adaptedRank))).trained == trained
print(
  "別々に掛ける演算÷マージした演算", fixed(apartCost, decimals: 3),
  " 学ぶ割合", fixed(trainedShare, decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 2172)
struct Running {
  var top = -Double.infinity, total = 0.0
  var mixed: Vector
  mutating func absorb(_ scores: Vector, _ v: Table, newFactor: Bool = true) {
    let blockTop = scores.max()!
    let next = max(top, blockTop)
    let old = exp(top - next), new = newFactor ? exp(blockTop - next) : 1
    let raised = scores.map { exp($0 - blockTop) }
    total = old * total + new * sum(raised)
    for c in mixed.indices {
      mixed[c] = old * mixed[c] + new * dot(raised, v.column(c))
    }
    top = next
  }
  var output: Vector { mixed.map { $0 / total } }
}

#sourceLocation(file: "appendix-3.md", line: 2193)
let handScores: [Vector] = [[2, 1], [3, 0], [1, 2]]
let handValues: [Vector] = [[4, 8], [2, 6], [10, 0]]
var hand = Running(mixed: [0])
print("| 得点 | Value | m | 係数 | ℓ | o | o/ℓ |")
print("| --- | --- | ---: | --- | ---: | ---: | ---: |")
for (scores, v) in zip(handScores, handValues) {
  let before = hand.top
  hand.absorb(scores, Matrix(v.map { [$0] }))
  let factors = [before, scores.max()!].map { exp($0 - hand.top) }
  let cells = [
    fixed(scores, decimals: 0), fixed(v, decimals: 0),
    fixed(hand.top, decimals: 0), fixed(factors, decimals: 3),
    fixed(hand.total, decimals: 3), fixed(hand.mixed[0], decimals: 3),
    fixed(hand.output[0], decimals: 3),
  ]
  print("| \(cells.joined(separator: " | ")) |")
}
var handTotal = 0.0, handSum = 0.0
for (score, v) in zip(handScores.joined(), handValues.joined()) {
  handTotal += exp(score)
  handSum += exp(score) * v
}
let handAgrees = agree(hand.output[0], handSum / handTotal)

#sourceLocation(file: "appendix-3.md", line: 2231)
rng = Random(seed: 314)
let lineScores = normal(1, 60, scale: 3).row(0)
let lineValues = normal(60, 4)
func streamed(_ scores: Vector, block: Int, newFactor: Bool = true) -> Vector {
  var state = Running(mixed: Vector(repeating: 0, count: 4))
  for start in stride(from: 0, to: 60, by: block) {
    let range = start..<min(60, start + block)
    state.absorb(
      Array(scores[range]), lineValues.rows(range), newFactor: newFactor)
  }
  return state.output
}
func direct(_ scores: Vector) -> Vector {
  matmul(transposed: lineValues, Matrix(softmax(scores).map { [$0] })).column(0)
}
let orders = [
  lineScores, lineScores.sorted(), Array(lineScores.sorted().reversed()),
]
let anySplit = orders.allSatisfy { s in
  [1, 7, 16, 60].allSatisfy { agree(streamed(s, block: $0), direct(s)) }
}
print("どの順、どの分け方でも一致:", anySplit)

#sourceLocation(file: "appendix-3.md", line: 2261)
func part(_ range: Range<Int>) -> OnlineSoftmax<Double> {
  OnlineSoftmax(
    scores: Array(lineScores[range]), values: lineValues.rows(range))
}
let leftFirst = part(0..<20).merged(with: part(20..<45)).merged(
  with: part(45..<60))
let rightFirst = part(0..<20).merged(
  with: part(20..<45).merged(with: part(45..<60)))
let reversed = part(45..<60).merged(with: part(20..<45)).merged(
  with: part(0..<20))
let mergesFreely =
  agree(leftFirst.output, rightFirst.output)
  && agree(leftFirst.output, direct(lineScores))
let commutes = agree(leftFirst.output, reversed.output)
let maskedTokens = normal(24, 4)
let causalScores = AttentionMask.causal.masked(
  attentionScores(maskedTokens, maskedTokens))
let mergedCausal = Matrix(
  causalScores.rowVectors.map { row in
    stride(from: 0, to: 24, by: 8).map { start in
      OnlineSoftmax(
        scores: Array(row[start..<start + 8]),
        values: maskedTokens.rows(start..<start + 8))
    }.reduce(OnlineSoftmax(width: 4)) { $0.merged(with: $1) }.output
  })
let hiddenBlocksAddNothing = agree(
  mergedCausal,
  attention(maskedTokens, maskedTokens, maskedTokens, mask: .causal))
print(
  "結合的:", mergesFreely, " 可換:", commutes,
  " 隠れたブロックがあっても一致:", hiddenBlocksAddNothing)

#sourceLocation(file: "appendix-3.md", line: 2306)
rng = Random(seed: 315)
let (longQ, longK, longV) = (normal(300, 16), normal(300, 16), normal(300, 16))
let queriesOutside = flashAttention(
  longQ, longK, longV, queryBlock: 64, keyBlock: 48)
let keysOutside = flashAttention(
  longQ, longK, longV, queryBlock: 64, keyBlock: 48, order: .keysOutside)
let dense300 = attention(longQ, longK, longV)
let writing = countedStandardAttention(longQ, longK, longV)
let flashExact = [
  queriesOutside.output, keysOutside.output, writing.output,
].allSatisfy { agree($0, dense300) }
let byFormula =
  AttentionMemory.tiledTraffic(tokens: 300, width: 16, queryBlock: 64) + 300
let written = writing.work.traffic.total
print("動いた要素: 書き出す版", written)
print(
  "タイル: Queryが外側", queriesOutside.traffic.total, " Keyが外側",
  keysOutside.traffic.total)

#sourceLocation(file: "appendix-3.md", line: 2339)
let memorySizes: [Int64] = [
  1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072,
]
let (flashLength, flashWidth): (Int64, Int64) = (2048, 64)
let tiled = memorySizes.map { m in
  Double(
    AttentionMemory.tiledTraffic(
      tokens: flashLength, width: flashWidth,
      queryBlock: max(1, m / (4 * flashWidth))))
}
let untiled = Double(
  AttentionMemory.standardTraffic(tokens: flashLength, width: flashWidth))
show(
  .chart(
    "転送する要素",
    [
      .line(Series("タイル", x: memorySizes.map { Double($0) }, y: tiled)),
      .horizontal(untiled, "書き出す版"),
      .vertical(2 * Double(flashWidth * flashWidth), "損得の境"),
    ], x: Axis("速いメモリの要素数M", scale: .log2),
    y: Axis("要素", scale: .log)))

#sourceLocation(file: "appendix-3.md", line: 2371)
let kibi = 1024.0, processors = 108.0
let (registerTotal, sharedTotal) = (
  256.0 * processors / kibi, 192.0 * processors / kibi
)

#sourceLocation(file: "appendix-3.md", line: 2398)
let a100 = Roofline.a100
let matrixFlops = { (d: Double) in
  4 * Double(flashLength) * Double(flashLength) * d
}
func standardBytes(_ d: Int64) -> Double {
  2 * Double(AttentionMemory.standardTraffic(tokens: flashLength, width: d))
}
func flashBytes(_ d: Int64) -> Double {
  let block = 192 * 1024 / 2 / (4 * d)
  return 2
    * Double(
      AttentionMemory.tiledTraffic(
        tokens: flashLength, width: d, queryBlock: block))
}
let headWidths: [Int64] = [64, 128, 512]
let memoryShares = headWidths.map {
  a100.memoryShare(flops: matrixFlops(Double($0)), bytes: standardBytes($0))
}
let standardIntensity = headWidths.map {
  matrixFlops(Double($0)) / standardBytes($0)
}
let flashIntensity = headWidths.map { matrixFlops(Double($0)) / flashBytes($0) }
print("転送の割合", fixed(memoryShares, decimals: 2))
print(
  "演算強度: 書き出す版", fixed(standardIntensity, decimals: 0), " タイル",
  fixed(flashIntensity, decimals: 0))

#sourceLocation(file: "appendix-3.md", line: 2431)
let intensities = (0...40).map { pow(10.0, 0.5 + Double($0) * 0.065) }
func reachable(_ x: Double) -> Double {
  min(a100.peak, a100.bandwidth * x) / 1e12
}
show(
  .chart(
    "ルーフライン",
    [
      .line(
        Series("上限", x: intensities, y: intensities.map { reachable($0) })),
      .points(
        Series(
          "書き出す版", x: standardIntensity,
          y: standardIntensity.map { reachable($0) },
          labels: headWidths.map { "\($0)" })),
      .points(
        Series(
          "タイル", x: flashIntensity, y: flashIntensity.map { reachable($0) },
          labels: headWidths.map { "\($0)" })),
    ], x: Axis("演算強度（FLOP/バイト）", scale: .log),
    y: Axis("TFLOP/s", scale: .log)))

#sourceLocation(file: "appendix-3.md", line: 2472)
func bits(_ p: Vector) -> Double { entropy(p) / log(2.0) }
let kernelBits = attentionBits(Matrix(spreadRows[2]))
let rowBits = [0, 2, 4, 7, 9].map { i in mean(spreadRows[i].map { bits($0) }) }
let fullBits = log(Double(keyCount)) / log(2.0)
let bitsMatch = agree(
  kernelBits, spreadRows[2].map { log(plainEffective($0)) / log(2.0) })
print("得点の広がり 0.25、1、2、4、8:", fixed(rowBits, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 2501)
func information(_ joint: Table) -> Double {
  let rows = joint.rowVectors.map { sum($0) }
  let columns = joint.transposed().rowVectors.map { sum($0) }
  return (entropy(rows) + entropy(columns) - entropy(joint.elements)) / log(2.0)
}
let source = Table(rows: 8, columns: 8) { x, y in
  x / 4 != y / 4 ? 0 : (x == y ? 0.7 : 0.1) / 8
}
let task = Table(rows: 2, columns: 8) { t, y in
  sum((0..<4).map { source[4 * t + $0, y] })
}
func grouped(_ joint: Table, _ map: [Int]) -> Table {
  Table(rows: joint.rows, columns: 8) { x, z in
    sum((0..<8).map { y in map[y] == z ? joint[x, y] : 0 })
  }
}
let topHalf = [0, 0, 0, 0, 1, 1, 1, 1], parity = [0, 1, 0, 1, 0, 1, 0, 1]
let identityInformation = [information(source), information(task)]
let halfInformation = [
  information(grouped(source, topHalf)), information(grouped(task, topHalf)),
]
let parityInformation = [
  information(grouped(source, parity)), information(grouped(task, parity)),
]
func size(_ map: [Int]) -> Double {
  bits(grouped(source, map).transposed().rowVectors.map { sum($0) })
}
let (sourceBits, halfBits) = (size([0, 1, 2, 3, 4, 5, 6, 7]), size(topHalf))
let channel = Channel(transition: source * 8)
let narrowed = channel.then(.deterministic(topHalf, outputs: 2))
let channelsAgree = agree(
  [channel, narrowed].map { $0.mutualInformation(uniform) },
  [identityInformation[0], halfInformation[0]])
print("[Xの情報, 課題の情報] そのまま", fixed(identityInformation, decimals: 2))
print(
  "上半分か", fixed(halfInformation, decimals: 2), " 偶奇か",
  fixed(parityInformation, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 2551)
rng = Random(seed: 316)
let maps = (0..<400).map { i in
  (0..<8).map { _ in rng.integer(below: 2 + i % 7) }
}
let costs = maps.map { size($0) }
let gains = maps.map { information(grouped(task, $0)) }
func leftWithoutTask(_ map: [Int]) -> Double {
  sum(grouped(task, map).rowVectors.map { row in
    let p = sum(row)
    return p * bits(row.map { $0 / p })
  })
}
let (taskBits, leftBits) = (
  bits(task.rowVectors.map { sum($0) }), leftWithoutTask(topHalf)
)
let sizeBoundsTask = zip(maps, zip(costs, gains)).allSatisfy { map, pair in
  let left = leftWithoutTask(map)
  return agree(pair.0 - pair.1, left) && left > -same
}
func conditional(_ joint: Table, _ map: [Int]) -> Double {
  var total = 0.0
  for z in Set(map) {
    let inside = (0..<8).filter { map[$0] == z }
    let pz = inside.reduce(0.0) { p, y in p + joint.column(y).reduce(0, +) }
    for x in 0..<joint.rows {
      let pxz = inside.reduce(0.0) { $0 + joint[x, $1] }
      for y in inside where joint[x, y] > 0 {
        let py = joint.column(y).reduce(0, +)
        total += joint[x, y] * log(joint[x, y] * pz / (pxz * py)) / log(2.0)
      }
    }
  }
  return total
}
let lossIsConditional = maps.allSatisfy { map in
  [source, task].allSatisfy { joint in
    let lost = information(joint) - information(grouped(joint, map))
    return agree(lost, conditional(joint, map)) && lost > -same
  }
}

#sourceLocation(file: "appendix-3.md", line: 2594)
show(
  .scatter(
    "縮め方の良し悪し",
    [
      Series("ランダムな縮め方", x: costs, y: gains),
      Series("上半分か", x: [1.0], y: [halfInformation[1]]),
      Series("そのまま", x: [3.0], y: [identityInformation[1]]),
    ], x: Axis("残すビット数", range: 0...3.1),
    y: Axis("課題についての情報（ビット）", range: 0...1.1)))

#sourceLocation(file: "appendix-3.md", line: 2624)
rng = Random(seed: 317)
let topics = normal(40, 32), wanted = 10
let store = Table(rows: 2000, columns: 32) { i, c in
  topics[i % 40, c] + rng.normal()
}
let questions = (0..<50).map { i in
  zip(topics.row(i % 40), normal(1, 32).row(0)).map { $0 + $1 }
}
let representatives = Matrix((0..<40).map { store.row(50 * $0 + $0) })
let clusters = store.rowVectors.map { nearestRow(representatives, to: $0) }
let documents = store.rowVectors
let members = (0..<40).map { c in
  (0..<2000).filter { clusters[$0] == c }
}
func search(_ q: Vector, probes: Int) -> (found: [Int], products: Int) {
  let open = topIndices(matmul(representatives, q), probes)
  let candidates = open.flatMap { members[$0] }.sorted()
  let scores = candidates.map { dot(documents[$0], q) }
  return (
    topIndices(scores, min(wanted, scores.count)).map { candidates[$0] },
    40 + candidates.count
  )
}
let truth = questions.map { topIndices(matmul(store, $0), wanted) }
let index = InvertedIndex(store, cells: 40, using: &rng)
let indexIsExact = zip(questions, truth).allSatisfy { q, t in
  [
    index.search(q, top: wanted, probes: 40),
    largestInnerProducts(store, q, top: wanted),
  ].allSatisfy { $0.found.map { $0.index } == t }
}
let centredRecall = mean(questions.map { q in
  recall(
    index.search(q, top: wanted, probes: 1),
    of: largestInnerProducts(store, q, top: wanted))
})
let centredEffort = mean(questions.map { q in
  Double(index.search(q, top: 10, probes: 1).products) / 2000
})
let probeCounts = [1, 2, 4, 8, 16, 40]
var recalls: Vector = [], efforts: Vector = []
for probes in probeCounts {
  let answers = questions.map { search($0, probes: probes) }
  let hits = zip(answers, truth).map { a, t in
    Double(t.count { a.found.contains($0) }) / Double(wanted)
  }
  recalls.append(mean(hits))
  efforts.append(mean(answers.map { Double($0.products) }) / 2000)
}
print("再現率", fixed(recalls, decimals: 2))
print("重心のクラスタ1つ", fixed([centredRecall, centredEffort], decimals: 2))
print("内積の割合", fixed(efforts, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 2684)
show(
  .chart(
    "索引の再現率",
    [
      .line(Series("再現率", x: efforts, y: recalls)),
      .points(
        Series(
          "", x: efforts, y: recalls, labels: probeCounts.map { "\($0)" },
          style: 0)),
      .horizontal(1, "総当たり"),
    ], x: Axis("内積の割合", range: 0...1.1),
    y: Axis("上位の再現率", range: 0...1.05)))

#sourceLocation(file: "appendix-3.md", line: 2712)
expertRuns = 0
let masked = batch.mapRows { x in
  let choices = router.route(x, top: 2, renormalised: true)
  var y = Vector(repeating: 0, count: 16)
  for slot in 0..<2 {
    for e in 0..<8 {
      let out = expert(e, x)
      let use = choices[slot].expert == e ? choices[slot].gate : 0
      for c in 0..<16 { y[c] += use * out[c] }
    }
  }
  return y
}
let runsMasked = expertRuns / batch.rows
let maskedSame = agree(masked, slowMixture)
print("1トークンで計算したExpert", runsMasked, "回")

#sourceLocation(file: "appendix-3.md", line: 2740)
func dropped(_ factor: Double) -> Double {
  rng = Random(seed: 318)
  return mean(
    (0..<40).map { _ in
      let choices = (0..<1024).map { _ in rng.integer(below: 8) }
      return switchAssignment(
        choices: choices, experts: 8, capacityFactor: factor
      ).droppedFraction
    })
}
let (tight, roomy, ample) = (dropped(1), dropped(1.25), dropped(8))
print(
  "あふれた割合: 係数1", fixed(tight), " 係数1.25", fixed(roomy), " 係数8",
  fixed(ample))

#sourceLocation(file: "appendix-3.md", line: 2766)
let careless = orders.map { s in
  maxAbsDifference(streamed(s, block: 16, newFactor: false), direct(s))
}
let risingHides = careless[1] < 1e-12
print("誤差: 乱数の順、増える順、減る順", fixed(careless, decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 2788)
let costHeads: Int64 = 32, costHeadWidth: Int64 = 128
let shortWindow: Int64 = 1024

#sourceLocation(file: "appendix-3.md", line: 2793)
func cost(
  groups: Int64, window: Int64, held: Int64, active: Int64, share: Double
) -> [Double] {
  let attention = ParameterCount.groupedAttention(
    dimension: 4096, heads: costHeads, groups: groups,
    headDimension: costHeadWidth)
  let ffn = ParameterCount.swiGLU(dimension: 4096, hidden: bigHidden)
  let router: Int64 = held > 1 ? 4096 * held : 0
  let work =
    2 * (attention + active * ffn + router) + 4 * 4096
    * min(window, cacheTokens)
  let cache = AttentionMemory.cache(
    tokens: 1, layers: 1, groups: groups, headDimension: costHeadWidth,
    bytes: 2)
  return [
    share * Double(work) / 1e6, Double(attention + held * ffn + router) / 1e6,
    share * Double(cache) / 1e3,
  ]
}
let priced: [(String, [Double])] = [
  (
    "密、複数ヘッド",
    cost(groups: 32, window: 4096, held: 1, active: 1, share: 1)
  ),
  ("GQA（8組）", cost(groups: 8, window: 4096, held: 1, active: 1, share: 1)),
  (
    "窓（\(shortWindow)）",
    cost(groups: 32, window: shortWindow, held: 1, active: 1, share: 1)
  ),
  (
    "MoE（8から2）",
    cost(groups: 32, window: 4096, held: 8, active: 2, share: 1)
  ),
  (
    "MoD（8分の1）",
    cost(groups: 32, window: 512, held: 1, active: 1, share: 0.125)
  ),
]
print("| 設計 | 演算（MFLOP） | 重み（百万） | キャッシュ（KB） |")
print("| --- | ---: | ---: | ---: |")
for (name, values) in priced {
  let row = [name] + values.map { fixed($0, decimals: 1) }
  print("| \(row.joined(separator: " | ")) |")
}

#sourceLocation(file: "appendix-3.md", line: 2938)
func verdicts<Answer>(
  _ answers: [(text: String, answer: Answer, slip: String)],
  _ accepts: (Answer) -> Bool
) -> Int {
  print("| 答え | 判定 | 誤りのもと |\n| --- | :---: | --- |")
  let passed = answers.map { accepts($0.answer) }
  for (row, ok) in zip(answers, passed) {
    print("| \(row.text) | \(ok ? "○" : "×") | \(row.slip) |")
  }
  return passed.count { $0 }
}
// snippet.hide
let passShare = 0.25
let ninetieth = 1.2815515655446004, exerciseSamples = [1, 8], kilo = 1000.0
let ninetyIsRight = agree(
  0.5 * (1 + erf(ninetieth / Double(2).squareRoot())), 0.9)
rng = Random(seed: 323)
let exerciseWeight = normal(24, 96)
// snippet.show

#sourceLocation(file: "appendix-3.md", line: 2967)
let measuredShare = mean(
  spreadRows[2].map { p in
    var total = 0.0, count = 0.0
    for x in p.sorted(by: >) where total < 0.9 {
      (total, count) = (total + x, count + 1)
    }
    return count / Double(p.count)
  })
func accepts1(_ percent: Double) -> Bool {
  (100 * measuredShare - percent).magnitude < 0.5
}
let verdicts1 = verdicts([
  (text: "61%", answer: 61, slip: ""),
  (text: "90%", answer: 90, slip: "個数の割合と質量の割合を取り違える"),
  (text: "39%", answer: 39, slip: "上側と下側を取り違える"),
  (text: "10%", answer: 10, slip: "重みは疎だと思い込む"),
], accepts1)

#sourceLocation(file: "appendix-3.md", line: 3009)
typealias Chooser = (_ all: Vector, _ t: Int) -> Bool
func causally(_ pass: @escaping (Vector) -> Bool) -> Chooser {
  { all, t in pass(Array(all[...t])) }
}
func accepts2(_ choose: Chooser) -> Bool {
  rng = Random(seed: 319)
  return (0..<4).allSatisfy { _ in
    let scores = normal(1, 400).row(0)
    let other = Array(scores.prefix(200)) + normal(1, 200, scale: 3).row(0)
    let passed = (0..<400).filter { choose(scores, $0) }
    let isCausal = (0..<200).allSatisfy {
      choose(scores, $0) == choose(other, $0)
    }
    let share = Double(passed.count) / 400
    return isCausal && (share - passShare).magnitude < 0.12
      && mean(passed.map { scores[$0] }) > 0.5
  }
}
let verdicts2 = verdicts([
  (text: "それまでの得点の中で上位の割合に入れば通す",
    answer: causally { seen in
      Double(seen.count { $0 > seen.last! }) < passShare * Double(seen.count)
    }, slip: ""),
  (text: "系列全体の上位の割合に入れば通す",
    answer: { all, t in
      Double(all.count { $0 > all[t] }) < passShare * Double(all.count)
    }, slip: "後ろのトークンを見ている"),
  (text: "得点が正なら通す", answer: causally { $0.last! > 0 },
    slip: "因果的だが、通る割合を守らない"),
  (text: "順番で4つに1つを通す", answer: causally { $0.count % 4 == 0 },
    slip: "因果的で割合も守るが、得点を見ていない"),
], accepts2)

#sourceLocation(file: "appendix-3.md", line: 3063)
func saves(_ rank: Int) -> Bool {
  LowRankAdapter(weight: exerciseWeight, rank: rank, alpha: 1, using: &rng)
    .trainableParameterCount < exerciseWeight.elements.count
}
func accepts3(_ rank: Int) -> Bool { saves(rank) && !saves(rank + 1) }
let verdicts3 = verdicts([
  (text: "19", answer: 19, slip: ""),
  (text: "20", answer: 20, slip: "切り上げる"),
  (text: "12", answer: 12, slip: "正方形の条件（短い辺の半分）を使う"),
  (text: "24", answer: 24, slip: "階数の上限を答える"),
], accepts3)

#sourceLocation(file: "appendix-3.md", line: 3097)
func trialSNR(_ width: Int, _ samples: Int) -> Double {
  rng = Random(seed: 320)
  let noisy = 1 / Double(samples).squareRoot()
  return mean(
    (0..<400).map { _ in
      let w = normal(1, width, scale: noisy).row(0).enumerated().map {
        ($0.offset < useful ? 1 : 0) + $0.element
      }
      let signal = sum(Array(w[0..<useful]))
      return signal * signal / dot(w, w)
    })
}
let gainsMeasured = exerciseSamples.map {
  trialSNR(useful, $0) / trialSNR(wide, $0)
}
func accepts4(_ ratio: (Double, Double, Double) -> Double) -> Bool {
  zip(exerciseSamples, gainsMeasured).allSatisfy { n, measured in
    let answer = ratio(Double(useful), Double(wide), Double(n))
    return (answer / measured - 1).magnitude < 0.2
  }
}
func knownRatio(_ k: Double, _ d: Double, _ n: Double) -> Double {
  (k + d / n) / (k + k / n)
}
func noiselessRatio(_ k: Double, _ d: Double, _ n: Double) -> Double {
  (k + d / n) / k
}
let verdicts4 = verdicts([
  (text: "(k + d/N) / (k + k/N)", answer: knownRatio, slip: ""),
  (text: "d/k", answer: { k, d, _ in d / k }, slip: "次元の比とみなす"),
  (text: "(k + d/N) / k", answer: noiselessRatio,
    slip: "学んだ重みの雑音を忘れる"),
  (text: "1", answer: { _, _, _ in 1 },
    slip: "標本が同じなら変わらないと思い込む"),
], accepts4)

#sourceLocation(file: "appendix-3.md", line: 3154)
let perToken = [mixtral.groups, mixtral.heads].map { g in
  Double(
    AttentionMemory.cache(
      tokens: 1, layers: mixtral.layers, groups: g,
      headDimension: mixtral.headDimension, bytes: 2)) / kilo
}
func accepts5(_ kilobytes: Vector) -> Bool {
  maxAbsDifference(kilobytes, perToken) < 0.5
}
let verdicts5 = verdicts([
  (text: "131 KBと524 KB", answer: [131, 524], slip: ""),
  (text: "66 KBと262 KB", answer: [66, 262],
    slip: "KeyとValueの一方だけを数える"),
  (text: "4 KBと16 KB", answer: [4, 16], slip: "1層だけを数える"),
  (text: "262 KBと1049 KB", answer: [262, 1049], slip: "単精度で数える"),
], accepts5)

#sourceLocation(file: "appendix-3.md", line: 3194)
let merges = (0..<8).flatMap { a in
  (a + 1..<8).map { b in (0..<8).map { $0 == b ? a : $0 } }
}
func harmless(_ joint: Table) -> Int {
  let all = information(joint)
  return merges.count { all - information(grouped(joint, $0)) < 1e-9 }
}
let harmlessMerges = (harmless(source), harmless(task))
func accepts6(_ answer: (Int, Int)) -> Bool { answer == harmlessMerges }
let verdicts6 = verdicts([
  (text: "0通りと12通り", answer: (0, 12), slip: ""),
  (text: "12通りと12通り", answer: (12, 12),
    slip: "同じ半分なら何も失わないと思い込む"),
  (text: "0通りと28通り", answer: (0, 28),
    slip: "課題は2値なので失わないと思い込む"),
  (text: "0通りと0通り", answer: (0, 0), slip: "まとめれば必ず失うと思い込む"),
], accepts6)

#sourceLocation(file: "appendix-3.md", line: 3224)
let oddTask = Table(rows: 2, columns: 8) { t, y in
  sum((0..<8).filter { $0 % 2 == t }.map { source[$0, y] })
}
let oddInformation = information(oddTask)
func accepts6b(_ map: [Int]) -> Bool {
  size(map) < 1 + same
    && agree(information(grouped(oddTask, map)), oddInformation)
}
let verdicts6b = verdicts([
  (text: "偶奇か", answer: parity, slip: ""),
  (text: "上半分か", answer: topHalf, slip: "もとの課題に合わせる"),
  (text: "そのまま", answer: Array(0..<8), slip: "縮めていない"),
  (text: "隣どうしをまとめて2つに分ける", answer: [0, 0, 1, 1, 0, 0, 1, 1],
    slip: "偶数と奇数を混ぜる"),
], accepts6b)

#sourceLocation(file: "appendix-3.md", line: 3262)
typealias State = (m: Double, l: Double, o: Double)
func state(_ scores: ArraySlice<Double>, _ v: ArraySlice<Double>) -> State {
  let m = scores.max()!
  let raised = scores.map { exp($0 - m) }
  return (m, sum(raised), sum(zip(raised, v).map { $0 * $1 }))
}
func accepts7(_ merge: (State, State) -> State) -> Bool {
  rng = Random(seed: 324)
  return (0..<30).allSatisfy { trial in
    var scores = normal(1, 12, scale: 3).row(0)
    if trial % 3 == 1 { scores.sort() }
    if trial % 3 == 2 { scores.sort(by: >) }
    let v = normal(1, 12).row(0), cut = 1 + rng.integer(below: 11)
    let both = merge(
      state(scores[..<cut], v[..<cut]), state(scores[cut...], v[cut...]))
    return agree(both.o / both.l, dot(softmax(scores), v))
  }
}
func merging(
  _ top: @escaping (State, State) -> Double, old: Bool = true, new: Bool = true
) -> (State, State) -> State {
  { a, b in
    let m = top(a, b)
    let (ka, kb) = (old ? exp(a.m - m) : 1, new ? exp(b.m - m) : 1)
    return (m, ka * a.l + kb * b.l, ka * a.o + kb * b.o)
  }
}
let larger = { (a: State, b: State) in max(a.m, b.m) }
let verdicts7 = verdicts([
  (text: "両方の側に係数を掛ける", answer: merging(larger), slip: ""),
  (text: "古い側だけに係数を掛ける", answer: merging(larger, new: false),
    slip: "最大値が減るときに働く係数を忘れる"),
  (text: "新しい側だけに係数を掛ける", answer: merging(larger, old: false),
    slip: "最大値が増えるときに働く係数を忘れる"),
  (text: "係数を掛けずに足す",
    answer: merging(larger, old: false, new: false),
    slip: "基準の違う指数をそのまま足す"),
], accepts7)
