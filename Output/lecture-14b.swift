// 注意機構を安くする
// 実行するには、この本のリポジトリで ./build.sh run lecture-14b.swift、または weave run lecture-14b.swift
import ChapterRuntime
import Kernel
import Plot

#sourceLocation(file: "lecture-14b.md", line: 27)
func copiedOnline(_ blocks: [(scores: [Double], values: [Double])]) -> Double {
  var m = -Double.infinity, total = 0.0, out = 0.0
  for (scores, values) in blocks {
    let blockMax = scores.max()!
    let newMax = max(m, blockMax)
    let w = scores.map { exp($0 - blockMax) }
    total = total * exp(m - newMax) + sum(w)
    out = out * exp(m - newMax) + dot(w, values)
    m = newMax
  }
  return out / total
}
let twoScores = [10.0, 0], twoValues = [1.0, 0]
let copied = copiedOnline(zip(twoScores, twoValues).map { ([$0], [$1]) })
let honest = dot(softmax(twoScores), twoValues)
print("この数行", fixed(copied, decimals: 5),
  " 正しい値", fixed(honest, decimals: 5))

#sourceLocation(file: "lecture-14b.md", line: 71)
typealias Vector = [Double]
typealias Table = Matrix<Double>
let within = 1e-12
func agree(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < within }
func agree(_ a: Vector, _ b: Vector) -> Bool { maxAbsDifference(a, b) < within }
func agree(_ a: Table, _ b: Table) -> Bool { maxAbsDifference(a, b) < within }
var rng = Random(seed: 140)
func normal(_ rows: Int, _ columns: Int, scale: Double = 1) -> Table {
  .normal(rows: rows, columns: columns, scale: scale, using: &rng)
}

#sourceLocation(file: "lecture-14b.md", line: 110)
func countedStandard(
  _ q: Table, _ k: Table, _ v: Table
) -> (output: Table, moved: Int) {
  var moved = 0
  func load(_ m: Table) -> Table { moved += m.rows * m.columns; return m }
  func store(_ m: Table) -> Table { moved += m.rows * m.columns; return m }
  let s = store(attentionScores(load(q), load(k)))
  let p = store(softmax(rows: load(s)))
  let o = store(matmul(load(p), load(v)))
  return (o, moved)
}
let queries = normal(96, 16), keys = normal(96, 16), values = normal(96, 16)
let standard = countedStandard(queries, keys, values)
print("数えた要素", standard.moved, " 式",
  AttentionMemory.standardTraffic(tokens: 96, width: 16))
let elementwise = countedStandardAttention(queries, keys, values)
let tokens: Int64 = 2048, wide: Int64 = 512
let longTraffic =
  4 * Double(AttentionMemory.standardTraffic(tokens: tokens, width: wide)) / 1e6
let productsAsBytes = 4 * Double(tokens * tokens * wide) / 1e9

#sourceLocation(file: "lecture-14b.md", line: 144)
let projections =
  AttentionMemory.projections(tokens: 4 * tokens, width: wide, bytes: 4)
let scoresBytes = AttentionMemory.scores(tokens: 4 * tokens, bytes: 4)
let heldAtOnce = projections + 2 * scoresBytes
print("| 行列 | MB |\n| --- | ---: |")
print("| Q、K、V | \(fixed(Double(projections) / 1e6, decimals: 1)) |")
print("| 得点S | \(fixed(Double(scoresBytes) / 1e6, decimals: 1)) |")
print("| 重みP | \(fixed(Double(scoresBytes) / 1e6, decimals: 1)) |")
print("| 合計 | \(fixed(Double(heldAtOnce) / 1e6, decimals: 1)) |")

#sourceLocation(file: "lecture-14b.md", line: 180)
func merge(
  _ a: (m: Double, l: Double, o: Vector), _ b: (m: Double, l: Double, o: Vector)
) -> (m: Double, l: Double, o: Vector) {
  if a.m == -.infinity { return b }
  if b.m == -.infinity { return a }
  let m = max(a.m, b.m)
  let fa = exp(a.m - m), fb = exp(b.m - m)
  return (m, fa * a.l + fb * b.l, zip(a.o, b.o).map { fa * $0 + fb * $1 })
}
func state(
  _ scores: Vector, _ values: Table
) -> (m: Double, l: Double, o: Vector) {
  let m = scores.max() ?? -.infinity
  if m == -.infinity {
    return (m, 0, Vector(repeating: 0, count: values.columns))
  }
  let w = scores.map { exp($0 - m) }
  return (m, sum(w), (0..<values.columns).map { dot(w, values.column($0)) })
}

#sourceLocation(file: "lecture-14b.md", line: 204)
let fewScores = [1.0, 3, 2], fewValues = [4.0, 0, 1]
var soFar = state([], Matrix([[0.0]]))
print("| 得点 | 値 | m | ℓ | o | o/ℓ |")
print("| ---: | ---: | ---: | ---: | ---: | ---: |")
for (score, value) in zip(fewScores, fewValues) {
  soFar = merge(soFar, state([score], Matrix([[value]])))
  let (m, l, o) = (soFar.m, soFar.l, soFar.o[0])
  let row = [score, value, m, l, o, o / l].map { fixed($0, decimals: 3) }
  print("| " + row.joined(separator: " | ") + " |")
}
let fewAgree = agree(soFar.o[0] / soFar.l, dot(softmax(fewScores), fewValues))

#sourceLocation(file: "lecture-14b.md", line: 229)
func online(_ scores: Vector, _ values: Table, block: Int) -> Vector {
  var all = state([], values)
  for start in stride(from: 0, to: scores.count, by: block) {
    let range = start..<min(start + block, scores.count)
    all = merge(all, state(Array(scores[range]), values.rows(range)))
  }
  return all.o.map { $0 / all.l }
}
let rising = (0..<24).map { Double($0) / 4 }, falling = Array(rising.reversed())
let someValues = normal(24, 3)
func exactMean(_ scores: Vector) -> Vector {
  matmul(Matrix([softmax(scores)]), someValues).row(0)
}
let rightEverywhere = [1, 5, 8, 24].allSatisfy { b in
  agree(online(falling, someValues, block: b), exactMean(falling))
    && agree(online(rising, someValues, block: b), exactMean(rising))
}

#sourceLocation(file: "lecture-14b.md", line: 251)
func copiedBlocks(_ s: Vector) -> Double {
  copiedOnline([0..<8, 8..<16, 16..<24].map {
    (Array(s[$0]), Array(someValues.column(0)[$0]))
  })
}
let copiedGaps = [rising, falling].map {
  (copiedBlocks($0) - exactMean($0)[0]).magnitude
}
let copiedPasses = copiedGaps[0] < within
let blindWeights = [0..<8, 8..<16, 16..<24].flatMap { block in
  falling[block].map { exp($0 - falling[block.lowerBound]) }
}
let blindMean = dot(blindWeights, someValues.column(0)) / sum(blindWeights)
let copiedIsBlind = agree(copiedBlocks(falling), blindMean)
print("上がる並びでの誤差", fixed(copiedGaps[0]))
print("下がる並びでの誤差", fixed(copiedGaps[1]))

#sourceLocation(file: "lecture-14b.md", line: 277)
let thirds = [0..<8, 8..<16, 16..<24].map {
  state(Array(falling[$0]), someValues.rows($0))
}
let leftFirst = merge(merge(thirds[0], thirds[1]), thirds[2])
let rightFirst = merge(thirds[0], merge(thirds[1], thirds[2]))
let inOneGo = state(falling, someValues)
let associative = [leftFirst, rightFirst].allSatisfy {
  agree($0.m, inOneGo.m) && agree($0.l, inOneGo.l) && agree($0.o, inOneGo.o)
}

#sourceLocation(file: "lecture-14b.md", line: 310)
let keysOutside = flashAttention(queries, keys, values, queryBlock: 20,
  keyBlock: 28, order: .keysOutside)
let queriesOutside =
  flashAttention(queries, keys, values, queryBlock: 20, keyBlock: 28)
let masked = flashAttention(queries, keys, values, mask: .causal,
  queryBlock: 20, keyBlock: 28)
let maskedPlain = attention(queries, keys, values, mask: .causal)
print("動いた要素: そのまま", standard.moved)
print("Keyが外", keysOutside.traffic.total)
print("Queryが外", queriesOutside.traffic.total)

#sourceLocation(file: "lecture-14b.md", line: 336)
let headWide: Int64 = 64
let plainTraffic =
  Double(AttentionMemory.standardTraffic(tokens: 4096, width: headWide))
let blockSizes: [Int64] = [16, 32, 64, 128, 256, 512]
let tiled = blockSizes.map {
  Double(
    AttentionMemory.tiledTraffic(
      tokens: 4096, width: headWide, queryBlock: $0))
}
let countedTiled =
  flashAttention(queries, keys, values, queryBlock: 32).traffic.total
let formulaTiled =
  AttentionMemory.tiledTraffic(tokens: 96, width: 16, queryBlock: 32) + 96
print("そのままとの比", fixed(tiled.map { plainTraffic / $0 }, decimals: 1))

#sourceLocation(file: "lecture-14b.md", line: 356)
show(.lines("転送する要素", [
  Series("タイル", x: blockSizes, y: tiled.map { $0 / 1e6 }),
], x: Axis("Queryのタイルの行数", scale: .log2),
  y: Axis("百万要素", scale: .log),
  marks: [.horizontal(plainTraffic / 1e6, "そのまま")]))

