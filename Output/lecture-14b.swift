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
let copied = copiedOnline([([10], [1]), ([0], [0])])
let honest = dot(softmax([10, 0]), [1, 0])
print("この数行", fixed(copied, decimals: 5),
  " 正しい値", fixed(honest, decimals: 5))

#sourceLocation(file: "lecture-14b.md", line: 70)
typealias Vector = [Double]
typealias Table = Matrix<Double>
func agree(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < 1e-12 }
func agree(_ a: Vector, _ b: Vector) -> Bool { maxAbsDifference(a, b) < 1e-12 }
func agree(_ a: Table, _ b: Table) -> Bool { maxAbsDifference(a, b) < 1e-12 }
func differ(_ a: Table, _ b: Table) -> Bool { maxAbsDifference(a, b) > 0.01 }
var rng = Random(seed: 140)
func normal(_ rows: Int, _ columns: Int, scale: Double = 1) -> Table {
  .normal(rows: rows, columns: columns, scale: scale, using: &rng)
}

#sourceLocation(file: "lecture-14b.md", line: 109)
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

#sourceLocation(file: "lecture-14b.md", line: 143)
let projections =
  AttentionMemory.projections(tokens: 4 * tokens, width: wide, bytes: 4)
let scoresBytes = AttentionMemory.scores(tokens: 4 * tokens, bytes: 4)
let heldAtOnce = projections + 2 * scoresBytes
print("| 行列 | MB |\n| --- | ---: |")
print("| Q、K、V | \(fixed(Double(projections) / 1e6, decimals: 1)) |")
print("| 得点S | \(fixed(Double(scoresBytes) / 1e6, decimals: 1)) |")
print("| 重みP | \(fixed(Double(scoresBytes) / 1e6, decimals: 1)) |")
print("| 合計 | \(fixed(Double(heldAtOnce) / 1e6, decimals: 1)) |")

#sourceLocation(file: "lecture-14b.md", line: 179)
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

#sourceLocation(file: "lecture-14b.md", line: 203)
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

#sourceLocation(file: "lecture-14b.md", line: 225)
func copiedBlocks(_ s: Vector) -> Double {
  copiedOnline([0..<8, 8..<16, 16..<24].map {
    (Array(s[$0]), Array(someValues.column(0)[$0]))
  })
}
let copiedGaps = [rising, falling].map {
  (copiedBlocks($0) - exactMean($0)[0]).magnitude
}
let copiedPasses = copiedGaps[0] < 1e-12, copiedBreaks = copiedGaps[1] > 1e-6
print("上がる並びでの誤差", fixed(copiedGaps[0]))
print("下がる並びでの誤差", fixed(copiedGaps[1]))

#sourceLocation(file: "lecture-14b.md", line: 246)
let thirds = [0..<8, 8..<16, 16..<24].map {
  state(Array(falling[$0]), someValues.rows($0))
}
let leftFirst = merge(merge(thirds[0], thirds[1]), thirds[2])
let rightFirst = merge(thirds[0], merge(thirds[1], thirds[2]))
let associative =
  agree(leftFirst.l, rightFirst.l) && agree(leftFirst.o, rightFirst.o)

#sourceLocation(file: "lecture-14b.md", line: 276)
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

#sourceLocation(file: "lecture-14b.md", line: 301)
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

#sourceLocation(file: "lecture-14b.md", line: 321)
show(.lines("転送する要素", [
  Series("タイル", x: blockSizes, y: tiled.map { $0 / 1e6 }),
], x: Axis("Queryのタイルの行数", scale: .log2),
  y: Axis("百万要素", scale: .log),
  marks: [.horizontal(plainTraffic / 1e6, "そのまま")]))

#sourceLocation(file: "lecture-14b.md", line: 334)
let fastElements: Int64 = 192 * 1024 / 4
print("| 幅 | タイルの行数 | 利得 |\n| ---: | ---: | ---: |")
var gains: [Double] = []
for d in [32, 64, 128, 256] as [Int64] {
  let rows = fastElements / (4 * d)
  let plain = AttentionMemory.standardTraffic(tokens: 65536, width: d)
  let cut = AttentionMemory.tiledTraffic(
    tokens: 65536, width: d, queryBlock: rows)
  gains.append(Double(plain) / Double(cut))
  print("| \(d) | \(rows) | \(fixed(gains.last!, decimals: 1)) |")
}

#sourceLocation(file: "lecture-14b.md", line: 364)
let outward = normal(96, 16)
let backward = tiledAttentionGradient(queries, keys, values,
  output: masked.output, logSumExp: masked.logSumExp, gradient: outward,
  mask: .causal, queryBlock: 20, keyBlock: 28)
