// 注意機構
// 実行するには、この本のリポジトリで ./build.sh run lecture-14.swift、または weave run lecture-14.swift
import ChapterRuntime
import Kernel
import Plot

#sourceLocation(file: "lecture-14.md", line: 33)
let words = Matrix([
  [1, 0.5, 0.2, 0.1], [0.3, 1, 0.4, 0.2], [0.2, 0.3, 1, 0.5],
])
let quickWeights = attentionWeights(words, words)
let quickOutput = matmul(quickWeights, words)
print("重み\n\(quickWeights)")
print("出力\n\(quickOutput)")

#sourceLocation(file: "lecture-14.md", line: 57)
typealias Vector = [Double]
typealias Table = Matrix<Double>
func agree(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < 1e-12 }
func agree(_ a: Vector, _ b: Vector) -> Bool { maxAbsDifference(a, b) < 1e-12 }
func agree(_ a: Table, _ b: Table) -> Bool { maxAbsDifference(a, b) < 1e-12 }
func differ(_ a: Table, _ b: Table) -> Bool { maxAbsDifference(a, b) > 0.01 }
var rng = Random(seed: 14)
func normal(_ rows: Int, _ columns: Int, scale: Double = 1) -> Table {
  .normal(rows: rows, columns: columns, scale: scale, using: &rng)
}
let rowSums = quickWeights.rowVectors.map { sum($0) }

#sourceLocation(file: "lecture-14.md", line: 77)
let order = [1, 0, 2]
func reordered(_ m: Table) -> Table { Matrix(order.map { m.row($0) }) }
let moved = attention(reordered(words), reordered(words), reordered(words))
print("もとの並びでの「犬」", fixed(quickOutput.row(0)))
print("入れ替えたあとの「犬」", fixed(moved.row(1)))

#sourceLocation(file: "lecture-14.md", line: 123)
let chain = 512
func layersToSee(_ n: Int, dilation: (Int) -> Int) -> Int {
  var dilations: [Int] = []
  while receptiveField(taps: 3, dilations: dilations) < n {
    dilations.append(dilation(dilations.count))
  }
  return dilations.count
}
let plainLayers = layersToSee(chain) { _ in 1 }
let doubling = layersToSee(chain) { 1 << $0 }
let tripling = layersToSee(chain) { l in (0..<l).reduce(1) { r, _ in 3 * r } }
print("| 方式 | 段数 |\n| --- | ---: |")
print("| RNN（状態の更新） | \(chain - 1) |")
print("| CNN（膨張なし） | \(plainLayers) |")
print("| CNN（膨張1, 2, 4, …） | \(doubling) |")
print("| CNN（膨張1, 3, 9, …） | \(tripling) |")
print("| 注意機構 | 1 |")

#sourceLocation(file: "lecture-14.md", line: 157)
func layersBothSides(_ n: Int, dilation: (Int) -> Int) -> Int {
  var layers = 0, reach = 0
  while reach < n - 1 {
    reach += dilation(layers)
    layers += 1
  }
  return layers
}
let plainBoth = layersBothSides(chain) { _ in 1 }
let doublingBoth = layersBothSides(chain) { 1 << $0 }
let triplingBoth = layersBothSides(chain) { l in
  (0..<l).reduce(1) { r, _ in 3 * r }
}

#sourceLocation(file: "lecture-14.md", line: 178)
func gradientNorms(_ scale: Double) -> [Double] {
  rng = Random(seed: 141)
  let cell = RecurrentCell(
    input: normal(32, 8, scale: 0.3),
    recurrent: normal(32, 32, scale: scale / Double(32).squareRoot()),
    bias: [Double](repeating: 0, count: 32))
  var h = [Double](repeating: 0, count: 32)
  var product = Table.identity(32)
  return normal(60, 8).rowVectors.map { x in
    h = cell.step(x, h)
    product = matmul(cell.jacobian(at: h), product)
    return norm(product.elements) / Double(32).squareRoot()
  }
}
let fadingSmall = gradientNorms(0.7), fadingLarge = gradientNorms(1.1)
let fades = max(fadingSmall[59], fadingLarge[59]) < 1e-3

#sourceLocation(file: "lecture-14.md", line: 206)
rng = Random(seed: 1411)
let lstm = LSTMCell(
  input: normal(128, 8, scale: 0.3), recurrent: normal(128, 32, scale: 0.1),
  bias: (0..<128).map { $0 / 32 == 1 ? 3.0 : 0 })
let lstmInput = normal(60, 8).rowVectors
func cells(_ lstm: LSTMCell<Double>, _ unit: Int, _ nudge: Double) -> [Vector] {
  var s = (hidden: Vector(repeating: 0, count: 32),
    cell: Vector(repeating: 0, count: 32))
  s.cell[unit] = nudge
  return lstmInput.map { x in
    s = lstm.step(x, hidden: s.hidden, cell: s.cell)
    return s.cell
  }
}
func cellGradients(_ lstm: LSTMCell<Double>) -> [Double] {
  let slopes = (0..<32).map { unit in
    zip(cells(lstm, unit, 1e-5), cells(lstm, unit, -1e-5)).map { up, down in
      norm(zip(up, down).map { ($0 - $1) / 2e-5 })
    }
  }
  return (0..<60).map { t in
    norm(slopes.map { $0[t] }) / Double(32).squareRoot()
  }
}
let keptByLSTM = cellGradients(lstm)
let gatesOnly = LSTMCell(
  input: lstm.input, recurrent: 0 * lstm.recurrent, bias: lstm.bias)
let keptByGates = cellGradients(gatesOnly)
let gatesSurpass = keptByGates[59] > 10 * max(fadingSmall[59], fadingLarge[59])

#sourceLocation(file: "lecture-14.md", line: 238)
show(.lines("RNNの勾配", [
  Series("行列の倍率0.7", x: (1...60).map { $0 }, y: fadingSmall),
  Series("行列の倍率1.1", x: (1...60).map { $0 }, y: fadingLarge),
  Series("LSTM", x: (1...60).map { $0 }, y: keptByLSTM),
  Series("LSTM（門だけ）", x: (1...60).map { $0 }, y: keptByGates),
], x: Axis("更新の回数"), y: Axis("勾配の大きさ", scale: .log)))

