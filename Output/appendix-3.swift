// 剪定という見方
// 実行するには、この本のリポジトリで ./build.sh run appendix-3.swift、または weave run appendix-3.swift
import ChapterRuntime
import Kernel
import Plot

#sourceLocation(file: "appendix-3.md", line: 64)
let keyCount = 512, sampleRows = 1000, wideModel = 512, bigHidden: Int64 = 14336
let contextLimit = 32768.0

#sourceLocation(file: "appendix-3.md", line: 72)
typealias Vector = [Double]
typealias Table = Matrix<Double>
var rng = Random(seed: 300)
func normal(_ rows: Int, _ columns: Int, scale: Double = 1) -> Table {
  .normal(rows: rows, columns: columns, scale: scale, using: &rng)
}
let (queries, keys, values) = (
  normal(64, 64), normal(keyCount, 64), normal(keyCount, 64)
)
let weights = attentionWeights(queries, keys)
let smallest = weights.elements.min()!
let seen = mean(weights.rowVectors.map { effectiveCount($0) })
let topShare = mean(weights.rowVectors.map { topMass($0, 32) })
let noneVanished = smallest > 0
print("最小の重みは正:", noneVanished)
print(
  "実効個数", fixed(seen, decimals: 1), " 上位32個の質量",
  fixed(topShare, decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 103)
struct Meter { var flops: Int64 = 0 }
var meter = Meter()
func counted(_ a: Table, _ b: Table) -> Table {
  meter.flops += 2 * Int64(a.rows) * Int64(a.columns) * Int64(b.columns)
  return matmul(a, b)
}
func flops(_ work: () -> Table) -> Int64 {
  meter.flops = 0
  _ = work()
  return meter.flops
}

#sourceLocation(file: "appendix-3.md", line: 117)
func countedAttention(keep: Int) -> Table {
  let scores = counted(queries, keys.transposed()) * 0.125
  let pruned = scores.mapRows { row in
    var kept = Vector(repeating: -.infinity, count: row.count)
    for j in topIndices(row, keep) { kept[j] = row[j] }
    return kept
  }
  return counted(softmax(rows: pruned), values)
}
let denseFlops = flops { countedAttention(keep: keyCount) }
let prunedFlops = flops { countedAttention(keep: 32) }
print("密", denseFlops, " 上位32個だけ", prunedFlops)

#sourceLocation(file: "appendix-3.md", line: 166)
func agree(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < 1e-12 }
func agree(_ a: Vector, _ b: Vector) -> Bool { maxAbsDifference(a, b) < 1e-12 }
func agree(_ a: Table, _ b: Table) -> Bool { maxAbsDifference(a, b) < 1e-12 }
func differ(_ a: Vector, _ b: Vector) -> Bool { maxAbsDifference(a, b) > 0.01 }
func differ(_ a: Table, _ b: Table) -> Bool { maxAbsDifference(a, b) > 0.01 }

#sourceLocation(file: "appendix-3.md", line: 183)
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

#sourceLocation(file: "appendix-3.md", line: 204)
let shiftedSignal = Matrix([[0.0]] + signalA.rowVectors.dropLast())
let (plainOut, shiftedOut) = (convolution(signalA), convolution(shiftedSignal))
let shifts = agree(plainOut.rows(1..<10), shiftedOut.rows(2..<11))
print("内側では出力もずれる:", shifts)

#sourceLocation(file: "appendix-3.md", line: 229)
let (squeeze, excite) = (normal(2, 8), normal(8, 2))
func plainGate(_ x: Table) -> Vector {
  let means = (0..<8).map { mean(x.column($0)) }
  let hidden = matmul(squeeze, means).map { max($0, 0) }
  return matmul(excite, hidden).map { 1 / (1 + exp(-$0)) }
}
let senet = SqueezeExcitation(squeeze: squeeze, excite: excite)
let (imageA, imageB) = (
  normal(16, 8), normal(16, 8) + Table(rows: 16, columns: 8, repeating: 0.8)
)
let (gateA, gateB) = (senet.gate(imageA), senet.gate(imageB))
let allOpen = SqueezeExcitation(
  squeeze: Table(rows: 2, columns: 8, repeating: 99),
  excite: Table(rows: 8, columns: 2, repeating: 99))
print("門の数", gateA.count, " 加わる重み", senet.parameterCount)

#sourceLocation(file: "appendix-3.md", line: 250)
show(.bars("SENetの門", (1...8).map { "c\($0)" }, groups: [
  (name: "入力1", values: gateA), (name: "入力2", values: gateB),
], axis: Axis("門の値", range: 0...1), categoryLabel: "チャネル"))

#sourceLocation(file: "appendix-3.md", line: 266)
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
print(
  "洞窟の文のbat", fixed(cave.weights.row(1), decimals: 2), "→",
  fixed(cave.output.row(1), decimals: 2))
print(
  "野球の文のbat", fixed(ball.weights.row(1), decimals: 2), "→",
  fixed(ball.output.row(1), decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 295)
func wordMap(_ title: String, _ words: [String], _ w: Table) -> Figure {
  .heatMap(
    title, w.rowVectors, rowLabels: words, columnLabels: words,
    scale: .sequential(0...1),
    showValues: true)
}
show(
  .row(
    "batの2つの文",
    [
      wordMap("洞窟の文", caveWords, cave.weights),
      wordMap("野球の文", ballWords, ball.weights),
    ]))

#sourceLocation(file: "appendix-3.md", line: 316)
let caveFlops = flops { countedSelf(sentence(caveWords)).output }
let ballFlops = flops { countedSelf(sentence(ballWords)).output }
print("演算", caveFlops, "と", ballFlops)

#sourceLocation(file: "appendix-3.md", line: 344)
func plainEffective(_ p: Vector) -> Double {
  var h = 0.0
  for x in p where x > 0 { h -= x * log(x) }
  return exp(h)
}
let uniform = Vector(repeating: 1 / 8.0, count: 8)
let oneHot: Vector = [0, 0, 1, 0]
print(fixed([plainEffective(uniform), plainEffective(oneHot)], decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 371)
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
let measuredMass = spreadRows.map { rows in mean(rows.map { topMass($0, 32) }) }
let upper16th = 1.5341205443525465
func gaussianMass(_ s: Double) -> Double {
  0.5 * (1 + erf((s - upper16th) / Double(2).squareRoot()))
}
let cutIsRight = (gaussianMass(0) - 32 / Double(keyCount)).magnitude < 1e-12

#sourceLocation(file: "appendix-3.md", line: 391)
show(.chart("得点の広がりと実効個数", [
  .line(Series("測定", x: spreads, y: measuredCounts)),
  .line(Series("近似 n·exp(−σ²/2)", x: spreads, y: predictedCounts)),
  .vertical((2 * log(Double(keyCount))).squareRoot(), "√(2 log n)"),
], x: Axis("得点の標準偏差σ"),
  y: Axis("実効個数", scale: .log, range: 1...600)))

#sourceLocation(file: "appendix-3.md", line: 400)
print("| 標準偏差 | 実効個数 | 近似 | 上位32個の質量 | 近似 |")
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

#sourceLocation(file: "appendix-3.md", line: 439)
func firstZero(_ weight: (Double) -> Bool) -> Double {
  var gap = 1.0
  while !weight(gap) { gap += 1 }
  return gap
}
let doubleGap = firstZero { softmax([0, -$0])[1] == 0 }
let floatGap = firstZero { softmax([Float(0), -Float($0)])[1] == 0 }
print(
  "重みが0になる得点の差: 倍精度", fixed(doubleGap, decimals: 0), " 単精度",
  fixed(floatGap, decimals: 0))

#sourceLocation(file: "appendix-3.md", line: 475)
func plainTopK(_ keep: Int, scale: Double = 0.125) -> Table {
  attentionWeights(queries, keys, scale: scale).mapRows { row in
    let chosen = topIndices(row, keep)
    let total = sum(chosen.map { row[$0] })
    var out = Vector(repeating: 0, count: row.count)
    for j in chosen { out[j] = row[j] / total }
    return out
  }
}
let topKMatches = agree(
  plainTopK(32), topKAttentionWeights(queries, keys, keep: 32))
let keepingAll = topKAttentionWeights(queries, keys, keep: keyCount)
print(
  "割り直しと一致:", topKMatches, " 全部残すと密:", agree(keepingAll, weights))

#sourceLocation(file: "appendix-3.md", line: 505)
let kept = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
let longest = values.rowVectors.map { norm($0) }.max()!
func topKErrors(_ scale: Double) -> (error: Vector, bound: Vector) {
  let dense = attention(queries, keys, values, scale: scale)
  let denseWeights = attentionWeights(queries, keys, scale: scale)
  var errors: Vector = [], bounds: Vector = []
  for k in kept {
    let out = topKAttention(queries, keys, values, keep: k, scale: scale)
    let gaps = (dense - out).rowVectors.map { norm($0) }
    errors.append(mean(gaps))
    bounds.append(
      mean(
        denseWeights.rowVectors.map { 2 * max(0, 1 - topMass($0, k)) * longest }
      ))
  }
  return (errors, bounds)
}
let (mild, sharp) = (topKErrors(0.125), topKErrors(0.5))
let boundHolds = zip(mild.error + sharp.error, mild.bound + sharp.bound)
  .allSatisfy { $0 <= $1 + 1e-9 }

#sourceLocation(file: "appendix-3.md", line: 528)
show(
  .lines(
    "top-k注意の誤差",
    [
      Series(
        "広がり1", x: kept.dropLast(), y: mild.error.dropLast().map { $0 }),
      Series(
        "広がり4", x: kept.dropLast(), y: sharp.error.dropLast().map { $0 }),
      Series(
        "上界（広がり4）", x: kept.dropLast(),
        y: sharp.bound.dropLast().map { $0 }),
    ], x: Axis("残すKeyの個数", scale: .log2), y: Axis("誤差", scale: .log)))

#sourceLocation(file: "appendix-3.md", line: 550)
func gathered(keep: Int) -> Table {
  let scores = counted(queries, keys.transposed()) * 0.125
  return Matrix(
    scores.rowVectors.map { row in
      let chosen = topIndices(row, keep)
      let p = softmax(chosen.map { row[$0] })
      return counted(Matrix([p]), Matrix(chosen.map { values.row($0) })).row(0)
    })
}
let gatherFlops = flops { gathered(keep: 32) }
let gatherShare = Double(gatherFlops) / Double(denseFlops)
let gatherSame = agree(
  gathered(keep: 32), topKAttention(queries, keys, values, keep: 32))
print("密に対する演算の比", fixed(gatherShare, decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 576)
func blockwise(_ k: Table, blocks keep: Int) -> (
  output: Table, mass: Double, best: Double
) {
  let leaders = Matrix(
    (0..<16).map { b in
      (0..<64).map { c in mean((0..<32).map { k[32 * b + $0, c] }) }
    })
  meter.flops += Int64(k.rows) * 64
  let coarse = counted(queries, leaders.transposed())
  let dense = attentionWeights(queries, k)
  var rows: [Vector] = [], mass = 0.0, best = 0.0
  for i in 0..<64 {
    let places = topIndices(coarse.row(i), keep).flatMap { b in
      32 * b..<32 * b + 32
    }
    let near = Matrix(places.map { k.row($0) })
    let scores = counted(Matrix([queries.row(i)]), near.transposed()) * 0.125
    rows.append(
      counted(softmax(rows: scores), Matrix(places.map { values.row($0) })).row(
        0))
    mass += sum(places.map { dense[i, $0] }) / 64
    best += topMass(dense.row(i), places.count) / 64
  }
  return (Matrix(rows), mass, best)
}
rng = Random(seed: 302)
let centres = normal(16, 64, scale: 2)
let clumped = Table(rows: keyCount, columns: 64) { i, c in
  centres[i / 32, c] + 0.3 * keys[i, c]
}
let blockFlops = flops { blockwise(keys, blocks: 2).output }
let blockShare = Double(blockFlops) / Double(denseFlops)
let (scattered, clumps) = (
  blockwise(keys, blocks: 2), blockwise(clumped, blocks: 2)
)
print("演算の比", fixed(blockShare, decimals: 3))
print(
  "散らばったKey: 拾えた質量", fixed(scattered.mass, decimals: 2),
  " 上位64個なら", fixed(scattered.best, decimals: 2))
print(
  "塊になったKey: 拾えた質量", fixed(clumps.mass, decimals: 2), " 上位64個なら",
  fixed(clumps.best, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 652)
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

#sourceLocation(file: "appendix-3.md", line: 677)
let slowMixture = batch.mapRows { plainMixture($0) }
let runsNeeded = expertRuns
let mixture = MixtureOfExperts(router: router, experts: experts, active: 2)
let unscaled = batch.rowVectors.map { x in
  sum(router.route(x, top: 2, renormalised: false).map { $0.gate })
}
let mixtureMatches = agree(slowMixture, mixture(batch))
print("40トークンで計算したExpert", runsNeeded, "回")
print(
  "割り直さない門の和",
  fixed([unscaled.min()!, mean(unscaled), unscaled.max()!], decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 702)
let perExpert = 4.0 * 16 * 64
let routing = 2.0 * 8 * 16
let (one, two, eight) = (perExpert, 2 * perExpert + routing, 8 * perExpert)
print("全Expertに対して", fixed(two / eight, decimals: 3))
print("Expert1つ分の密なFFNに対して", fixed(two / one, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 717)
let mixtral = ExpertModelShape.mixtral8x7B
var denseShape = mixtral
(denseShape.experts, denseShape.active) = (1, 1)
let routerOfOne = denseShape.layers * denseShape.dimension
let denseTotal = denseShape.total - routerOfOne
func billions(_ count: Int64) -> Double { Double(count) / 1e9 }
print("| | 保持する | 1トークンが通る | 置くための容量 |")
print("| --- | ---: | ---: | ---: |")
for (name, held, used) in [
  ("Mixtral 8x7B", mixtral.total, mixtral.activePerToken),
  ("密な形", denseTotal, denseTotal),
] {
  let cells = [billions(held), billions(used), 2 * billions(held)].map {
    fixed($0, decimals: 2)
  }
  print("| \(name) | \(cells.joined(separator: " | ")) |")
}

#sourceLocation(file: "appendix-3.md", line: 768)
rng = Random(seed: 304)
let gateSets = (0..<20).map { _ in normal(8, 32) }
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
print("乱数の門 最小、平均、最大",
  fixed([loose.min()!, mean(loose), loose.max()!], decimals: 2))
print("長さをそろえた門 最小", fixed(even.min()!, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 790)
let flatGates = Matrix([
  [2.2, 0.4], [0.3, 0.9], [-1.2, 0.8], [-0.5, -1.8], [0.7, -0.7],
])
func regions(_ choose: (Vector) -> Int) -> [[Double]] {
  (0..<31).map { r in
    (0..<31).map { c in
      Double(choose([Double(c - 15) / 5, Double(15 - r) / 5]))
    }
  }
}
let productMap = regions { largestInnerProductRow(flatGates, with: $0) }
let nearestMap = regions { nearestRow(flatGates, to: $0) }
func winners(_ map: [[Double]]) -> Set<Double> { Set(map.flatMap { $0 }) }
show(.row("2つの分け方", [
  .heatMap("内積が最大", productMap, scale: .sequential(0...4), width: 250),
  .heatMap("距離が最小", nearestMap, scale: .sequential(0...4), width: 250),
]))

#sourceLocation(file: "appendix-3.md", line: 821)
rng = Random(seed: 305)
let random = (0..<8).map { _ in orthonormalBasis(normal(8, 64)) }
let frame = orthonormalBasis(normal(64, 64))
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
print("最良の取り分の平均と最大", fixed([mean(best), best.max()!], decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 843)
show(
  .histogram(
    "最良の部分空間の取り分", best, bins: 24, range: 0...1,
    marks: [.vertical(1.0 / 8, "1つの平均")], x: Axis("長さの2乗の割合"),
    y: Axis("点の個数")))

#sourceLocation(file: "appendix-3.md", line: 872)
func productVariance(_ d: Int) -> Double {
  rng = Random(seed: 306)
  return variance(
    (0..<20000).map { _ in
      dot(unitVector(d, using: &rng), unitVector(d, using: &rng))
    })
}
func nearRight(_ d: Int) -> Double {
  equatorProbability(dimension: d, within: sin(Double.pi / 18))
}
print("| 次元 | 分散（測定） | 1÷次元 | 90度±10度の確率 |")
print("| ---: | ---: | ---: | ---: |")
for d in [2, 3, 10, 100] {
  let cells = [productVariance(d), 1 / Double(d), nearRight(d)].map {
    fixed($0, decimals: 4)
  }
  print("| \(d) | \(cells.joined(separator: " | ")) |")
}

#sourceLocation(file: "appendix-3.md", line: 918)
let (wide, useful) = (512, 16)
rng = Random(seed: 307)
let noise = normal(4000, wide)
func readout(_ w: Vector) -> Double {
  let signal = sum(Array(w[0..<useful]))
  let samples = matmul(noise, w).map { $0 + signal }
  return mean(samples) * mean(samples) / variance(samples)
}
let energyRatios = [
  Double(useful) / Double(wide - useful), Double(useful) / Double(wide),
]
let everything = readout(Vector(repeating: 1, count: wide))
let onlyUseful = readout((0..<wide).map { $0 < useful ? 1 : 0 })
let wrongHalf = readout((0..<wide).map { $0 % 2 == 0 ? 1 : 0 })
let inNoise = SignalInNoise(signal: useful, dimension: wide)
let closedReadout = agree(
  [inNoise.readOut, inNoise.prunedReadOut],
  [Double(useful * useful) / Double(wide), Double(useful)])
print("エネルギーの比", fixed(energyRatios))
print(
  "全部を足す", fixed(everything, decimals: 2), " 有用な次元だけ",
  fixed(onlyUseful, decimals: 1), " 偶数番だけ残す",
  fixed(wrongHalf, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 960)
let sampleCounts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
func learnedReadout(_ m: Int) -> Double {
  rng = Random(seed: 308)
  let scale = 1 / Double(m).squareRoot()
  return mean(
    (0..<20).map { _ in
      let w = (0..<wide).map { ($0 < useful ? 1 : 0) + scale * rng.normal() }
      let signal = sum(Array(w[0..<useful]))
      return signal * signal / dot(w, w)
    })
}
let learned = sampleCounts.map { learnedReadout($0) }
let estimate = sampleCounts.map {
  Double(useful * useful) / (Double(useful) + Double(wide) / Double($0))
}

#sourceLocation(file: "appendix-3.md", line: 978)
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

#sourceLocation(file: "appendix-3.md", line: 1011)
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
print(
  "損失の増え方", fixed(rises, decimals: 3), " OBD",
  fixed(saliencies, decimals: 3))
print("2つ残すなら: 絶対値", byMagnitude.sorted(), " OBD", byDamage.sorted())

#sourceLocation(file: "appendix-3.md", line: 1046)
let coupled = Matrix([[1, 0.9], [0.9, 1]])
let pair: Vector = [1, -1]
let exactRise = 0.5 * dot(pair, matmul(coupled, pair))
let diagonalSum = sum(
  optimalBrainDamageSaliencies(pair, hessianDiagonal: [1, 1]))
print(
  "両方を落とす: 実際", fixed(exactRise, decimals: 2), " OBDの和",
  fixed(diagonalSum, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 1068)
let trainingDigits: OpticalDigits<Double> = .training()
let testDigits: OpticalDigits<Double> = .test()
rng = Random(seed: 330)
let classifier = DigitClassifier<Double>.train(
  on: trainingDigits, hidden: 32, using: &rng)
let denseAccuracy = classifier.accuracy(on: testDigits)
let weightCount = 64 * 32 + 32 * 10
print(
  "重み", weightCount, "個  試験用の正答率", fixed(denseAccuracy, decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 1086)
let keptShares = [1, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05]
func prunedAccuracies(_ saliency: DigitClassifier<Double>.Saliency) -> Vector {
  keptShares.map {
    classifier.pruned(keeping: $0, by: saliency).accuracy(on: testDigits)
  }
}
let magnitudeAccuracies = prunedAccuracies(.magnitude)
let damageAccuracies = prunedAccuracies(.optimalBrainDamage(trainingDigits))

#sourceLocation(file: "appendix-3.md", line: 1097)
show(.lines("剪定と正答率", [
  Series(
    "絶対値", x: Array(keptShares.reversed()),
    y: Array(magnitudeAccuracies.reversed())),
  Series(
    "OBD", x: Array(keptShares.reversed()),
    y: Array(damageAccuracies.reversed())),
], x: Axis("残した重みの割合"), y: Axis("正答率", range: 0...1)))

#sourceLocation(file: "appendix-3.md", line: 1112)
let shares = [0.5, 0.3, 0.2, 0.1]
let trials = (330..<338).map { (seed: UInt64) -> [Vector] in
  rng = Random(seed: seed)
  let one = DigitClassifier<Double>.train(
    on: trainingDigits, hidden: 32, using: &rng)
  return shares.map { share in
    [
      one.pruned(keeping: share, by: .magnitude),
      one.pruned(keeping: share, by: .optimalBrainDamage(trainingDigits)),
    ].map { $0.accuracy(on: testDigits) }
  }
}
let typical = shares.indices.map { s in
  (0..<2).map { kind in mean(trials.map { $0[s][kind] }) }
}
let wins = shares.indices.map { s in trials.count { $0[s][1] > $0[s][0] } }
let gapsAt2 = trials.map { $0[2][1] - $0[2][0] }
let firstIsWidest = gapsAt2.max() == gapsAt2[0]
print("| 残す割合 | 絶対値 | OBD | 上回った回数 |")
print("| ---: | ---: | ---: | ---: |")
for (s, share) in [5, 3, 2, 1].enumerated() {
  let cells = typical[s].map { fixed($0, decimals: 2) }
  print("| \(share)割 | \(cells.joined(separator: " | ")) | \(wins[s]) |")
}

#sourceLocation(file: "appendix-3.md", line: 1152)
let curvatures = classifier.hessianDiagonal(on: trainingDigits)
let fullLoss = classifier.loss(on: trainingDigits)
func lossRise(_ share: Double) -> (predicted: Double, actual: Double) {
  let thinned = classifier.pruned(
    keeping: share, by: .optimalBrainDamage(trainingDigits))
  var predicted = 0.0
  for (at, old) in classifier.parameters.enumerated() {
    let removed = (old - thinned.parameters[at]).elements
    predicted += sum(
      optimalBrainDamageSaliencies(
        removed, hessianDiagonal: curvatures[at].elements))
  }
  return (predicted, thinned.loss(on: trainingDigits) - fullLoss)
}
let risesByShare = [0.9, 0.5, 0.3, 0.1].map { lossRise($0) }
print("| 残す割合 | 予測 | 実際 |\n| ---: | ---: | ---: |")
for (share, rise) in zip([9, 5, 3, 1], risesByShare) {
  let cells = [rise.predicted, rise.actual].map { fixed($0, decimals: 5) }
  print("| \(share)割 | \(cells.joined(separator: " | ")) |")
}

#sourceLocation(file: "appendix-3.md", line: 1189)
func survivors(_ saliency: DigitClassifier<Double>.Saliency) -> [[Double]] {
  let first = classifier.pruned(keeping: 0.3, by: saliency).parameters[0]
  return (0..<8).map { r in
    (0..<8).map { c in Double(first.row(8 * r + c).count { $0 != 0 }) }
  }
}
let magnitudeMap = survivors(.magnitude)
let damageMap = survivors(.optimalBrainDamage(trainingDigits))
show(.row("生き残った重み", [
  .heatMap("絶対値", magnitudeMap, scale: .sequential(0...21), width: 250),
  .heatMap("OBD", damageMap, scale: .sequential(0...21), width: 250),
]))

#sourceLocation(file: "appendix-3.md", line: 1204)
let blank = (0..<64).filter { trainingDigits.images.column($0).max()! == 0 }
let keptBlank = sum(blank.map { magnitudeMap[$0 / 8][$0 % 8] })
let keptBlankDamage = sum(blank.map { damageMap[$0 / 8][$0 % 8] })
let inkInTest = blank.filter { testDigits.images.column($0).max()! > 0 }
print("学習用でいつも白い画素", blank, " 試験用で白くない", inkInTest)
print("残った重み: 絶対値", Int(keptBlank), " OBD", Int(keptBlankDamage))

#sourceLocation(file: "appendix-3.md", line: 1239)
rng = Random(seed: 309)
let grouped = GroupedQueryAttention<Double>(
  dimension: 32, heads: 4, groups: 2, using: &rng)
func repeated(_ w: Table) -> Table {
  concatenatedColumns(
    (0..<4).map { h in w.columns(8 * (h / 2)..<8 * (h / 2) + 8) })
}
let expanded = MultiHeadAttention(
  query: grouped.query, key: repeated(grouped.key),
  value: repeated(grouped.value),
  output: grouped.output, heads: 4)
let stream = normal(12, 32)
let gqaMatches = agree(grouped(stream), expanded(stream, mask: .causal))
print("KとVを並べて複製した複数ヘッドと一致:", gqaMatches)

#sourceLocation(file: "appendix-3.md", line: 1262)
let keyValueFull = 2 * Int64(wideModel) * Int64(wideModel)
let keyValueShared = keyValueFull * 2 / 8
let wholeFull = ParameterCount.attention(dimension: Int64(wideModel))
let wholeShared = ParameterCount.groupedAttention(
  dimension: Int64(wideModel), heads: 8, groups: 2,
  headDimension: Int64(wideModel / 8))
let savedShared = 1 - Double(keyValueShared) / Double(keyValueFull)
let savedWhole = 1 - Double(wholeShared) / Double(wholeFull)
print(
  "KとVの射影の節約", fixed(savedShared), " 注意機構全体の節約",
  fixed(savedWhole))

#sourceLocation(file: "appendix-3.md", line: 1282)
let cacheTokens: Int64 = 4096, cacheWidth: Int64 = 128
let cacheGB = [32, 8, 1].map { g in
  Double(
    AttentionMemory.cache(
      tokens: cacheTokens, layers: 32, groups: g, headDimension: cacheWidth,
      bytes: 2)) / 1e9
}
show(
  .bars(
    "キャッシュの大きさ", ["複数ヘッド", "GQA（8組）", "MQA"], cacheGB,
    axis: Axis("GB"), decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 1301)
func headVectors(_ w: Table, _ heads: Int) -> [Vector] {
  (0..<heads).map { w.columns(8 * $0..<8 * $0 + 8).elements }
}
let neighbours = neighbouringGroups(heads: 4, groups: 2)
let tiedError = weightSharingError(
  headVectors(expanded.key, 4), groups: neighbours)
let freeHeads = headVectors(normal(32, 32, scale: 0.18), 4)
let freeError = weightSharingError(freeHeads, groups: neighbours)
let freeNorm = sum(freeHeads.map { dot($0, $0) })
let freeIsHalf = (freeError / freeNorm - 0.5).magnitude < 0.1
print(
  "複製したヘッド", fixed(tiedError), " 乱数のヘッド",
  fixed(freeError, decimals: 1))

#sourceLocation(file: "appendix-3.md", line: 1333)
rng = Random(seed: 310)
let frozen = normal(24, 24)
var adapter = LowRankAdapter(weight: frozen, rank: 3, alpha: 6, using: &rng)
let probe = normal(1, 24).row(0)
let untouched = adapter(probe) == matmul(frozen, probe)
adapter.up = normal(24, 3)
let mergedSame = agree(adapter(probe), matmul(adapter.merged(), probe))
func rank(_ m: Table) -> Int { orthonormalBasis(m).rows }
let firstUpdate = adapter.merged() - frozen
let secondUpdate = matmul(normal(24, 3), normal(3, 24))
print(
  "更新の階数", rank(firstUpdate), "と", rank(secondUpdate), " 和の階数",
  rank(firstUpdate + secondUpdate))

#sourceLocation(file: "appendix-3.md", line: 1358)
let adapterWidth = 4096.0
let adapterShares = [8.0, 16].map {
  2 * $0 * adapterWidth / (adapterWidth * adapterWidth)
}
print(
  "学ぶ割合",
  adapterShares.map { fixed(100 * $0, decimals: 2) + "%" }.joined(
    separator: "、"))

#sourceLocation(file: "appendix-3.md", line: 1379)
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
let quiet = layers[1].selected(deepTokens)
let thinned = layers[1](deepTokens)
let unchanged = (0..<12).count { thinned.row($0) == deepTokens.row($0) }
print("通ったブロックの数", fixed(depths, decimals: 0))
print("1ブロックで変わらなかったトークン", unchanged)

#sourceLocation(file: "appendix-3.md", line: 1406)
show(.heatMap("通ったブロック", passes, rowLabels: (1...6).map { "B\($0)" },
  rowTitle: "ブロック", columnTitle: "トークン", scale: .sequential(0...1)))

#sourceLocation(file: "appendix-3.md", line: 1417)
var laterChanged = deepTokens
let way = quiet.contains(11) ? -2.0 : 2
for c in 0..<16 { laterChanged[11, c] = way * layers[1].router[c] }
let reselected = layers[1].selected(laterChanged)
let earlierMoved = (0..<11).contains {
  quiet.contains($0) != reselected.contains($0)
}
print("元の4個", quiet, " 最後のトークンを変えたあと", reselected)

#sourceLocation(file: "appendix-3.md", line: 1452)
struct Design {
  var window = 48, keep = 48, groups = 4, experts = 1, active = 1,
    capacity = 48, density = 1.0
}
struct Ledger {
  var flops: Int64 = 0, stored: Int64 = 0, cache: Int64 = 0
  var work: [Int] = []
  mutating func product(_ a: Table, _ w: Table, weights: Bool = false) -> Table
  {
    let used = weights ? w.elements.count { $0 != 0 } : w.elements.count
    flops += 2 * Int64(a.rows) * Int64(used)
    return matmul(a, w)
  }
}
rng = Random(seed: 312)
let projections = (0..<4).map { _ in normal(32, 32, scale: 0.18) }
let up = (0..<8).map { _ in normal(32, 64, scale: 0.18) }
let down = (0..<8).map { _ in normal(64, 32, scale: 0.125) }
let (expertGates, depthGate) = (normal(32, 8), normal(32, 1))
func thin(_ w: Table, _ density: Double) -> Table {
  let count = Int(density * Double(w.elements.count))
  return PruningMask.keeping(count, highest: magnitudeSaliencies(w.elements))(w)
}

#sourceLocation(file: "appendix-3.md", line: 1478)
func run(_ x: Table, _ s: Design) -> Ledger {
  var log = Ledger()
  var passing = Array(0..<x.rows)
  if s.capacity < x.rows {
    passing = topIndices(log.product(x, depthGate).column(0), s.capacity)
      .sorted()
    log.stored += 32
  }
  let t = Matrix(passing.map { x.row($0) })
  let w = projections.map { thin($0, s.density) }
  let shared = 8 * s.groups
  let q = log.product(t, w[0], weights: true)
  let k = log.product(t, w[1].columns(0..<shared), weights: true)
  let v = log.product(t, w[2].columns(0..<shared), weights: true)
  log.cache = 2 * Int64(k.elements.count)
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
  let y = t + log.product(Matrix(mixed), w[3], weights: true)
  let gates =
    s.experts > 1
    ? log.product(y, expertGates)
    : Table(rows: t.rows, columns: 1, repeating: 1)
  for i in 0..<t.rows {
    for e in topIndices(gates.row(i), s.active) {
      let inner = log.product(
        y.rows(i..<i + 1), thin(up[e], s.density), weights: true)
      _ = log.product(
        inner.map { max($0, 0) }, thin(down[e], s.density), weights: true)
      log.work.append(e)
    }
  }
  let matrices =
    Double(2 * 32 * 32 + 2 * 32 * shared + s.experts * 2 * 32 * 64) * s.density
  log.stored += Int64(matrices) + (s.experts > 1 ? 256 : 0)
  log.work += passing
  return log
}

#sourceLocation(file: "appendix-3.md", line: 1538)
let inputs = (normal(48, 32), normal(48, 32))
let plainLedger = run(inputs.0, Design())
let designs: [(String, String, Design)] = [
  ("密", "なし", Design()), ("局所窓", "トークンの対", Design(window: 8)),
  ("top-k注意", "混ぜるValue", Design(keep: 8)),
  ("MQA（1組）", "KとVの組", Design(groups: 1)),
  ("静的な剪定", "重み", Design(density: 0.5)),
  ("MoE", "Expert", Design(experts: 8, active: 1)),
  ("MoD", "トークンと深さ", Design(capacity: 12)),
]
var pathMoves: [Bool] = [], flopShares: Vector = [], costMoves = false
print(
  "| 仕組み | 何を剪定するか | 演算 | 保持する重み | キャッシュ "
    + "| 道は入力で変わるか |")
print("| --- | --- | ---: | ---: | ---: | --- |")
func ratio(_ a: Int64, _ b: Int64) -> String {
  fixed(Double(a) / Double(b), decimals: 2)
}
for (name, axis, design) in designs {
  let (a, b) = (run(inputs.0, design), run(inputs.1, design))
  pathMoves.append(a.work != b.work)
  flopShares.append(Double(a.flops) / Double(plainLedger.flops))
  costMoves = costMoves || a.flops != b.flops
  let cells = [
    ratio(a.flops, plainLedger.flops), ratio(a.stored, plainLedger.stored),
    ratio(a.cache, plainLedger.cache),
  ]
  let row = [name, axis] + cells + [a.work == b.work ? "変わらない" : "変わる"]
  print("| \(row.joined(separator: " | ")) |")
}

#sourceLocation(file: "appendix-3.md", line: 1589)
let shape = BlockShape(dimension: 32, heads: 4, hidden: 64, tokens: 48)
let formulas: [(Design, BlockPruning)] = [
  (Design(), .none), (Design(groups: 1), .keyHeads(groups: 1)),
  (Design(density: 0.5), .weights(kept: 4096)),
  (Design(experts: 8, active: 1), .experts(count: 8, active: 1)),
  (Design(capacity: 12), .tokens(kept: 12)),
]
let ledgersAgree = formulas.allSatisfy { design, pruning in
  let (ledger, cost) = (run(inputs.0, design), shape.cost(pruning))
  return ledger.flops == cost.flops && ledger.stored == cost.parameters
    && ledger.cache == cost.cached
}
let adapted = shape.cost(.update(rank: 2))
let trainedShare = Double(adapted.trained) / Double(adapted.parameters)
let runsAlike = adapted.flops == shape.cost(.none).flops
print("演算、重み、キャッシュのすべてが一致:", ledgersAgree)
print("階数2のLoRAで学ぶ割合", fixed(trainedShare, decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 1643)
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

#sourceLocation(file: "appendix-3.md", line: 1664)
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

#sourceLocation(file: "appendix-3.md", line: 1694)
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
let blind = OnlineSoftmax(
  scores: [-Double.infinity, -.infinity], values: lineValues.rows(0..<2))
let mergesFreely =
  agree(leftFirst.output, rightFirst.output)
  && agree(leftFirst.output, direct(lineScores))
let commutes = agree(leftFirst.output, reversed.output)
let blindAddsNothing = leftFirst.merged(with: blind) == leftFirst
print(
  "結合的:", mergesFreely, " 可換:", commutes,
  " 全部隠れたブロックは何も変えない:", blindAddsNothing)

#sourceLocation(file: "appendix-3.md", line: 1727)
rng = Random(seed: 315)
let (longQ, longK, longV) = (normal(300, 16), normal(300, 16), normal(300, 16))
let queriesOutside = flashAttention(
  longQ, longK, longV, queryBlock: 64, keyBlock: 48)
let keysOutside = flashAttention(
  longQ, longK, longV, queryBlock: 64, keyBlock: 48, order: .keysOutside)
let dense300 = attention(longQ, longK, longV)
let flashExact =
  agree(queriesOutside.output, dense300) && agree(keysOutside.output, dense300)
let byFormula =
  AttentionMemory.tiledTraffic(tokens: 300, width: 16, queryBlock: 64) + 300
let written = AttentionMemory.standardTraffic(tokens: 300, width: 16)
print("動いた要素: 書き出す版", written)
print(
  "タイル: Queryが外側", queriesOutside.traffic.total, " Keyが外側",
  keysOutside.traffic.total)

#sourceLocation(file: "appendix-3.md", line: 1756)
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
      .vertical(2 * Double(flashWidth * flashWidth), "2d²"),
    ], x: Axis("速いメモリの要素数M", scale: .log2),
    y: Axis("要素", scale: .log)))

#sourceLocation(file: "appendix-3.md", line: 1786)
let (registerTotal, sharedTotal) = (256.0 * 108 / 1024, 192.0 * 108 / 1024)
let registersLead = registerTotal > sharedTotal

#sourceLocation(file: "appendix-3.md", line: 1808)
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

#sourceLocation(file: "appendix-3.md", line: 1841)
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

#sourceLocation(file: "appendix-3.md", line: 1882)
func bits(_ p: Vector) -> Double { entropy(p) / log(2.0) }
let kernelBits = attentionBits(Matrix(spreadRows[2]))
let rowBits = [0, 2, 4, 7, 9].map { i in mean(spreadRows[i].map { bits($0) }) }
let fullBits = log(Double(keyCount)) / log(2.0)
print("得点の広がり 0.25、1、2、4、8:", fixed(rowBits, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 1907)
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

#sourceLocation(file: "appendix-3.md", line: 1957)
rng = Random(seed: 316)
let maps = (0..<400).map { i in
  (0..<8).map { _ in rng.integer(below: 2 + i % 7) }
}
let costs = maps.map { size($0) }
let gains = maps.map { information(grouped(task, $0)) }
let neverMore = maps.allSatisfy {
  information(grouped(source, $0)) <= identityInformation[0] + 1e-12
    && information(grouped(task, $0)) <= identityInformation[1] + 1e-12
}

#sourceLocation(file: "appendix-3.md", line: 1970)
show(
  .scatter(
    "縮め方の良し悪し",
    [
      Series("でたらめな縮め方", x: costs, y: gains),
      Series("上半分か", x: [1.0], y: [halfInformation[1]]),
      Series("そのまま", x: [3.0], y: [identityInformation[1]]),
    ], x: Axis("残すビット数", range: 0...3.1),
    y: Axis("課題についての情報（ビット）", range: 0...1.1)))

#sourceLocation(file: "appendix-3.md", line: 1998)
rng = Random(seed: 317)
let topics = normal(40, 32)
let store = Table(rows: 2000, columns: 32) { i, c in
  topics[i % 40, c] + rng.normal()
}
let questions = (0..<50).map { i in
  zip(topics.row(i % 40), normal(1, 32).row(0)).map { $0 + $1 }
}
let representatives = Matrix((0..<40).map { store.row(50 * $0 + $0) })
let shelves = store.rowVectors.map { nearestRow(representatives, to: $0) }
func search(_ q: Vector, probes: Int) -> (found: [Int], products: Int) {
  let open = topIndices(matmul(representatives, q), probes)
  let candidates = (0..<2000).filter { open.contains(shelves[$0]) }
  let scores = candidates.map { dot(store.row($0), q) }
  return (
    topIndices(scores, min(10, scores.count)).map { candidates[$0] },
    40 + candidates.count
  )
}
let truth = questions.map { topIndices(matmul(store, $0), 10) }
let bruteForce = zip(questions, truth).allSatisfy { q, t in
  largestInnerProducts(store, q, top: 10).found.map { $0.index } == t
}
let index = InvertedIndex(store, cells: 40, using: &rng)
let centredRecall = mean(questions.map { q in
  recall(
    index.search(q, top: 10, probes: 1),
    of: largestInnerProducts(store, q, top: 10))
})
let centredEffort = mean(questions.map { q in
  Double(index.search(q, top: 10, probes: 1).products) / 2000
})
let probeCounts = [1, 2, 4, 8, 16, 40]
var recalls: Vector = [], efforts: Vector = []
for probes in probeCounts {
  let answers = questions.map { search($0, probes: probes) }
  let hits = zip(answers, truth).map { a, t in
    Double(t.count { a.found.contains($0) }) / 10
  }
  recalls.append(mean(hits))
  efforts.append(mean(answers.map { Double($0.products) }) / 2000)
}
print("再現率", fixed(recalls, decimals: 2))
print("重心の1棚", fixed([centredRecall, centredEffort], decimals: 2))
print("内積の割合", fixed(efforts, decimals: 2))

#sourceLocation(file: "appendix-3.md", line: 2051)
show(
  .chart(
    "索引の再現率",
    [
      .line(Series("再現率", x: efforts, y: recalls)),
      .points(
        Series(
          "", x: efforts, y: recalls, labels: probeCounts.map { "\($0)棚" },
          style: 0)),
      .horizontal(1, "総当たり"),
    ], x: Axis("内積の割合", range: 0...1.1),
    y: Axis("上位10件の再現率", range: 0...1.05)))

#sourceLocation(file: "appendix-3.md", line: 2079)
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
let runsMasked = expertRuns / 40
let maskedSame = agree(masked, slowMixture)
print("1トークンで計算したExpert", runsMasked, "回")

#sourceLocation(file: "appendix-3.md", line: 2107)
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

#sourceLocation(file: "appendix-3.md", line: 2133)
let careless = orders.map { s in
  maxAbsDifference(streamed(s, block: 16, newFactor: false), direct(s))
}
let risingHides = careless[1] < 1e-12
print("誤差: 乱数の順、増える順、減る順", fixed(careless, decimals: 3))

#sourceLocation(file: "appendix-3.md", line: 2155)
func cost(
  groups: Int64, window: Int64, held: Int64, active: Int64, share: Double
) -> [Double] {
  let attention = ParameterCount.groupedAttention(
    dimension: 4096, heads: 32, groups: groups, headDimension: 128)
  let ffn = ParameterCount.swiGLU(dimension: 4096, hidden: bigHidden)
  let router: Int64 = held > 1 ? 4096 * held : 0
  let work =
    2 * (attention + active * ffn + router) + 4 * 4096
    * min(window, cacheTokens)
  let cache = AttentionMemory.cache(
    tokens: 1, layers: 1, groups: groups, headDimension: 128, bytes: 2)
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
  ("窓（1024）", cost(groups: 32, window: 1024, held: 1, active: 1, share: 1)),
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

#sourceLocation(file: "appendix-3.md", line: 2293)
func verdicts<Answer>(
  _ answers: [(text: String, answer: Answer, slip: String)],
  _ accepts: (Answer) -> Bool
) -> Bool {
  print("| 答え | 判定 | 誤りのもと |\n| --- | :---: | --- |")
  let passed = answers.map { accepts($0.answer) }
  for (row, ok) in zip(answers, passed) {
    print("| \(row.text) | \(ok ? "○" : "×") | \(row.slip) |")
  }
  return passed == answers.indices.map { $0 == 0 }
}

#sourceLocation(file: "appendix-3.md", line: 2314)
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

#sourceLocation(file: "appendix-3.md", line: 2354)
func passed(_ x: Table) -> [Int] {
  (0..<x.rows).filter { dot(x.row($0), layers[1].router) > 0 }
}
rng = Random(seed: 319)
let passCounts = (0..<5).map { _ in passed(normal(12, 16)).count }
let varies = Set(passCounts).count > 1
let stillCausal =
  passed(laterChanged).filter { $0 < 11 }
  == passed(deepTokens).filter { $0 < 11 }
func accepts2(_ answer: (varies: Bool, causal: Bool)) -> Bool {
  answer == (varies, stillCausal)
}
let verdicts2 = verdicts([
  (text: "変わる、因果的である", answer: (true, true), slip: ""),
  (text: "変わらない、因果的である", answer: (false, true),
    slip: "門があれば個数も決まると思い込む"),
  (text: "変わる、因果的でない", answer: (true, false),
    slip: "上位k個の性質をそのまま当てはめる"),
  (text: "変わらない、因果的でない", answer: (false, false),
    slip: "もとのMoDの性質を答える"),
], accepts2)

#sourceLocation(file: "appendix-3.md", line: 2397)
let wideWeight = normal(24, 96)
func saves(_ rank: Int) -> Bool {
  LowRankAdapter(weight: wideWeight, rank: rank, alpha: 1, using: &rng)
    .trainableParameterCount < wideWeight.elements.count
}
func accepts3(_ rank: Int) -> Bool { saves(rank) && !saves(rank + 1) }
let verdicts3 = verdicts([
  (text: "19", answer: 19, slip: ""),
  (text: "20", answer: 20, slip: "切り上げる"),
  (text: "12", answer: 12, slip: "正方形の条件（短い辺の半分）を使う"),
  (text: "24", answer: 24, slip: "階数の上限を答える"),
], accepts3)

#sourceLocation(file: "appendix-3.md", line: 2432)
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
let gainsMeasured = [1, 8].map { trialSNR(useful, $0) / trialSNR(wide, $0) }
func accepts4(_ ratio: (Double, Double, Double) -> Double) -> Bool {
  zip([1.0, 8.0], gainsMeasured).allSatisfy { n, measured in
    (ratio(Double(useful), Double(wide), n) / measured - 1).magnitude < 0.1
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

#sourceLocation(file: "appendix-3.md", line: 2486)
let perToken = [mixtral.groups, mixtral.heads].map { g in
  Double(
    AttentionMemory.cache(
      tokens: 1, layers: mixtral.layers, groups: g,
      headDimension: mixtral.headDimension, bytes: 2)) / 1000
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

#sourceLocation(file: "appendix-3.md", line: 2525)
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