#sourceLocation(file: "lecture-14b.md", line: 369)
let fastElements: Int64 = 192 * 1024 / 4
print("| 幅 | タイルの行数 | 転送の比 |\n| ---: | ---: | ---: |")
var gains: [Double] = [], modelled: [Double] = []
for d in [32, 64, 128, 256] as [Int64] {
  let rows = fastElements / (4 * d)
  let plain = AttentionMemory.standardTraffic(tokens: 65536, width: d)
  let cut = AttentionMemory.tiledTraffic(
    tokens: 65536, width: d, queryBlock: rows)
  gains.append(Double(plain) / Double(cut))
  modelled.append(Double(fastElements) / Double(2 * d * d))
  print("| \(d) | \(rows) | \(fixed(gains.last!, decimals: 1)) |")
}
let gainsFollow = zip(gains, modelled).allSatisfy {
  ($0 / $1 - 1).magnitude < 0.01
}

#sourceLocation(file: "lecture-14b.md", line: 403)
let outward = normal(96, 16), perScore = 1 / Double(keys.columns).squareRoot()
let backward = tiledAttentionGradient(queries, keys, values,
  output: masked.output, logSumExp: masked.logSumExp, gradient: outward,
  mask: .causal, queryBlock: 20, keyBlock: 28)
let recomputed = backward.gradient
let taped = valueAndGradient([queries, keys, values]) { tape, p in
  let s = matmul(p[0], transposed: p[1]) * perScore
  let w = softmax(rows: s, mask: .causal)
  return sum(matmul(w, p[2]) * tape.constant(outward))
}.gradient
let gradientGap = [
  maxAbsDifference(recomputed.q, taped[0]),
  maxAbsDifference(recomputed.k, taped[1]),
  maxAbsDifference(recomputed.v, taped[2]),
].max()!
let gradientsAgree = gradientGap < within
let keptProducts = ["PᵀdO", "dO Vᵀ", "dS K", "dSᵀQ"].count
print("一度に置いた得点", backward.largestTile, " 行列全体", 96 * 96)

#sourceLocation(file: "lecture-14b.md", line: 436)
let a100 = Roofline.a100
func intensity(_ n: Double, _ d: Double) -> Double {
  2 * n * d / (4 * n + 4 * d)
}
func shareOfMemory(_ d: Double) -> Double {
  let n = Double(tokens)
  return a100.memoryShare(flops: 4 * n * n * d,
    bytes: 2 * (4 * n * n + 4 * n * d))
}
print("| 幅 | 転送の割合 | 演算強度（FLOP/バイト） |\n| ---: | ---: | ---: |")
for d in [64.0, 128, 512] {
  let share = fixed(100 * shareOfMemory(d), decimals: 0)
  let density = fixed(intensity(Double(tokens), d), decimals: 0)
  print("| \(Int(d)) | \(share)% | \(density) |")
}
let countedIntensity = Double(elementwise.work.productFlops)
  / Double(2 * elementwise.work.traffic.total)

#sourceLocation(file: "lecture-14b.md", line: 467)
let density = (0...40).map { pow(10, Double($0) / 10) }
func attained(_ x: Double) -> Double {
  min(a100.peak, a100.bandwidth * x) / 1e12
}
let ceilingOf = density.map { attained($0) }
let shapes: [Int64] = [64, 128]
func density(_ moved: Int64, _ d: Int64) -> Double {
  4 * Double(tokens * tokens * d) / (2 * Double(moved))
}
let plainPoints = shapes.map {
  density(AttentionMemory.standardTraffic(tokens: tokens, width: $0), $0)
}
let tiledPoints = shapes.map { d in
  density(
    AttentionMemory.tiledTraffic(
      tokens: tokens, width: d, queryBlock: 2 * fastElements / (4 * d)), d)
}
show(.chart("ルーフライン", [
  .line(Series("上限", x: density, y: ceilingOf)),
  .points(Series("そのまま（幅\(shapes[0])、\(shapes[1])）", x: plainPoints,
    y: plainPoints.map { attained($0) })),
  .points(Series("タイル（幅\(shapes[0])、\(shapes[1])）", x: tiledPoints,
    y: tiledPoints.map { attained($0) })),
], x: Axis("演算強度（FLOP/バイト）", scale: .log),
  y: Axis("TFLOP/sの上限", scale: .log)))

#sourceLocation(file: "lecture-14b.md", line: 511)
let cacheLengths = [5, 70, 12, 33], chunk = 8
let requests = cacheLengths.map { n in
  (q: normal(1, 16), k: normal(n, 16), v: normal(n, 16))
}
var pieces: [(request: Int, keys: Range<Int>)] = []
for (r, n) in cacheLengths.enumerated() {
  for start in stride(from: 0, to: n, by: chunk) {
    pieces.append((r, start..<min(start + chunk, n)))
  }
}
var workers = [[Int]](repeating: [], count: 4), loads = [0, 0, 0, 0]
let longestFirst = pieces.indices.sorted {
  pieces[$0].keys.count > pieces[$1].keys.count
}
for p in longestFirst {
  let idle = loads.indices.min { loads[$0] < loads[$1] }!
  workers[idle].append(p)
  loads[idle] += pieces[p].keys.count
}
print("要求の長さ", cacheLengths, " ワーカーごとのKey", loads)

#sourceLocation(file: "lecture-14b.md", line: 539)
rng = Random(seed: 163)
let parts = pieces.map { piece in
  let (q, k, v) = requests[piece.request]
  let scores = attentionScores(q, k.rows(piece.keys)).row(0)
  return OnlineSoftmax(scores: scores, values: v.rows(piece.keys))
}
func mergedAtRandom(_ request: Int) -> Vector {
  var left = pieces.indices.filter { pieces[$0].request == request }
    .map { parts[$0] }
  while left.count > 1 {
    let first = left.remove(at: rng.integer(below: left.count))
    let other = rng.integer(below: left.count)
    left[other] = first.merged(with: left[other])
  }
  return left[0].output
}
let eachRequest = requests.map { attention($0.q, $0.k, $0.v).row(0) }
let mergeOrders = 50, mergedWithin = 1e-13
let raggedGap = (0..<mergeOrders).flatMap { _ in
  eachRequest.indices.map {
    maxAbsDifference(mergedAtRandom($0), eachRequest[$0])
  }
}.max()!
let raggedAgrees = raggedGap < mergedWithin

#sourceLocation(file: "lecture-14b.md", line: 569)
let page = chunk
func padded(_ m: Table) -> [Vector] {
  let missing = (page - m.rows % page) % page
  let blank = Vector(repeating: 0, count: m.columns)
  return m.rowVectors + [Vector](repeating: blank, count: missing)
}
let pool = PagedKeyValues(pageSize: page,
  keys: Matrix(requests.flatMap { padded($0.k) }),
  values: Matrix(requests.flatMap { padded($0.v) }))
var nextPage = 0
let listed = cacheLengths.map { n in
  let count = (n + page - 1) / page
  nextPage += count
  return PagedRequest(pages: Array(nextPage - count..<nextPage), length: n,
    queries: 1)
}
let allQueries = Matrix(requests.map { $0.q.row(0) })
let paged = pagedAttention(allQueries, pool, listed, workers: 4)
print("ページ", pool.pageCount, " 要求ごと", listed.map { $0.pages.count })

#sourceLocation(file: "lecture-14b.md", line: 601)
let levels = 127.0, largestFloat = 448.0, mantissaBits = 3, leastExponent = -6
func unit(_ m: Table, _ top: Double) -> Double {
  m.elements.map { $0.magnitude }.max()! / top
}
func rounded(_ m: Table) -> Table {
  let step = unit(m, levels)
  return m.map {
    step * ($0 / step + ($0 < 0 ? -0.5 : 0.5)).rounded(.towardZero)
  }
}
func floated(_ m: Table) -> Table {
  let one = unit(m, largestFloat)
  return m.map { x in
    let exponent = max((x / one).exponent, leastExponent) - mantissaBits
    let step = Double(sign: .plus, exponent: exponent, significand: one)
    return step * (x / step).rounded()
  }
}
let blowUp = 40.0, shrink = 0.1, perThousand = 1, burst = 10.0
let scatteredKeys = 512, scatteredQueries = 128
let ladder = (0...1140).map { largestFloat * pow(2, -Double($0) / 64) }
let floats = Set(floated(Matrix([ladder])).elements).count

#sourceLocation(file: "lecture-14b.md", line: 630)
rng = Random(seed: 141)
typealias Inputs = (q: Table, k: Table, v: Table)
func clustered() -> Inputs {
  let q = normal(96, 64), k = normal(96, 64), v = normal(96, 64)
  return (
    Table(rows: 96, columns: 64) { i, j in q[i, j] * (j == 3 ? blowUp : 1) },
    Table(rows: 96, columns: 64) { i, j in k[i, j] * (j == 3 ? shrink : 1) },
    v)
}
func scattered() -> Inputs {
  func some(_ rows: Int) -> Table {
    let ordinary = normal(rows, 64), large = normal(rows, 64, scale: burst)
    return ordinary + large.map {
      rng.integer(below: 1000) < perThousand ? $0 : 0
    }
  }
  return (some(scatteredQueries), some(scatteredKeys), some(scatteredKeys))
}
let turn = IncoherentRotation<Double>(dimension: 64, using: &rng)
func turned(_ x: Inputs) -> Inputs { (turn(x.q), turn(x.k), x.v) }
let roundings = 10
let gathered = (0..<roundings).map { _ in clustered() }
let dispersed = (0..<roundings).map { _ in scattered() }
let scoresKept = (gathered + dispersed).allSatisfy {
  let (q, k, _) = turned($0)
  return maxAbsDifference(attentionScores(q, k), attentionScores($0.q, $0.k))
    < 1e-10
}