let recomputed = backward.gradient
let taped = valueAndGradient([queries, keys, values]) { tape, p in
  let w = softmax(rows: matmul(p[0], transposed: p[1]) * 0.25, mask: .causal)
  return sum(matmul(w, p[2]) * tape.constant(outward))
}.gradient
let gradientGap = [
  maxAbsDifference(recomputed.q, taped[0]),
  maxAbsDifference(recomputed.k, taped[1]),
  maxAbsDifference(recomputed.v, taped[2]),
].max()!
let gradientsAgree = gradientGap < 1e-12
print("一度に置いた得点", backward.largestTile, " 行列全体", 96 * 96)

#sourceLocation(file: "lecture-14b.md", line: 394)
let a100 = Roofline.a100
func shareOfMemory(_ d: Double) -> Double {
  let n = Double(tokens)
  return a100.memoryShare(flops: 4 * n * n * d,
    bytes: 2 * (4 * n * n + 4 * n * d))
}
print("| 幅 | 転送の割合 | 演算強度（FLOP/バイト） |\n| ---: | ---: | ---: |")
for d in [64.0, 128, 512] {
  let intensity = 2 * 2048 * d / (4 * 2048 + 4 * d)
  let share = fixed(100 * shareOfMemory(d), decimals: 0)
  print("| \(Int(d)) | \(share)% | \(fixed(intensity, decimals: 0)) |")
}

#sourceLocation(file: "lecture-14b.md", line: 419)
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
  .points(Series("そのまま（幅64、128）", x: plainPoints,
    y: plainPoints.map { attained($0) })),
  .points(Series("タイル（幅64、128）", x: tiledPoints,
    y: tiledPoints.map { attained($0) })),
], x: Axis("演算強度（FLOP/バイト）", scale: .log),
  y: Axis("TFLOP/sの上限", scale: .log)))

