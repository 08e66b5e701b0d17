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
let roundingLimit = 1e-12, visibleGap = 0.01
func agree(_ a: Double, _ b: Double) -> Bool {
  (a - b).magnitude < roundingLimit
}
func agree(_ a: Vector, _ b: Vector) -> Bool {
  maxAbsDifference(a, b) < roundingLimit
}
func agree(_ a: Table, _ b: Table) -> Bool {
  maxAbsDifference(a, b) < roundingLimit
}
func differ(_ a: Table, _ b: Table) -> Bool {
  maxAbsDifference(a, b) > visibleGap
}
// 行列の演算を使わない注意。検査の相手にする
func plainAttention(_ q: Table, _ k: Table, _ v: Table) -> Table {
  Matrix(q.rowVectors.map { query in
    let powers = k.rowVectors.map { key in
      let inner = zip(query, key).reduce(0) { $0 + $1.0 * $1.1 }
      return exp(inner / Double(key.count).squareRoot())
    }
    let total = powers.reduce(0, +)
    return (0..<v.columns).map { c in
      zip(powers, v.column(c)).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
  })
}
var rng = Random(seed: 14)
func normal(_ rows: Int, _ columns: Int, scale: Double = 1) -> Table {
  .normal(rows: rows, columns: columns, scale: scale, using: &rng)
}
let rowSums = quickWeights.rowVectors.map { sum($0) }
let quickAgrees = agree(quickOutput, plainAttention(words, words, words))
  && agree(quickOutput, attention(words, words, words))

#sourceLocation(file: "lecture-14.md", line: 102)
let order = [1, 0, 2]
func reordered(_ m: Table) -> Table { Matrix(order.map { m.row($0) }) }
let moved = attention(reordered(words), reordered(words), reordered(words))
print("もとの並びでの「犬」", fixed(quickOutput.row(0)))
print("入れ替えたあとの「犬」", fixed(moved.row(1)))

#sourceLocation(file: "lecture-14.md", line: 148)
let chain = 512, kernelWidth = 3
func layersToSee(_ n: Int, dilation: (Int) -> Int) -> Int {
  var dilations: [Int] = []
  while receptiveField(taps: kernelWidth, dilations: dilations) < n {
    dilations.append(dilation(dilations.count))
  }
  return dilations.count
}
let plainLayers = layersToSee(chain) { _ in 1 }
let doubling = layersToSee(chain) { 1 << $0 }
func threefold(_ l: Int) -> Int { (0..<l).reduce(1) { r, _ in 3 * r } }
let tripling = layersToSee(chain, dilation: threefold)
// 先頭だけに値のある信号を実際に畳み込み、末尾に届くかを見る
let causal = [1.0, 1, 1, 0, 0], bothSides = [1.0, 1, 1]
func seesStart(
  _ layers: Int, _ taps: [Double], dilation: (Int) -> Int
) -> Bool {
  let mixing = taps.map { Matrix([[$0]]) }
  var signal = Table(rows: chain, columns: 1) { i, _ in i == 0 ? 1 : 0 }
  for l in 0..<layers {
    signal = Convolution(taps: mixing, dilation: dilation(l))(signal)
  }
  return signal[chain - 1, 0] > 0
}
func isFewest(
  _ layers: Int, _ taps: [Double] = causal, dilation: (Int) -> Int
) -> Bool {
  seesStart(layers, taps, dilation: dilation)
    && !seesStart(layers - 1, taps, dilation: dilation)
}
let fewest = isFewest(plainLayers) { _ in 1 }
  && isFewest(doubling) { 1 << $0 } && isFewest(tripling, dilation: threefold)
print("| 方式 | 段数 |\n| --- | ---: |")
print("| RNN（状態の更新） | \(chain - 1) |")
print("| CNN（膨張なし） | \(plainLayers) |")
print("| CNN（膨張1, 2, 4, …） | \(doubling) |")
print("| CNN（膨張1, 3, 9, …） | \(tripling) |")
print("| 注意機構 | 1 |")

#sourceLocation(file: "lecture-14.md", line: 205)
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
let triplingBoth = layersBothSides(chain, dilation: threefold)
let fewestBoth = isFewest(plainBoth, bothSides) { _ in 1 }
  && isFewest(doublingBoth, bothSides) { 1 << $0 }
let overreaches = !(0...2 * triplingBoth).contains {
  seesStart($0, bothSides, dilation: threefold)
}

#sourceLocation(file: "lecture-14.md", line: 233)
let stateWidth = 32, inputWidth = 8, updateCount = 60, draws = 20
let unit = Double(stateWidth).squareRoot()
func gradientGains(_ scale: Double) -> [[Double]] {
  rng = Random(seed: 141)
  return (0..<draws).map { _ in
    let cell = RecurrentCell(
      input: normal(stateWidth, inputWidth, scale: 0.3),
      recurrent: normal(stateWidth, stateWidth, scale: scale / unit),
      bias: Vector(repeating: 0, count: stateWidth))
    var h = cell.bias
    var product = Table.identity(stateWidth)
    return normal(updateCount, inputWidth).rowVectors.map { x in
      h = cell.step(x, h)
      product = matmul(cell.jacobian(at: h), product)
      return norm(product.elements) / unit
    }
  }
}
// RNNについての幾何平均と、更新1回あたりの倍率
func typical(_ gains: [[Double]]) -> [Double] {
  gains[0].indices.map { t in exp(mean(gains.map { log($0[t]) })) }
}
func perUpdate(_ gains: [[Double]], upTo n: Int = updateCount) -> Double {
  pow(typical(gains)[n - 1], 1 / Double(n))
}
let recurrentScales = [0.7, 1.1]
let fading = recurrentScales.map { gradientGains($0) }
let faded = fading.map { typical($0)[updateCount - 1] }
let fadingLimit = 1e-6
let fades = faded.max()! < fadingLimit
print("更新1回あたりの倍率", fixed(fading.map { perUpdate($0) }, decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 281)
func lstm(forgetBias: Double) -> LSTMCell<Double> {
  LSTMCell(
    input: normal(4 * stateWidth, inputWidth, scale: 0.3),
    recurrent: normal(4 * stateWidth, stateWidth, scale: 0.1),
    bias: (0..<4 * stateWidth).map { $0 / stateWidth == 1 ? forgetBias : 0 })
}
func cellGains(
  _ lstm: LSTMCell<Double>, _ inputs: [Vector], along push: Vector
) -> [Double] {
  let zero = push.map { 0 * $0 }
  func cells(_ size: Double) -> [Vector] {
    var s = (hidden: zero, cell: push.map { size * $0 })
    return inputs.map { x in
      s = lstm.step(x, hidden: s.hidden, cell: s.cell)
      return s.cell
    }
  }
  return zip(cells(1e-5), cells(-1e-5)).map { up, down in
    norm(zip(up, down).map { ($0 - $1) / 2e-5 }) / norm(push)
  }
}
// 再帰の行列を0にしたときの、忘却ゲートの積
func gateProducts(_ lstm: LSTMCell<Double>, _ inputs: [Vector]) -> [Vector] {
  var product = Vector(repeating: 1, count: stateWidth)
  return inputs.map { x in
    let drive = zip(matmul(lstm.input, x), lstm.bias).map { $0 + $1 }
    for u in 0..<stateWidth { product[u] /= 1 + exp(-drive[stateWidth + u]) }
    return product
  }
}
let openBias = 3.0
func measured(_ forgetBias: Double) -> (all: [[Double]], gates: [[Double]]) {
  rng = Random(seed: 1411)
  let pairs = (0..<draws).map { _ in
    let cell = lstm(forgetBias: forgetBias)
    let inputs = normal(updateCount, inputWidth).rowVectors
    let push = normal(1, stateWidth).row(0)
    return (cellGains(cell, inputs, along: push),
      gateProducts(cell, inputs).map { norm($0) / unit })
  }
  return (pairs.map { $0.0 }, pairs.map { $0.1 })
}
let opened = measured(openBias), closed = measured(0)
// 再帰を断って差分で測った勾配は、忘却ゲートの積になるか
let whole = lstm(forgetBias: openBias)
let noReturn = LSTMCell(
  input: whole.input, recurrent: 0 * whole.recurrent, bias: whole.bias)
let cutInputs = normal(updateCount, inputWidth).rowVectors
let cutPush = normal(1, stateWidth).row(0)
func length(_ x: Vector) -> Double {
  x.reduce(0) { $0 + $1 * $1 }.squareRoot()
}
let gatePath = gateProducts(whole, cutInputs).map { product in
  length(zip(product, cutPush).map { $0 * $1 }) / length(cutPush)
}
let gatesExplain = maxAbsDifference(
  cellGains(noReturn, cutInputs, along: cutPush), gatePath) < 1e-7
let keptByLSTM = typical(opened.all)[updateCount - 1]
let keptByGates = typical(opened.gates)[updateCount - 1]
let openness = 1 / (1 + exp(-openBias)), early = 20, ample = 10000.0
let closedRate = perUpdate(closed.all, upTo: early)
let opens = keptByGates > ample * faded.max()!
print("更新1回あたりの倍率",
  fixed([perUpdate(opened.all), perUpdate(opened.gates), closedRate],
    decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 352)
func decay(_ name: String, _ gains: [[Double]], upTo n: Int) -> Series {
  Series(name, x: (1...n).map { $0 }, y: Array(typical(gains).prefix(n)))
}
show(.lines("RNNとLSTMの勾配", zip(recurrentScales, fading).map { scale, gains in
  decay("RNN、行列の倍率\(scale)", gains, upTo: updateCount)
} + [
  decay("LSTM、バイアス\(openBias)", opened.all, upTo: updateCount),
  decay("同じく忘却ゲートだけ", opened.gates, upTo: updateCount),
  decay("LSTM、バイアス\(0)", closed.all, upTo: early),
], x: Axis("更新の回数"), y: Axis("勾配の大きさ", scale: .log)))

#sourceLocation(file: "lecture-14.md", line: 376)
let paperWidth = 512
func work(_ n: Int) -> [Int] {
  let d = paperWidth
  return [n * d * d, kernelWidth * n * d * d, n * n * d]
}
print("| 系列の長さ | RNN | CNN（幅\(kernelWidth)） | 注意機構 |")
print("| ---: | ---: | ---: | ---: |")
for n in [64, 512, 4096] {
  print("| \(n) | "
    + work(n).map { fixed(Double($0) / 1e6, decimals: 0) + " M" }
      .joined(separator: " | ") + " |")
}

#sourceLocation(file: "lecture-14.md", line: 400)
let countedWidth = 16
var flops = 0
func product(_ m: Table, _ x: Vector) -> Vector {
  m.rowVectors.map { row in
    zip(row, x).reduce(0) { total, pair in
      flops += 2  // 積と和を1回ずつ
      return total + pair.0 * pair.1
    }
  }
}
func counting(_ body: () -> Table) -> (result: Table, flops: Int) {
  flops = 0
  let result = body()
  return (result, flops)
}
rng = Random(seed: 1412)
let fixedMaps = (0..<4).map { _ in
  normal(countedWidth, countedWidth, scale: 0.25)
}
typealias LayerFlops = (projection: Int, rest: Int, right: Bool)
func recurrentFlops(_ x: Table) -> LayerFlops {
  let driven = counting { x.mapRows { product(fixedMaps[0], $0) } }
  let zero = Vector(repeating: 0, count: countedWidth)
  var h = zero
  let states = counting {
    driven.result.mapRows { drive in
      h = zip(drive, product(fixedMaps[1], h)).map { tanh($0 + $1) }
      return h
    }
  }
  let cell = RecurrentCell(input: fixedMaps[0], recurrent: fixedMaps[1],
    bias: zero)
  return (driven.flops, states.flops, agree(states.result, cell(x)))
}
func attentionFlops(_ x: Table) -> LayerFlops {
  let qkv = fixedMaps[..<3].map { m in
    counting { x.mapRows { product(m, $0) } }
  }
  let (q, k, v) = (qkv[0].result, qkv[1].result, qkv[2].result)
  let mixed = countedStandardAttention(q, k, v)
  let out = counting { mixed.output.mapRows { product(fixedMaps[3], $0) } }
  let expected = matmul(plainAttention(q, k, v), transposed: fixedMaps[3])
  return (qkv.reduce(out.flops) { $0 + $1.flops },
    Int(mixed.work.productFlops), agree(out.result, expected))
}
let countedLengths = [1, 2, 4, 8, 16, 32]
let countedInputs = countedLengths.map { normal($0, countedWidth) }
let rnnFlops = countedInputs.map { recurrentFlops($0) }
let attnFlops = countedInputs.map { attentionFlops($0) }
let countsRight = (rnnFlops + attnFlops).allSatisfy { $0.right }
let crossing = countedWidth / 2
let meetsThere = countsRight && countedLengths.indices.allSatisfy { l in
  let (n, ahead) = (countedLengths[l], attnFlops[l].rest - rnnFlops[l].rest)
  return ahead.signum() == (n - crossing).signum()
}
let alwaysMore = countsRight && zip(rnnFlops, attnFlops).allSatisfy {
  $0.projection + $0.rest < $1.projection + $1.rest
}
print("射影を除く　RNN", rnnFlops.map { $0.rest })
print("　　　注意機構　", attnFlops.map { $0.rest })
print("射影を含む　RNN", rnnFlops.map { $0.projection + $0.rest })
print("　　　注意機構　", attnFlops.map { $0.projection + $0.rest })

#sourceLocation(file: "lecture-14.md", line: 492)
let taps = [0.2, 0.5, 0.3].map { Matrix([[$0]]) }
let blur = Convolution(taps: taps)
let constant = Table(rows: 7, columns: 1, repeating: 1)
let leaked = blur(blur(constant)).column(0)
let endsDiffer = max(leaked[0], leaked[6]) < leaked[3] - 0.1
print("どこも1の信号を2回畳み込む", fixed(leaked, decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 525)
let smallWidth = 8, smallHead = 4, tokenCount = 5
let gptWidth = 768, gptHead = 64, gptScale = 0.02
func initialPeak(
  _ weightScale: Double, _ d: Int, _ dk: Int, times: Int
) -> Double {
  rng = Random(seed: 142)
  return mean((0..<times).map { _ in
    let x = normal(tokenCount, d)
    let q = matmul(x, normal(d, dk, scale: weightScale))
    let k = matmul(x, normal(d, dk, scale: weightScale))
    return mean(attentionWeights(q, k).rowVectors.map { $0.max()! })
  })
}
// 幅8でも、標準偏差×√幅をGPT-2とそろえる
let likeGPT = gptScale * (Double(gptWidth) / Double(smallWidth)).squareRoot()
let initialScales = [
  1, 1 / Double(smallWidth).squareRoot(), likeGPT, gptScale.squareRoot(),
  gptScale,
]
let initialPeaks = initialScales.map {
  initialPeak($0, smallWidth, smallHead, times: 400)
}
let gptPeak = initialPeak(gptScale, gptWidth, gptHead, times: 40)
let productDecides = (initialPeaks[2] - gptPeak).magnitude < 0.03
  && gptPeak - initialPeaks[4] > 0.05
let peakRows = zip(initialScales, initialPeaks).map { (smallWidth, $0, $1) }
print("| 入力の幅 | 射影の標準偏差 | 標準偏差×√幅 | 最大の重みの平均 |")
print("| ---: | ---: | ---: | ---: |")
for (d, s, p) in peakRows + [(gptWidth, gptScale, gptPeak)] {
  let cells = [s, s * Double(d).squareRoot()].map { fixed($0, decimals: 2) }
  print("| \(d) | \(cells[0]) | \(cells[1]) | \(fixed(p, decimals: 3)) |")
}

#sourceLocation(file: "lecture-14.md", line: 580)
let headWidth = 64, gapKeys = 64
let rawDeviation = Double(headWidth).squareRoot()

#sourceLocation(file: "lecture-14.md", line: 588)
rng = Random(seed: 143)
let rawRows = normal(4000, gapKeys, scale: rawDeviation).rowVectors
let sortedRows = rawRows.map { $0.sorted(by: >) }
let gaps = sortedRows.map { $0[0] - $0[1] }
let rawWeights = rawRows.map { softmax($0) }
let scaledWeights = rawRows.map { softmax($0.map { $0 / rawDeviation }) }
let tops = rawWeights.map { $0.max()! }
let slopes = tops.map { $0 * (1 - $0) }
let scaledTops = scaledWeights.map { $0.max()! }
let scaledSlopes = scaledTops.map { $0 * (1 - $0) }
let threshold = 0.9999
func share(_ tops: [Double]) -> Double {
  Double(tops.count { $0 > threshold }) / Double(tops.count)
}
let nearlyOne = share(tops)
// すべてのKeyについて、α(1−α)がほとんどゼロであるものの割合
let faint = 0.001
func faintShare(_ rows: [Vector]) -> Double {
  mean(rows.map { weights in
    Double(weights.count { $0 * (1 - $0) < faint }) / Double(gapKeys)
  })
}
let faintRaw = faintShare(rawWeights)
let faintScaled = faintShare(scaledWeights)
// 同じ乱数で、ヘッドの幅だけを広げる
let wideHead = 512
let widening = (Double(wideHead) / Double(headWidth)).squareRoot()
let wideTops = rawRows.map { softmax($0.map { $0 * widening }).max()! }
print("最大の得点、2番目、その差の平均", fixed([
  mean(sortedRows.map { $0[0] }), mean(sortedRows.map { $0[1] }), mean(gaps),
], decimals: 1))
print("最大の重みの平均と中央値",
  fixed([mean(tops), tops.sorted()[tops.count / 2]], decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 647)
let deviations = (1...32).map { Double($0) / 4 }
rng = Random(seed: 144)
let standard = normal(400, chain)
func effective(_ sigma: Double) -> Double {
  let weights = softmax(rows: standard, temperature: 1 / sigma)
  return mean(weights.rowVectors.map { effectiveCount($0) })
}
let effectiveKeys = deviations.map { effective($0) }
let predicted = deviations.map { Double(chain) * exp(-$0 * $0 / 2) }
let accuracyLimit = 0.05
let closeWhileSmall = (0..<4).allSatisfy {
  (effectiveKeys[$0] / predicted[$0] - 1).magnitude < accuracyLimit
}
print("標準偏差1、2、4、8の実効個数",
  fixed([3, 7, 15, 31].map { effectiveKeys[$0] }, decimals: 1))

#sourceLocation(file: "lecture-14.md", line: 668)
show(.lines("実効的なKeyの個数", [
  Series("測定", x: deviations, y: effectiveKeys),
  Series("理論の近似", x: Array(deviations.prefix(18)),
    y: Array(predicted.prefix(18))),
], x: Axis("得点の標準偏差"),
  y: Axis("実効個数", scale: .log, range: 0.5...600)))

#sourceLocation(file: "lecture-14.md", line: 698)
print("| ヘッド | 1ヘッドの幅 | パラメータ | 1ヘッドの得点の階数（上限） |")
print("| ---: | ---: | ---: | ---: |")
var headCounts: [Int] = [], countsAgree = true
for h in [1, 2, 4, 8, 16] {
  rng = Random(seed: 145)
  let layer = MultiHeadAttention<Double>(dimension: 512, heads: h, using: &rng)
  let width = layer.headDimension
  // 1ヘッドの4枚の行列を、持ち列の数から数える
  headCounts.append((0..<h).reduce(0) {
    $0 + 4 * 512 * layer.columns(ofHead: $1).count
  })
  countsAgree = countsAgree && headCounts.last! == layer.parameterCount
  print("| \(h) | \(width) | \(layer.parameterCount) | \(width) |")
}
let sameForAll =
  countsAgree && headCounts.allSatisfy { $0 == headCounts[0] }

#sourceLocation(file: "lecture-14.md", line: 732)
rng = Random(seed: 146)
let fourHeads = MultiHeadAttention<Double>(dimension: 8, heads: 4, using: &rng)
let layoutTokens = normal(5, 8)
func picked(_ m: Table, _ columns: [Int]) -> Table {
  m.mapRows(width: columns.count) { row in columns.map { row[$0] } }
}
func headsByHand(_ owned: (Int) -> [Int]) -> Table {
  let q = matmul(layoutTokens, transposed: fourHeads.query)
  let k = matmul(layoutTokens, transposed: fourHeads.key)
  let v = matmul(layoutTokens, transposed: fourHeads.value)
  let parts = (0..<4).map { head -> Table in
    let c = owned(head)
    return matmul(
      plainAttention(picked(q, c), picked(k, c), picked(v, c)),
      transposed: picked(fourHeads.output, c))
  }
  return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
}
let contiguousOut = headsByHand { [2 * $0, 2 * $0 + 1] }
let interleavedOut = headsByHand { [$0, $0 + 4] }
let layoutGap = maxAbsDifference(contiguousOut, interleavedOut)
let onlyContiguous = agree(fourHeads(layoutTokens), contiguousOut)
  && differ(fourHeads(layoutTokens), interleavedOut)
print("割り当てを変えた出力の差", fixed(layoutGap, decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 774)
rng = Random(seed: 147)
let crowd = normal(6, 8)
let projQ = normal(8, 8, scale: 0.5)
let projK = normal(8, 8, scale: 0.5)
let projV = normal(8, 8, scale: 0.5)
func selfAttention(_ x: Table, mask: AttentionMask = .none) -> Table {
  attention(matmul(x, projQ), matmul(x, projK), matmul(x, projV), mask: mask)
}
// もとの並びのままのものは除く
var crowdOrders: [[Int]] = []
while crowdOrders.count < 20 {
  let order = rng.permutation(6)
  if order != order.sorted() { crowdOrders.append(order) }
}
func permuted(_ m: Table, by order: [Int]) -> Table {
  Matrix(order.map { m.row($0) })
}
func pooled(_ m: Table) -> Vector { (0..<m.columns).map { mean(m.column($0)) } }
func weights(_ x: Table) -> Table {
  attentionWeights(matmul(x, projQ), matmul(x, projK))
}
let before = selfAttention(crowd), visitor = normal(1, 8)
var outputsMove = true, weightsMove = true, invariant = true
var changes: [Double] = []
for order in crowdOrders {
  let moved = permuted(crowd, by: order), after = selfAttention(moved)
  let movedRows = permuted(weights(crowd), by: order)
  outputsMove = outputsMove && agree(after, permuted(before, by: order))
  weightsMove = weightsMove
    && agree(weights(moved), picked(movedRows, order))
  invariant = invariant && agree(pooled(after), pooled(before))
    && agree(attention(visitor, crowd, crowd), attention(visitor, moved, moved))
  changes.append(maxAbsDifference(after, before))
}
let outputsChange = changes.min()! > visibleGap
let onlyEquivariant = outputsMove && outputsChange
print("f(PX)とPf(X)が一致する", outputsMove)
print("f(PX)とf(X)の差の最小と平均", fixed([changes.min()!, mean(changes)]))

#sourceLocation(file: "lecture-14.md", line: 832)
func plainCode(_ p: Int, _ d: Int) -> Vector {
  (0..<d / 2).flatMap { i in
    let angle = Double(p) * pow(10000, -2 * Double(i) / Double(d))
    return [sin(angle), cos(angle)]
  }
}
let codes = SinusoidalEncoding<Double>(dimension: 8)
let plainCodes = Matrix((0..<10).map { plainCode($0, 8) })
print(plainCodes.rows(0..<5))

#sourceLocation(file: "lecture-14.md", line: 853)
let wideCodes = SinusoidalEncoding<Double>(dimension: 32)
show(.heatMap(
  "正弦波の位置符号", wideCodes.table(32).rowVectors, rowTitle: "位置",
  columnTitle: "成分", scale: .diverging(center: 0, extent: 1)))

#sourceLocation(file: "lecture-14.md", line: 862)
let shifted = [1, 5, 17].allSatisfy { k in
  let turn = wideCodes.shift(by: k)
  return (0..<40).allSatisfy {
    agree(matmul(turn, wideCodes($0)), wideCodes($0 + k))
  }
}
let inner = (0..<40).map { dot(wideCodes($0), wideCodes($0 + 5)) }
let relativeOnly = inner.allSatisfy { agree($0, inner[0]) }
func codeStep(_ p: Int) -> Vector {
  zip(wideCodes(p + 5), wideCodes(p)).map { $0 - $1 }
}
let stepsDiffer = maxAbsDifference(codeStep(0), codeStep(20)) > 1
print("PE(p)·PE(p+5) =", fixed(inner[0]), "（pによらない）")

#sourceLocation(file: "lecture-14.md", line: 903)
let rope = RotaryEmbedding<Double>(headDimension: 128)
let trainedLength = 2048
let slowPairs = rope.pairsWithoutFullTurn(trainedLength: trainedLength)
let squeezed =
  interpolatedPositions(4 * trainedLength, trainedLength: trainedLength)
print("ひと回りしない組", slowPairs.count, "/", rope.periods.count)
print("4倍の長さでの最大の位置", fixed(squeezed.max()!, decimals: 2))
let byHand = (0..<4 * trainedLength).map {
  Double($0 * trainedLength) / Double(4 * trainedLength)
}
let staysInside = agree(squeezed, byHand)
  && squeezed.min()! >= 0 && squeezed.max()! < Double(trainedLength)

#sourceLocation(file: "lecture-14.md", line: 925)
let probeLength = 256, probeWidth = 32, decayLength = 40.0

#sourceLocation(file: "lecture-14.md", line: 935)
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

#sourceLocation(file: "lecture-14.md", line: 956)
let smallRope = RotaryEmbedding<Double>(headDimension: probeWidth)
func features(_ s: Double) -> Vector {
  smallRope.frequencies.flatMap { [cos($0 * s), sin($0 * s)] }
}
func wanted(_ s: Double) -> Double { exp(-s / decayLength) }
let seen = (0..<probeLength).map { Double($0) }
let design = Matrix(seen.map { features($0) })
let gram = matmul(transposed: design, design)
let projected = matmul(design.transposed(), seen.map { wanted($0) })
let beyond = (probeLength..<4 * probeLength).map { features(Double($0)) }
let narrowed = (0..<4 * probeLength).map { features(Double($0) / 4) }
struct Fit { var coefficients: Vector, inside, outside, between: Double }
func fit(_ added: Double) -> Fit {
  let c = solve(gram + added * Table.identity(probeWidth), projected)
  func largest(_ rows: [Vector]) -> Double {
    rows.map { dot($0, c).magnitude }.max()!
  }
  return Fit(
    coefficients: c,
    inside: seen.map { (dot(features($0), c) - wanted($0)).magnitude }.max()!,
    outside: largest(beyond), between: largest(narrowed))
}
let additions = [1e-8, 1e-6, 1e-4, 1e-2, 1]
let fits = additions.map { fit($0) }
let fitLimit = 0.03
let interpolates = fits.dropLast().allSatisfy {
  $0.inside < fitLimit && ($0.between - 1).magnitude < fitLimit
}
print("| 足した数 | 範囲の中の誤差 | 範囲の外の最大 | 補間の最大 |")
print("| ---: | ---: | ---: | ---: |")
for (added, fit) in zip(additions, fits) {
  print("| \(added) | \(fixed(fit.inside)) "
    + "| \(fixed(fit.outside, decimals: 1)) "
    + "| \(fixed(fit.between, decimals: 2)) |")
}
let chosen = fits[1]

#sourceLocation(file: "lecture-14.md", line: 1004)
let probe = (0..<probeLength).map { Double($0) * 4 }
func fitted(_ s: Double) -> Double { dot(features(s), chosen.coefficients) }
show(.lines("RoPEの外挿と補間", [
  Series("外挿", x: probe, y: probe.map { fitted($0) }),
  Series("補間（位置を縮める）", x: probe, y: probe.map { fitted($0 / 4) }),
], x: Axis("相対位置"), y: Axis("得点"),
  marks: [.vertical(Double(probeLength), "学習した長さ")]))

#sourceLocation(file: "lecture-14.md", line: 1028)
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

#sourceLocation(file: "lecture-14.md", line: 1053)
let ages = (0..<64).map { $0 }
show(.lines("ALiBiの重み", [0, 2, 4].map { head in
  let w = softmax(ages.map { -slopes8[head] * Double($0) })
  return Series("傾き\(fixed(slopes8[head]))", x: ages, y: w)
}, x: Axis("距離"), y: Axis("重み", scale: .log, range: 1e-6...1)))

#sourceLocation(file: "lecture-14.md", line: 1077)
let masked = softmax([1, 2, -.infinity, 3])
let hiddenScore = 0.5
let naive = softmax([1, 2, hiddenScore, 3])
let zeroedAfter = [naive[0], naive[1], 0, naive[3]]
print("softmaxの前に−∞", fixed(masked), " 和", fixed(sum(masked)))
print("softmaxの後に0　", fixed(zeroedAfter), " 和", fixed(sum(zeroedAfter)))

#sourceLocation(file: "lecture-14.md", line: 1093)
var rewritten = crowd
for c in 0..<8 { rewritten[4, c] = 9; rewritten[5, c] = -9 }
let causalBefore = selfAttention(crowd, mask: .causal)
let causalAfter = selfAttention(rewritten, mask: .causal)
let pastUntouched = causalBefore.rows(0..<4) == causalAfter.rows(0..<4)
let prefixOnly = selfAttention(crowd.rows(0..<4))
let prefixAgrees = agree(prefixOnly.row(3), causalBefore.row(3))
// 最後の行だけ、すべてのKeyを隠す
let lastHidden = selfAttention(
  crowd, mask: .allowed { i, j in j <= i && i < crowd.rows - 1 })
let zeroRow = Vector(repeating: 0, count: crowd.columns)
let hiddenIsZero = agree(lastHidden.row(crowd.rows - 1), zeroRow)
  && agree(lastHidden.rows(0..<5), causalBefore.rows(0..<5))
print("過去は変わらない", pastUntouched,
  " 全部隠した行の重み", softmax([-Double.infinity, -.infinity]))

#sourceLocation(file: "lecture-14.md", line: 1127)
func throughLayers(_ slope: Double, _ depth: Int) -> Double {
  valueAndGradient([Matrix([[1.0]])]) { _, p in
    var x = p[0]
    for _ in 0..<depth { x = x + x * slope }
    return x
  }.gradient[0][0, 0]
}
let ratios = [-1, -0.9, -0.5, 0, 0.3]
let one = Table.identity(1)
let multiplies = ratios.allSatisfy { ratio in
  let jacobian = one + ratio * one
  let product = (0..<10).reduce(one) { p, _ in matmul(p, jacobian) }
  return agree(throughLayers(ratio, 10), product[0, 0])
}
let cancelled = throughLayers(-1, 1)
let cancels = multiplies && cancelled == 0
let weakened = throughLayers(-0.9, 10)
let kept = throughLayers(0, 10)
print("F=-xの1層", cancelled, " F=-0.9xの10層", fixed(weakened, decimals: 12),
  " F=0の10層", kept)

#sourceLocation(file: "lecture-14.md", line: 1181)
let depthWidth = 16, depthTrials = 16
struct Stack { var input: Table, answers: [Int], weights: [Table] }
func drawn(depth: Int) -> Stack {
  let d = depthWidth, narrow = 1 / Double(d).squareRoot()
  let x = normal(d, d)
  let answers = (0..<d).map { _ in rng.integer(below: d) }
  var weights: [Table] = []
  for _ in 0..<depth {
    weights += [normal(d, 4 * d, scale: narrow)]
    weights += [normal(4 * d, d, scale: narrow / Double(2).squareRoot())]
  }
  weights.append(normal(d, d, scale: narrow))
  return Stack(input: x, answers: answers, weights: weights)
}
func lossAndGradient(
  _ stack: Stack, pre: Bool
) -> (loss: Double, last: Table) {
  let depth = stack.weights.count / 2
  let result = valueAndGradient(stack.weights) { tape, p in
    let row = Table(rows: 1, columns: depthWidth, repeating: 1)
    let gain = tape.constant(row), bias = tape.constant(0 * row)
    func ln(_ v: Variable<Double>) -> Variable<Double> {
      layerNorm(v, gain: gain, bias: bias)
    }
    var h = tape.constant(stack.input)
    for l in 0..<depth {
      let inner = matmul(relu(matmul(pre ? ln(h) : h, p[2 * l])), p[2 * l + 1])
      h = pre ? h + inner : ln(h + inner)
    }
    return crossEntropy(matmul(pre ? ln(h) : h, p[2 * depth]), stack.answers)
  }
  return (result.value, result.gradient[2 * depth - 1])
}
let depths = [1, 2, 4, 8, 16, 32]
func gradients(pre: Bool) -> [[Double]] {
  rng = Random(seed: 148)
  return (0..<depthTrials).map { _ in
    depths.map {
      norm(lossAndGradient(drawn(depth: $0), pre: pre).last.elements)
    }
  }
}
let postTrials = gradients(pre: false), preTrials = gradients(pre: true)
let postGradients = typical(postTrials), preGradients = typical(preTrials)
func growth(_ trials: [[Double]]) -> [Double] { trials.map { $0[5] / $0[0] } }
let (postGrowth, preGrowth) = (growth(postTrials), growth(preTrials))
let (postFactor, preFactor) = (postGradients[5] / postGradients[0],
  preGradients[5] / preGradients[0])
// 最後の行列を少し伸ばしたときの、損失の中心差分
func slopeAgrees(pre: Bool) -> Bool {
  let stack = drawn(depth: 4), last = stack.weights[7]
  func loss(_ h: Double) -> Double {
    var moved = stack
    moved.weights[7] = last + h * last
    return lossAndGradient(moved, pre: pre).loss
  }
  let gradient = lossAndGradient(stack, pre: pre).last
  let slope = (loss(1e-5) - loss(-1e-5)) / 2e-5
  return (slope - dot(gradient.elements, last.elements)).magnitude < 1e-6
}
let slopesAgree = slopeAgrees(pre: false) && slopeAgrees(pre: true)
let placementMatters = slopesAgree && postFactor > 2 * preFactor
print("Post-LN", fixed(postGradients, decimals: 3),
  "\nPre-LN ", fixed(preGradients, decimals: 3))
print("最も深いときの倍率の範囲: Post-LN",
  fixed([postGrowth.min()!, postGrowth.max()!], decimals: 2), " Pre-LN",
  fixed([preGrowth.min()!, preGrowth.max()!], decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 1256)
show(.lines("段数と勾配", [
  Series("Post-LN", x: depths, y: postGradients),
  Series("Pre-LN", x: depths, y: preGradients),
  Series("平方根に反比例", x: depths,
    y: depths.map { preGradients[0] / Double($0).squareRoot() }),
], x: Axis("段数", scale: .log2), y: Axis("勾配のノルム", scale: .log)))

#sourceLocation(file: "lecture-14.md", line: 1281)
let grid = (0...12000).map { Double($0) / 1000 - 6 }
let geluGap = grid.map { (gelu($0) - geluTanh($0)).magnitude }
let widest = grid[geluGap.indices.max { geluGap[$0] < geluGap[$1] }!].magnitude
let geluLow = grid.min { gelu($0) < gelu($1) }!
let swishLow = grid.min { swish($0) < swish($1) }!
print("GELUの2つの形の差", fixed(geluGap.max()!, decimals: 6),
  "（|x| =", fixed(widest, decimals: 2), "）")
print("最小値: GELU", fixed(gelu(geluLow), decimals: 5),
  " Swish", fixed(swish(swishLow), decimals: 5))

#sourceLocation(file: "lecture-14.md", line: 1300)
let shown = (0...160).map { Double($0) / 20 - 5 }
show(.lines("活性化関数", [
  Series("ReLU", x: shown, y: shown.map { relu($0) }),
  Series("GELU", x: shown, y: shown.map { gelu($0) }),
  Series("Swish", x: shown, y: shown.map { swish($0) }),
], x: Axis("x"), y: Axis("出力", range: -0.5...3)))

#sourceLocation(file: "lecture-14.md", line: 1318)
rng = Random(seed: 149)
let gated = SwiGLU<Double>(dimension: 8, hidden: 20, using: &rng)
func plainSwiGLU(_ x: Vector) -> Vector {
  let gate = matmul(gated.gate, x), up = matmul(gated.up, x)
  return matmul(gated.down, zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 })
}
let gatedByRow = crowd.mapRows { plainSwiGLU($0) }
let plainWeights = ParameterCount.feedForward(dimension: 512, hidden: 2048)
let gatedWidth: Int64 = 512 * 8 / 3
let gatedWeights = ParameterCount.swiGLU(dimension: 512, hidden: gatedWidth)
print("FFN", plainWeights, " SwiGLU（中間の幅\(gatedWidth)）", gatedWeights)

#sourceLocation(file: "lecture-14.md", line: 1350)
func plainNorm(_ x: Vector) -> Vector {
  let mu = x.reduce(0, +) / Double(x.count)
  let spread = x.reduce(0) { $0 + ($1 - mu) * ($1 - mu) } / Double(x.count)
  return x.map { ($0 - mu) / (spread + 1e-5).squareRoot() }
}
func plainGELU(_ x: Double) -> Double {
  x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
}

#sourceLocation(file: "lecture-14.md", line: 1363)
rng = Random(seed: 150)
let block = TransformerBlock<Double>.gpt2(dimension: 8, heads: 2, using: &rng)
rng = Random(seed: 150)
let parts = MultiHeadAttention<Double>(dimension: 8, heads: 2, using: &rng)
let mlp = FeedForward<Double>(dimension: 8, hidden: 32, activation: .geluTanh,
  using: &rng)
func plainBlock(_ x: Table, mask: AttentionMask = .causal) -> Table {
  let n1 = x.mapRows { plainNorm($0) }
  let q = matmul(n1, transposed: parts.query)
  let k = matmul(n1, transposed: parts.key)
  let v = matmul(n1, transposed: parts.value)
  let heads = [0..<4, 4..<8].map { c in
    attention(q.columns(c), k.columns(c), v.columns(c), mask: mask)
  }
  let z = x + matmul(concatenatedColumns(heads), transposed: parts.output)
  let n2 = z.mapRows { plainNorm($0) }
  let inner = matmul(n2, transposed: mlp.up).map { plainGELU($0) }
  return z + matmul(inner, transposed: mlp.down)
}
let fourTokens = normal(4, 8)
print(plainBlock(fourTokens))

#sourceLocation(file: "lecture-14.md", line: 1401)
let w = 768
let tensors: [(String, Int)] = [
  ("LN₁のゲインとシフト", 2 * w), ("Q、K、Vの射影", w * 3 * w),
  ("同じくバイアス", 3 * w),
  ("出力の射影", w * w), ("同じくバイアス", w), ("LN₂のゲインとシフト", 2 * w),
  ("FFNの1枚目", w * 4 * w), ("同じくバイアス", 4 * w),
  ("FFNの2枚目", 4 * w * w), ("同じくバイアス", w),
]
let counted = tensors.reduce(0) { $0 + $1.1 }
print("| テンソル | 個数 |\n| --- | ---: |")
for (name, count) in tensors { print("| \(name) | \(count) |") }
print("| 合計 | \(counted) |")
// d×dの行列が何枚分、長さdのベクトルが何本分か
let matrices = tensors.map { $0.1 / (w * w) }.reduce(0, +)
let vectors = (counted - matrices * w * w) / w
let closedForm = ParameterCount.gpt2Block(dimension: 768)
let smallCount = ParameterCount.gpt2Block(dimension: 8)

#sourceLocation(file: "lecture-14.md", line: 1452)
func headMap(_ mask: AttentionMask) -> [[Double]] {
  let n1 = crowd.mapRows { plainNorm($0) }
  return parts.weights(n1, mask: mask)[0].rowVectors
}
show(.row("マスクの有無", [
  .heatMap("GPT（因果）", headMap(.causal), rowTitle: "Query",
    columnTitle: "Key", scale: .sequential(0...1), width: 240),
  .heatMap("BERT（双方向）", headMap(.none), rowTitle: "Query",
    columnTitle: "Key", scale: .sequential(0...1), width: 240),
]))

#sourceLocation(file: "lecture-14.md", line: 1465)
var altered = crowd
for c in 0..<8 { altered[5, c] += Double(c) }
let asGPT = plainBlock(crowd), asGPTAltered = plainBlock(altered)
let asBERT = plainBlock(crowd, mask: .none)
let asBERTAltered = plainBlock(altered, mask: .none)
print("最後の語を変えたときの、先頭の語の出力の変化")
print("GPT ", fixed(maxAbsDifference(asGPT.row(0), asGPTAltered.row(0))))
print("BERT", fixed(maxAbsDifference(asBERT.row(0), asBERTAltered.row(0))))
let lookingBack = agree(asGPT.row(0), asGPTAltered.row(0))
let bertChange = maxAbsDifference(asBERT.row(0), asBERTAltered.row(0))
let onlyWithoutMask = lookingBack && bertChange > roundingLimit

#sourceLocation(file: "lecture-14.md", line: 1497)
let model = CausalTransformer(vocabulary: 12, context: 24, width: 32, heads: 1,
  layers: 2, hidden: 0)
let lengths = 4...10, batchSize = 16
rng = Random(seed: 3)
let fresh = model.parameters(of: Float.self, using: &rng)
func randomLength() -> Int {
  lengths.lowerBound + rng.integer(below: lengths.count)
}
func batch(_ n: Int) -> (sequences: [[Int]], places: [Int], answers: [Int]) {
  let sequences = (0..<batchSize).map { _ in
    repeatedSegment(length: n, vocabulary: model.vocabulary, using: &rng)
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
print("例", repeatedSegment(length: 5, vocabulary: model.vocabulary,
  using: &rng))
print("パラメータ", fresh.reduce(0) { $0 + $1.elements.count })

#sourceLocation(file: "lecture-14.md", line: 1534)
struct PlainTape {
  var values: Vector = [], inputs: [[(of: Int, slope: Double)]] = []
  mutating func note(
    _ value: Double, _ from: [(of: Int, slope: Double)] = []
  ) -> Int {
    values.append(value)
    inputs.append(from)
    return values.count - 1
  }
  mutating func sum(_ a: Int, _ b: Int) -> Int {
    note(values[a] + values[b], [(a, 1), (b, 1)])
  }
  mutating func product(_ a: Int, _ b: Int) -> Int {
    note(values[a] * values[b], [(a, values[b]), (b, values[a])])
  }
  func gradient() -> Vector {  // 最後の値を、載せたすべての値で微分する
    var g = values.map { _ in 0.0 }
    g[g.count - 1] = 1
    for i in g.indices.reversed() {
      for (of, slope) in inputs[i] { g[of] += slope * g[i] }
    }
    return g
  }
}
struct PlainAdam {
  var first = [0.0, 0], second = [0.0, 0], count = 0.0
  mutating func step(_ x: inout Vector, _ g: Vector, rate: Double) {
    count += 1
    for i in x.indices {
      first[i] = 0.9 * first[i] + 0.1 * g[i]
      second[i] = 0.999 * second[i] + 0.001 * g[i] * g[i]
      let m = first[i] / (1 - pow(0.9, count))
      let v = second[i] / (1 - pow(0.999, count))
      x[i] -= rate * m / (v.squareRoot() + 1e-8)
    }
  }
}

#sourceLocation(file: "lecture-14.md", line: 1576)
func plainSlopes(_ x: Vector) -> Vector {
  var t = PlainTape()
  let a = t.note(x[0]), b = t.note(x[1])
  let u = t.sum(t.sum(t.product(a, b), a), t.note(-2))
  _ = t.sum(t.product(u, u), t.product(b, b))
  return Array(t.gradient()[0...1])
}
func kernelSlopes(_ x: [Table]) -> [Table] {
  valueAndGradient(x) { tape, p in
    let u = p[0] * p[1] + p[0] + tape.constant(Matrix([[-2]]))
    return u * u + p[1] * p[1]
  }.gradient
}
// 丸めの差は、動かすたびに少しずつ積もる
func matches(_ a: Vector, _ b: [Table]) -> Bool {
  maxAbsDifference(a, b.map { $0[0, 0] }) < 1e-9
}
rng = Random(seed: 1413)
let descents = 100, descentRate = 0.05
var slopesMatch = true, stepsMatch = true, longestStep = 0.0
for _ in 0..<draws {
  var x = normal(1, 2).row(0), plain = PlainAdam()
  var y = x.map { Matrix([[$0]]) }, kernel = Adam<Double>(rate: descentRate)
  for _ in 0..<descents {
    let g = plainSlopes(x), h = kernelSlopes(y), from = x
    plain.step(&x, g, rate: descentRate)
    kernel.step(&y, h)
    slopesMatch = slopesMatch && matches(g, h)
    stepsMatch = stepsMatch && matches(x, y)
    longestStep = max(longestStep, maxAbsDifference(x, from) / descentRate)
  }
}
print("一度に動いた量の最大÷学習率", fixed(longestStep, decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 1618)
rng = Random(seed: 3)
var trained = model.parameters(of: Float.self, using: &rng)
var adam = Adam<Float>(rate: 0.004)
var losses: [Double] = [], tokenRight: [Double] = [], allRight: [Double] = []
for _ in 0..<600 {
  let task = batch(randomLength())
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
  let each = hits.count / batchSize
  let whole = (0..<batchSize).count { s in
    hits[s * each..<(s + 1) * each].allSatisfy { $0 }
  }
  tokenRight.append(Double(hits.count { $0 }) / Double(hits.count))
  allRight.append(Double(whole) / Double(batchSize))
}
print("はじめの損失", fixed(losses[0], decimals: 2),
  " 一様な予測", fixed(log(12.0), decimals: 2))
print("最後の50回の平均", fixed(mean(Array(losses.suffix(50))), decimals: 3))

#sourceLocation(file: "lecture-14.md", line: 1651)
let window = 20
func smoothed(_ x: [Double]) -> [Double] {
  stride(from: 0, to: x.count, by: window).map {
    mean(Array(x[$0..<$0 + window]))
  }
}
let middles =
  stride(from: window / 2, to: losses.count, by: window).map { $0 }
show(.lines("学習中の損失", [
  Series("損失", x: middles, y: smoothed(losses)),
], x: Axis("更新の回数"), y: Axis("交差エントロピー", includesZero: true),
  marks: [.horizontal(log(12.0), "一様な予測")]))

#sourceLocation(file: "lecture-14.md", line: 1670)
func accuracy(_ parameters: [Matrix<Float>]) -> Double {
  rng = Random(seed: 1400)
  var right = 0, all = 0
  for n in lengths {
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

#sourceLocation(file: "lecture-14.md", line: 1689)
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
// 並びごとに、n−1問のうち平均して1問だけ当たる
let questionsAsked = lengths.reduce(0) { $0 + $1 - 1 }
let guessing = Double(lengths.count) / Double(questionsAsked)
print("そのまま　　　　", fixed(full, decimals: 3))
print("前の層の注意なし", fixed(noFirst, decimals: 3))
print("後の層の注意なし", fixed(noSecond, decimals: 3))

#sourceLocation(file: "lecture-14.md", line: 1721)
typealias Cut = (_ layer: Int, _ query: Int, _ key: Int) -> Bool
func trace(
  _ tokens: [Int], _ p: [Matrix<Float>],
  cutting cut: @escaping Cut = { _, _, _ in false },
  keysRead sources: [Int?]? = nil
) -> (maps: [Matrix<Float>], logits: Matrix<Float>) {
  var maps: [Matrix<Float>] = []
  var x = Matrix(tokens.map { p[0].row($0) }) + p[1].rows(0..<tokens.count)
  var forKeys = x
  for layer in 0..<2 {
    let k = 2 + 4 * layer
    let layerNorm = LayerNorm<Float>(gain: p[k].row(0), bias: p[k + 1].row(0))
    let qkv = matmul(layerNorm(x), p[k + 2])
    let keys = matmul(layerNorm(forKeys), p[k + 2]).columns(32..<64)
    maps.append(attentionWeights(qkv.columns(0..<32), keys,
      mask: .allowed { i, j in j <= i && !cut(layer, i, j) }))
    let write = matmul(matmul(maps.last!, qkv.columns(64..<96)), p[k + 3])
    let nothing = [Float](repeating: 0, count: 32)
    forKeys = x + Matrix((sources ?? Array(tokens.indices)).map {
      $0.map { write.row($0) } ?? nothing
    })
    x = x + write
  }
  let last = LayerNorm<Float>(gain: p[10].row(0), bias: p[11].row(0))
  return (maps, matmul(last(x), p[12]))
}

#sourceLocation(file: "lecture-14.md", line: 1752)
rng = Random(seed: 1401)
let sample = repeatedSegment(length: 9, vocabulary: 12, using: &rng)
let traced = trace(sample, trained)
let tape = Tape<Float>()
let onTape = model.logits([sample], trained.map { tape.constant($0) }).value
let traceGap = maxAbsDifference(traced.logits, onTape)
let induction = mean((9..<17).map { traced.maps[1][$0, $0 - 8] })
let previous = mean((1..<9).map { traced.maps[0][$0, $0 - 1] })
let traceAgrees = traceGap < 1e-4

#sourceLocation(file: "lecture-14.md", line: 1766)
show(.row("学習後の注意", (0..<2).map { l in
  .heatMap("\(l + 1)層目", traced.maps[l].rowVectors, rowTitle: "Query",
    columnTitle: "Key", scale: .sequential(0...1), width: 240)
}))

#sourceLocation(file: "lecture-14.md", line: 1778)
func accuracy(cutting cut: (_ n: Int) -> Cut) -> Double {
  rng = Random(seed: 1400)
  var hits: [Bool] = []
  for n in lengths {
    for tokens in batch(n).sequences {
      let logits = trace(tokens, trained, cutting: cut(n)).logits
      hits += (n..<2 * n - 1).map {
        topIndices(logits.row($0), 1)[0] == tokens[$0 + 1]
      }
    }
  }
  return Double(hits.count { $0 }) / Double(hits.count)
}
// 前の層で、1回目の並びから見て、決まった数だけ前の文字を隠す
let back = [1, 2, 3].map { gap in
  accuracy { n in { layer, i, j in layer == 0 && i < n && i - j == gap } }
}
// 同じく、2回目の並びから見て直前の文字を隠す
let backLater = accuracy { n in
  { layer, i, j in layer == 0 && i >= n && i - j == 1 }
}
// 後の層で、同じ文字の次、同じ文字、そのもう1つ次を隠す
let around = [1, 0, 2].map { shift in
  accuracy { n in { layer, i, j in layer == 1 && i - j == n - shift } }
}
let cuts = [
  ("前の層", "1回目の並びから見た直前の文字", back[0]),
  ("前の層", "同じく2つ前の文字", back[1]),
  ("前の層", "同じく3つ前の文字", back[2]),
  ("前の層", "2回目の並びから見た直前の文字", backLater),
  ("後の層", "前に同じ文字が出た場所の次", around[0]),
  ("後の層", "その1つ手前（同じ文字）", around[1]),
  ("後の層", "その1つあと", around[2]),
]
print("| 層 | 隠した相手 | 正答率 | 低下 |\n| --- | --- | ---: | ---: |")
for (layer, name, right) in cuts {
  let cells = [right, full - right].map { fixed($0, decimals: 3) }
  print("| \(layer) | \(name) | \(cells[0]) | \(cells[1]) |")
}

#sourceLocation(file: "lecture-14.md", line: 1837)
// 1回目の並びの場所jに渡す書き込みの、もとの場所
func answers(_ source: (_ n: Int, _ j: Int) -> Int?) -> [Double] {
  rng = Random(seed: 1400)
  var right: [Bool] = [], moved: [Bool] = []
  for n in lengths {
    for tokens in batch(n).sequences {
      let sources = tokens.indices.map { j in
        j == 0 || j >= n ? j : source(n, j)
      }
      let logits = trace(tokens, trained, keysRead: sources).logits
      for i in n..<2 * n - 1 {
        let answer = topIndices(logits.row(i), 1)[0], next = i - n + 1
        right.append(answer == tokens[next])
        moved.append(answer == tokens[next + 1 < n ? next + 1 : 1])
      }
    }
  }
  return [right, moved].map { hits in
    Double(hits.count { $0 }) / Double(hits.count)
  }
}
let unmoved = answers { _, j in j }, erased = answers { _, _ in nil }
let movedOn = answers { n, j in j == 1 ? n - 1 : j - 1 }
print("| Keyに渡す書き込み | 正解 | 正解の1つあとの文字 |")
print("| --- | ---: | ---: |")
for (name, x) in [("もとのまま", unmoved), ("渡さない", erased),
  ("1つあとの場所に移す", movedOn)]
{
  print("| \(name) | \(fixed(x[0], decimals: 3)) "
    + "| \(fixed(x[1], decimals: 3)) |")
}

#sourceLocation(file: "lecture-14.md", line: 1888)
var written = Array(sample[0...9])
while written.count < 18 {
  let tape = Tape<Float>()
  let logits = model.logits([written], trained.map { tape.constant($0) }).value
  written.append(topIndices(logits.row(written.count - 1), 1)[0])
}
print("渡した並び", sample[0...9].map { $0 })
print("書いた続き", written[10...].map { $0 })

#sourceLocation(file: "lecture-14.md", line: 1923)
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
let budgets = [1e21, 1e22, 1e23], gridStep = pow(10, 0.001) - 1
let optima = budgets.map { chinchilla.optimum(flops: $0) }
let gridGap = zip(budgets, optima).map {
  (bestOnGrid($0) / $1.parameters - 1).magnitude
}.max()!
let onTheGrid = gridGap < gridStep
let tokensEach = optima.map { $0.tokens / $0.parameters }
let bottoms = optima.map {
  chinchilla.loss(parameters: $0.parameters, tokens: $0.tokens)
}
let drops = [bottoms[0] - bottoms[1], bottoms[1] - bottoms[2]]
// Chinchillaのパラメータ数とトークン数
let (released, readTokens) = (70e9, 1.4e12)
let advised = chinchilla.optimum(flops: 6 * released * readTokens)
let advisedRatio = advised.tokens / advised.parameters
print("最適なトークン数÷パラメータ数", fixed(tokensEach, decimals: 0))

#sourceLocation(file: "lecture-14.md", line: 1960)
let roundedRatios = [0.275, 0.285].map { exponent -> Double in
  let law = ScalingLaw(
    irreducible: 1.69, parameterFactor: 406.4, parameterExponent: 0.34,
    tokenFactor: 410.7, tokenExponent: exponent)
  let best = law.optimum(flops: 6 * released * readTokens)
  return best.tokens / best.parameters
}
// もう1つの指数と2つの係数も、丸めの範囲で動かす
func ends(_ x: Double, _ half: Double) -> [Double] {
  [x - half, x, x + half]
}
let everyRounding = ends(0.34, 0.005).flatMap { a in
  ends(0.28, 0.005).flatMap { b in
    ends(406.4, 0.05).flatMap { big in
      ends(410.7, 0.05).map { small -> Double in
        let law = ScalingLaw(irreducible: 1.69, parameterFactor: big,
          parameterExponent: a, tokenFactor: small, tokenExponent: b)
        let best = law.optimum(flops: 6 * released * readTokens)
        return best.tokens / best.parameters
      }
    }
  }
}
let lowestRatio = everyRounding.min()!
let neverThere = lowestRatio > readTokens / released
print("指数の両端での比", fixed(roundedRatios, decimals: 0),
  " すべての定数を動かした最小", fixed(lowestRatio, decimals: 0))

#sourceLocation(file: "lecture-14.md", line: 1997)
let sizes = (0...40).map { pow(10, 8 + Double($0) / 10) }
show(.lines("演算量を固定した損失", budgets.map { c in
  Series("演算量\(c)", x: sizes,
    y: sizes.map { chinchilla.loss(parameters: $0, tokens: c / 6 / $0) })
}, x: Axis("パラメータ数", scale: .log), y: Axis("損失", range: 1.9...3.2)))

#sourceLocation(file: "lecture-14.md", line: 2012)
let scales = (0...60).map { Double($0) / 10 }
let perToken = scales.map { 1 - 0.5 * exp(-0.6 * $0) }
show(.lines("見かけの創発", [1, 8, 64].map { k in
  Series("\(k)語", x: scales, y: perToken.map { pow($0, Double(k)) })
}, x: Axis("規模（対数の目盛り）"), y: Axis("正答率", range: 0...1)))

#sourceLocation(file: "lecture-14.md", line: 2023)
let tokenCurve = smoothed(tokenRight), wholeCurve = smoothed(allRight)
// 正誤が独立なら、全部が正しい率はどうなるか（長さについて平均する）
let ifIndependent = mean(lengths.map { power(tokenCurve[10], $0 - 1) })
show(.lines("指標による違い", [
  Series("1文字ごと", x: middles, y: tokenCurve),
  Series("全部が正しい", x: middles, y: wholeCurve),
], x: Axis("更新の回数"), y: Axis("正答率", range: 0...1)))

#sourceLocation(file: "lecture-14.md", line: 2050)
rng = Random(seed: 151)
// 二乗誤差を、成分ごとの中心差分で微分する
func stepByDifferences(_ x: Table, _ y: Table, rate: Double) -> Table {
  func loss(_ w: Table) -> Double {
    let errors = (matmul(x, transposed: w) - y).elements
    return errors.reduce(0) { $0 + $1 * $1 } / 2
  }
  return Table(rows: y.columns, columns: x.columns) { i, j in
    var up = Table(rows: y.columns, columns: x.columns, repeating: 0)
    up[i, j] = 1
    return -rate * (loss(up) - loss(-up)) / 2
  }
}
// aの定数倍のうち、bに最も近いものとの差
func gapUpToFactor(_ a: Table, _ b: Table) -> Double {
  let factor = dot(a.elements, b.elements) / dot(a.elements, a.elements)
  return maxAbsDifference(factor * a, b)
}
let softmaxScales = (0...12).map { pow(2, Double($0) / 2 - 4) }
var stepAgrees = true, linearAgrees = true
var softmaxGaps: [Double] = []
for _ in 0..<draws {
  let examples = normal(12, 4), hiddenMap = normal(4, 2)
  let labels = matmul(examples, hiddenMap), questions = normal(5, 4)
  let stepped = firstGradientStep(inputs: examples, targets: labels, rate: 0.05)
  let bySteps = matmul(questions, transposed: stepped)
  stepAgrees = stepAgrees
    && agree(stepped, stepByDifferences(examples, labels, rate: 0.05))
  linearAgrees = linearAgrees && agree(bySteps,
    unnormalizedAttention(questions, examples, labels, scale: 0.05))
  softmaxGaps.append(softmaxScales.map { scale in
    gapUpToFactor(
      attention(questions, examples, labels, scale: scale), bySteps)
  }.min()!)
}
let onlyLinear = linearAgrees && softmaxGaps.min()! > visibleGap
print("線形な注意と勾配の一歩が一致する", linearAgrees)
print("softmaxの注意と勾配の一歩の差の最小と平均",
  fixed([softmaxGaps.min()!, mean(softmaxGaps)], decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 2113)
let votes = 9, single = 0.6, goal = 0.99
rng = Random(seed: 152)
let trials = 20000
let simulated = Double((0..<trials).count { _ in
  (0..<votes).count { _ in rng.uniform() < single } > votes / 2
}) / Double(trials)
let exact = majorityVoteAccuracy(votes: votes, each: single)
let voteCounts = stride(from: 1, through: 41, by: 2).map { $0 }
// 票を1つずつ加え、正しい票の数の分布を追う
func byDistribution(_ n: Int, _ p: Double) -> Double {
  var distribution = [1.0]
  for _ in 0..<n {
    distribution = (0...distribution.count).map { k in
      (k > 0 ? distribution[k - 1] * p : 0)
        + (k < distribution.count ? distribution[k] * (1 - p) : 0)
    }
  }
  return distribution[(n / 2 + 1)...].reduce(0, +)
}
let shares = (1...9).map { Double($0) / 10 }
func curve(_ p: Double) -> [Double] {
  voteCounts.map { majorityVoteAccuracy(votes: $0, each: p) }
}
let formulaHolds = shares.allSatisfy { p in
  maxAbsDifference(curve(p), voteCounts.map { byDistribution($0, p) }) < 1e-10
}
func rises(_ x: [Double]) -> Bool { zip(x, x.dropFirst()).allSatisfy(<) }
let helps = formulaHolds
  && shares.filter { $0 > 0.5 }.allSatisfy { rises(curve($0)) }
let hurts = formulaHolds
  && shares.filter { $0 < 0.5 }.allSatisfy { rises(curve($0).map { -$0 }) }
print("\(votes)回の多数決: 式", fixed(exact, decimals: 3),
  " 実験", fixed(simulated, decimals: 3))

#sourceLocation(file: "lecture-14.md", line: 2152)
show(.lines("多数決", [0.7, 0.6, 0.5, 0.4].map { p in
  Series("各回の正答率\(fixed(p, decimals: 1))", x: voteCounts, y: curve(p))
}, x: Axis("回数"), y: Axis("多数決の正答率", range: 0...1)))

#sourceLocation(file: "lecture-14.md", line: 2168)
let wrongAxis =
  softmax(rows: attentionScores(crowd, crowd).transposed()).transposed()
let wrongSums = wrongAxis.rowVectors.map { sum($0) }
print("行の和", fixed(wrongSums, decimals: 2))

#sourceLocation(file: "lecture-14.md", line: 2184)
func carelessNorm(_ x: Vector) -> Vector {
  let mu = mean(x)
  let squares = x.reduce(0) { $0 + ($1 - mu) * ($1 - mu) }
  let spread = (squares / Double(x.count - 1)).squareRoot()
  return x.map { ($0 - mu) / (spread + 1e-5) }
}
let careless = crowd.row(0).map { 3 * $0 }
let ratio = norm(plainNorm(careless)) / norm(carelessNorm(careless))
let wideVector = normal(1, gptWidth).row(0)
let wideDifference =
  norm(plainNorm(wideVector)) / norm(carelessNorm(wideVector)) - 1
print("長さの比", fixed(ratio), " √(8/7) =", fixed((8.0 / 7).squareRoot()))

#sourceLocation(file: "lecture-14.md", line: 2208)
let empty = [Double](repeating: -.infinity, count: 3)
let top = empty.max()!
let naiveExponents = empty.map { exp($0 - top) }
var poisoned = crowd
poisoned[2, 0] = .nan
// 因果マスクで隠しても、重みゼロと非数の積は非数である
let masking = selfAttention(poisoned, mask: .causal)
let spreads = selfAttention(poisoned).elements.allSatisfy { $0.isNaN }
  && masking.elements.allSatisfy { $0.isNaN }
// 詰め物の行を先にゼロにしておく
for c in 0..<8 { poisoned[2, c] = 0 }
let repaired = selfAttention(poisoned, mask: .causal)
let earlierRows = agree(repaired.rows(0..<2), causalBefore.rows(0..<2))
print("素朴な版", fixed(naiveExponents.map { $0 / sum(naiveExponents) }),
  " Kernel", fixed(softmax(empty)))

#sourceLocation(file: "lecture-14.md", line: 2236)
var uniformShift = crowd, slantedShift = crowd
for c in 0..<8 {
  uniformShift[5, c] += 2
  slantedShift[5, c] += Double(c)
}
let unseen =
  maxAbsDifference(plainBlock(uniformShift, mask: .none).row(0), asBERT.row(0))
let noticed =
  maxAbsDifference(plainBlock(slantedShift, mask: .none).row(0), asBERT.row(0))
let kernelNorm = LayerNorm<Double>(dimension: 8)
let onlyRounding = unseen < roundingLimit && noticed > visibleGap
  && agree(kernelNorm(uniformShift), kernelNorm(crowd))
print("同じ数を足す", fixed(unseen), " 違う数を足す", fixed(noticed))

#sourceLocation(file: "lecture-14.md", line: 2261)
func layerCost(_ n: Double, width d: Double = 768) -> [Double] {
  [8 * n * d * d, 4 * n * n * d, 16 * n * d * d]
}
print("| 系列の長さ | 射影 | 得点と混合 | FFN | 得点と混合の割合 |")
print("| ---: | ---: | ---: | ---: | ---: |")
for n in [128.0, 1024, 4608, 32768] {
  let c = layerCost(n)
  let cells = c.map { fixed($0 / 1e9, decimals: 2) }.joined(separator: " | ")
  let share = fixed(100 * c[1] / sum(c), decimals: 0)
  print("| \(Int(n)) | \(cells) | \(share)% |")
}
// 小さなブロックで実際に行う積と和を数える
let longInput = normal(6 * 8, 8)
let mixing = [0..<4, 4..<8].reduce(Int64(0)) { total, c in
  let part = longInput.columns(c)
  return total + countedStandardAttention(part, part, part).work.productFlops
}
let projecting = [parts.query, parts.key, parts.value, parts.output]
  .reduce(0) { total, m in
    total + counting { longInput.mapRows { product(m, $0) } }.flops
  }
let ffn = counting {
  longInput.mapRows { x in
    product(mlp.down, product(mlp.up, x).map { plainGELU($0) })
  }
}.flops
let evenly = mixing == Int64(projecting + ffn)
let formulasHold = layerCost(48, width: 8) == [
  Double(projecting), Double(mixing), Double(ffn),
]

#sourceLocation(file: "lecture-14.md", line: 2340)
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

#sourceLocation(file: "lecture-14.md", line: 2361)
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

#sourceLocation(file: "lecture-14.md", line: 2396)
func acceptsReach(_ reach: (Double) -> Double) -> Bool {
  slopes8.indices.allSatisfy { head in
    let near = Int(reach(slopes8[head]))
    let ratios = alibi(head: head, queries: [0], keys: [near, near + 1])
      .map { 1000 * exp($0) }
    return ratios[0, 0] >= 1 && ratios[0, 1] < 1
  }
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

#sourceLocation(file: "lecture-14.md", line: 2437)
rng = Random(seed: 153)
let probes = (0..<draws).map { _ in
  (scores: normal(1, 3).row(0), values: normal(1, 3).row(0))
}
func acceptsPull(_ pull: (Double, Double, Double) -> Double) -> Bool {
  probes.allSatisfy { scores, values in
    func mixed(_ s: Vector) -> Double { dot(softmax(s), values) }
    return scores.indices.allSatisfy { j in
      var up = scores, down = scores
      up[j] += 1e-5
      down[j] -= 1e-5
      let slope = (mixed(up) - mixed(down)) / 2e-5
      let answer = pull(softmax(scores)[j], values[j], mixed(scores))
      return (answer - slope).magnitude < 1e-8
    }
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

#sourceLocation(file: "lecture-14.md", line: 2483)
let longer = 900, passing = 0.9
func train(seed: UInt64, steps: Int) -> [Matrix<Float>] {
  rng = Random(seed: seed)
  var parameters = model.parameters(of: Float.self, using: &rng)
  var optimiser = Adam<Float>(rate: 0.004)
  for _ in 0..<steps {
    let task = batch(randomLength())
    let step = valueAndGradient(parameters) { _, p in
      crossEntropy(gatherRows(model.logits(task.sequences, p), task.places),
        task.answers)
    }
    optimiser.step(&parameters, step.gradient)
  }
  return parameters
}

#sourceLocation(file: "lecture-14.md", line: 2512)
let again = train(seed: 3, steps: losses.count)
let other = train(seed: 2, steps: longer)
let otherMaps = trace(sample, other).maps
let otherInduction = mean((9..<17).map { otherMaps[1][$0, $0 - 8] })
let otherAccuracy = accuracy(other)
let claims: [(name: String, holds: Bool)] = [
  ("あ", !(otherAccuracy > passing && otherInduction <= 0.5)),
  ("い", again == trained), ("う", otherAccuracy > passing),
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

#sourceLocation(file: "lecture-14.md", line: 2555)
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

#sourceLocation(file: "lecture-14.md", line: 2592)
typealias Rotation = (Vector, Int) -> Vector
let exerciseWidth = 8
func speed(_ i: Int) -> Double {
  pow(10000, -2 * Double(i) / Double(exerciseWidth))
}
func pairwise(
  _ x: Vector, _ angle: (Int) -> Double,
  _ turn: (Double, Double, Double) -> Vector
) -> Vector {
  (0..<x.count / 2).flatMap { turn(x[2 * $0], x[2 * $0 + 1], angle($0)) }
}
func turned(_ a: Double, _ b: Double, _ t: Double) -> Vector {
  [a * cos(t) - b * sin(t), a * sin(t) + b * cos(t)]
}
func rotate(_ x: Vector, _ p: Int) -> Vector {
  pairwise(x, { Double(p) * speed($0) }, turned)
}
func oneSpeed(_ x: Vector, _ p: Int) -> Vector {
  pairwise(x, { _ in Double(p) }, turned)
}
func noSine(_ x: Vector, _ p: Int) -> Vector {
  pairwise(x, { Double(p) * speed($0) }) { [$0 * cos($2), $1 * cos($2)] }
}
func bothPlus(_ x: Vector, _ p: Int) -> Vector {
  pairwise(x, { Double(p) * speed($0) }) {
    [$0 * cos($2) + $1 * sin($2), $0 * sin($2) + $1 * cos($2)]
  }
}
func sameSine(_ x: Vector, _ p: Int) -> Vector {
  pairwise(x, { Double(p) * (Double.pi - speed($0)) }, turned)
}
func acceptsRotation(_ rotate: Rotation) -> Bool {
  rng = Random(seed: 154)
  let axes = Table.identity(exerciseWidth)
  let rightSpeeds = (0..<exerciseWidth / 2).allSatisfy { i in
    let a = axes.row(2 * i), b = axes.row(2 * i + 1)
    let (c, s) = (cos(speed(i)), sin(speed(i)))
    return agree(rotate(a, 1), zip(a, b).map { c * $0 + s * $1 })
      && agree(rotate(b, 1), zip(a, b).map { c * $1 - s * $0 })
  }
  return rightSpeeds && (0..<draws).allSatisfy { _ in
    let q = normal(1, exerciseWidth).row(0), k = normal(1, exerciseWidth).row(0)
    let p = rng.integer(below: 100), r = rng.integer(below: 100)
    let both = rng.integer(below: 100)
    let near = dot(rotate(q, p), rotate(k, r))
    let far = dot(rotate(q, p + both), rotate(k, r + both))
    return (near - far).magnitude < 1e-9 && agree(rotate(q, 0), q)
  }
}
let verdict6 = verdicts([
  (text: "組ごとに回す", answer: rotate, slip: ""),
  (text: "同じ速さで回す", answer: oneSpeed, slip: "角速度を組によらず同じにする"),
  (text: "余弦を掛ける", answer: noSine, slip: "正弦の項を落とす"),
  (text: "符号がどれも正", answer: bothPlus, slip: "回転の符号を忘れる"),
  (text: "角π − θで回す", answer: sameSine, slip: "正弦だけで角を決める"),
], acceptsRotation)
let kernelRotary = RotaryEmbedding<Double>(headDimension: exerciseWidth)
let rotationAgrees = (0..<draws).allSatisfy { p in
  let x = normal(1, exerciseWidth).row(0)
  return agree(rotate(x, p), kernelRotary.rotate(x, position: Double(p)))
}

#sourceLocation(file: "lecture-14.md", line: 2676)
typealias Windowed = (Table, Table, Table, Int) -> Table
func attend(
  _ q: Table, _ k: Table, _ v: Table, _ range: (Int) -> Range<Int>
) -> Table {
  Matrix((0..<q.rows).map { i in
    let near = range(i), scale = 1 / Double(q.columns).squareRoot()
    let weights = softmax(near.map { dot(q.row(i), k.row($0)) * scale })
    return (0..<v.columns).map { c in dot(weights, near.map { v[$0, c] }) }
  })
}
func recent(_ q: Table, _ k: Table, _ v: Table, _ w: Int) -> Table {
  attend(q, k, v) { max(0, $0 - w + 1)..<$0 + 1 }
}
func oneMore(_ q: Table, _ k: Table, _ v: Table, _ w: Int) -> Table {
  attend(q, k, v) { max(0, $0 - w)..<$0 + 1 }
}
func alsoAhead(_ q: Table, _ k: Table, _ v: Table, _ w: Int) -> Table {
  attend(q, k, v) { max(0, $0 - w + 1)..<min(q.rows, $0 + w) }
}
func zeroedLate(_ q: Table, _ k: Table, _ v: Table, _ w: Int) -> Table {
  let all = attentionWeights(q, k)
  return matmul(Table(rows: q.rows, columns: k.rows) { i, j in
    j <= i && i - j < w ? all[i, j] : 0
  }, v)
}
// QとKを見ない平均と、両端だけの平均
func movingAverage(_ q: Table, _ k: Table, _ v: Table, _ w: Int) -> Table {
  attend(0 * q, k, v) { max(0, $0 - w + 1)..<$0 + 1 }
}
func endsOnly(_ q: Table, _ k: Table, _ v: Table, _ w: Int) -> Table {
  Table(rows: q.rows, columns: v.columns) { i, c in
    (v[max(0, i - w + 1), c] + v[i, c]) / 2
  }
}
func unscaled(_ q: Table, _ k: Table, _ v: Table, _ w: Int) -> Table {
  recent(q.map { $0 * Double(q.columns).squareRoot() }, k, v, w)
}
func acceptsWindow(_ answer: Windowed) -> Bool {
  rng = Random(seed: 155)
  return (0..<draws).allSatisfy { _ in
    let n = 9, w = 1 + rng.integer(below: 4)
    let q = normal(n, 4), k = normal(n, 4), v = normal(n, 4)
    let weights = answer(q, k, .identity(n), w)
    let everyRow = (0..<n).allSatisfy { i in
      let near = max(0, i - w + 1)...i, row = weights.row(i)
      let zero = (0..<n).allSatisfy { near.contains($0) || row[$0] == 0 }
      let ratios = near.allSatisfy { j in
        let gap = dot(q.row(i), k.row(j)) - dot(q.row(i), k.row(i))
        return agree(log(row[j] / row[i]), gap / Double(4).squareRoot())
      }
      return zero && ratios && agree(sum(row), 1)
    }
    return everyRow && agree(answer(q, k, v, w), matmul(weights, v))
  }
}
let verdict7 = verdicts([
  (text: "範囲の得点だけでsoftmax", answer: recent, slip: ""),
  (text: "1つ多く見る", answer: oneMore, slip: "自分を数えない"),
  (text: "前後を見る", answer: alsoAhead, slip: "未来を隠し忘れる"),
  (text: "softmaxのあとでゼロにする", answer: zeroedLate,
    slip: "残りの重みの和が足りなくなる"),
  (text: "一様に平均する", answer: movingAverage, slip: "QとKを使わない"),
  (text: "範囲の両端を平均する", answer: endsOnly,
    slip: "範囲の端だけを調べる判定なら通る"),
  (text: "√d_kで割らない", answer: unscaled, slip: "得点の倍率を忘れる"),
], acceptsWindow)
let windowAgrees = (1...4).allSatisfy { w in
  let (q, k, v) = (normal(9, 4), normal(9, 4), normal(9, 4))
  return agree(recent(q, k, v, w), attention(q, k, v,
    mask: .allowed { i, j in j <= i && i - j < w }))
}