#sourceLocation(file: "lecture-14b.md", line: 664)
func relativeError(_ coarse: Table, _ exact: Table) -> Double {
  norm((coarse - exact).elements) / norm(exact.elements)
}
typealias RoundingErrors = (score: Double, output: Double)
func bothWays(
  _ cases: [Inputs], _ rounding: (Table) -> Table
) -> [(plain: RoundingErrors, turned: RoundingErrors)] {
  cases.map { x in
    let scores = attentionScores(x.q, x.k), out = attention(x.q, x.k, x.v)
    let errors = [x, turned(x)].map { y -> RoundingErrors in
      let (q, k, v) = (rounding(y.q), rounding(y.k), rounding(y.v))
      return (relativeError(attentionScores(q, k), scores),
        relativeError(attention(q, k, v), out))
    }
    return (errors[0], errors[1])
  }
}
let evenTogether = bothWays(gathered, rounded)
let evenApart = bothWays(dispersed, rounded)
let floatTogether = bothWays(gathered, floated)
let floatApart = bothWays(dispersed, floated)
print("| 外れ値 | 丸め | 得点 そのまま | 得点 回してから "
  + "| 出力 そのまま | 出力 回してから |")
print("| --- | --- | ---: | ---: | ---: | ---: |")
for (name, errors) in [
  ("集まる | 等間隔", evenTogether), ("散らばる | 等間隔", evenApart),
  ("集まる | E4M3", floatTogether), ("散らばる | E4M3", floatApart),
] {
  let means = [errors.map { $0.plain.score }, errors.map { $0.turned.score },
    errors.map { $0.plain.output }, errors.map { $0.turned.output }]
  print("| \(name) | " + means.map { fixed(mean($0), decimals: 3) }
    .joined(separator: " | ") + " |")
}
let evenHelps = (evenTogether + evenApart).allSatisfy {
  0.8 * $0.plain.score > $0.turned.score && $0.plain.output > $0.turned.output
}
let floatHurts = floatTogether.allSatisfy {
  2 * $0.plain.score < $0.turned.score
    && 1.5 * $0.plain.output < $0.turned.output
}
let apartPlain = mean(floatApart.map { $0.plain.output })
let apartTurned = mean(floatApart.map { $0.turned.output })
let outputGain = apartPlain / apartTurned
let outputHelps = outputGain > 1.15

#sourceLocation(file: "lecture-14b.md", line: 726)
let scoreGaps = dispersed.map { x in
  let weights = attentionWeights(x.q, x.k)
  return [x, turned(x)].map { y in
    let gap = attentionScores(floated(y.q), floated(y.k))
      - attentionScores(x.q, x.k)
    let squares = gap.elements.map { $0 * $0 }
    let weighted = dot(weights.elements, squares) / Double(gap.rows)
    return (alike: mean(squares).squareRoot(), weighted: weighted.squareRoot())
  }
}
let gapsAlike = [0, 1].map { way in mean(scoreGaps.map { $0[way].alike }) }
let gapsWeighted = [0, 1].map { way in
  mean(scoreGaps.map { $0[way].weighted })
}
print("そのまま、回してから: どの対も同じ", fixed(gapsAlike, decimals: 3),
  " 重みを掛ける", fixed(gapsWeighted, decimals: 3))
let largeScoresGain = gapsWeighted[0] > gapsWeighted[1]

#sourceLocation(file: "lecture-14b.md", line: 754)
let bitCounts = [4, 5, 6, 7, 8, 9, 10]
func outputError(
  _ bits: Int, _ rotation: IncoherentRotation<Double>?
) -> Double {
  mean(gathered.map { q, k, v in
    relativeError(
      lowPrecisionAttention(q, k, v, bits: bits, block: 96, rotation: rotation),
      attention(q, k, v))
  })
}
let straightErrors = bitCounts.map { outputError($0, nil) }
let rotatedErrors = bitCounts.map { outputError($0, turn) }
let sevenIsEnough = rotatedErrors[3] < straightErrors[4]
show(.lines("ビット数と誤差", [
  Series("そのまま", x: bitCounts, y: straightErrors),
  Series("回してから", x: bitCounts, y: rotatedErrors),
], x: Axis("要素あたりのビット数"), y: Axis("出力の相対誤差", scale: .log)))

#sourceLocation(file: "lecture-14b.md", line: 794)
rng = Random(seed: 143)
let drawnTokens = 36, hubs = 2
let patterns: [(name: String, mask: AttentionMask)] = [
  ("局所", .window(3).intersection(.causal)), ("ストライド型", .strided(6)),
  ("固定", .fixed(block: 6, summary: 1)),
  ("BigBird",
    .bigBird(length: drawnTokens, window: 1, global: hubs, random: 2,
      using: &rng)),
]

#sourceLocation(file: "lecture-14b.md", line: 806)
show(.row("疎な型", patterns.map { p in
  .heatMap(p.name,
    p.mask.table(queries: drawnTokens, keys: drawnTokens)
      .map { $0.map { $0 ? 1.0 : 0 } },
    rowTitle: "Query", columnTitle: "Key", width: 240)
}))

#sourceLocation(file: "lecture-14b.md", line: 822)
let hops = 2
func reached(_ mask: AttentionMask, _ n: Int, _ hops: Int) -> Int {
  let sees = mask.table(queries: n, keys: n)
  var seen = sees
  for _ in 1..<hops {
    seen = seen.map { row in
      let via = (0..<n).filter { row[$0] }
      return (0..<n).map { j in via.contains { sees[$0][j] } }
    }
  }
  return seen.reduce(0) { $0 + $1.count { $0 } }
}
func pastReached(_ mask: AttentionMask, _ hops: Int) -> Double {
  Double(reached(mask, 64, hops)) / Double(64 * 65 / 2)
}
let stridedReach = pastReached(.strided(8), hops)
let fixedReach = pastReached(.fixed(block: 8, summary: 1), hops)
func pairs(_ mask: AttentionMask) -> Int64 {
  mask.allowedPairs(queries: 64, keys: 64)
}
let fairWidth = (1...64).first {
  pairs(.window($0).intersection(.causal)) >= pairs(.strided(8))
}!
let fairWindow = AttentionMask.window(fairWidth).intersection(.causal)
let windowReach = pastReached(fairWindow, hops)
let windowHops = (1...64).first { pastReached(fairWindow, $0) == 1 }!
print("対の個数 ストライド型", pairs(.strided(8)), " 窓", pairs(fairWindow))
print("届く割合 ストライド型", fixed(stridedReach), " 固定型",
  fixed(fixedReach), " 窓だけ", fixed(windowReach))

#sourceLocation(file: "lecture-14b.md", line: 861)
rng = Random(seed: 1430)
let birdDraws = 20
let birdsOf64 = (0..<birdDraws).map { _ in
  AttentionMask.bigBird(
    length: 64, window: 1, global: hubs, random: 2, using: &rng)
}
let birdReaches = birdsOf64.allSatisfy { reached($0, 64, hops) == 64 * 64 }
let causalBirds = birdsOf64.map { pastReached($0.intersection(.causal), hops) }
print("因果マスクを掛けたBigBird 平均", fixed(mean(causalBirds)),
  " 最大", fixed(causalBirds.max()!))
let maskCutsOff = causalBirds.allSatisfy { $0 < 0.5 }

#sourceLocation(file: "lecture-14b.md", line: 885)
let growing = [512, 1024, 2048], spacing = 64
func perRow(_ mask: AttentionMask, _ n: Int) -> Double {
  Double(mask.allowedPairs(queries: n, keys: n)) / Double(n)
}
let modulo = growing.map { perRow(.everyKey(modulo: spacing), $0) }
let totals = zip(growing, modulo).map { Double($0) * $1 }
let totalPower =
  log(totals[2] / totals[0]) / log(Double(growing[2] / growing[0]))
let strided = [perRow(.strided(23), 512), perRow(.strided(32), 1024),
  perRow(.strided(45), 2048)]
let windows = growing.map { perRow(.window(16), $0) }
let birds = growing.map { n in
  rng = Random(seed: 144)
  let bird = AttentionMask.bigBird(
    length: n, window: 16, global: 2, random: 3, using: &rng)
  return perRow(bird, n)
}

#sourceLocation(file: "lecture-14b.md", line: 905)
show(.lines("QueryあたりのKey", [
  Series("\(spacing)の倍数", x: growing, y: modulo),
  Series("ストライド型（幅は√n）", x: growing, y: strided),
  Series("窓", x: growing, y: windows), Series("BigBird", x: growing, y: birds),
], x: Axis("系列の長さ", scale: .log2),
  y: Axis("行ごとの個数", includesZero: true)))