#sourceLocation(file: "lecture-14.md", line: 258)
func work(_ n: Int) -> [Int] { [n * 512 * 512, 3 * n * 512 * 512, n * n * 512] }
print("| 系列の長さ | RNN | CNN（幅3） | 注意機構 |")
print("| ---: | ---: | ---: | ---: |")
for n in [64, 512, 4096] {
  print("| \(n) | "
    + work(n).map { fixed(Double($0) / 1e6, decimals: 0) + " M" }
      .joined(separator: " | ") + " |")
}
let equalAtWidth = work(512)[0] == work(512)[2]

#sourceLocation(file: "lecture-14.md", line: 296)
let taps = [0.2, 0.5, 0.3].map { Matrix([[$0]]) }
let blur = Convolution(taps: taps)
let constant = Table(rows: 7, columns: 1, repeating: 1)
let leaked = blur(blur(constant)).column(0)
let endsDiffer = max(leaked[0], leaked[6]) < leaked[3] - 0.1
print("どこも1の信号を2回畳み込む", fixed(leaked, decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 328)
func initialPeak(
  _ weightScale: Double, _ d: Int, _ dk: Int, times: Int
) -> Double {
  rng = Random(seed: 142)
  return mean((0..<times).map { _ in
    let x = normal(5, d)
    let q = matmul(x, normal(d, dk, scale: weightScale))
    let k = matmul(x, normal(d, dk, scale: weightScale))
    return mean(attentionWeights(q, k).rowVectors.map { $0.max()! })
  })
}
let initialScales = [1, 1 / Double(8).squareRoot(), (0.02).squareRoot(), 0.02]
let gptWidth = 768, gptScale = 0.02
let initialPeaks = initialScales.map { initialPeak($0, 8, 4, times: 400) }
let gptPeak = initialPeak(gptScale, gptWidth, 64, times: 40)
let peakRows = zip(initialScales, initialPeaks).map { (8, $0, $1) }
print("| 入力の幅 | 射影の標準偏差 | 標準偏差×√幅 | 最大の重みの平均 |")
print("| ---: | ---: | ---: | ---: |")
for (d, s, p) in peakRows + [(gptWidth, gptScale, gptPeak)] {
  let cells = [s, s * Double(d).squareRoot()].map { fixed($0, decimals: 2) }
  print("| \(d) | \(cells[0]) | \(cells[1]) | \(fixed(p, decimals: 3)) |")
}

#sourceLocation(file: "lecture-14.md", line: 375)
rng = Random(seed: 143)
let rawRows = normal(4000, 64, scale: 8).rowVectors
let sortedRows = rawRows.map { $0.sorted(by: >) }
let gaps = sortedRows.map { $0[0] - $0[1] }
let tops = rawRows.map { softmax($0).max()! }
let slopes = tops.map { $0 * (1 - $0) }
let threshold = 0.9999
let nearlyOne = Double(tops.count { $0 > threshold }) / 4000
print("最大の得点、2番目、その差の平均", fixed([
  mean(sortedRows.map { $0[0] }), mean(sortedRows.map { $0[1] }), mean(gaps),
], decimals: 1))
print("最大の重みの平均と中央値",
  fixed([mean(tops), tops.sorted()[2000]], decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 412)
let deviations = (1...32).map { Double($0) / 4 }
rng = Random(seed: 144)
let standard = normal(400, 512)
func effective(_ sigma: Double) -> Double {
  let weights = softmax(rows: standard, temperature: 1 / sigma)
  return mean(weights.rowVectors.map { effectiveCount($0) })
}
let effectiveKeys = deviations.map { effective($0) }
let predicted = deviations.map { 512 * exp(-$0 * $0 / 2) }
print("標準偏差1、2、4、8の実効個数",
  fixed([3, 7, 15, 31].map { effectiveKeys[$0] }, decimals: 1))

#sourceLocation(file: "lecture-14.md", line: 429)
show(.lines("実効的なKeyの個数", [
  Series("測定", x: deviations, y: effectiveKeys),
  Series("理論の近似", x: Array(deviations.prefix(18)),
    y: Array(predicted.prefix(18))),
], x: Axis("得点の標準偏差"),
  y: Axis("実効個数", scale: .log, range: 0.5...600)))

#sourceLocation(file: "lecture-14.md", line: 459)
print("| ヘッド | 1ヘッドの幅 | パラメータ | 1ヘッドの得点の階数（上限） |")
print("| ---: | ---: | ---: | ---: |")
var headCounts: [Int] = []
for h in [1, 2, 4, 8, 16] {
  rng = Random(seed: 145)
  let layer = MultiHeadAttention<Double>(dimension: 512, heads: h, using: &rng)
  headCounts.append(layer.parameterCount)
  let width = layer.headDimension
  print("| \(h) | \(width) | \(layer.parameterCount) | \(width) |")
}
let sameForAll = headCounts.allSatisfy { $0 == headCounts[0] }

#sourceLocation(file: "lecture-14.md", line: 487)
rng = Random(seed: 146)
let fourHeads = MultiHeadAttention<Double>(dimension: 8, heads: 4, using: &rng)
let layoutTokens = normal(5, 8)
func columnsPicked(_ m: Table, _ picked: [Int]) -> Table {
  Matrix(m.rowVectors.map { row in picked.map { row[$0] } })
}
// ヘッド0が列0と4、ヘッド1が列1と5、…
let interleavedOrder = (0..<4).flatMap { head in [head, head + 4] }
let interleavedHeads = MultiHeadAttention(
  query: columnsPicked(fourHeads.query, interleavedOrder),
  key: columnsPicked(fourHeads.key, interleavedOrder),
  value: columnsPicked(fourHeads.value, interleavedOrder),
  output: Matrix(interleavedOrder.map { fourHeads.output.row($0) }), heads: 4)
let contiguousOut = fourHeads(layoutTokens)
let interleavedOut = interleavedHeads(layoutTokens)
let layoutGap = maxAbsDifference(contiguousOut, interleavedOut)
print("割り当てを変えた出力の差", fixed(layoutGap, decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 521)
rng = Random(seed: 147)
let crowd = normal(6, 8)
let projQ = normal(8, 8, scale: 0.5)
let projK = normal(8, 8, scale: 0.5)
let projV = normal(8, 8, scale: 0.5)
func selfAttention(_ x: Table, mask: AttentionMask = .none) -> Table {
  attention(matmul(x, projQ), matmul(x, projK), matmul(x, projV), mask: mask)
}
let crowdOrder = [4, 2, 0, 5, 1, 3]
func permuted(_ m: Table) -> Table { Matrix(crowdOrder.map { m.row($0) }) }
func pooled(_ m: Table) -> Vector { (0..<m.columns).map { mean(m.column($0)) } }
let before = selfAttention(crowd), after = selfAttention(permuted(crowd))
let visitor = normal(1, 8), shuffledCrowd = permuted(crowd)
let queryInvariant = agree(attention(visitor, crowd, crowd),
  attention(visitor, shuffledCrowd, shuffledCrowd))
print("f(PX)とPf(X)の差", fixed(maxAbsDifference(after, permuted(before))))
print("f(PX)とf(X)の差 ", fixed(maxAbsDifference(after, before)))

#sourceLocation(file: "lecture-14.md", line: 558)
func plainCode(_ p: Int, _ d: Int) -> Vector {
  (0..<d / 2).flatMap { i in
    let angle = Double(p) * pow(10000, -2 * Double(i) / Double(d))
    return [sin(angle), cos(angle)]
  }
}
let codes = SinusoidalEncoding<Double>(dimension: 8)
let plainCodes = Matrix((0..<10).map { plainCode($0, 8) })
print(plainCodes.rows(0..<5))

#sourceLocation(file: "lecture-14.md", line: 579)
let wideCodes = SinusoidalEncoding<Double>(dimension: 32)
show(.heatMap(
  "正弦波の位置符号", wideCodes.table(32).rowVectors, rowTitle: "位置",
  columnTitle: "成分", scale: .diverging(center: 0, extent: 1)))

#sourceLocation(file: "lecture-14.md", line: 588)
let shift5 = wideCodes.shift(by: 5)
let shifted = (0..<40).allSatisfy {
  agree(matmul(shift5, wideCodes($0)), wideCodes($0 + 5))
}
let inner = (0..<40).map { dot(wideCodes($0), wideCodes($0 + 5)) }
let relativeOnly = inner.allSatisfy { agree($0, inner[0]) }
func codeStep(_ p: Int) -> Vector {
  zip(wideCodes(p + 5), wideCodes(p)).map { $0 - $1 }
}
let stepsDiffer = maxAbsDifference(codeStep(0), codeStep(20)) > 1
print("PE(p)·PE(p+5) =", fixed(inner[0]), "（pによらない）")

#sourceLocation(file: "lecture-14.md", line: 627)
let rope = RotaryEmbedding<Double>(headDimension: 128)
let trainedLength = 2048
let slowPairs = rope.pairsWithoutFullTurn(trainedLength: trainedLength)
let squeezed =
  interpolatedPositions(4 * trainedLength, trainedLength: trainedLength)
print("1周しない組", slowPairs.count, "/", rope.periods.count)
print("4倍の長さでの最大の位置", fixed(squeezed.max()!, decimals: 2))
let staysInside = squeezed.max()! < Double(trainedLength)

#sourceLocation(file: "lecture-14.md", line: 645)
let probeLength = 256

#sourceLocation(file: "lecture-14.md", line: 652)
func solve(_ a: Table, _ b: Vector) -> Vector {
  let n = b.count
  var l = Table(rows: n, columns: n, repeating: 0), y = b
  for i in 0..<n {
    for j in 0...i {
      var rest = a[i, j]
      for k in 0..<j { rest -= l[i, k] * l[j, k] }
      l[i, j] = i == j ? rest.squareRoot() : rest / l[j, j]
    }
    for k in 0..<i { y[i] -= l[i, k] * y[k] }
    y[i] /= l[i, i]
  }
  for i in (0..<n).reversed() {
    for k in 0..<n where k > i { y[i] -= l[k, i] * y[k] }
    y[i] /= l[i, i]
  }
  return y
}

#sourceLocation(file: "lecture-14.md", line: 673)
let smallRope = RotaryEmbedding<Double>(headDimension: 32)
func features(_ s: Double) -> Vector {
  smallRope.frequencies.flatMap { [cos($0 * s), sin($0 * s)] }
}
let seen = (0..<probeLength).map { Double($0) }
let design = Matrix(seen.map { features($0) })
let target = seen.map { exp(-$0 / 40) }
let normalMatrix =
  matmul(transposed: design, design) + 1e-6 * Table.identity(32)
let coefficients = solve(normalMatrix, matmul(design.transposed(), target))
func fitted(_ s: Double) -> Double { dot(features(s), coefficients) }
let inside = seen.map { (fitted($0) - exp(-$0 / 40)).magnitude }.max()!
let outside = (256..<1024).map { fitted(Double($0)).magnitude }.max()!
let between = (0..<1024).map { fitted(Double($0) / 4).magnitude }.max()!
let staysNear = between < 1 + 2 * inside
print("学習した範囲の誤差", fixed(inside))
print("外の最大", fixed(outside, decimals: 1))
print("補間の最大", fixed(between, decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 699)
let probe = (0..<256).map { Double($0) * 4 }
show(.lines("RoPEの外挿と補間", [
  Series("外挿", x: probe, y: probe.map { fitted($0) }),
  Series("補間（4分の1に縮める）", x: probe, y: probe.map { fitted($0 / 4) }),
], x: Axis("相対位置"), y: Axis("得点"),
  marks: [.vertical(256, "学習した長さ")]))

#sourceLocation(file: "lecture-14.md", line: 722)
let slopes8 = LinearBias<Double>(heads: 8).slopes
let slopes16 = LinearBias<Double>(heads: 16).slopes
print("8ヘッド ", fixed(Array(slopes8.prefix(4))))
print("16ヘッド", fixed(Array(slopes16.prefix(4))))
let alibi = LinearBias<Double>(heads: 8)
let penalty = alibi(head: 0, queries: 6, keys: 6)
let linear = Matrix<Double>(rows: 6, columns: 6) { _, j in
  slopes8[0] * Double(j)
}
let baseScores = attentionScores(crowd, crowd)
let byDistance =
  softmax(rows: AttentionMask.causal.masked(baseScores + penalty))
let byPlace = softmax(rows: AttentionMask.causal.masked(baseScores + linear))

#sourceLocation(file: "lecture-14.md", line: 746)
let ages = (0..<64).map { $0 }
show(.lines("ALiBiの重み", [0, 2, 4].map { head in
  let w = softmax(ages.map { -slopes8[head] * Double($0) })
  return Series("傾き1/\(1 << (head + 1))", x: ages, y: w)
}, x: Axis("距離"), y: Axis("重み", scale: .log, range: 1e-6...1)))

#sourceLocation(file: "lecture-14.md", line: 770)
let masked = softmax([1, 2, -.infinity, 3])
let naive = softmax([1, 2, 0.5, 3])
let zeroedAfter = [naive[0], naive[1], 0, naive[3]]
print("softmaxの前に−∞", fixed(masked), " 和", fixed(sum(masked)))
print("softmaxの後に0　", fixed(zeroedAfter), " 和", fixed(sum(zeroedAfter)))

#sourceLocation(file: "lecture-14.md", line: 785)
var rewritten = crowd
for c in 0..<8 { rewritten[4, c] = 9; rewritten[5, c] = -9 }
let causalBefore = selfAttention(crowd, mask: .causal)
let causalAfter = selfAttention(rewritten, mask: .causal)
let pastUntouched = causalBefore.rows(0..<4) == causalAfter.rows(0..<4)
let prefixOnly = selfAttention(crowd.rows(0..<4))
let nothingAllowed = softmax([-Double.infinity, -.infinity])
print("過去は変わらない", pastUntouched, " 全部隠した行", nothingAllowed)

#sourceLocation(file: "lecture-14.md", line: 812)
func throughLayers(_ slope: Double, _ depth: Int) -> Double {
  valueAndGradient([Matrix([[1.0]])]) { _, p in
    var x = p[0]
    for _ in 0..<depth { x = x + x * slope }
    return x
  }.gradient[0][0, 0]
}
let cancelled = throughLayers(-1, 1)
let weakened = throughLayers(-0.9, 10)
let kept = throughLayers(0, 10)
print("F=-xの1層", cancelled, " F=-0.9xの10層", fixed(weakened, decimals: 12),
  " F=0の10層", kept)

#sourceLocation(file: "lecture-14.md", line: 856)
let narrow = 1 / Double(32).squareRoot()
func lastGradient(depth: Int, pre: Bool) -> Double {
  rng = Random(seed: 148)
  let x = normal(32, 32)
  let answers = (0..<32).map { _ in rng.integer(below: 32) }
  let one = Table(rows: 1, columns: 32, repeating: 1)
  let zero = Table(rows: 1, columns: 32, repeating: 0)
  var weights: [Table] = []
  for _ in 0..<depth {
    weights += [normal(32, 128, scale: narrow), normal(128, 32, scale: 0.125)]
  }
  weights.append(normal(32, 32, scale: narrow))
  let gradient = valueAndGradient(weights) { tape, p in
    let gain = tape.constant(one), bias = tape.constant(zero)
    func ln(_ v: Variable<Double>) -> Variable<Double> {
      layerNorm(v, gain: gain, bias: bias)
    }
    var h = tape.constant(x)
    for l in 0..<depth {
      let inner = matmul(relu(matmul(pre ? ln(h) : h, p[2 * l])), p[2 * l + 1])
      h = pre ? h + inner : ln(h + inner)
    }
    return crossEntropy(matmul(pre ? ln(h) : h, p[2 * depth]), answers)
  }.gradient
  return norm(gradient[2 * depth - 1].elements)
}
let depths = [1, 2, 4, 8, 16, 32]
let postGradients = depths.map { lastGradient(depth: $0, pre: false) }
let preGradients = depths.map { lastGradient(depth: $0, pre: true) }
print("Post-LN", fixed(postGradients, decimals: 3),
  "\nPre-LN ", fixed(preGradients, decimals: 3))

#sourceLocation(file: "lecture-14.md", line: 894)
show(.lines("段数と勾配", [
  Series("Post-LN", x: depths, y: postGradients),
  Series("Pre-LN", x: depths, y: preGradients),
  Series("平方根に反比例", x: depths,
    y: depths.map { preGradients[0] / Double($0).squareRoot() }),
], x: Axis("段数", scale: .log2), y: Axis("勾配のノルム", scale: .log)))

#sourceLocation(file: "lecture-14.md", line: 918)
let grid = (0...12000).map { Double($0) / 1000 - 6 }
let geluGap = grid.map { (gelu($0) - geluTanh($0)).magnitude }
let widest = grid[geluGap.indices.max { geluGap[$0] < geluGap[$1] }!].magnitude
let geluLow = grid.min { gelu($0) < gelu($1) }!
let swishLow = grid.min { swish($0) < swish($1) }!
print("GELUの2つの形の差", fixed(geluGap.max()!, decimals: 6),
  "（|x| =", fixed(widest, decimals: 2), "）")
print("最小値: GELU", fixed(gelu(geluLow), decimals: 5),
  " Swish", fixed(swish(swishLow), decimals: 5))

#sourceLocation(file: "lecture-14.md", line: 937)
let shown = (0...160).map { Double($0) / 20 - 5 }
show(.lines("活性化関数", [
  Series("ReLU", x: shown, y: shown.map { relu($0) }),
  Series("GELU", x: shown, y: shown.map { gelu($0) }),
  Series("Swish", x: shown, y: shown.map { swish($0) }),
], x: Axis("x"), y: Axis("出力", range: -0.5...3)))

#sourceLocation(file: "lecture-14.md", line: 954)
rng = Random(seed: 149)
let gated = SwiGLU<Double>(dimension: 8, hidden: 20, using: &rng)
func plainSwiGLU(_ x: Vector) -> Vector {
  let gate = matmul(gated.gate, x), up = matmul(gated.up, x)
  return matmul(gated.down, zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 })
}
let gatedByRow = crowd.mapRows { plainSwiGLU($0) }
let plainWeights = ParameterCount.feedForward(dimension: 512, hidden: 2048)
let gatedWeights = ParameterCount.swiGLU(dimension: 512, hidden: 512 * 8 / 3)
print("FFN", plainWeights, " SwiGLU（中間の幅\(512 * 8 / 3)）", gatedWeights)

#sourceLocation(file: "lecture-14.md", line: 985)
func plainNorm(_ x: Vector) -> Vector {
  let mu = x.reduce(0, +) / Double(x.count)
  let spread = x.reduce(0) { $0 + ($1 - mu) * ($1 - mu) } / Double(x.count)
  return x.map { ($0 - mu) / (spread + 1e-5).squareRoot() }
}
func plainGELU(_ x: Double) -> Double {
  x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
}

#sourceLocation(file: "lecture-14.md", line: 998)
rng = Random(seed: 150)
let block = TransformerBlock<Double>.gpt2(dimension: 8, heads: 2, using: &rng)
rng = Random(seed: 150)
let parts = MultiHeadAttention<Double>(dimension: 8, heads: 2, using: &rng)
let mlp = FeedForward<Double>(dimension: 8, hidden: 32, activation: .geluTanh,
  using: &rng)
func plainBlock(_ x: Table, mask: AttentionMask = .causal) -> Table {
  let n1 = x.mapRows { plainNorm($0) }
  let q = matmul(n1, parts.query)
  let k = matmul(n1, parts.key)
  let v = matmul(n1, parts.value)
  let heads = [0..<4, 4..<8].map { c in
    attention(q.columns(c), k.columns(c), v.columns(c), mask: mask)
  }
  let z = x + matmul(concatenatedColumns(heads), parts.output)
  let n2 = z.mapRows { plainNorm($0) }
  let inner = matmul(n2, transposed: mlp.up).map { plainGELU($0) }
  return z + matmul(inner, transposed: mlp.down)
}
let fourTokens = normal(4, 8)
print(plainBlock(fourTokens))

#sourceLocation(file: "lecture-14.md", line: 1036)
let w = 768
let tensors: [(String, Int)] = [
  ("LN₁の利得とずらし", 2 * w), ("Q、K、Vの射影", w * 3 * w),
  ("同じくバイアス", 3 * w),
  ("出力の射影", w * w), ("同じくバイアス", w), ("LN₂の利得とずらし", 2 * w),
  ("FFNの1枚目", w * 4 * w), ("同じくバイアス", 4 * w),
  ("FFNの2枚目", 4 * w * w), ("同じくバイアス", w),
]
let counted = tensors.reduce(0) { $0 + $1.1 }
print("| テンソル | 個数 |\n| --- | ---: |")
for (name, count) in tensors { print("| \(name) | \(count) |") }
print("| 合計 | \(counted) |")
let closedForm = ParameterCount.gpt2Block(dimension: 768)

#sourceLocation(file: "lecture-14.md", line: 1077)
func headMap(_ mask: AttentionMask) -> [[Double]] {
  let n1 = crowd.mapRows { plainNorm($0) }
  return parts.weights(n1, mask: mask)[0].rowVectors
}
show(.row("2つのマスク", [
  .heatMap("GPT（因果）", headMap(.causal), rowTitle: "Query",
    columnTitle: "Key", scale: .sequential(0...1), width: 240),
  .heatMap("BERT（双方向）", headMap(.none), rowTitle: "Query",
    columnTitle: "Key", scale: .sequential(0...1), width: 240),
]))

#sourceLocation(file: "lecture-14.md", line: 1090)
var altered = crowd
for c in 0..<8 { altered[5, c] += Double(c) }
let asGPT = plainBlock(crowd), asGPTAltered = plainBlock(altered)
let asBERT = plainBlock(crowd, mask: .none)
let asBERTAltered = plainBlock(altered, mask: .none)
print("最後の語を変えたときの、先頭の語の出力の変化")
print("GPT ", fixed(maxAbsDifference(asGPT.row(0), asGPTAltered.row(0))))
print("BERT", fixed(maxAbsDifference(asBERT.row(0), asBERTAltered.row(0))))
let lookingBack = agree(asGPT.row(0), asGPTAltered.row(0))
let bothWays = maxAbsDifference(asBERT.row(0), asBERTAltered.row(0)) > 0.01

#sourceLocation(file: "lecture-14.md", line: 1120)
let model = CausalTransformer(vocabulary: 12, context: 24, width: 32, heads: 1,
  layers: 2, hidden: 0)
rng = Random(seed: 3)
let fresh = model.parameters(of: Float.self, using: &rng)
func batch(_ n: Int) -> (sequences: [[Int]], places: [Int], answers: [Int]) {
  let sequences = (0..<16).map { _ in
    repeatedSegment(length: n, vocabulary: 12, using: &rng)
  }
  var places: [Int] = [], answers: [Int] = []
  for (s, sequence) in sequences.enumerated() {
    for i in n..<2 * n - 1 {
      places.append(s * 2 * n + i)
      answers.append(sequence[i + 1])
    }
  }
  return (sequences, places, answers)
}
print("例", repeatedSegment(length: 5, vocabulary: 12, using: &rng))
print("パラメータ", fresh.reduce(0) { $0 + $1.elements.count })

#sourceLocation(file: "lecture-14.md", line: 1151)
rng = Random(seed: 3)
var trained = model.parameters(of: Float.self, using: &rng)
var adam = Adam<Float>(rate: 0.004)
var losses: [Double] = [], tokenRight: [Double] = [], allRight: [Double] = []
var trainedFor20 = trained
for _ in 0..<600 {
  let task = batch(4 + rng.integer(below: 7))
  var hits: [Bool] = []
  let step = valueAndGradient(trained) { _, p in
    let logits = gatherRows(model.logits(task.sequences, p), task.places)
    hits = zip(logits.value.rowVectors, task.answers).map {
      topIndices($0, 1)[0] == $1
    }
    return crossEntropy(logits, task.answers)
  }
  adam.step(&trained, step.gradient)
  losses.append(Double(step.value))
  if losses.count == 20 { trainedFor20 = trained }
  let each = hits.count / 16
  let whole = (0..<16).count { s in
    hits[s * each..<(s + 1) * each].allSatisfy { $0 }
  }
  tokenRight.append(Double(hits.count { $0 }) / Double(hits.count))
  allRight.append(Double(whole) / 16)
}
print("はじめの損失", fixed(losses[0], decimals: 2),
  " 一様な予測", fixed(log(12.0), decimals: 2))
print("最後の50回の平均", fixed(mean(Array(losses.suffix(50))), decimals: 3))

#sourceLocation(file: "lecture-14.md", line: 1186)
let smoothedLosses = stride(from: 0, to: 600, by: 20).map {
  mean(Array(losses[$0..<$0 + 20]))
}
show(.lines("学習中の損失", [
  Series("損失", x: stride(from: 10, to: 600, by: 20).map { $0 },
    y: smoothedLosses),
], x: Axis("更新の回数"), y: Axis("交差エントロピー", includesZero: true),
  marks: [.horizontal(log(12.0), "一様な予測")]))

#sourceLocation(file: "lecture-14.md", line: 1201)
func accuracy(_ parameters: [Matrix<Float>]) -> Double {
  rng = Random(seed: 1400)
  var right = 0, all = 0
  for n in 4...10 {
    let task = batch(n), tape = Tape<Float>()
    let logits =
      model.logits(task.sequences, parameters.map { tape.constant($0) }).value
    for (place, answer) in zip(task.places, task.answers) {
      all += 1
      if topIndices(logits.row(place), 1)[0] == answer { right += 1 }
    }
  }
  return Double(right) / Double(all)
}

#sourceLocation(file: "lecture-14.md", line: 1220)
func without(_ layers: [Int]) -> [Matrix<Float>] {
  var cut = trained
  for l in layers {
    cut[5 + 4 * l] = Matrix(rows: 32, columns: 32, repeating: 0)
  }
  return cut
}
let full = accuracy(trained)
let noFirst = accuracy(without([0]))
let noSecond = accuracy(without([1]))
print("そのまま　　　　", fixed(full, decimals: 3))
print("1層目の注意なし", fixed(noFirst, decimals: 3))
print("2層目の注意なし", fixed(noSecond, decimals: 3))

#sourceLocation(file: "lecture-14.md", line: 1247)
func trace(_ tokens: [Int], _ p: [Matrix<Float>])
  -> (maps: [Matrix<Float>], logits: Matrix<Float>)
{
  var maps: [Matrix<Float>] = []
  var x = Matrix(tokens.map { p[0].row($0) }) + p[1].rows(0..<tokens.count)
  for k in [2, 6] {
    let layerNorm = LayerNorm<Float>(gain: p[k].row(0), bias: p[k + 1].row(0))
    let qkv = matmul(layerNorm(x), p[k + 2])
    maps.append(attentionWeights(qkv.columns(0..<32), qkv.columns(32..<64),
      mask: .causal))
    x = x + matmul(matmul(maps.last!, qkv.columns(64..<96)), p[k + 3])
  }
  let last = LayerNorm<Float>(gain: p[10].row(0), bias: p[11].row(0))
  return (maps, matmul(last(x), p[12]))
}

#sourceLocation(file: "lecture-14.md", line: 1267)
rng = Random(seed: 1401)
let sample = repeatedSegment(length: 9, vocabulary: 12, using: &rng)
let traced = trace(sample, trained)
let tape = Tape<Float>()
let onTape = model.logits([sample], trained.map { tape.constant($0) }).value
let traceGap = maxAbsDifference(traced.logits, onTape)
let induction = mean((9..<17).map { traced.maps[1][$0, $0 - 8] })
let previous = mean((1..<9).map { traced.maps[0][$0, $0 - 1] })
let traceAgrees = traceGap < 1e-4

#sourceLocation(file: "lecture-14.md", line: 1281)
show(.row("学習後の注意", (0..<2).map { l in
  .heatMap("\(l + 1)層目", traced.maps[l].rowVectors, rowTitle: "Query",
    columnTitle: "Key", scale: .sequential(0...1), width: 240)
}))

#sourceLocation(file: "lecture-14.md", line: 1297)
var written = Array(sample[0...9])
while written.count < 18 {
  let tape = Tape<Float>()
  let logits = model.logits([written], trained.map { tape.constant($0) }).value
  written.append(topIndices(logits.row(written.count - 1), 1)[0])
}
print("渡した並び", sample[0...9].map { $0 })
print("書いた続き", written[10...].map { $0 })

#sourceLocation(file: "lecture-14.md", line: 1332)
let chinchilla = ScalingLaw(
  irreducible: 1.69, parameterFactor: 406.4, parameterExponent: 0.34,
  tokenFactor: 410.7, tokenExponent: 0.28)
func bestOnGrid(_ c: Double) -> Double {
  let sizes = (0...4000).map { pow(10, 8 + Double($0) / 1000) }
  return sizes.min {
    chinchilla.loss(parameters: $0, tokens: c / 6 / $0)
      < chinchilla.loss(parameters: $1, tokens: c / 6 / $1)
  }!
}
let budgets = [1e21, 1e22, 1e23]
let optima = budgets.map { chinchilla.optimum(flops: $0) }
let gridGap = zip(budgets, optima).map {
  (bestOnGrid($0) / $1.parameters - 1).magnitude
}.max()!
let onTheGrid = gridGap < 0.002
let tokensEach = optima.map { $0.tokens / $0.parameters }
let bottoms = optima.map {
  chinchilla.loss(parameters: $0.parameters, tokens: $0.tokens)
}
let drops = [bottoms[0] - bottoms[1], bottoms[1] - bottoms[2]]
let flattening = drops[0] > drops[1] && drops[1] > 0
// Chinchillaのパラメータ数とトークン数
let (released, readTokens) = (70e9, 1.4e12)
let advised = chinchilla.optimum(flops: 6 * released * readTokens)
let advisedRatio = advised.tokens / advised.parameters
print("最適なトークン数÷パラメータ数", fixed(tokensEach, decimals: 0))

#sourceLocation(file: "lecture-14.md", line: 1370)
let roundedRatios = [0.275, 0.285].map { exponent -> Double in
  let law = ScalingLaw(
    irreducible: 1.69, parameterFactor: 406.4, parameterExponent: 0.34,
    tokenFactor: 410.7, tokenExponent: exponent)
  let best = law.optimum(flops: 6 * released * readTokens)
  return best.tokens / best.parameters
}
print("指数の両端での比", fixed(roundedRatios, decimals: 0))

#sourceLocation(file: "lecture-14.md", line: 1386)
let sizes = (0...40).map { pow(10, 8 + Double($0) / 10) }
let named = zip(["10²¹", "10²²", "10²³"], budgets)
show(.lines("演算量を固定した損失", named.map { name, c in
  Series(name, x: sizes,
    y: sizes.map { chinchilla.loss(parameters: $0, tokens: c / 6 / $0) })
}, x: Axis("パラメータ数", scale: .log), y: Axis("損失", range: 1.9...3.2)))

#sourceLocation(file: "lecture-14.md", line: 1402)
let scales = (0...60).map { Double($0) / 10 }
let perToken = scales.map { 1 - 0.5 * exp(-0.6 * $0) }
show(.lines("見かけの創発", [1, 8, 64].map { k in
  Series("\(k)語", x: scales, y: perToken.map { pow($0, Double(k)) })
}, x: Axis("規模（対数の目盛り）"), y: Axis("正答率", range: 0...1)))

#sourceLocation(file: "lecture-14.md", line: 1413)
func smoothedBy20(_ x: [Double]) -> [Double] {
  stride(from: 0, to: 600, by: 20).map { mean(Array(x[$0..<$0 + 20])) }
}
let tokenCurve = smoothedBy20(tokenRight), wholeCurve = smoothedBy20(allRight)
let updates = stride(from: 10, to: 600, by: 20).map { $0 }
show(.lines("2つの物差し", [
  Series("1文字ごと", x: updates, y: tokenCurve),
  Series("全部が正しい", x: updates, y: wholeCurve),
], x: Axis("更新の回数"), y: Axis("正答率", range: 0...1)))

#sourceLocation(file: "lecture-14.md", line: 1441)
rng = Random(seed: 151)
let examples = normal(12, 4), hiddenMap = normal(4, 2)
let labels = matmul(examples, hiddenMap), questions = normal(5, 4)
let stepped = firstGradientStep(inputs: examples, targets: labels, rate: 0.05)
let bySteps = matmul(questions, transposed: stepped)
let byAttention =
  unnormalizedAttention(questions, examples, labels, scale: 0.05)
let bySoftmax = attention(questions, examples, labels)
print("勾配の1歩と線形な注意の差",
  fixed(maxAbsDifference(bySteps, byAttention)))
print("勾配の1歩とsoftmaxの差　",
  fixed(maxAbsDifference(bySteps, bySoftmax), decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 1477)
rng = Random(seed: 152)
let counted600 = (0..<20000).count { _ in
  (0..<9).count { _ in rng.uniform() < 0.6 } > 4
}
let simulated = Double(counted600) / 20000
let single = 0.6, goal = 0.99
let exact = majorityVoteAccuracy(votes: 9, each: single)
print("9回の多数決: 式", fixed(exact, decimals: 3),
  " 実験", fixed(simulated, decimals: 3))
let helps = majorityVoteAccuracy(votes: 33, each: 0.6) > exact
let hurts = majorityVoteAccuracy(votes: 33, each: 0.4) < 0.4

#sourceLocation(file: "lecture-14.md", line: 1494)
let voteCounts = stride(from: 1, through: 41, by: 2).map { $0 }
show(.lines("多数決", [0.7, 0.6, 0.5, 0.4].map { p in
  Series("1回の正答率\(fixed(p, decimals: 1))", x: voteCounts,
    y: voteCounts.map { majorityVoteAccuracy(votes: $0, each: p) })
}, x: Axis("回数"), y: Axis("多数決の正答率", range: 0...1)))

#sourceLocation(file: "lecture-14.md", line: 1512)
let wrongAxis =
  softmax(rows: attentionScores(crowd, crowd).transposed()).transposed()
let wrongSums = wrongAxis.rowVectors.map { sum($0) }
print("行の和", fixed(wrongSums, decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 1528)
func carelessNorm(_ x: Vector) -> Vector {
  let mu = mean(x)
  let squares = x.reduce(0) { $0 + ($1 - mu) * ($1 - mu) }
  let spread = (squares / Double(x.count - 1)).squareRoot()
  return x.map { ($0 - mu) / (spread + 1e-5) }
}
let careless = crowd.row(0).map { 3 * $0 }
let ratio = norm(plainNorm(careless)) / norm(carelessNorm(careless))
let relativeAt768 = (768.0 / 767).squareRoot() - 1
let fourthDigit = relativeAt768 > 1e-4 && relativeAt768 < 1e-3
print("長さの比", fixed(ratio), " √(8/7) =", fixed((8.0 / 7).squareRoot()))

#sourceLocation(file: "lecture-14.md", line: 1551)
let empty = [Double](repeating: -.infinity, count: 3)
let top = empty.max()!
let naiveExponents = empty.map { exp($0 - top) }
var poisoned = crowd
poisoned[2, 0] = .nan
let spreads = selfAttention(poisoned).elements.allSatisfy { $0.isNaN }
print("素朴な版", fixed(naiveExponents.map { $0 / sum(naiveExponents) }),
  " Kernel", fixed(softmax(empty)))

#sourceLocation(file: "lecture-14.md", line: 1571)
var uniformShift = crowd, slantedShift = crowd
for c in 0..<8 {
  uniformShift[5, c] += 2
  slantedShift[5, c] += Double(c)
}
let unseen =
  maxAbsDifference(plainBlock(uniformShift, mask: .none).row(0), asBERT.row(0))
let noticed =
  maxAbsDifference(plainBlock(slantedShift, mask: .none).row(0), asBERT.row(0))
let onlyRounding = unseen < 1e-12
print("同じ数を足す", fixed(unseen), " 違う数を足す", fixed(noticed))

#sourceLocation(file: "lecture-14.md", line: 1594)
func layerCost(_ n: Double) -> [Double] {
  [8 * n * 768 * 768, 4 * n * n * 768, 16 * n * 768 * 768]
}
print("| 系列の長さ | 射影 | 得点と混合 | FFN | 得点と混合の割合 |")
print("| ---: | ---: | ---: | ---: | ---: |")
for n in [128.0, 1024, 4608, 32768] {
  let c = layerCost(n)
  let cells = c.map { fixed($0 / 1e9, decimals: 2) }.joined(separator: " | ")
  let share = fixed(100 * c[1] / sum(c), decimals: 0)
  print("| \(Int(n)) | \(cells) | \(share)% |")
}
let crossing = layerCost(6 * 768)
let evenly = crossing[1] == crossing[0] + crossing[2]

#sourceLocation(file: "lecture-14.md", line: 1647)
func verdicts<Answer>(
  _ answers: [(text: String, answer: Answer, slip: String)],
  _ accepts: (Answer) -> Bool
) -> Bool {
  print("| 答え | 判定 | 誤りのもと |\n| --- | :---: | --- |")
  let passed = answers.map { accepts($0.answer) }
  for (row, ok) in zip(answers, passed) {
    print("| \(row.text) | \(ok ? "○" : "×") | \(row.slip) |")
  }
  return passed == answers.indices.map { $0 == 0 }  // 先頭だけが正答
}

#sourceLocation(file: "lecture-14.md", line: 1668)
let sharp = attentionWeights(words, words, scale: 10 / Double(4).squareRoot())
func acceptsCount(_ count: Double) -> Bool {
  (count - effectiveCount(sharp.row(0))).magnitude < 0.005
}
let verdict1 = verdicts([
  (text: "1.61", answer: 1.61, slip: ""),
  (text: "2.97", answer: 2.97, slip: "softmaxは倍率によらないと考える"),
  (text: "1.00", answer: 1, slip: "最大のものだけが残ると考える"),
  (text: "1.33", answer: 1.33, slip: "2乗の和の逆数を計算する"),
], acceptsCount)
let allSharper = zip(quickWeights.rowVectors, sharp.rowVectors).allSatisfy {
  effectiveCount($1) < effectiveCount($0)
}

#sourceLocation(file: "lecture-14.md", line: 1703)
func acceptsReach(_ reach: (Double) -> Double) -> Bool {
  slopes8.allSatisfy { (exp(-$0 * reach($0)) * 1000 - 1).magnitude < 1e-6 }
}
func over(_ top: Double) -> (Double) -> Double { { m in top / m } }
let verdict2 = verdicts([
  (text: "log 1000 ÷ m", answer: over(log(1000.0)), slip: ""),
  (text: "1000 ÷ m", answer: over(1000),
    slip: "重みが距離に反比例すると考える"),
  (text: "log₂ 1000 ÷ m", answer: over(log(1000.0) / log(2.0)),
    slip: "傾きと同じ底2で減ると考える"),
  (text: "0.999 ÷ m", answer: over(0.999), slip: "指数を1次式で置き換える"),
], acceptsReach)
let reach = [slopes8[0], slopes8[7]].map { log(1000.0) / $0 }

#sourceLocation(file: "lecture-14.md", line: 1739)
let probeScores = [0.3, -0.2, 0.9], probeValues = [1.0, 4.0, -2.0]
func mixed(_ s: Vector) -> Double { dot(softmax(s), probeValues) }
func acceptsPull(_ pull: (Double, Double, Double) -> Double) -> Bool {
  probeScores.indices.allSatisfy { j in
    var up = probeScores, down = probeScores
    up[j] += 1e-5
    down[j] -= 1e-5
    let slope = (mixed(up) - mixed(down)) / 2e-5
    let answer =
      pull(softmax(probeScores)[j], probeValues[j], mixed(probeScores))
    return (answer - slope).magnitude < 1e-8
  }
}
func towards(_ a: Double, _ v: Double, _ o: Double) -> Double { a * (v - o) }
func alone(_ a: Double, _ v: Double, _ o: Double) -> Double { a * v }
func diagonal(_ a: Double, _ v: Double, _ o: Double) -> Double {
  a * (1 - a) * v
}
func unweighted(_ a: Double, _ v: Double, _ o: Double) -> Double { v - o }
let verdict3 = verdicts([
  (text: "α(v − o)", answer: towards, slip: ""),
  (text: "αv", answer: alone, slip: "分母が動くことを忘れる"),
  (text: "α(1 − α)v", answer: diagonal, slip: "ほかの重みが減ることを忘れる"),
  (text: "v − o", answer: unweighted, slip: "重みを掛け忘れる"),
], acceptsPull)

#sourceLocation(file: "lecture-14.md", line: 1781)
func train(seed: UInt64, steps: Int) -> [Matrix<Float>] {
  rng = Random(seed: seed)
  var parameters = model.parameters(of: Float.self, using: &rng)
  var optimiser = Adam<Float>(rate: 0.004)
  for _ in 0..<steps {
    let task = batch(4 + rng.integer(below: 7))
    let step = valueAndGradient(parameters) { _, p in
      crossEntropy(gatherRows(model.logits(task.sequences, p), task.places),
        task.answers)
    }
    optimiser.step(&parameters, step.gradient)
  }
  return parameters
}

#sourceLocation(file: "lecture-14.md", line: 1809)
let again = train(seed: 3, steps: 20)
let other = train(seed: 2, steps: 900)
let otherMaps = trace(sample, other).maps
let otherInduction = mean((9..<17).map { otherMaps[1][$0, $0 - 8] })
let otherAccuracy = accuracy(other)
let claims: [(name: String, holds: Bool)] = [
  ("あ", !(otherAccuracy > 0.9 && otherInduction <= 0.5)),
  ("い", again == trainedFor20), ("う", otherAccuracy > 0.9),
]
func acceptsClaims(_ answer: String) -> Bool {
  answer == claims.filter { $0.holds }.map { $0.name }.joined()
}
let verdict4 = verdicts([
  (text: "いとう", answer: "いう", slip: ""),
  (text: "三つとも", answer: "あいう",
    slip: "1つの図を、どのモデルにも当てはめる"),
  (text: "うだけ", answer: "う", slip: "乱数を使えば毎回違うと考える"),
  (text: "いだけ", answer: "い", slip: "種を変えると解けなくなると考える"),
], acceptsClaims)

#sourceLocation(file: "lecture-14.md", line: 1852)
func acceptsVotes(_ votes: Int) -> Bool {
  votes % 2 == 1 && majorityVoteAccuracy(votes: votes, each: single) >= goal
    && majorityVoteAccuracy(votes: votes - 2, each: single) < goal
}
let verdict5 = verdicts([
  (text: "133回", answer: 133, slip: ""),
  (text: "7回", answer: 7, slip: "少なくとも1回正しい確率を計算する"),
  (text: "25回", answer: 25, slip: "正答率が回数に比例して上がると考える"),
  (text: "131回", answer: 131, slip: "正規分布の近似のまま答える"),
], acceptsVotes)
let upperPoint = (0...4000).map { Double($0) / 1000 }.first {
  (1 + erf($0 / Double(2).squareRoot())) / 2 >= goal
}!
let (spread, lead) = (single * (1 - single), single - 0.5)
let byNormal = upperPoint * upperPoint * spread / (lead * lead)