#sourceLocation(file: "lecture-14b.md", line: 462)
let cacheLengths = [5, 70, 12, 33]
let requests = cacheLengths.map { n in
  (q: normal(1, 16), k: normal(n, 16), v: normal(n, 16))
}
var pieces: [(request: Int, keys: Range<Int>)] = []
for (r, n) in cacheLengths.enumerated() {
  for start in stride(from: 0, to: n, by: 8) {
    pieces.append((r, start..<min(start + 8, n)))
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
print("要求の長さ", cacheLengths, " 作業者ごとのKey", loads)

#sourceLocation(file: "lecture-14b.md", line: 490)
var partial = requests.map { _ in OnlineSoftmax<Double>(width: 16) }
for piece in workers.joined().map({ pieces[$0] }) {
  let (q, k, v) = requests[piece.request]
  let scores = attentionScores(q, k.rows(piece.keys)).row(0)
  let part = OnlineSoftmax(scores: scores, values: v.rows(piece.keys))
  partial[piece.request] = partial[piece.request].merged(with: part)
}
let eachRequest = requests.map { attention($0.q, $0.k, $0.v).row(0) }
let raggedAgrees = zip(partial, eachRequest).allSatisfy { agree($0.output, $1) }

#sourceLocation(file: "lecture-14b.md", line: 505)
let page = 8
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

#sourceLocation(file: "lecture-14b.md", line: 537)
let levels = 127.0
func rounded(_ m: Table) -> Table {
  let step = m.elements.map { $0.magnitude }.max()! / levels
  return m.map {
    step * ($0 / step + ($0 < 0 ? -0.5 : 0.5)).rounded(.towardZero)
  }
}
let blowUp = 40.0, shrink = 0.1

#sourceLocation(file: "lecture-14b.md", line: 551)
let ordinaryQ = normal(96, 64), ordinaryK = normal(96, 64)
let outlierQ = Table(rows: 96, columns: 64) { i, j in
  ordinaryQ[i, j] * (j == 3 ? blowUp : 1)
}
let outlierK = Table(rows: 96, columns: 64) { i, j in
  ordinaryK[i, j] * (j == 3 ? shrink : 1)
}
let turn = IncoherentRotation<Double>(dimension: 64, using: &rng)
let exactScores = attentionScores(outlierQ, outlierK)
let turnedScores = attentionScores(turn(outlierQ), turn(outlierK))
func errorOf(_ s: Table) -> Double {
  norm((s - exactScores).elements) / norm(exactScores.elements)
}
let plainError = errorOf(attentionScores(rounded(outlierQ), rounded(outlierK)))
let turnedError = errorOf(
  attentionScores(rounded(turn(outlierQ)), rounded(turn(outlierK))))
let scoresKept = maxAbsDifference(turnedScores, exactScores) < 1e-10
print("丸めの相対誤差: そのまま", fixed(plainError, decimals: 3),
  " 回してから", fixed(turnedError, decimals: 3))

#sourceLocation(file: "lecture-14b.md", line: 580)
let bitCounts = [4, 5, 6, 7, 8, 9, 10]
let outlierV = normal(96, 64)
let exactOutput = attention(outlierQ, outlierK, outlierV)
func outputError(
  _ bits: Int, _ rotation: IncoherentRotation<Double>?
) -> Double {
  let out = lowPrecisionAttention(outlierQ, outlierK, outlierV, bits: bits,
    block: 96, rotation: rotation)
  return norm((out - exactOutput).elements) / norm(exactOutput.elements)
}
let straightErrors = bitCounts.map { outputError($0, nil) }
let rotatedErrors = bitCounts.map { outputError($0, turn) }
let enoughBits = zip(bitCounts, rotatedErrors).first {
  $0.1 <= straightErrors[4]
}!.0
show(.lines("ビット数と誤差", [
  Series("そのまま", x: bitCounts, y: straightErrors),
  Series("回してから", x: bitCounts, y: rotatedErrors),
], x: Axis("1要素のビット数"), y: Axis("出力の相対誤差", scale: .log)))

#sourceLocation(file: "lecture-14b.md", line: 623)
rng = Random(seed: 143)
let patterns: [(name: String, mask: AttentionMask)] = [
  ("局所", .window(3).intersection(.causal)), ("飛び石", .strided(6)),
  ("固定", .fixed(block: 6, summary: 1)),
  ("BigBird",
    .bigBird(length: 36, window: 1, global: 2, random: 2, using: &rng)),
]

#sourceLocation(file: "lecture-14b.md", line: 633)
show(.row("疎な型", patterns.map { p in
  .heatMap(p.name,
    p.mask.table(queries: 36, keys: 36).map { $0.map { $0 ? 1.0 : 0 } },
    rowTitle: "Query", columnTitle: "Key", width: 240)
}))

#sourceLocation(file: "lecture-14b.md", line: 648)
func reachedInTwo(_ mask: AttentionMask, _ n: Int) -> Int {
  let t = mask.table(queries: n, keys: n)
  return (0..<n).reduce(0) { reached, i in
    var seen = [Bool](repeating: false, count: n)
    for k in 0..<n where t[i][k] {
      for j in 0..<n where t[k][j] { seen[j] = true }
    }
    return reached + seen.count { $0 }
  }
}
func pastReached(_ mask: AttentionMask) -> Double {
  Double(reachedInTwo(mask, 64)) / Double(64 * 65 / 2)
}
let stridedReach = pastReached(.strided(8))
let fixedReach = pastReached(.fixed(block: 8, summary: 1))
func pairs(_ mask: AttentionMask) -> Int64 {
  mask.allowedPairs(queries: 64, keys: 64)
}
let fairWidth = (1...64).first {
  pairs(.window($0).intersection(.causal)) >= pairs(.strided(8))
}!
let fairWindow = AttentionMask.window(fairWidth).intersection(.causal)
let windowReach = pastReached(fairWindow)
print("対の個数 飛び石", pairs(.strided(8)), " 窓", pairs(fairWindow))
print("飛び石", fixed(stridedReach), " 固定", fixed(fixedReach),
  " 窓だけ", fixed(windowReach))

#sourceLocation(file: "lecture-14b.md", line: 684)
rng = Random(seed: 1430)
let birdOf64 = AttentionMask.bigBird(
  length: 64, window: 1, global: 2, random: 2, using: &rng)
let birdReaches = reachedInTwo(birdOf64, 64) == 64 * 64
let causalBird = pastReached(birdOf64.intersection(.causal))
print("因果マスクを掛けたBigBird", fixed(causalBird))

#sourceLocation(file: "lecture-14b.md", line: 704)
let growing = [512, 1024, 2048]
func perRow(_ mask: AttentionMask, _ n: Int) -> Double {
  Double(mask.allowedPairs(queries: n, keys: n)) / Double(n)
}
let modulo = growing.map { perRow(.everyKey(modulo: 64), $0) }
let strided = [perRow(.strided(23), 512), perRow(.strided(32), 1024),
  perRow(.strided(45), 2048)]
let windows = growing.map { perRow(.window(16), $0) }
let birds = growing.map { n in
  rng = Random(seed: 144)
  let bird = AttentionMask.bigBird(
    length: n, window: 16, global: 2, random: 3, using: &rng)
  return perRow(bird, n)
}

#sourceLocation(file: "lecture-14b.md", line: 721)
show(.lines("1行あたりのKey", [
  Series("64の倍数", x: growing, y: modulo),
  Series("飛び石（幅は√n）", x: growing, y: strided),
  Series("窓", x: growing, y: windows), Series("BigBird", x: growing, y: birds),
], x: Axis("系列の長さ", scale: .log2),
  y: Axis("1行の個数", includesZero: true)))

#sourceLocation(file: "lecture-14b.md", line: 737)
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
print("softmaxの後に0にした行の和",
  fixed([leftover.min()!, leftover.max()!], decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 767)
var edges: [AttentionEdge] = []
for i in 0..<32 {
  for j in 0..<32 where near.allows(i, j) {
    edges.append(AttentionEdge(query: i, key: j))
  }
}
let byEdges = messagePassingAttention(sparseQ, sparseK, sparseV, edges: edges)
let byMask = attention(sparseQ, sparseK, sparseV, mask: near)
print("辺", edges.count, " 密な場合", 32 * 32)

#sourceLocation(file: "lecture-14b.md", line: 798)
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

#sourceLocation(file: "lecture-14b.md", line: 823)
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

#sourceLocation(file: "lecture-14b.md", line: 852)
rng = Random(seed: 146)
let pq = normal(1, 4, scale: 0.4).row(0), pk = normal(1, 4, scale: 0.4).row(0)
func estimates(_ r: Int) -> [Double] {
  (0..<400).map { _ in
    let phi =
      PositiveRandomFeatures<Double>(count: r, dimension: 4, using: &rng)
    return dot(phi(pq), phi(pk)) / exp(dot(pq, pk))
  }
}
let featureCounts = [8, 32, 128, 512]
let samples = featureCounts.map { estimates($0) }
let together = zip(pq, pk).map { $0 + $1 }
let theory = featureCounts.map {
  ((exp(dot(together, together)) - 1) / Double($0)).squareRoot()
}
let spread = samples.map { variance($0).squareRoot() }
print("相対的な標準偏差 測定", fixed(spread, decimals: 3),
  " 理論", fixed(theory, decimals: 3))

#sourceLocation(file: "lecture-14b.md", line: 876)
let loud = zip(pq.map { 2 * $0 }, pk.map { 2 * $0 }).map { $0 + $1 }
let loudTheory = featureCounts.map {
  ((exp(dot(loud, loud)) - 1) / Double($0)).squareRoot()
}
show(.lines("Performerの誤差", [
  Series("測定", x: featureCounts, y: spread),
  Series("理論", x: featureCounts, y: theory),
  Series("2倍の長さの理論", x: featureCounts, y: loudTheory),
], x: Axis("特徴の個数", scale: .log2),
  y: Axis("相対的な標準偏差", scale: .log)))

#sourceLocation(file: "lecture-14b.md", line: 909)
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
let flat = Discretization.zeroOrderHold(0.0, step: 0.25)
print("刻みを半分にしたときの誤差の比")
print("中点で読む: オイラー、双一次、零次ホールド",
  fixed([eulerError, bilinearError, holdError].map { $0[3] / $0[4] },
    decimals: 2))
print(
  "左端で読む: 零次ホールド", fixed(leftError[3] / leftError[4], decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 945)
show(.lines("離散化の誤差", [
  Series("オイラー", x: stepCounts, y: eulerError),
  Series("双一次", x: stepCounts, y: bilinearError),
  Series("零次ホールド", x: stepCounts, y: holdError),
  Series("零次ホールド、左端", x: stepCounts, y: leftError),
], x: Axis("刻みの個数", scale: .log2),
  y: Axis("終わりの値の誤差", scale: .log)))

#sourceLocation(file: "lecture-14b.md", line: 969)
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

#sourceLocation(file: "lecture-14b.md", line: 1002)
let steady = Table(rows: 20, columns: 1, repeating: 0.3)
let ones = Table(rows: 20, columns: 1, repeating: 1)
let varying = Table(rows: 20, columns: 1) { t, _ in t < 10 ? 0.05 : 1.5 }
let decayRate = Matrix([[-1.0]])
func response(_ delta: Table, at place: Int) -> Vector {
  let impulse = Table(rows: 20, columns: 1) { t, _ in t == place ? 1 : 0 }
  return selectiveScan(impulse, delta: delta, a: decayRate, b: ones, c: ones,
    skip: [0]).column(0)
}
let closedForm = (0..<20).map { 0.3 * exp(-0.3 * Double($0)) }
let matchesClosed = agree(response(steady, at: 0), closedForm)
let steadySame = agree(Array(response(steady, at: 2)[2..<10]),
  Array(response(steady, at: 8)[8..<16]))
let varyingSame = agree(Array(response(varying, at: 2)[2..<10]),
  Array(response(varying, at: 8)[8..<16]))

#sourceLocation(file: "lecture-14b.md", line: 1023)
let holding = Table(rows: 20, columns: 1) { t, _ in
  t == 0 ? 1 : t == 12 ? 40 : 0
}
let held20 = response(holding, at: 0)
let keeps = held20[1..<12].allSatisfy { $0 == held20[0] && $0 > 0.5 }
let forgets = held20[12] < 1e-12
print("時刻0、11、12の状態", fixed([held20[0], held20[11], held20[12]]))

#sourceLocation(file: "lecture-14b.md", line: 1046)
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

#sourceLocation(file: "lecture-14b.md", line: 1062)
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

#sourceLocation(file: "lecture-14b.md", line: 1085)
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
let treesAgree = followsLine(byDoubling.all.map { $0.offset })
  && followsLine(byPairs.all.map { $0.offset })
print("段", byPairs.rounds, " 合成", pairedWork)

#sourceLocation(file: "lecture-14b.md", line: 1120)
rng = Random(seed: 149)
let mamba = MambaBlock<Double>(dimension: 16, inner: 32, state: 8, using: &rng)
let stream = normal(24, 16)
var future = stream
for c in 0..<16 { future[20, c] += Double(c) }
let mambaOut = mamba(stream), mambaChanged = mamba(future)
let causalMamba = mambaOut.rows(0..<20) == mambaChanged.rows(0..<20)
print("入力", stream.shape, " 出力", mambaOut.shape,
  " 状態", mamba.logDecay.shape)

#sourceLocation(file: "lecture-14b.md", line: 1138)
func plainMamba(_ x: Table) -> Table {
  let streams = matmul(x, mamba.input)
  var h = Table(rows: 32, columns: 8, repeating: 0)
  var gated = Table(rows: x.rows, columns: 32, repeating: 0)
  for t in 0..<x.rows {
    let u = (0..<32).map { c in
      let taps = (max(0, 3 - t)..<4).map {
        mamba.convolution[$0, c] * streams[t - 3 + $0, c]
      }
      return swish(sum(taps))
    }
    let chosen = matmul(mamba.selection.transposed(), u)
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
  return matmul(gated, mamba.output)
}

#sourceLocation(file: "lecture-14b.md", line: 1172)
func keptBy(period: Int, tokens: Int = 24) -> (cache: Int64, states: Int64) {
  rng = Random(seed: 156)
  let stack = HybridStack<Double>(dimension: 16, layers: 8, period: period,
    heads: 4, groups: 4, inner: 32, state: 8, using: &rng)
  let run = stack.run(stream.rows(0..<tokens))
  return (run.cacheElements, run.stateElements)
}
let allAttention = keptBy(period: 1), oneInEight = keptBy(period: 8)
let halfAsLong = keptBy(period: 8, tokens: 12)
print("すべて注意: キャッシュ", allAttention.cache)
print("8層に1層: キャッシュ", oneInEight.cache, " 状態", oneInEight.states)

#sourceLocation(file: "lecture-14b.md", line: 1200)
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

#sourceLocation(file: "lecture-14b.md", line: 1225)
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

#sourceLocation(file: "lecture-14b.md", line: 1249)
let lags = (0...31).map { Double($0) }
func channelName(_ c: Int) -> String {
  "RWKV（w＝\(fixed(fade[c], decimals: 1))）"
}
show(.lines("残る重み", [
  Series("RetNet（γ＝0.9）", x: lags, y: lags.map { pow(decayed, $0) }),
] + (0..<3).map { c in
  Series(channelName(c), x: lags, y: lags.map { exp(-fade[c] * $0) })
}, x: Axis("隔たり"), y: Axis("重み", scale: .log, range: 1e-6...1)))

#sourceLocation(file: "lecture-14b.md", line: 1287)
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

#sourceLocation(file: "lecture-14b.md", line: 1304)
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
let headWidth: Int64 = 128, cachedTokens: Int64 = 32768
let pairsCached = (1...24).reduce(0, +)
let pairsRecomputed = (1...24).reduce(0) { $0 + $1 * ($1 + 1) / 2 }
print("キャッシュの要素", cache.elementCount)
print("計算した対: キャッシュ", pairsCached, " 毎回やり直し", pairsRecomputed)

#sourceLocation(file: "lecture-14b.md", line: 1338)
func cacheBytes(_ groups: Int64, _ n: Int64) -> Int64 {
  AttentionMemory.cache(tokens: n, layers: 32, groups: groups,
    headDimension: headWidth, bytes: 2)
}
print("| 方式 | KVのヘッド数 | 大きさ（GiB） | 比 |")
print("| --- | ---: | ---: | ---: |")
for (name, g) in [("MHA", 32), ("GQA", 8), ("MQA", 1)] as [(String, Int64)] {
  let size = Double(cacheBytes(g, cachedTokens)) / 1_073_741_824
  print("| \(name) | \(g) | \(fixed(size, decimals: 1)) | 1/\(32 / g) |")
}
let perToken = Double(cacheBytes(32, 1)) / 1_048_576

#sourceLocation(file: "lecture-14b.md", line: 1359)
let cacheLengthsShown: [Int64] = [1024, 4096, 16384, 65536, 262144]
func gibi(_ groups: Int64) -> [Double] {
  cacheLengthsShown.map { Double(cacheBytes(groups, $0)) / 1_073_741_824 }
}
let blockWeights = ParameterCount.attention(dimension: 4096)
  + ParameterCount.swiGLU(dimension: 4096, hidden: 4096 * 8 / 3)
let modelGibi = Double(32 * blockWeights * 2) / 1_073_741_824
show(.lines("KVキャッシュの大きさ", [
  Series("MHA", x: cacheLengthsShown, y: gibi(32)),
  Series("GQA（8組）", x: cacheLengthsShown, y: gibi(8)),
  Series("MQA", x: cacheLengthsShown, y: gibi(1)),
], x: Axis("トークンの合計", scale: .log2), y: Axis("GiB", scale: .log),
  marks: [.horizontal(modelGibi, "モデルの重み")]))

#sourceLocation(file: "lecture-14b.md", line: 1382)
rng = Random(seed: 151)
let grouped =
  GroupedQueryAttention<Double>(dimension: 16, heads: 4, groups: 2, using: &rng)
func repeated(_ m: Table) -> Table {
  concatenatedColumns([0..<4, 0..<4, 4..<8, 4..<8].map { m.columns($0) })
}
let spelledOut = MultiHeadAttention(
  query: grouped.query, key: repeated(grouped.key),
  value: repeated(grouped.value), output: grouped.output, heads: 4)
let groupedOut = grouped(sentence)
let repeatedOut = spelledOut(sentence, mask: .causal)
print("パラメータ", grouped.parameterCount,
  " もとの形", spelledOut.parameterCount)

#sourceLocation(file: "lecture-14b.md", line: 1404)
func stackedRank(_ wQ: Table, _ wK: Table) -> Int {
  let forms = [0..<4, 4..<8].map {
    matmul(wQ.columns($0), transposed: wK.columns($0))
  }
  return orthonormalBasis(stacked(forms[0], forms[1])).rows
}
let sharedRank = stackedRank(grouped.query, repeated(grouped.key))
let freeRank = stackedRank(grouped.query, normal(16, 16))
print("組を作る2つのヘッド: 共有", sharedRank, " 別々", freeRank)

#sourceLocation(file: "lecture-14b.md", line: 1422)
rng = Random(seed: 152)
let randomHeads = (0..<4).map { _ in normal(1, 256).row(0) }
let sharing = weightSharingError(randomHeads, groups: [[0, 1], [2, 3]])
let apart = (sharing / randomHeads.reduce(0) { $0 + dot($1, $1) }).squareRoot()
print("この組分けでいちばん近い射影との相対的なずれ", fixed(apart, decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 1443)
let prototypes = [normal(1, 64).row(0), normal(1, 64).row(0)]
let family = [0, 1, 1, 0, 1, 0]
let familyHeads = family.map { f in
  zip(prototypes[f], normal(1, 64, scale: 0.3).row(0)).map { $0 + $1 }
}
let adjacent = neighbouringGroups(heads: 6, groups: 2)
let found = bestGrouping(familyHeads, groups: 2)
let adjacentError = weightSharingError(familyHeads, groups: adjacent)
let foundError = weightSharingError(familyHeads, groups: found)
print("隣どうし", adjacent, fixed(adjacentError, decimals: 1),
  " 最良", found, fixed(foundError, decimals: 1))

#sourceLocation(file: "lecture-14b.md", line: 1474)
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
let drawn = attentionScores(futureQueries(20000), pastKeys)
let empirical = (0..<48).map { j in mean(drawn.column(j).map { exp($0) }) }
let closedFormGap = zip(expectedWeights, empirical).map {
  ($0 / $1 - 1).magnitude
}.max()!
let softmaxed = softmax(rows: drawn)
let softmaxMean = (0..<48).map { j in mean(softmaxed.column(j)) }
let normalisedExpected = expectedWeights.map { $0 / sum(expectedWeights) }
let softmaxGap = maxAbsDifference(softmaxMean, normalisedExpected)
print("閉じた式と実験のずれ（最大）", fixed(closedFormGap, decimals: 3))
print("softmaxの平均との差（最大）", fixed(softmaxGap, decimals: 3))
print("重みの最大", fixed(softmaxMean.max()!, decimals: 3))

#sourceLocation(file: "lecture-14b.md", line: 1508)
let laterQueries = futureQueries(200)
let fullAnswer = attention(laterQueries, pastKeys, pastValues)
func rows(_ m: Table, _ places: [Int]) -> Table {
  Matrix(places.map { m.row($0) })
}
func errorKeeping(_ places: [Int]) -> Double {
  let k = rows(pastKeys, places), v = rows(pastValues, places)
  let gap = attention(laterQueries, k, v) - fullAnswer
  return norm(gap.elements) / norm(fullAnswer.elements)
}
let ratios = [0.0, 0.25, 0.5, 0.625, 0.75]
let byExpectation = ratios.map { r in
  errorKeeping(placesToKeep(keys: pastKeys, values: pastValues, mean: queryMean,
    variance: queryVariance, ratio: r))
}
let recentOnly = ratios.map { r in errorKeeping(Array(Int(48 * r)..<48)) }
print("半分を捨てたときの誤差")
print("Expected Attention", fixed(byExpectation[2], decimals: 2))
print("古い順", fixed(recentOnly[2], decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 1535)
show(.lines("捨てる割合と誤差", [
  Series("Expected Attention", x: ratios, y: byExpectation),
  Series("古い順に捨てる", x: ratios, y: recentOnly),
], x: Axis("捨てる割合"), y: Axis("出力の相対誤差", includesZero: true)))

#sourceLocation(file: "lecture-14b.md", line: 1556)
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

#sourceLocation(file: "lecture-14b.md", line: 1573)
func plainModern(_ x: Table) -> Table {
  let n1 = x.mapRows { plainRMS($0) }
  let q = matmul(n1, gqa.query)
  let k = matmul(n1, gqa.key)
  let v = matmul(n1, gqa.value)
  let heads = (0..<4).map { h in
    let own = 4 * h..<4 * h + 4, shared = 4 * (h / 2)..<4 * (h / 2) + 4
    return attention(rope.rotate(q.columns(own)),
      rope.rotate(k.columns(shared)), v.columns(shared), mask: .causal)
  }
  let z = x + matmul(concatenatedColumns(heads), gqa.output)
  let n2 = z.mapRows { plainRMS($0) }
  let gate = matmul(n2, transposed: swiglu.gate)
  let up = matmul(n2, transposed: swiglu.up)
  let inner = Table(rows: x.rows, columns: 40) { i, j in
    gate[i, j] / (1 + exp(-gate[i, j])) * up[i, j]
  }
  return z + matmul(inner, transposed: swiglu.down)
}
let modernAgrees = agree(plainModern(sentence), modern(sentence))

#sourceLocation(file: "lecture-14b.md", line: 1598)
let modernClosed = ParameterCount.groupedAttention(dimension: 16, heads: 4,
  groups: 2, headDimension: 4)
  + ParameterCount.swiGLU(dimension: 16, hidden: 40) + 2 * 16
print("数えた個数", modern.parameterCount, " 閉じた式", modernClosed)

#sourceLocation(file: "lecture-14b.md", line: 1616)
let hidden = [Double](repeating: -.infinity, count: 3)
let carelessFactor =
  exp(-Double.infinity - max(-Double.infinity, hidden.max()!))
let guarded = merge(state(hidden, someValues.rows(0..<3)),
  state([1, 2], someValues.rows(0..<2)))
print("素朴な因子が非数", carelessFactor.isNaN,
  " 守った版", fixed(guarded.o.map { $0 / guarded.l }))
let guardedFine = agree(guarded.o.map { $0 / guarded.l },
  matmul(Matrix([softmax([1.0, 2])]), someValues.rows(0..<2)).row(0))

#sourceLocation(file: "lecture-14b.md", line: 1637)
let whole = elementwise.work
let inTiles = countedTiledAttention(queries, keys, values, queryBlock: 32,
  keyBlock: 16).work
let causalTiles = countedTiledAttention(queries, keys, values, mask: .causal,
  queryBlock: 32, keyBlock: 16).work
print(
  "行列積の演算: そのまま", whole.productFlops, " タイル", inTiles.productFlops)
print("指数: そのまま", whole.exponentials, " タイル", inTiles.exponentials)
print("転送: そのまま", whole.traffic.total, " タイル", inTiles.traffic.total)
print("因果マスクのタイルの演算", causalTiles.productFlops)

#sourceLocation(file: "lecture-14b.md", line: 1663)
let forgotten = flashAttention(queries, keys, values, scale: 1).output
let scaleGap = maxAbsDifference(forgotten, standard.output)
print("縮尺を忘れたときの差", fixed(scaleGap, decimals: 2))

#sourceLocation(file: "lecture-14b.md", line: 1691)
let past: [Int] = [1024, 16384, 262144]
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
line("Mamba") { _ in 8192 * 16 }
let longRatio = Double(2 * 32 * 128 * past[2]) / Double(8192 * 16)

#sourceLocation(file: "lecture-14b.md", line: 1766)
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

#sourceLocation(file: "lecture-14b.md", line: 1787)
func accepts1(_ l: Int) -> Bool {
  func count(_ l: Int) -> Double { Double(l) + 1024 / Double(l) }
  return (1...1024).allSatisfy { count(l) <= count($0) }
}
let verdicts1 = verdicts([
  (text: "32", answer: 32, slip: ""),
  (text: "10", answer: 10, slip: "対数を取る"),
  (text: "1", answer: 1, slip: "間隔は狭いほどよいと思い込む"),
  (text: "512", answer: 512, slip: "nの半分とする"),
], accepts1)

#sourceLocation(file: "lecture-14b.md", line: 1820)
func rankOf(_ m: Table) -> Int {
  let sizes = singularValues(m)
  return sizes.count { $0 > 1e-10 * sizes[0] }
}
let linearRank = rankOf(matmul(sparseQ.mapRows { eluFeatures($0) },
  transposed: sparseK.mapRows { eluFeatures($0) }))
let exponentialRank = rankOf(
  attentionScores(sparseQ, sparseK).map { exp($0) })
func accepts2(_ answer: (Int, Int)) -> Bool {
  answer == (linearRank, exponentialRank)
}
let verdicts2 = verdicts([
  (text: "8と32", answer: (8, 32), slip: ""),
  (text: "32と32", answer: (32, 32), slip: "行列の大きさを階数とみなす"),
  (text: "8と8", answer: (8, 8), slip: "指数を取っても階数は同じと思い込む"),
  (text: "1と32", answer: (1, 32), slip: "内積1つで決まると思い込む"),
], accepts2)

#sourceLocation(file: "lecture-14b.md", line: 1852)
let shortStep = 0.1

#sourceLocation(file: "lecture-14b.md", line: 1863)
let held = Discretization.zeroOrderHold(-1.0, step: shortStep).input
let simple = Discretization.euler(-1.0, step: shortStep).input
func accepts3(_ percent: Double) -> Bool {
  (percent - 100 * (simple - held) / held).magnitude < 0.05
}
let verdicts3 = verdicts([
  (text: "5.1%", answer: 5.1, slip: ""),
  (text: "4.8%", answer: 4.8, slip: "オイラー法の値で割る"),
  (text: "5.0%", answer: 5.0, slip: "刻みの半分で済ませる"),
  (text: "10.0%", answer: 10.0, slip: "刻みそのものを答える"),
], accepts3)

#sourceLocation(file: "lecture-14b.md", line: 1896)
func perTokenBytes(layers: Int64, groups: Int64) -> Int64 {
  AttentionMemory.cache(tokens: 1, layers: layers, groups: groups,
    headDimension: headWidth, bytes: 2)
}
func accepts4(_ answer: (Int64, Int64)) -> Bool {
  let ordinary = perTokenBytes(layers: 32, groups: 32)
  return answer.0 * perTokenBytes(layers: 4, groups: 32) == ordinary
    && answer.1 * perTokenBytes(layers: 4, groups: 8) == ordinary
}
let verdicts4 = verdicts([
  (text: "8分の1と32分の1", answer: (8, 32), slip: ""),
  (text: "8分の1と12分の1", answer: (8, 12), slip: "2つの節約を足す"),
  (text: "7分の1と28分の1", answer: (7, 28),
    slip: "Mambaとの比を、全体との比とみなす"),
  (text: "8分の1と64分の1", answer: (8, 64), slip: "組の数で割る"),
], accepts4)

#sourceLocation(file: "lecture-14b.md", line: 1935)
let twoKeys = Matrix([[0.5, 0.0], [0.0, 3.0]])
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
  (text: "0.0808", answer: 0.0808, slip: "分母の2を忘れる"),
  (text: "0.114", answer: 0.114, slip: "内積を次元の平方根でなく次元で割る"),
], accepts5)
let shortLeads = !longKeyLeads(0)