#sourceLocation(file: "lecture-14b.md", line: 921)
rng = Random(seed: 145)
let sparseQ = normal(32, 8), sparseK = normal(32, 8), sparseV = normal(32, 8)
let near = AttentionMask.window(2)
let before = attentionWeights(sparseQ, sparseK, mask: near)
let dense = attentionWeights(sparseQ, sparseK)
let afterwards = Table(rows: 32, columns: 32) { i, j in
  near.allows(i, j) ? dense[i, j] : 0
}
let leftover = afterwards.rowVectors.map { sum($0) }
let renormalised = afterwards.mapRows { row in row.map { $0 / sum(row) } }
print("softmaxの後に消した行の和",
  fixed([leftover.min()!, leftover.max()!], decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 951)
var edges: [AttentionEdge] = []
for i in 0..<32 {
  for j in 0..<32 where near.allows(i, j) {
    edges.append(AttentionEdge(query: i, key: j))
  }
}
let byEdges = messagePassingAttention(sparseQ, sparseK, sparseV, edges: edges)
let byMask = attention(sparseQ, sparseK, sparseV, mask: near)
print("辺", edges.count, " 密な場合", 32 * 32)

#sourceLocation(file: "lecture-14b.md", line: 982)
func quadraticForm(causal: Bool) -> Table {
  let fq = sparseQ.mapRows { eluFeatures($0) }
  let fk = sparseK.mapRows { eluFeatures($0) }
  let weights = matmul(fq, transposed: fk)
  return Table(rows: 32, columns: 8) { i, c in
    let range = 0..<(causal ? i + 1 : 32)
    let numerator = sum(range.map { weights[i, $0] * sparseV[$0, c] })
    return numerator / sum(range.map { weights[i, $0] })
  }
}
let linear = linearAttention(sparseQ, sparseK, sparseV) { eluFeatures($0) }
let recurrent =
  causalLinearAttention(sparseQ, sparseK, sparseV) { eluFeatures($0) }
let softmaxOutput = attention(sparseQ, sparseK, sparseV)
print("softmaxの注意との差",
  fixed(maxAbsDifference(linear, softmaxOutput), decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 1007)
let sharpQ = 2 * sparseQ
let sharpWeights = attentionWeights(sharpQ, sparseK)
let flatWeights = matmul(
  sharpQ.mapRows { eluFeatures($0) },
  transposed: sparseK.mapRows { eluFeatures($0) }
).mapRows { row in row.map { $0 / sum(row) } }
func effectiveKeys(_ w: Table) -> Double {
  mean(w.rowVectors.map { effectiveCount($0) })
}
let bothKinds = [("softmax", sharpWeights), ("線形", flatWeights)]
show(.row("softmaxと線形な注意", bothKinds.map {
  .heatMap($0.0, $0.1.rowVectors, rowTitle: "Query", columnTitle: "Key",
    scale: .sequential(0...0.6), width: 240)
}))

#sourceLocation(file: "lecture-14b.md", line: 1037)
rng = Random(seed: 146)
let together = l2Normalize(normal(1, 4).row(0))
let pq = normal(1, 4, scale: 0.4).row(0)
let pk = zip(together, pq).map { $0 - $1 }
func estimates(_ r: Int) -> [Double] {
  (0..<featureDraws).map { _ in
    let phi =
      PositiveRandomFeatures<Double>(count: r, dimension: 4, using: &rng)
    return dot(phi(pq), phi(pk)) / exp(dot(pq, pk))
  }
}
let featureCounts = [8, 32, 128, 512], featureDraws = 2000
let samples = featureCounts.map { estimates($0) }
func predicted(_ both: Vector) -> [Double] {
  featureCounts.map { ((exp(dot(both, both)) - 1) / Double($0)).squareRoot() }
}
let theory = predicted(zip(pq, pk).map { $0 + $1 })
let spread = samples.map { variance($0).squareRoot() }
let unbiased = zip(samples, theory).allSatisfy {
  (mean($0) - 1).magnitude < 5 * $1 / Double($0.count).squareRoot()
}
// The excess kurtosis of e^z with z standard normal, since ‖q + k‖ = 1.
let excess = exp(4.0) + 2 * exp(3.0) + 3 * exp(2.0) - 6
let spreadDeviation = featureCounts.map {
  ((2 + excess / Double($0)) / Double(featureDraws)).squareRoot() / 2
}
let deviations = 6
let spreadFollows = (1...3).allSatisfy {
  (spread[$0] / theory[$0] - 1).magnitude
    < Double(deviations) * spreadDeviation[$0]
}
print("相対的な標準偏差 測定", fixed(spread, decimals: 3),
  " 理論", fixed(theory, decimals: 3))

#sourceLocation(file: "lecture-14b.md", line: 1076)
let longer = 2.0
let loudTheory = predicted(together.map { longer * $0 })
show(.lines("Performerの誤差", [
  Series("測定", x: featureCounts, y: spread),
  Series("理論", x: featureCounts, y: theory),
  Series("\(fixed(longer, decimals: 0))倍の長さの理論", x: featureCounts,
    y: loudTheory),
], x: Axis("特徴の個数", scale: .log2),
  y: Axis("相対的な標準偏差", scale: .log)))

#sourceLocation(file: "lecture-14b.md", line: 1110)
let lambda = -0.7, finish = 4.0
func ending(_ rule: Discretization, _ steps: Int, at offset: Double = 0.5)
  -> Double
{
  let delta = finish / Double(steps)
  let (decay, input) = rule(lambda, step: delta)
  var h = 0.0
  for t in 0..<steps {
    h = decay * h + input * sin((Double(t) + offset) * delta)
  }
  return h
}
let exactEnding = (exp(lambda * finish) - cos(finish) - lambda * sin(finish))
  / (1 + lambda * lambda)
let stepCounts = [16, 32, 64, 128, 256]
func errors(_ rule: Discretization, at offset: Double = 0.5) -> [Double] {
  stepCounts.map { (ending(rule, $0, at: offset) - exactEnding).magnitude }
}
let eulerError = errors(.euler), bilinearError = errors(.bilinear)
let holdError = errors(.zeroOrderHold)
let leftError = errors(.zeroOrderHold, at: 0)
let errorPowers = [eulerError, bilinearError, holdError].map {
  log($0[3] / $0[4]) / log(2)
}
func followsSeries(_ a: Double, _ step: Double) -> Bool {
  let z = step * a
  let (decay, input) = Discretization.zeroOrderHold(a, step: step)
  let gap = (input / step - (1 + z / 2 + z * z / 6)).magnitude
  return gap <= z * z * z.magnitude / 20 + 1e-15 && agree(decay, exp(z))
}
let smallest = 1e-15
let nearZero = (1...15).map { pow(10, -Double($0)) }.flatMap { [$0, -$0] }
let limitExists = ([0] + nearZero).allSatisfy { a in
  [0.05, 0.25, 1].allSatisfy { followsSeries(a, $0) }
}
func naiveRatio(_ z: Double) -> Double { (exp(z) - 1) / z }
let naiveLoss = (naiveRatio(smallest) - 1).magnitude
print("刻みを半分にしたときの誤差の比")
print("中点で読む: オイラー、双一次、零次ホールド",
  fixed([eulerError, bilinearError, holdError].map { $0[3] / $0[4] },
    decimals: 2))
print(
  "左端で読む: 零次ホールド", fixed(leftError[3] / leftError[4], decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 1161)
show(.lines("離散化の誤差", [
  Series("オイラー", x: stepCounts, y: eulerError),
  Series("双一次", x: stepCounts, y: bilinearError),
  Series("零次ホールド", x: stepCounts, y: holdError),
  Series("零次ホールド、左端", x: stepCounts, y: leftError),
], x: Axis("刻みの個数", scale: .log2),
  y: Axis("終わりの値の誤差", scale: .log)))

#sourceLocation(file: "lecture-14b.md", line: 1186)
rng = Random(seed: 147)
let system = StateSpaceModel<Double>(
  a: [-0.2, -0.5, -1, -2], b: normal(1, 4).row(0), c: normal(1, 4).row(0),
  skip: 0.8, step: 0.1)
let signal = normal(1, 64).row(0)
func plainRecurrence(_ x: Vector) -> Vector {
  var h = Vector(repeating: 0, count: 4)
  return x.map { x in
    h = h.indices.map { system.decay[$0] * h[$0] + system.input[$0] * x }
    return dot(system.output, h) + system.skip * x
  }
}
let viaRecurrence = plainRecurrence(signal)
let viaConvolution = system.convolved(signal)
let viaFourier = system.convolvedByFourier(signal)
let fourierAgrees = maxAbsDifference(viaFourier, viaRecurrence) < 1e-10
let withoutSkip = zip(viaConvolution, signal).map { $0 - system.skip * $1 }
print("Dの項を落としたときの差",
  fixed(maxAbsDifference(viaRecurrence, withoutSkip), decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 1220)
let paces = [1.0, 0, 0, 3], arrivals = [2.0, 7, 5, 1]
var remains = 0.0
print("| 入力 | 刻み | 前の状態に掛かる因子 | 状態 |")
print("| ---: | ---: | ---: | ---: |")
for (pace, arrival) in zip(paces, arrivals) {
  remains = exp(-pace) * remains + pace * arrival
  let row = [arrival, pace, exp(-pace), remains]
  print("| " + row.map { fixed($0, decimals: 2) }.joined(separator: " | ") + " |")
}

#sourceLocation(file: "lecture-14b.md", line: 1243)
let steady = Table(rows: 20, columns: 1, repeating: 0.3)
let ones = Table(rows: 20, columns: 1, repeating: 1)
let varying = Table(rows: 20, columns: 1) { t, _ in t < 10 ? 0.05 : 1.5 }
let decayRate = Matrix([[-1.0]])
func response(_ delta: Table, at place: Int) -> Vector {
  let impulse = Table(rows: 20, columns: 1) { t, _ in t == place ? 1 : 0 }
  return selectiveScan(impulse, delta: delta, a: decayRate, b: ones, c: ones,
    skip: [0]).column(0)
}
let gap = 5
func later(_ delta: Table, from place: Int) -> Double {
  response(delta, at: place)[place + gap]
}
let closedForm = 0.3 * exp(-0.3 * Double(gap))
let sameEverywhere = (0..<20 - gap).allSatisfy {
  agree(later(steady, from: $0), closedForm)
}

#sourceLocation(file: "lecture-14b.md", line: 1266)
rng = Random(seed: 158)
let copyLength = 20, copyTrials = 200, wideStep = 40.0
let symbols = normal(copyLength, copyTrials)
let marked = (0..<copyTrials).map { _ in
  [rng.integer(below: copyLength), rng.integer(below: copyLength)]
}
let wanted = marked.indices.map { symbols[marked[$0].max()!, $0] }
func remembered(_ delta: Table) -> Vector {
  let one = Table(rows: copyLength, columns: 1, repeating: 1)
  let rate = Table(rows: copyTrials, columns: 1, repeating: -1)
  return selectiveScan(symbols, delta: delta, a: rate, b: one, c: one,
    skip: Vector(repeating: 0, count: copyTrials)).row(copyLength - 1)
}
let bySelecting = remembered(Table(rows: copyLength, columns: copyTrials) {
  marked[$1].contains($0) ? wideStep : 0
}).map { $0 / wideStep }
func missed(_ answers: Vector) -> Double {
  let match = dot(answers, wanted) / (norm(answers) * norm(wanted))
  return max(0, 1 - match * match).squareRoot()
}
let byFixedStep = (1...40).map {
  missed(remembered(Table(rows: copyLength, columns: copyTrials,
    repeating: 0.05 * Double($0))))
}
let selects = agree(bySelecting, wanted)
print("相対誤差 固定", fixed(byFixedStep.min()!, decimals: 2),
  " 選択", fixed(missed(bySelecting), decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 1311)
rng = Random(seed: 148)
let scanSteps = (0..<100).map { _ in
  ScanStep<Double>(decay: normal(1, 3).row(0).map { sigmoid($0) },
    offset: normal(1, 3).row(0))
}
typealias Step = ScanStep<Double>
var compositions = 0
func joined(_ first: Step, _ second: Step) -> Step {
  compositions += 1
  return first.then(second)
}

#sourceLocation(file: "lecture-14b.md", line: 1327)
func doublingScan(_ steps: [Step]) -> (all: [Step], rounds: Int) {
  var all = steps, span = 1, rounds = 0
  while span < steps.count {
    let before = all
    for i in span..<steps.count {
      all[i] = joined(before[i - span], before[i])
    }
    (span, rounds) = (2 * span, rounds + 1)
  }
  return (all, rounds)
}
let byDoubling = doublingScan(scanSteps)
let doublingWork = compositions
print("段", byDoubling.rounds, " 合成", doublingWork)

#sourceLocation(file: "lecture-14b.md", line: 1350)
func pairedScan(_ steps: [Step]) -> (all: [Step], rounds: Int) {
  if steps.count < 2 { return (steps, 0) }
  let half = pairedScan(stride(from: 1, to: steps.count, by: 2).map {
    joined(steps[$0 - 1], steps[$0])
  })
  let all = steps.indices.map { i in
    i == 0 ? steps[0]
      : i % 2 == 1 ? half.all[i / 2] : joined(half.all[i / 2 - 1], steps[i])
  }
  return (all, half.rounds + 2)
}
compositions = 0
let byPairs = pairedScan(scanSteps)
let pairedWork = compositions
let inLine = sequentialScan(scanSteps), byKernel = associativeScan(scanSteps)
func followsLine(_ states: [Vector]) -> Bool {
  zip(states, inLine).allSatisfy { agree($0, $1) }
}
let unevenSteps = normal(40, 1).map { log(1 + exp($0)) }, drive = normal(40, 1)
let unit40 = Table(rows: 40, columns: 1, repeating: 1)
let bySelection = selectiveScan(drive, delta: unevenSteps, a: decayRate,
  b: unit40, c: unit40, skip: [0]).column(0)
let asTree = associativeScan((0..<40).map { t in
  Step(decay: [exp(-unevenSteps[t, 0])],
    offset: [unevenSteps[t, 0] * drive[t, 0]])
})
let selectionInTree = agree(bySelection, asTree.map { $0[0] })
let treesAgree = followsLine(byDoubling.all.map { $0.offset })
  && followsLine(byPairs.all.map { $0.offset })
print("段", byPairs.rounds, " 合成", pairedWork)

#sourceLocation(file: "lecture-14b.md", line: 1394)
rng = Random(seed: 149)
let inner = 32, perChannel = 8
let mamba = MambaBlock<Double>(
  dimension: 16, inner: inner, state: perChannel, using: &rng)
let stream = normal(24, 16)
let mambaOut = mamba(stream), tapCount = mamba.convolution.rows
print("入力", stream.shape, " 出力", mambaOut.shape,
  " 状態", mamba.logDecay.shape)

#sourceLocation(file: "lecture-14b.md", line: 1411)
func plainMamba(_ x: Table) -> Table {
  let streams = matmul(x, transposed: mamba.input)
  var h = Table(rows: 32, columns: 8, repeating: 0)
  var gated = Table(rows: x.rows, columns: 32, repeating: 0)
  for t in 0..<x.rows {
    let u = (0..<32).map { c in
      let taps = (max(0, 3 - t)..<4).map {
        mamba.convolution[$0, c] * streams[t - 3 + $0, c]
      }
      return swish(sum(taps))
    }
    let chosen = matmul(mamba.selection, u)
    for c in 0..<32 {
      let drive = chosen[0] * mamba.stepWeight[c] + mamba.stepBias[c]
      let delta = log(1 + exp(drive))
      var y = mamba.skip[c] * u[c]
      for k in 0..<8 {
        let keep = exp(-delta * exp(mamba.logDecay[c, k]))
        h[c, k] = keep * h[c, k] + delta * chosen[1 + k] * u[c]
        y += chosen[9 + k] * h[c, k]
      }
      gated[t, c] = y * swish(streams[t, 32 + c])
    }
  }
  return matmul(gated, transposed: mamba.output)
}

#sourceLocation(file: "lecture-14b.md", line: 1445)
let depth = 8
func keptBy(period: Int, tokens: Int = 24)
  -> (cache: Int64, states: Int64, attending: Int)
{
  rng = Random(seed: 156)
  let stack = HybridStack<Double>(dimension: 16, layers: depth, period: period,
    heads: 4, groups: 4, inner: inner, state: perChannel, using: &rng)
  let run = stack.run(stream.rows(0..<tokens))
  let attending = stack.layers.count {
    if case .attention = $0 { true } else { false }
  }
  return (run.cacheElements, run.stateElements, attending)
}
let allAttention = keptBy(period: 1), oneInEight = keptBy(period: 8)
let halfAsLong = keptBy(period: 8, tokens: 12)
let cacheByFormula = AttentionMemory.cache(
  tokens: 24, layers: Int64(depth), groups: 4, headDimension: 4, bytes: 1)
print("すべて注意: キャッシュ", allAttention.cache)
print("8層に1層: キャッシュ", oneInEight.cache, " 状態", oneInEight.states)

#sourceLocation(file: "lecture-14b.md", line: 1481)
let decayed = 0.9
var running = Table(rows: 8, columns: 8, repeating: 0)
let decayedRecurrent = Matrix((0..<32).map { t in
  let kv =
    matmul(transposed: Matrix([sparseK.row(t)]), Matrix([sparseV.row(t)]))
  running = running * decayed + kv
  return matmul(Matrix([sparseQ.row(t)]), running).row(0)
})
let products = matmul(sparseQ, transposed: sparseK)
let decayedParallel = matmul(Table(rows: 32, columns: 32) { i, j in
  j <= i ? pow(decayed, Double(i - j)) * products[i, j] : 0
}, sparseV)
let retentionAgrees =
  maxAbsDifference(decayedRecurrent, decayedParallel) < 1e-10

#sourceLocation(file: "lecture-14b.md", line: 1506)
rng = Random(seed: 155)
let fadingK = normal(32, 4), fadingV = normal(32, 4)
let fade = [0.1, 0.3, 1, 2], bonus = [0.5, -0.2, 0, 1]
let plainWKV = Table(rows: 32, columns: 4) { t, c in
  var total = exp(bonus[c] + fadingK[t, c])
  var mixed = total * fadingV[t, c]
  for i in 0..<t {
    let weight = exp(fadingK[i, c] - Double(t - 1 - i) * fade[c])
    total += weight
    mixed += weight * fadingV[i, c]
  }
  return mixed / total
}
let wkvInLine = wkvRecurrence(fadingK, fadingV, decay: fade, bonus: bonus)
let wkvAtOnce = wkvParallel(fadingK, fadingV, decay: fade, bonus: bonus)
let loudKeys = fadingK.map { $0 + 800 }
let survives = wkvRecurrence(loudKeys, fadingV, decay: fade, bonus: bonus)
let loudAgrees = maxAbsDifference(survives, plainWKV) < 1e-10

#sourceLocation(file: "lecture-14b.md", line: 1530)
let lags = (0...31).map { Double($0) }
func channelName(_ c: Int) -> String {
  "RWKV（w＝\(fixed(fade[c], decimals: 1))）"
}
show(.lines("残る重み", [
  Series("RetNet（γ＝\(fixed(decayed, decimals: 1))）", x: lags, y: lags.map { pow(decayed, $0) }),
] + (0..<3).map { c in
  Series(channelName(c), x: lags, y: lags.map { exp(-fade[c] * $0) })
}, x: Axis("隔たり"), y: Axis("重み", scale: .log, range: 1e-6...1)))

#sourceLocation(file: "lecture-14b.md", line: 1568)
var pastK: [Vector] = [], pastV: [Vector] = []
func nextOutput(_ q: Vector, _ k: Vector, _ v: Vector) -> Vector {
  pastK.append(k)
  pastV.append(v)
  let w = softmax(pastK.map { dot(q, $0) / Double(q.count).squareRoot() })
  return v.indices.map { c in dot(w, pastV.map { $0[c] }) }
}
let stepwise = Matrix((0..<32).map { t in
  nextOutput(sparseQ.row(t), sparseK.row(t), sparseV.row(t))
})
let causalAtOnce = attention(sparseQ, sparseK, sparseV, mask: .causal)

#sourceLocation(file: "lecture-14b.md", line: 1585)
rng = Random(seed: 150)
let decoder = GroupedQueryAttention<Double>(
  dimension: 16, heads: 4, groups: 4,
  rotary: RotaryEmbedding(headDimension: 4, layout: .halfSplit), using: &rng)
let sentence = normal(24, 16)
let allAtOnce = decoder(sentence)
var cache = KeyValueCache<Double>(groups: 4, headDimension: 4)
let oneByOne = Matrix((0..<24).map { t in
  decoder.step(sentence.rows(t..<t + 1), cache: &cache).row(0)
})
let layerCount: Int64 = 32, headCount: Int64 = 32, groupCount: Int64 = 8
let headWidth: Int64 = 128, cachedTokens: Int64 = 32768
let pairsCached = (1...24).reduce(0, +)
let pairsRecomputed = (1...24).reduce(0) { $0 + $1 * ($1 + 1) / 2 }
print("キャッシュの要素", cache.elementCount)
print("計算した対: キャッシュ", pairsCached, " 毎回やり直し", pairsRecomputed)

#sourceLocation(file: "lecture-14b.md", line: 1620)
func cacheBytes(_ groups: Int64, _ n: Int64) -> Int64 {
  AttentionMemory.cache(tokens: n, layers: layerCount, groups: groups,
    headDimension: headWidth, bytes: 2)
}
print("| 方式 | KVのヘッド数 | 大きさ（GiB） | 比 |")
print("| --- | ---: | ---: | ---: |")
for (name, g) in [("MHA", headCount), ("GQA", groupCount), ("MQA", 1)] {
  let size = Double(cacheBytes(g, cachedTokens)) / 1_073_741_824
  print("| \(name) | \(g) | \(fixed(size, decimals: 1)) | 1/\(headCount / g) |")
}
let enough = [32, 16, 8, 4, 2, 1].first {
  cacheBytes($0, cachedTokens) <= 2 * 1_073_741_824
}!
let perToken = Double(cacheBytes(32, 1)) / 1_048_576

#sourceLocation(file: "lecture-14b.md", line: 1644)
let cacheLengthsShown: [Int64] = [1024, 4096, 16384, 65536, 262144]
func gibi(_ groups: Int64) -> [Double] {
  cacheLengthsShown.map { Double(cacheBytes(groups, $0)) / 1_073_741_824 }
}
let blockWeights = ParameterCount.attention(dimension: 4096)
  + ParameterCount.swiGLU(dimension: 4096, hidden: 4096 * 8 / 3)
let modelGibi = Double(layerCount * blockWeights * 2) / 1_073_741_824
show(.lines("KVキャッシュの大きさ", [
  Series("MHA", x: cacheLengthsShown, y: gibi(32)),
  Series("GQA（\(groupCount)組）", x: cacheLengthsShown, y: gibi(groupCount)),
  Series("MQA", x: cacheLengthsShown, y: gibi(1)),
], x: Axis("トークンの合計", scale: .log2), y: Axis("GiB", scale: .log),
  marks: [.horizontal(modelGibi, "モデルの重み")]))

#sourceLocation(file: "lecture-14b.md", line: 1667)
rng = Random(seed: 151)
let grouped =
  GroupedQueryAttention<Double>(dimension: 16, heads: 4, groups: 2, using: &rng)
func repeated(_ m: Table) -> Table {
  Matrix([0..<4, 0..<4, 4..<8, 4..<8].flatMap { m.rows($0).rowVectors })
}
let spelledOut = MultiHeadAttention(
  query: grouped.query, key: repeated(grouped.key),
  value: repeated(grouped.value), output: grouped.output, heads: 4)
let groupedOut = grouped(sentence)
let repeatedOut = spelledOut(sentence, mask: .causal)
print("パラメータ", grouped.parameterCount,
  " もとの形", spelledOut.parameterCount)

#sourceLocation(file: "lecture-14b.md", line: 1689)
func stackedRank(_ wQ: Table, _ wK: Table) -> Int {
  let forms = [0..<4, 4..<8].map {
    matmul(transposed: wQ.rows($0), wK.rows($0))
  }
  return orthonormalBasis(stacked(forms[0], forms[1])).rows
}
let sharedRank = stackedRank(grouped.query, repeated(grouped.key))
let freeRank = stackedRank(grouped.query, normal(16, 16))
print("組を作る2つのヘッド: 共有", sharedRank, " 別々", freeRank)

#sourceLocation(file: "lecture-14b.md", line: 1707)
rng = Random(seed: 152)
let randomHeads = (0..<4).map { _ in normal(1, 4096).row(0) }
let sharing = weightSharingError(randomHeads, groups: [[0, 1], [2, 3]])
let apart = (sharing / randomHeads.reduce(0) { $0 + dot($1, $1) }).squareRoot()
print("この組分けでいちばん近い射影との相対的なずれ", fixed(apart, decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 1728)
let prototypes = [normal(1, 512).row(0), normal(1, 512).row(0)]
let family = [0, 1, 1, 0, 1, 0], difference = 0.3
let familyHeads = family.map { f in
  zip(prototypes[f], normal(1, 512, scale: difference).row(0)).map { $0 + $1 }
}
let adjacent = neighbouringGroups(heads: 6, groups: 2)
let found = bestGrouping(familyHeads, groups: 2)
let adjacentError = weightSharingError(familyHeads, groups: adjacent)
let foundError = weightSharingError(familyHeads, groups: found)
print("隣どうし", adjacent, fixed(adjacentError, decimals: 1),
  " 最良", found, fixed(foundError, decimals: 1))

#sourceLocation(file: "lecture-14b.md", line: 1748)
typealias Head = (q: Table, k: Table, v: Table)
let headDraws = 20
let halves = (1...4).flatMap { a in (a + 1...5).map { [0, a, $0] } }
  .map { own in [own, (0...5).filter { !own.contains($0) }] }
func projection(_ scale: Double = 1) -> Table {
  normal(4, 16, scale: scale / 4)
}
func drawnHeads(similar: Bool) -> [Head] {
  let parents = (0...1).map { _ in (k: projection(), v: projection()) }
  return family.map { f in
    if !similar { return (projection(), projection(), projection()) }
    return (projection(), parents[f].k + projection(difference),
      parents[f].v + projection(difference))
  }
}
func shared(_ heads: [Head], _ groups: [[Int]]) -> [Head] {
  var result = heads
  for group in groups {
    let total = group.dropFirst().reduce((heads[group[0]].k, heads[group[0]].v)) {
      ($0.0 + heads[$1].k, $0.1 + heads[$1].v)
    }
    let part = 1 / Double(group.count)
    for h in group { result[h] = (heads[h].q, part * total.0, part * total.1) }
  }
  return result
}
func headOutputs(_ x: Table, _ heads: [Head]) -> Vector {
  heads.flatMap { head in
    attention(matmul(x, transposed: head.q), matmul(x, transposed: head.k),
      matmul(x, transposed: head.v), mask: .causal).elements
  }
}
func trial(similar: Bool) -> (chosen: Double, near: Double, all: Double, best: Bool)
{
  let heads = drawnHeads(similar: similar), x = normal(24, 16)
  let exact = headOutputs(x, heads)
  let weightErrors = halves.map {
    weightSharingError(heads.map { $0.k.elements + $0.v.elements }, groups: $0)
  }
  let outputErrors = halves.map { groups in
    let gaps = zip(headOutputs(x, shared(heads, groups)), exact).map { $0 - $1 }
    return norm(gaps) / norm(exact)
  }
  let choice = weightErrors.firstIndex(of: weightErrors.min()!)!
  let near = halves.firstIndex(of: adjacent)!
  return (outputErrors[choice], outputErrors[near], mean(outputErrors),
    outputErrors[choice] == outputErrors.min()!)
}
let kindred = (1...headDraws).map { _ in trial(similar: true) }
let strangers = (1...headDraws).map { _ in trial(similar: false) }
print("| ヘッド | 選んだ組分け | 隣どうし | すべての組分けの平均 |")
print("| --- | ---: | ---: | ---: |")
for (name, trials) in [("似たものがある", kindred), ("無関係", strangers)] {
  let means = [trials.map { $0.chosen }, trials.map { $0.near },
    trials.map { $0.all }].map { fixed(mean($0), decimals: 2) }
  print("| \(name) | " + means.joined(separator: " | ") + " |")
}
let alwaysBest = kindred.allSatisfy { $0.best && $0.chosen < 0.9 * $0.near }
let sometimesBest = strangers.count { $0.best }

#sourceLocation(file: "lecture-14b.md", line: 1830)
rng = Random(seed: 153)
let pastKeys = normal(48, 8), pastValues = normal(48, 4)
let queryMean = normal(1, 8).row(0)
let queryVariance = (0..<8).map { 0.3 + 0.1 * Double($0) }
func futureQueries(_ n: Int) -> Table {
  normal(n, 8).mapRows { row in
    (0..<8).map { queryMean[$0] + queryVariance[$0].squareRoot() * row[$0] }
  }
}
let expectedWeights =
  expectedAttention(pastKeys, mean: queryMean, variance: queryVariance)
let drawn = attentionScores(futureQueries(8000), pastKeys)
let empirical = (0..<48).map { j in mean(drawn.column(j).map { exp($0) }) }
let closedFormGap = zip(expectedWeights, empirical).map {
  ($0 / $1 - 1).magnitude
}.max()!
let closedFormHolds = (0..<48).allSatisfy { j in
  let k = pastKeys.row(j)
  let spread = (0..<8).map { queryVariance[$0] * k[$0] * k[$0] / 8 }
  let deviation = ((exp(sum(spread)) - 1) / Double(drawn.rows)).squareRoot()
  return (empirical[j] / expectedWeights[j] - 1).magnitude < 6 * deviation
}
let softmaxed = softmax(rows: drawn)
let softmaxMean = (0..<48).map { j in mean(softmaxed.column(j)) }
let normalisedExpected = expectedWeights.map { $0 / sum(expectedWeights) }
let softmaxGap = maxAbsDifference(softmaxMean, normalisedExpected)
print("閉じた式と実験のずれ（最大）", fixed(closedFormGap, decimals: 3))
print("softmaxの平均との差（最大）", fixed(softmaxGap, decimals: 3))
print("重みの最大", fixed(softmaxMean.max()!, decimals: 3))

#sourceLocation(file: "lecture-14b.md", line: 1870)
rng = Random(seed: 160)
let evictions = 60, recentQueries = 8, sinkCount = 4
typealias Past = (k: Table, v: Table, mean: Vector, later: Table, recent: Table)
func drawnPast(uneven: Bool) -> Past {
  func tokens(_ width: Int) -> Table {
    normal(48, width).mapRows { row in
      let length = uneven ? exp(0.5 * rng.normal()) : 1
      return row.map { length * $0 }
    }
  }
  let (k, v, centre) = (tokens(8), tokens(4), normal(1, 8).row(0))
  func drawnQueries(_ n: Int) -> Table {
    normal(n, 8).mapRows { row in
      (0..<8).map { centre[$0] + queryVariance[$0].squareRoot() * row[$0] }
    }
  }
  return (k, v, centre, drawnQueries(100), drawnQueries(recentQueries))
}
func errorKeeping(_ places: [Int], of past: Past) -> Double {
  func rows(_ m: Table) -> Table { Matrix(places.map { m.row($0) }) }
  let exact = attention(past.later, past.k, past.v)
  let gap = attention(past.later, rows(past.k), rows(past.v)) - exact
  return norm(gap.elements) / norm(exact.elements)
}
func kept(_ past: Past, _ ratio: Double, spread: Bool = true,
  lengths: Bool = true, sinks: Int = sinkCount) -> [Int]
{
  placesToKeep(keys: past.k,
    values: lengths ? past.v : Table(rows: 48, columns: 1, repeating: 1),
    mean: past.mean, variance: queryVariance.map { spread ? $0 : 0 },
    ratio: ratio, sinks: sinks)
}
func newest(_ ratio: Double) -> [Int] { Array(Int(48 * ratio)..<48) }
func weighed(_ past: Past, _ ratio: Double) -> [Int] {
  let w = attentionWeights(past.recent, past.k)
  let received = (0..<48).map { sum(w.column($0)) }
  return topIndices(received, 48 - Int(48 * ratio)).sorted()
}
let evenPasts = (0..<evictions).map { _ in drawnPast(uneven: false) }
let unevenPasts = (0..<evictions).map { _ in drawnPast(uneven: true) }
func meanError(_ pasts: [Past], _ rule: (Past) -> [Int]) -> Double {
  mean(pasts.map { errorKeeping(rule($0), of: $0) })
}
func both(_ rule: (Past) -> [Int]) -> [Double] {
  [meanError(evenPasts, rule), meanError(unevenPasts, rule)]
}
let wholeRule = both { kept($0, 0.5) }
let withoutSpread = both { kept($0, 0.5, spread: false) }
let withoutLengths = both { kept($0, 0.5, lengths: false) }
let withoutSinks = both { kept($0, 0.5, sinks: 0) }
let byRecent = both { weighed($0, 0.5) }
let byAge = both { _ in newest(0.5) }
print("| 捨て方 | 長さがそろう | 長さがばらつく |\n| --- | ---: | ---: |")
for (name, errors) in [
  ("式のとおり", wholeRule), ("分散の項を外す", withoutSpread),
  ("Valueの長さを外す", withoutLengths), ("先頭を残さない", withoutSinks),
  ("直前のQueryの重み", byRecent), ("古い順", byAge),
] {
  let cells = errors.map { fixed($0, decimals: 2) }.joined(separator: " | ")
  print("| \(name) | \(cells) |")
}
let beatsAge = zip(wholeRule, byAge).allSatisfy { $0 < 0.7 * $1 }
let spreadMatters = withoutSpread[1] > 1.05 * wholeRule[1]
let sinksCost = sum(withoutSinks) < sum(wholeRule)
let nothingLost = meanError(evenPasts) { kept($0, 0) } == 0

#sourceLocation(file: "lecture-14b.md", line: 1952)
let ratios = [0.0, 0.25, 0.5, 0.625, 0.75]
let byExpectation = ratios.map { r in meanError(unevenPasts) { kept($0, r) } }
let byMeanOnly = ratios.map { r in
  meanError(unevenPasts) { kept($0, r, spread: false) }
}
let recentOnly = ratios.map { r in meanError(unevenPasts) { _ in newest(r) } }
show(.lines("捨てる割合と誤差", [
  Series("Expected Attention", x: ratios, y: byExpectation),
  Series("分散の項を外す", x: ratios, y: byMeanOnly),
  Series("古い順に捨てる", x: ratios, y: recentOnly),
], x: Axis("捨てる割合"), y: Axis("出力の相対誤差", includesZero: true)))

#sourceLocation(file: "lecture-14b.md", line: 1979)
rng = Random(seed: 154)
let modern = TransformerBlock<Double>.modern(dimension: 16, heads: 4, groups: 2,
  hidden: 40, using: &rng)
rng = Random(seed: 154)
let rope = RotaryEmbedding<Double>(headDimension: 4, layout: .halfSplit)
let gqa = GroupedQueryAttention<Double>(dimension: 16, heads: 4, groups: 2,
  rotary: rope, using: &rng)
let swiglu = SwiGLU<Double>(dimension: 16, hidden: 40, using: &rng)
func plainRMS(_ x: Vector) -> Vector {
  let root = (dot(x, x) / Double(x.count) + 1e-5).squareRoot()
  return x.map { $0 / root }
}

#sourceLocation(file: "lecture-14b.md", line: 1996)
func plainModern(_ x: Table) -> Table {
  let n1 = x.mapRows { plainRMS($0) }
  let q = matmul(n1, transposed: gqa.query)
  let k = matmul(n1, transposed: gqa.key)
  let v = matmul(n1, transposed: gqa.value)
  let heads = (0..<4).map { h in
    let own = 4 * h..<4 * h + 4, shared = 4 * (h / 2)..<4 * (h / 2) + 4
    return attention(rope.rotate(q.columns(own)),
      rope.rotate(k.columns(shared)), v.columns(shared), mask: .causal)
  }
  let z = x + matmul(concatenatedColumns(heads), transposed: gqa.output)
  let n2 = z.mapRows { plainRMS($0) }
  let gate = matmul(n2, transposed: swiglu.gate)
  let up = matmul(n2, transposed: swiglu.up)
  let inner = Table(rows: x.rows, columns: 40) { i, j in
    gate[i, j] / (1 + exp(-gate[i, j])) * up[i, j]
  }
  return z + matmul(inner, transposed: swiglu.down)
}
let modernAgrees = agree(plainModern(sentence), modern(sentence))

#sourceLocation(file: "lecture-14b.md", line: 2021)
let modernClosed = ParameterCount.groupedAttention(dimension: 16, heads: 4,
  groups: 2, headDimension: 4)
  + ParameterCount.swiGLU(dimension: 16, hidden: 40) + 2 * 16
print("数えた個数", modern.parameterCount, " 閉じた式", modernClosed)

#sourceLocation(file: "lecture-14b.md", line: 2039)
let hidden = [Double](repeating: -.infinity, count: 3)
let carelessFactor =
  exp(-Double.infinity - max(-Double.infinity, hidden.max()!))
let guarded = merge(state(hidden, someValues.rows(0..<3)),
  state([1, 2], someValues.rows(0..<2)))
print("素朴な因子が非数", carelessFactor.isNaN,
  " 守った版", fixed(guarded.o.map { $0 / guarded.l }))
let guardedFine = agree(guarded.o.map { $0 / guarded.l },
  matmul(Matrix([softmax([1.0, 2])]), someValues.rows(0..<2)).row(0))

#sourceLocation(file: "lecture-14b.md", line: 2060)
let whole = elementwise.work
let inTiles = countedTiledAttention(queries, keys, values, queryBlock: 32,
  keyBlock: 16).work
let formulaFlops: Int64 = 4 * 96 * 96 * 16
let causalTiles = countedTiledAttention(queries, keys, values, mask: .causal,
  queryBlock: 32, keyBlock: 16).work
print(
  "行列積の演算: そのまま", whole.productFlops, " タイル", inTiles.productFlops)
print("指数: そのまま", whole.exponentials, " タイル", inTiles.exponentials)
print("転送: そのまま", whole.traffic.total, " タイル", inTiles.traffic.total)
print("因果マスクのタイルの演算", causalTiles.productFlops)

#sourceLocation(file: "lecture-14b.md", line: 2087)
let forgotten = flashAttention(queries, keys, values, scale: 1).output
let scaleGap = maxAbsDifference(forgotten, standard.output)
print("縮尺を忘れたときの差", fixed(scaleGap, decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 2115)
let past: [Int] = [1024, 16384, 262144], mambaState = 16
func kibi(_ elements: Int) -> String { "\(elements * 2 / 1024)" }
print("| 方式 | " + past.map { "過去\($0)語" }.joined(separator: " | ")
  + " |\n| --- | ---: | ---: | ---: |")
func line(_ name: String, _ f: (Int) -> Int) {
  print("| \(name) | " + past.map { kibi(f($0)) }.joined(separator: " | ")
    + " |")
}
line("MHA") { 2 * 32 * 128 * $0 }
line("GQA（8組）") { 2 * 8 * 128 * $0 }
line("MQA") { 2 * 128 * $0 }
line("GQA、窓は4096語") { 2 * 8 * 128 * min($0, 4096) }
line("線形な注意") { _ in 32 * 128 * 129 }
func mambaKept(_ channels: Int, _ state: Int) -> Int {
  channels * (state + tapCount - 1)
}
line("Mamba") { _ in mambaKept(8192, mambaState) }
let longRatio =
  Double(2 * 32 * 128 * past[2]) / Double(mambaKept(8192, mambaState))
let keptAsCounted = (depth - oneInEight.attending)
  * mambaKept(inner, perChannel) == Int(oneInEight.states)

#sourceLocation(file: "lecture-14b.md", line: 2197)
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

#sourceLocation(file: "lecture-14b.md", line: 2218)
typealias Reading = (m: Double, l: Double, o: Double)
typealias Reader = (Reading, Double, Double) -> Reading
func accepts1(_ read: Reader) -> Bool {
  rng = Random(seed: 161)
  func ending(_ s: Vector, _ v: Vector) -> Reading {
    zip(s, v).reduce((-.infinity, 0, 0)) { read($0, $1.0, $1.1) }
  }
  return [1.0, 10, 1000].allSatisfy { scale in
    (0..<10).allSatisfy { _ in
      let s = normal(1, 12, scale: scale).row(0), v = normal(1, 12).row(0)
      func masking(_ hidden: Range<Int>) -> Vector {
        s.indices.map { hidden.contains($0) ? -.infinity : s[$0] }
      }
      let empty = ending(masking(0..<12), v)
      return [0..<0, 0..<3, 5..<7, 10..<12].allSatisfy { hidden in
        let seen = masking(hidden), end = ending(seen, v)
        return agree(end.o / end.l, dot(softmax(seen), v))
      } && empty == (-.infinity, 0, 0)
    }
  }
}
func reading(
  old: @escaping (Double, Double) -> Double = { exp($0 - max($0, $1)) },
  new: @escaping (Double, Double) -> Double = { exp($1 - max($0, $1)) },
  oldMix: ((Double, Double) -> Double)? = nil,
  top: @escaping (Double, Double) -> Double = { max($0, $1) },
  skipsHidden: Bool = true
) -> Reader {
  { a, s, v in
    if skipsHidden && s == -.infinity { return a }
    let mix = oldMix ?? old
    return (top(a.m, s), old(a.m, s) * a.l + new(a.m, s),
      mix(a.m, s) * a.o + new(a.m, s) * v)
  }
}
let verdicts1 = verdicts([
  (text: "式のとおり", answer: reading(), slip: ""),
  (text: "新しい側に因子なし", answer: reading(new: { _, _ in 1 }),
    slip: "最初の驚きの数行と同じ"),
  (text: "古い側に因子なし", answer: reading(old: { _, _ in 1 }),
    slip: "最大値は変わらないと思い込む"),
  (text: "ℓだけを直す", answer: reading(oldMix: { _, _ in 1 }),
    slip: "oにも同じ因子が要ることを忘れる"),
  (text: "因子が逆数", answer: reading(old: { exp(max($0, $1) - $0) }),
    slip: "引く順を取り違える"),
  (text: "最後の得点を引く", answer: reading(old: { exp($0 - $1) },
    new: { _, _ in 1 }, top: { $1 }), slip: "最大値を引く理由を忘れる"),
  (text: "何も引かない", answer: reading(old: { _, _ in 1 },
    new: { exp($1) }), slip: "オーバーフローする"),
  (text: "−∞も代入する", answer: reading(skipsHidden: false),
    slip: "隠された得点から始まると、−∞から−∞を引く"),
], accepts1)

#sourceLocation(file: "lecture-14b.md", line: 2297)
func rankOf(_ m: Table) -> Int {
  let sizes = singularValues(m)
  return sizes.count { $0 > 1e-10 * sizes[0] }
}
let weightKinds = [
  matmul(sparseQ.mapRows { eluFeatures($0) },
    transposed: sparseK.mapRows { eluFeatures($0) }),
  attentionScores(sparseQ, sparseK).map { exp($0) },
]
func accepts2(_ answer: (Int, Int)) -> Bool {
  let ranks = [answer.0, answer.1]
  return weightKinds.map { rankOf($0) } == ranks
    && weightKinds.map { orthonormalBasis($0).rows } == ranks
}
let verdicts2 = verdicts([
  (text: "8と32", answer: (8, 32), slip: ""),
  (text: "32と32", answer: (32, 32), slip: "行列の大きさを階数とみなす"),
  (text: "8と8", answer: (8, 8), slip: "指数を取っても階数は同じと思い込む"),
  (text: "1と32", answer: (1, 32), slip: "内積1つで決まると思い込む"),
], accepts2)

#sourceLocation(file: "lecture-14b.md", line: 2332)
let shortStep = 0.1, steadyDecay = -1.0

#sourceLocation(file: "lecture-14b.md", line: 2343)
let held = Discretization.zeroOrderHold(steadyDecay, step: shortStep).input
let simple = Discretization.euler(steadyDecay, step: shortStep).input
func accepts3(_ percent: Double) -> Bool {
  (percent - 100 * (simple - held) / held).magnitude < 0.05
}
let verdicts3 = verdicts([
  (text: "5.1%", answer: 5.1, slip: ""),
  (text: "4.8%", answer: 4.8, slip: "オイラー法の値で割る"),
  (text: "5.0%", answer: 5.0, slip: "刻みの半分で済ませる"),
  (text: "10.0%", answer: 10.0, slip: "刻みそのものを答える"),
], accepts3)

#sourceLocation(file: "lecture-14b.md", line: 2376)
func kibiPerToken(layers: Int64, groups: Int64) -> Int64 {
  AttentionMemory.cache(tokens: 1, layers: layers, groups: groups,
    headDimension: headWidth, bytes: 2) / 1024
}
func accepts4(_ answer: (Int64, Int64)) -> Bool {
  let layers = layerCount / Int64(depth)
  return answer.0 == kibiPerToken(layers: layers, groups: headCount)
    && answer.1 == kibiPerToken(layers: layers, groups: groupCount)
}
let verdicts4 = verdicts([
  (text: "64と16", answer: (64, 16), slip: ""),
  (text: "512と128", answer: (512, 128), slip: "層の数を減らし忘れる"),
  (text: "32と8", answer: (32, 8), slip: "KeyとValueの2つを忘れる"),
  (text: "64と8", answer: (64, 8), slip: "組の数で割る"),
  (text: "128と32", answer: (128, 32), slip: "1要素を4バイトとする"),
], accepts4)

#sourceLocation(file: "lecture-14b.md", line: 2408)
let shortKey = 0.5, longKey = 3.0, pairWidth = 2

#sourceLocation(file: "lecture-14b.md", line: 2420)
let twoKeys = Matrix([[shortKey, 0.0], [0.0, longKey]])
func longKeyLeads(_ variance: Double) -> Bool {
  let both = expectedAttention(
    twoKeys, mean: [1, 0], variance: [variance, variance])
  return both[1] > both[0]
}
func accepts5(_ variance: Double) -> Bool {
  !longKeyLeads(variance - 0.0005) && longKeyLeads(variance + 0.0005)
}
let verdicts5 = verdicts([
  (text: "0.162", answer: 0.162, slip: ""),
  (text: "0.157", answer: 0.157, slip: "短いKeyの分散の項を落とす"),
  (text: "0.081", answer: 0.081, slip: "分母の2を忘れる"),
  (text: "0.114", answer: 0.114, slip: "内積を次元の平方根でなく次元で割る"),
], accepts5)
let atTheMean = expectedAttention(twoKeys, mean: [1, 0], variance: [0, 0])

#sourceLocation(file: "lecture-14b.md", line: 2458)
typealias Entry = (k: Vector, v: Vector)
typealias Keeper = ([Entry], Entry, Int) -> [Entry]
func accepts6(_ keep: Keeper) -> Bool {
  rng = Random(seed: 162)
  return [2, 5, 9].allSatisfy { w in
    let q = normal(20, 4), k = normal(20, 4), v = normal(20, 4)
    let mask = AttentionMask.window(w - 1).intersection(.causal)
    let masked = attention(q, k, v, mask: mask)
    var held: [Entry] = []
    return (0..<20).allSatisfy { t in
      held = keep(held, (k.row(t), v.row(t)), w)
      if held.isEmpty || held.count > w { return false }
      let out = attention(Matrix([q.row(t)]), Matrix(held.map { $0.k }),
        Matrix(held.map { $0.v }))
      return agree(out.row(0), masked.row(t))
    }
  }
}
let keepers: [(text: String, answer: Keeper, slip: String)] = [
  ("加えて、新しいw個", { Array(($0 + [$1]).suffix($2)) }, ""),
  ("新しいw個に、加える", { Array($0.suffix($2)) + [$1] }, "wを超える"),
  ("加えて、古いw個", { Array(($0 + [$1]).prefix($2)) }, "捨てる側を間違える"),
  ("新しいw個だけ", { Array(($0.isEmpty ? [$1] : $0).suffix($2)) },
    "いまの語を加え忘れる"),
  ("加えて、新しいw−1個", { Array(($0 + [$1]).suffix($2 - 1)) }, "いまの語を別に数える"),
  ("満ちたら空にする", { $0.count < $2 ? $0 + [$1] : [$1] }, "窓でなく区画になる"),
  ("先頭を残す", { held, new, w in
    held.count < w ? held + [new] : [held[0]] + held.dropFirst(2) + [new]
  }, "大域の語を混ぜる"),
]
let verdicts6 = verdicts(keepers, accepts6)
