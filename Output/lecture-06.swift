// Transformerという測量士
// 実行するには、この本のリポジトリで ./build.sh run lecture-06.swift、または weave run lecture-06.swift
import ChapterRuntime
import Kernel
import Plot

#sourceLocation(file: "lecture-06.md", line: 53)
let probe: [Double] = [1, 0]
let stakes = Matrix([[1.0, 0], [0, 1], [3, 3]])
let stakeScores = (0..<3).map { dot(probe, stakes.row($0)) }
let stakeWeights = softmax(stakeScores.map { $0 / Double(2).squareRoot() })
let longWins = stakeWeights[2] > stakeWeights[0]
print("内積", fixed(stakeScores, decimals: 1))
print("重み", fixed(stakeWeights, decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 71)
let labels = stakeWeights.map { "重み" + fixed($0, decimals: 2) }
let tilt = angle(probe, stakes.row(2)) * 180 / Double.pi
show(.plane("Queryと\(stakes.rows)本のKey", [
  .arrow(to: (3, 3), labels[2], style: 1),
  .arrow(to: (0, 1), labels[1], style: 2),
  .arrow(to: (1, 0), "qと同じ向き、" + labels[0], style: 0),
  .angle(from: (1, 0), to: (3, 3), fixed(tilt, decimals: 0) + "度"),
]))

#sourceLocation(file: "lecture-06.md", line: 117)
typealias Vector = [Double]
typealias Table = Matrix<Double>
func agree(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < 1e-12 }
func agree(_ a: Vector, _ b: Vector) -> Bool {
  maxAbsDifference(a, b) < 1e-12
}
func agree(_ a: Table, _ b: Table) -> Bool { maxAbsDifference(a, b) < 1e-12 }
func differ(_ a: Vector, _ b: Vector) -> Bool {
  maxAbsDifference(a, b) > 0.01
}
func differ(_ a: Table, _ b: Table) -> Bool { maxAbsDifference(a, b) > 0.01 }

#sourceLocation(file: "lecture-06.md", line: 139)
let root2 = Double(2).squareRoot()
func phi(_ x: [Double]) -> [Double] {
  var features: [Double] = [1]
  for i in x.indices {
    features.append(root2 * x[i])
    features.append(x[i] * x[i])
    for j in 0..<i { features.append(root2 * x[i] * x[j]) }
  }
  return features
}

#sourceLocation(file: "lecture-06.md", line: 155)
var rng = Random(seed: 6)
func normal(_ rows: Int, _ columns: Int, scale: Double = 1) -> Matrix<Double> {
  .normal(rows: rows, columns: columns, scale: scale, using: &rng)
}
let pointPairs = (0..<20).map { _ in [normal(1, 6).row(0), normal(1, 6).row(0)] }
let byKernel: Vector = pointPairs.map { pair in
  let shifted = dot(pair[0], pair[1]) + 1
  return shifted * shifted
}
let byFeatures: Vector = pointPairs.map { dot(phi($0[0]), phi($0[1])) }
let polynomial = PolynomialKernel(degree: 2, constant: 1.0)
let byLibrary: Vector = pointPairs.map { polynomial($0[0], $0[1]) }
let byLibraryFeatures: Vector = pointPairs.map { pair in
  dot(polynomial.features(pair[0]), polynomial.features(pair[1]))
}
let featureCount = phi(pointPairs[0][0]).count
let countsMatch = (1...8).allSatisfy { d in
  Int64(phi(Vector(repeating: 1, count: d)).count) == binomial(d + 2, 2)
}
print("はじめの組", fixed([byKernel[0], byFeatures[0]], decimals: 6))
print("特徴の個数", featureCount)

#sourceLocation(file: "lecture-06.md", line: 202)
func cholesky(_ a: Matrix<Double>) -> Matrix<Double>? {
  var l = Matrix<Double>(rows: a.rows, columns: a.rows, repeating: 0)
  for i in 0..<a.rows {
    for j in 0...i {
      var rest: Double = a[i, j]
      for k in 0..<j { rest -= l[i, k] * l[j, k] }
      if i == j && rest <= 0 { return nil }
      l[i, j] = i == j ? rest.squareRoot() : rest / l[j, j]
    }
  }
  return l
}

#sourceLocation(file: "lecture-06.md", line: 220)
rng = Random(seed: 61)
let cloud = normal(20, 3)
let gram = RBFKernel(bandwidth: 1.0).gram(cloud)
let lower = cholesky(gram)
let cloudQ = matmul(cloud, normal(3, 3))
let cloudK = matmul(cloud, normal(3, 3))
let products = matmul(cloudQ, transposed: cloudK)
let learned = products.map { exp($0) }
let reversal = (products - products.transposed()).elements
let swaps = Double(cloud.rows * (cloud.rows - 1))
let asymmetry = (dot(reversal, reversal) / swaps).squareRoot()
print("RBF:      対称", gram == gram.transposed(), " 正定値", lower != nil)
print("exp(q·k): 対称", learned == learned.transposed())

#sourceLocation(file: "lecture-06.md", line: 262)
func fourier(_ x: Vector, _ w: Table, _ shift: Vector) -> Vector {
  let height = (2 / Double(w.rows)).squareRoot()
  return (0..<w.rows).map { i in height * cos(dot(w.row(i), x) + shift[i]) }
}
let maps = 400
func fourierError(_ m: Int) -> Double {
  rng = Random(seed: 60 + UInt64(m))
  var total = 0.0
  for _ in 0..<maps {
    let w = normal(m, 3)
    let shift = (0..<m).map { _ in 2 * Double.pi * rng.uniform() }
    let near = fourier(cloud.row(0), w, shift)
    let far = fourier(cloud.row(1), w, shift)
    let gap = dot(near, far) - gram[0, 1]
    total += gap * gap
  }
  return (total / Double(maps)).squareRoot()
}

#sourceLocation(file: "lecture-06.md", line: 283)
let featureCounts = [16, 64, 256, 1024]
let fourierErrors = featureCounts.map { fourierError($0) }
let nearness = gram[0, 1] * gram[0, 1]
let oneFeature = 1 - nearness + nearness * nearness / 2
let expectedErrors = featureCounts.map {
  (oneFeature / Double($0)).squareRoot()
}
let rootSpread = 1 / Double(2 * maps).squareRoot()
let errorsAsExpected = zip(fourierErrors, expectedErrors).allSatisfy {
  ($0 / $1 - 1).magnitude < 5 * rootSpread
}
rng = Random(seed: 62)
let sketch = RandomFourierFeatures(
  count: 64, dimension: 3, bandwidth: 1.0, using: &rng)
let plainSketch = fourier(cloud.row(0), sketch.frequencies, sketch.phases)
show(.lines("乱数フーリエ特徴の誤差", [
  Series("測定した誤差", x: featureCounts, y: fourierErrors),
  Series("理論値", x: featureCounts, y: expectedErrors),
], x: Axis("特徴の個数m", scale: .log2), y: Axis("RBFとの差", scale: .log)))

#sourceLocation(file: "lecture-06.md", line: 330)
rng = Random(seed: 63)
let rbf = RBFKernel(bandwidth: 1.0)
var identityGap = 0.0, factorGap = 0.0
for _ in 0..<1000 {
  let q = normal(1, 4).row(0)
  let k = normal(1, 4).row(0)
  let left = exp(dot(q, k))
  let right = exp(dot(q, q) / 2) * rbf(q, k) * exp(dot(k, k) / 2)
  identityGap = max(identityGap, (left - right).magnitude / left)
  let factors = ExponentialKernelFactors(query: q, key: k)
  factorGap = max(factorGap, (factors.product - left).magnitude / left)
}
print("相対誤差の最大は1e-13未満:", identityGap < 1e-13)

#sourceLocation(file: "lecture-06.md", line: 354)
rng = Random(seed: 64)
let circleKeys = l2NormalizeRows(normal(9, 4))
let freeQueries = normal(5, 4)
let someValues = normal(9, 2)
let byAttention = attention(freeQueries, circleKeys, someValues, scale: 1)
let bySmoothing = freeQueries.mapRows { q in
  let k = (0..<9).map { rbf(q, circleKeys.row($0)) }
  return (0..<2).map { c in dot(k, someValues.column(c)) / sum(k) }
}
let byKernelSmoother = kernelSmoother(
  queries: freeQueries, keys: circleKeys, values: someValues
) { q, k in rbf(q, k) }
print("長さがそろえば一致:", agree(byAttention, bySmoothing))

#sourceLocation(file: "lecture-06.md", line: 376)
let longKey = circleKeys.row(0).map { 2 * $0 }
let unevenKeys = Matrix([longKey] + circleKeys.rowVectors.dropFirst())
let unevenAttention = attention(freeQueries, unevenKeys, someValues, scale: 1)
func unevenSmoothing(_ factor: (Vector) -> Double) -> Table {
  kernelSmoother(
    queries: freeQueries, keys: unevenKeys, values: someValues
  ) { q, k in rbf(q, k) * factor(k) }
}
let drift = maxAbsDifference(unevenAttention, unevenSmoothing { _ in 1 })
let corrected = unevenSmoothing { k in exp(dot(k, k) / 2) }
print("RBFの平滑化との差", fixed(drift))
print("長さの因子を掛ければ一致:", agree(unevenAttention, corrected))

#sourceLocation(file: "lecture-06.md", line: 399)
let wide = RBFKernel(bandwidth: root2)
let wideSmoothing = kernelSmoother(
  queries: freeQueries, keys: circleKeys, values: someValues
) { q, k in wide(q, k) }

#sourceLocation(file: "lecture-06.md", line: 411)
let dataAngles = (0..<12).map { Double($0) * Double.pi / 6 }
let dataValues = dataAngles.map { sin($0) + 0.5 * sin(3 * $0) }
let circle = Matrix(dataAngles.map { [cos($0), sin($0)] })
let askAngles = (0...120).map { Double($0) * Double.pi / 60 }
let ask = Matrix(askAngles.map { [cos($0), sin($0)] })
func smoothed(_ sharpness: Double) -> [Double] {
  let values = Matrix(dataValues.map { [$0] })
  return attention(ask, circle, values, scale: sharpness).column(0)
}

#sourceLocation(file: "lecture-06.md", line: 423)
let askDegrees = askAngles.map { $0 * 180 / Double.pi }
let dataDegrees = dataAngles.map { $0 * 180 / Double.pi }
let moving = parameter("真ん中の曲線の倍率", 8, in: 0.5...128, perDoubling: 4)
let circleCurves: [Mark] = [1, moving, 64].map { s in
  .line(Series("倍率\(fixed(s, decimals: 1))", x: askDegrees, y: smoothed(s)))
}
show(.chart("円周上の注意による平滑化", circleCurves + [
  .points(Series("データ", x: dataDegrees, y: dataValues)),
], x: Axis("角度（度）"), y: Axis("値", range: -1.2...1.2)))

#sourceLocation(file: "lecture-06.md", line: 452)
let word: [Double] = [1.0, 0.2]
let neighbour: [Double] = [0.9, 0.5]
let alone = Matrix([neighbour, [-1, 0.3]])
let crowded = Matrix([neighbour, [-1, 0.3], [1.5, 0.1], [1.2, 0.4]])
func weightOnFirst(_ keys: Matrix<Double>) -> Double {
  softmax((0..<keys.rows).map { dot(word, keys.row($0)) })[0]
}
func smoothedOnFirst(_ keys: Matrix<Double>) -> Double {
  let k = (0..<keys.rows).map { rbf(word, keys.row($0)) }
  return k[0] / sum(k)
}
let rbfAlone = rbf.gram([word] + alone.rowVectors)[0, 1]
let rbfCrowded = rbf.gram([word] + crowded.rowVectors)[0, 1]
print("RBFの値  ", fixed(rbfAlone), "→", fixed(rbfCrowded))
let weightAlone = weightOnFirst(alone), weightCrowded = weightOnFirst(crowded)
print("注意の重み", fixed(weightAlone), "→", fixed(weightCrowded))
let rbfShares = [smoothedOnFirst(alone), smoothedOnFirst(crowded)]
print("正規化RBF ", fixed(rbfShares[0]), "→", fixed(rbfShares[1]))

#sourceLocation(file: "lecture-06.md", line: 514)
let words = ["学生", "本", "棚"]
let wordKeys = Matrix([[1.0, 0, 1, 0], [2, 1, 0, 0], [0, 0, 2, 1]])
let wordValues = Matrix([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]])
let heavy: Vector = [2, 2, 0, 0], tall: Vector = [0, 0, 2, 2]
let handScores = (0..<3).map { dot(heavy, wordKeys.row($0)) / 2 }
let handRaised = handScores.map { exp($0) }
let handTotal = handRaised[0] + handRaised[1] + handRaised[2]
let handWeights = handRaised.map { $0 / handTotal }
let bothAnswers = attention(Matrix([heavy, tall]), wordKeys, wordValues)
print("| 語 | Key | 得点 | 得点の指数 | 重み |")
print("| --- | :---: | ---: | ---: | ---: |")
for (j, word) in words.enumerated() {
  let key = fixed(wordKeys.row(j), decimals: 0)
  let cells = [
    fixed(handScores[j], decimals: 0), fixed(handRaised[j], decimals: 2),
    fixed(handWeights[j], decimals: 2),
  ]
  print("| \(word) | \(key) | \(cells.joined(separator: " | ")) |")
}

#sourceLocation(file: "lecture-06.md", line: 551)
func plainSoftmax(_ scores: [Double]) -> [Double] {
  let top = scores.max()!
  let raised = scores.map { exp($0 - top) }
  let total = raised.reduce(0, +)
  return raised.map { $0 / total }
}

#sourceLocation(file: "lecture-06.md", line: 563)
let modest: [Double] = [2, 1, 0, -1]
let lift = 1000.0
let shifted = plainSoftmax(modest.map { $0 + lift })
let careless = modest.map { exp($0 + lift) }
let carelessTotal = careless.reduce(0, +)
print("引く版    ", fixed(shifted))
print("引かない版", fixed(careless.map { $0 / carelessTotal }))
print("Kernel    ", fixed(softmax(modest)))

#sourceLocation(file: "lecture-06.md", line: 584)
func plainAttention(_ q: Table, _ k: Table, _ v: Table) -> Table {
  let scale = 1 / Double(q.columns).squareRoot()
  var out = Table(rows: q.rows, columns: v.columns, repeating: 0)
  for i in 0..<q.rows {
    let scores = (0..<k.rows).map { j in scale * dot(q.row(i), k.row(j)) }
    let weights = plainSoftmax(scores)
    for j in 0..<k.rows {
      for c in 0..<v.columns { out[i, c] += weights[j] * v[j, c] }
    }
  }
  return out
}

#sourceLocation(file: "lecture-06.md", line: 602)
rng = Random(seed: 65)
let qs = normal(6, 8)
let ks = normal(7, 8)
let vs = normal(7, 3)
let single = plainAttention(qs, Matrix([ks.row(0)]), Matrix([vs.row(0)]))
let silent = plainAttention(Table(rows: 1, columns: 8, repeating: 0), ks, vs)
let copied = single.rowVectors.allSatisfy { $0 == vs.row(0) }
let averages = (0..<3).map { mean(vs.column($0)) }
print("Queryがゼロのときの出力", fixed(silent.row(0)))
print("Valueの平均            ", fixed(averages))

#sourceLocation(file: "lecture-06.md", line: 645)
func compiledBlock23() {
func inSinglePrecision() -> Matrix<Float> {
  let q = Matrix<Float>(rows: 2, columns: 4, repeating: 0.5)
  return attention(q, q, q)
}
}

#sourceLocation(file: "lecture-06.md", line: 658)
let temperatures = (1...50).map { Double($0) / 10 }
let largest = temperatures.map { softmax(modest, temperature: $0).max()! }
let peakFalls = zip(largest, largest.dropFirst()).allSatisfy { $0 > $1 }
let unitTemperature = 1.0
let warm = softmax(modest, temperature: unitTemperature)
print("T=1 ", fixed(warm),
  " 実効個数", fixed(effectiveCount(warm), decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 671)
show(.lines("温度と重み", (0..<4).map { j in
  Series("得点\(Int(modest[j]))", x: temperatures,
    y: temperatures.map { softmax(modest, temperature: $0)[j] })
}, x: Axis("温度T"), y: Axis("重み", range: 0...1)))

#sourceLocation(file: "lecture-06.md", line: 694)
let vectorCount = 400
func scoreVariance(_ width: Int, scale: Double? = nil) -> Double {
  rng = Random(seed: 6600 + UInt64(width))
  let q = normal(vectorCount, width)
  let k = normal(vectorCount, width)
  return variance(attentionScores(q, k, scale: scale).elements)
}
print("| 次元 | そのままの分散 | 平方根で割った後の分散 |")
print("| ---: | ---: | ---: |")
let varianceWidths = [4, 16, 64, 256]
let wobbles = varianceWidths.map {
  2 / Double(vectorCount * $0).squareRoot()
}
let scaledVariances = varianceWidths.map { scoreVariance($0) }
let staysNearOne = zip(scaledVariances, wobbles).allSatisfy {
  ($0 - 1).magnitude < 6 * $1
}
for (width, scaled) in zip(varianceWidths, scaledVariances) {
  let raw = scoreVariance(width, scale: 1)
  let cells = [fixed(raw, decimals: 1), fixed(scaled, decimals: 3)]
  print("| \(width) | \(cells[0]) | \(cells[1]) |")
}

#sourceLocation(file: "lecture-06.md", line: 735)
let crowd = 64, draws = 10
func peaks(_ width: Int, scale: Double, draws: Int) -> Vector {
  (0..<draws).flatMap { _ in
    let q = normal(40, width)
    let k = normal(crowd, width)
    return attentionWeights(q, k, scale: scale).rowVectors.map { $0.max()! }
  }
}
func meanPeak(_ width: Int, scale: Double) -> Double {
  rng = Random(seed: 67)
  return mean(peaks(width, scale: scale, draws: draws))
}
let widths = [2, 4, 8, 16, 32, 64, 128, 256]
let rawPeaks = widths.map { meanPeak($0, scale: 1) }
let tamePeaks = widths.map { meanPeak($0, scale: 1 / Double($0).squareRoot()) }
show(.lines("最大の重みの平均", [
  Series("そのまま", x: widths, y: rawPeaks),
  Series("平方根で割る", x: widths, y: tamePeaks),
], x: Axis("次元", scale: .log2), y: Axis("最大の重みの平均", range: 0...1)))

#sourceLocation(file: "lecture-06.md", line: 769)
let slopeDraws = 40
func slopes(_ scale: Double) -> Vector {
  rng = Random(seed: 68)
  let largest = peaks(widths[7], scale: scale, draws: slopeDraws)
  return largest.map { scale * $0 * (1 - $0) }.sorted()
}
let rawSlopes = slopes(1), tameSlopes = slopes(1.0 / 16)
let tenth = rawSlopes.count / 10, half = rawSlopes.count / 2
let faint = rawSlopes.count { $0 < tameSlopes[0] }
let faintShare = Double(faint) / Double(rawSlopes.count)
let centreFalls =
  rawSlopes[half] > tameSlopes[half] && mean(rawSlopes) > mean(tameSlopes)
func summary(_ x: Vector) -> String {
  fixed([x[tenth], x[half], mean(x)], decimals: 7)
}
print("下から1割の位置、中央値、平均")
print("そのまま", summary(rawSlopes))
print("割る    ", summary(tameSlopes))

#sourceLocation(file: "lecture-06.md", line: 806)
let modelWidth = 512, layerDraws = 10
typealias Layer = (d: Int, dk: Int, scale: Double)
func layerVariances(_ layer: Layer, seed: UInt64) -> Vector {
  rng = Random(seed: seed)
  return (0..<layerDraws).map { _ in
    let x = normal(64, layer.d)
    let wq = normal(layer.d, layer.dk, scale: layer.scale)
    let wk = normal(layer.d, layer.dk, scale: layer.scale)
    return variance(attentionScores(matmul(x, wq), matmul(x, wk)).elements)
  }
}
let layers: [Layer] = [
  (512, 64, 1), (512, 64, 1 / Double(modelWidth).squareRoot()),
  (512, 64, 0.02), (128, 64, 0.02), (512, 16, 0.02),
]
let layerSamples = layers.enumerated().map {
  layerVariances($1, seed: 6900 + UInt64($0))
}
let deviations = layerSamples.map { mean($0).squareRoot() }
let predicted = layers.map { Double($0.d) * $0.scale * $0.scale }
let layerErrors = layerSamples.map {
  (variance($0) / Double(layerDraws)).squareRoot() / (2 * mean($0))
}
let tolerated = 0.06
let followsTheory = zip(deviations, predicted).allSatisfy {
  ($0 / $1 - 1).magnitude < tolerated
}
print("測定", fixed(deviations, decimals: 3))
print("理論", fixed(predicted, decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 858)
rng = Random(seed: 610)
let corners = Matrix([[1, 1.5], [4, 0.5], [5.5, 3], [3.5, 4.5], [1, 3.7]])
let planeQueries = normal(250, 2, scale: 3)
let planeKeys = normal(5, 2)
let mixtures = attention(planeQueries, planeKeys, corners)
func isInside(_ p: [Double]) -> Bool {
  (0..<5).allSatisfy { i in
    let a = corners.row(i), b = corners.row((i + 1) % 5)
    let along = (b[0] - a[0]) * (p[1] - a[1])
    return along - (b[1] - a[1]) * (p[0] - a[0]) > -1e-12
  }
}
let allInside = (0..<250).allSatisfy { isInside(mixtures.row($0)) }
print("すべて凸包の内側:", allInside)

#sourceLocation(file: "lecture-06.md", line: 878)
show(.plane("凸包と出力", [
  .polygon("凸包", x: corners.column(0), y: corners.column(1), style: 2),
  .points(
    Series("出力", x: mixtures.column(0), y: mixtures.column(1), style: 0)),
  .points(
    Series("Value", x: corners.column(0), y: corners.column(1), style: 1)),
]))

#sourceLocation(file: "lecture-06.md", line: 897)
rng = Random(seed: 611)
let tokens = normal(6, 8)
let wQ = normal(8, 4, scale: 0.5)
let wK = normal(8, 4, scale: 0.5)
let wV = normal(8, 4, scale: 0.5)
func survey(_ x: Table, mask: AttentionMask = .none) -> Table {
  attention(matmul(x, wQ), matmul(x, wK), matmul(x, wV), mask: mask)
}
func permuted(_ m: Table) -> Table {
  Matrix([3, 0, 5, 4, 1, 2].map { m.row($0) })
}
let shuffled = survey(permuted(tokens))
let shuffledCausal = survey(permuted(tokens), mask: .causal)
let causal = survey(tokens, mask: .causal)
print("マスクなし:", agree(shuffled, permuted(survey(tokens))))
print("因果マスク:", agree(shuffledCausal, permuted(causal)))

#sourceLocation(file: "lecture-06.md", line: 938)
rng = Random(seed: 612)
let layerInput = RMSNorm<Double>(dimension: 64, epsilon: 0)(normal(64, 64))
let headQ = matmul(layerInput, normal(64, 16, scale: 0.125))
let headK = matmul(layerInput, normal(64, 16, scale: 0.125))
let queryNorms = (0..<64).map { norm(headQ.row($0)) }
let inputNorms = (0..<64).map { norm(layerInput.row($0)) }
print(
  "射影前のノルム", fixed(inputNorms.min()!), "〜", fixed(inputNorms.max()!))
print(
  "射影後のノルム", fixed(queryNorms.min()!), "〜", fixed(queryNorms.max()!))

#sourceLocation(file: "lecture-06.md", line: 958)
let cosines = cosineSimilarities(headQ, headK).elements
let plainScores = attentionScores(headQ, headK).elements
let ruler = Double(headQ.columns).squareRoot()
let quarter = stride(from: 0, to: cosines.count, by: 8).map { $0 }
show(.chart("余弦と得点", [
  .points(Series("標準", x: quarter.map { cosines[$0] },
    y: quarter.map { plainScores[$0] })),
  .line(
    Series("正規化（倍率\(Int(ruler))）", x: [-1.0, 1.0], y: [-ruler, ruler])),
], x: Axis("cosθ"), y: Axis("得点")))

#sourceLocation(file: "lecture-06.md", line: 971)
func correlate(_ x: [Double], _ y: [Double]) -> Double {
  let mx = mean(x), my = mean(y)
  let cross = mean(zip(x, y).map { ($0 - mx) * ($1 - my) })
  return cross / (variance(x) * variance(y)).squareRoot()
}
let correlation = correlate(cosines, plainScores)

#sourceLocation(file: "lecture-06.md", line: 1013)
func l2(_ x: Vector) -> Vector {
  let length = dot(x, x).squareRoot()
  return x.map { $0 / length }
}
func centred(_ x: Vector) -> Vector {
  let mu = x.reduce(0, +) / Double(x.count)
  return x.map { $0 - mu }
}
func plainRMSNorm(_ x: Vector) -> Vector {
  let radius = Double(x.count).squareRoot()
  return l2(x).map { radius * $0 }
}
func plainLayerNorm(_ x: Vector) -> Vector { plainRMSNorm(centred(x)) }

#sourceLocation(file: "lecture-06.md", line: 1029)
rng = Random(seed: 613)
let skewed: [Double] = normal(1, 32).row(0).map { $0 + 0.5 }
let kernelRMS = RMSNorm<Double>(dimension: 32, epsilon: 0)(skewed)
let kernelLayer = LayerNorm<Double>(dimension: 32, epsilon: 0)(skewed)
let softened = RMSNorm<Double>(dimension: 32, epsilon: 1e-3)(skewed)
let meanSquare = dot(skewed, skewed) / Double(skewed.count)
let shrunken = norm(kernelRMS) * (meanSquare / (meanSquare + 1e-3)).squareRoot()
print("出力の平均と分散")
print("LayerNorm", fixed([mean(kernelLayer), variance(kernelLayer)]))
print("RMSNorm  ", fixed([mean(kernelRMS), variance(kernelRMS)]))

#sourceLocation(file: "lecture-06.md", line: 1054)
rng = Random(seed: 614)
let scattered = normal(24, 2, scale: 0.8)
let fallen = Set(scattered.rowVectors.map { x in
  plainLayerNorm(x).map { $0.rounded() }
})
func image(_ f: ([Double]) -> [Double], _ name: String, _ style: Int) -> Mark {
  let moved = scattered.mapRows(f)
  return .points(
    Series(name, x: moved.column(0), y: moved.column(1), style: style))
}
show(.plane("3つの正規化の像", [
  .circle(), .circle(radius: root2),
  .segment(from: (-1.5, 1.5), to: (1.5, -1.5)),
  image({ $0 }, "もとの点", 3), image(l2, "L2", 0),
  image(plainRMSNorm, "RMSNorm", 1), image(plainLayerNorm, "LayerNorm", 2),
]))

#sourceLocation(file: "lecture-06.md", line: 1076)
let collapsed = scattered.rowVectors.map { plainLayerNorm($0) }
let onlyTwo = collapsed.allSatisfy { agree($0, [1, -1]) || agree($0, [-1, 1]) }
print("像は(1,-1)と(-1,1)だけ:", onlyTwo)

#sourceLocation(file: "lecture-06.md", line: 1110)
func cosineWeights(_ q: Table, _ k: Table, _ s: Double) -> Table {
  let scores = matmul(q.mapRows { l2($0) }, transposed: k.mapRows { l2($0) })
  return scores.mapRows { row in plainSoftmax(row.map { s * $0 }) }
}
let fromHead = matmul(cosineWeights(headQ, headK, ruler), layerInput)
let ofKernel = cosineAttention(headQ, headK, layerInput, scale: ruler)
func stretched(_ m: Table) -> Table {
  Matrix(rows: m.rows, columns: m.columns) { Double($0 + 1) * m[$0, $1] }
}
let fromStretched = cosineAttention(
  stretched(headQ), stretched(headK), layerInput, scale: ruler)
let plainHead = attention(headQ, headK, layerInput)
let longerQ = attention(stretched(headQ), headK, layerInput)
let longerK = attention(headQ, stretched(headK), layerInput)
print("コサイン注意は不変:", agree(fromStretched, fromHead))
print("標準の注意の変化", fixed([
  maxAbsDifference(longerQ, plainHead), maxAbsDifference(longerK, plainHead),
], decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 1146)
func ceiling(_ n: Int, _ s: Double) -> Double {
  exp(2 * s) / (exp(2 * s) + Double(n - 1))
}
let lengths = [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
let sharpnesses = [1.0, 8, 100]
print("| Keyの個数 | 倍率1 | 倍率8 | 倍率100 |\n| ---: | ---: | ---: | ---: |")
for n in [8, 64, 512, 4096] {
  let cells = sharpnesses.map { fixed(ceiling(n, $0)) }
  print("| \(n) | \(cells.joined(separator: " | ")) |")
}

#sourceLocation(file: "lecture-06.md", line: 1170)
func attained(_ n: Int, _ s: Double) -> Double {
  let facing = Matrix([[3.0, 4]])
  let keys = Matrix(rows: n, columns: 2) { j, c in
    j == 0 ? facing[0, c] : -facing[0, c]
  }
  let mark = Matrix(rows: n, columns: 1) { j, _ in j == 0 ? 1.0 : 0 }
  return cosineAttention(facing, keys, mark, scale: s)[0, 0]
}
let reached = lengths.flatMap { n in sharpnesses.map { attained(n, $0) } }
let bounds = lengths.flatMap { n in sharpnesses.map { ceiling(n, $0) } }
let evenness = cosineWeights(headQ, headK, 1).rowVectors.map {
  entropy($0) / log(Double(headK.rows))
}
let flatness = mean(evenness)
print("達成された重み", fixed(attained(64, 1)), " エントロピー比", fixed(flatness))

#sourceLocation(file: "lecture-06.md", line: 1194)
show(.lines("最大の重みの上限", [1.0, 3.0, 8.0].map { s in
  Series("倍率\(Int(s))", x: lengths, y: lengths.map { ceiling($0, s) })
}, x: Axis("Keyの個数", scale: .log2), y: Axis("上限", range: 0...1)))

#sourceLocation(file: "lecture-06.md", line: 1209)
func unitVariance(_ width: Int) -> Double {
  rng = Random(seed: 6160 + UInt64(width))
  let a = l2NormalizeRows(normal(300, width))
  let b = l2NormalizeRows(normal(300, width))
  return variance(matmul(a, transposed: b).elements)
}
let unitWidths = [4, 16, 64, 256]
let restored = unitWidths.map { Double($0) * unitVariance($0) }
let isReciprocal = restored.allSatisfy { ($0 - 1).magnitude < 0.05 }
print("次元 × 分散 =", fixed(restored, decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 1232)
let rmsQ = headQ.mapRows { plainRMSNorm($0) }
let rmsK = headK.mapRows { plainRMSNorm($0) }
let expectedScores = ruler * cosineSimilarities(headQ, headK)
let normalised = qkNormalize(headQ, headK, .rms(epsilon: 0))
let kernelScores = attentionScores(normalised.q, normalised.k)
print(
  "得点は4cosθに等しい:", agree(attentionScores(rmsQ, rmsK), expectedScores))

#sourceLocation(file: "lecture-06.md", line: 1263)
func degrees(_ x: Vector, _ y: Vector) -> Double {
  angle(x, y) * 180 / Double.pi
}
func step(_ h: Vector, toward g: Vector, _ alpha: Double) -> Vector {
  l2(zip(h, l2(g)).map { $0 + alpha * ($1 - $0) })
}
let moved = degrees([1, 0], step([1, 0], toward: [0, 5], 0.05))
let geodesic = degrees([1, 0], slerp([1, 0], [0, 1], 0.05))
print("nGPTの一歩とslerp", fixed([moved, geodesic], decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 1278)
let chordPoint = [0.75, 0.25]
let landed = l2(chordPoint), along = slerp([1, 0], [0, 1], 0.25)
show(.plane("nGPTの一歩", [
  .circle(), .segment(from: (1, 0), to: (0, 1)),
  .arrow(to: (1, 0), "h", style: 0), .arrow(to: (0, 1), "目標", style: 1),
  .arrow(to: (landed[0], landed[1]), "nGPTの一歩", style: 2),
  .arrow(to: (along[0], along[1]), "slerp", style: 3, dashed: true),
], width: 300))

#sourceLocation(file: "lecture-06.md", line: 1293)
let rates = [0.05, 0.1, 0.3, 0.6, 0.9]
let tangents: Vector = rates.map { alpha in
  let turn = angle([1, 0], step([1, 0], toward: [0, 5], alpha))
  return sin(turn) / cos(turn)
}
let slopesOfStep = rates.map { $0 / (1 - $0) }
rng = Random(seed: 617)
let h0 = l2(normal(1, 64).row(0))
let blockOutput = normal(1, 64).row(0)
let h1 = step(h0, toward: blockOutput, 0.05)
let residual = NGPTResidual(rate: 0.05, dimension: 64)
let targets = (0..<20).map { _ in normal(1, 64).row(0) }
var walker = h0, drifter = h0
let lengthsOnWay = targets.map { target in
  walker = residual(walker, toward: target)
  drifter = zip(drifter, l2(target)).map { $0 + 0.05 * ($1 - $0) }
  return norm(walker)
}
print("正接    ", fixed(tangents))
print("α/(1-α)", fixed(slopesOfStep))

#sourceLocation(file: "lecture-06.md", line: 1331)
rng = Random(seed: 618)
let unitValues = l2NormalizeRows(normal(512, 64))
let unitQueries = l2NormalizeRows(normal(64, 64))
let mixed = attention(unitQueries, unitValues, unitValues, scale: 8)
let mixedNorms = (0..<64).map { norm(mixed.row($0)) }
print("混合のノルムの最小と最大", fixed([mixedNorms.min()!, mixedNorms.max()!]))

#sourceLocation(file: "lecture-06.md", line: 1349)
let gain = Vector(repeating: 1.5, count: 16)
let byNGPT = nGPTAttention(headQ, headK, layerInput, gain: gain)
let sqk = (0..<16).map { 0.5 + 0.1 * Double($0) }
let weightedK = headK.mapRows { k in
  zip(l2(k), sqk).map { $0 * $1 * $1 }
}
let unitQ = headQ.mapRows { l2($0) }
let bySum = attention(unitQ, weightedK, layerInput, scale: ruler)
let byUneven = nGPTAttention(headQ, headK, layerInput, gain: sqk)
func backwards(_ m: Table) -> Table { m.mapRows { $0.reversed() } }
let byBackwards = nGPTAttention(
  backwards(headQ), backwards(headK), layerInput, gain: sqk)
print("重み付きの和の式:", agree(byUneven, bySum))
print("成分を逆順にしても不変:", agree(byBackwards, byUneven))

#sourceLocation(file: "lecture-06.md", line: 1388)
rng = Random(seed: 619)
let heads = 4, headWidth = 2, tokenWidth = 8
let bigQ = normal(8, 8, scale: 0.5)
let bigK = normal(8, 8, scale: 0.5)
let bigV = normal(8, 8, scale: 0.5)
let bigO = normal(8, 8, scale: 0.5)
func own(_ r: Int) -> Range<Int> { r * headWidth..<(r + 1) * headWidth }
let outputs = (0..<heads).map { r in
  attention(
    matmul(tokens, bigQ.columns(own(r))),
    matmul(tokens, bigK.columns(own(r))),
    matmul(tokens, bigV.columns(own(r))))
}
let asConcat = matmul(concatenatedColumns(outputs), bigO)
let terms = (0..<heads).map { r in matmul(outputs[r], bigO.rows(own(r))) }
let asSum = terms[0] + terms[1] + terms[2] + terms[3]

#sourceLocation(file: "lecture-06.md", line: 1407)
let layer = MultiHeadAttention<Double>(
  query: bigQ.transposed(), key: bigK.transposed(),
  value: bigV.transposed(), output: bigO.transposed(), heads: heads)
print("並べる版と足す版:", agree(asConcat, asSum))
print("Kernelの版:", agree(layer(tokens), asConcat))

#sourceLocation(file: "lecture-06.md", line: 1423)
let vocabulary = Table.identity(4)
let asked = Matrix((0..<16).map {
  vocabulary.row($0 / 4) + vocabulary.row($0 % 4)
})
let byTwoHeads = concatenatedColumns([0..<4, 4..<8].map { half in
  attention(asked.columns(half), vocabulary, vocabulary, scale: 50)
})
print("問い（1, 4）への答え", fixed(byTwoHeads.row(3), decimals: 0))

#sourceLocation(file: "lecture-06.md", line: 1441)
let centredAnswers = asked.map { $0 - 0.25 }
let spreads = singularValues(centredAnswers).map { $0 * $0 }
let unreachable = sum(Array(spreads[3...])) / sum(spreads)
func missed(_ weights: Table) -> Double {
  let plane = orthonormalBasis(weights.transposed())
  let reached = matmul(plane, centredAnswers).elements
  return 1 - dot(reached, reached) / sum(spreads)
}
rng = Random(seed: 632)
let missedByOne = (0..<1000).map { _ in
  missed(attentionWeights(matmul(asked, normal(8, 8)), normal(4, 8)))
}
let firstOnly = missed(attentionWeights(asked.columns(0..<4), vocabulary))
let neverBelow = missedByOne.allSatisfy { $0 > unreachable - 1e-12 }
print("答えの特異値の2乗", fixed(spreads, decimals: 2))
print("取りこぼす割合の最小", fixed(missedByOne.min()!, decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 1478)
func basis(_ m: Table) -> [Vector] {
  var found: [Vector] = []
  for c in 0..<m.columns {
    var x = m.column(c)
    for b in found { let t = dot(b, x); x = zip(x, b).map { $0 - t * $1 } }
    if norm(x) > 1e-9 { found.append(l2(x)) }
  }
  return found
}
let headProducts = (0..<heads).map { r in
  matmul(bigQ.columns(own(r)), transposed: bigK.columns(own(r)))
}
let headRanks = headProducts.map { basis($0).count }
let nonzeroSingular = headProducts.map { product in
  singularValues(product).count { $0 > 1e-9 }
}
let fullWidth = basis(matmul(bigQ, transposed: bigK)).count
print("ヘッドごとの階数", headRanks, " 8次元をすべて使う行列の階数", fullWidth)

#sourceLocation(file: "lecture-06.md", line: 1508)
func overlap(_ r: Int, _ t: Int) -> Double {
  let p = basis(bigQ.columns(own(r))), q = basis(bigQ.columns(own(t)))
  let cosines = p.flatMap { x in q.map { y in dot(x, y) } }
  return dot(cosines, cosines) / Double(headWidth)
}
let pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
let overlaps = pairs.map { overlap($0.0, $0.1) }
func window(_ r: Int) -> Table {
  orthonormalBasis(bigQ.columns(own(r)).transposed())
}
let kernelOverlaps = pairs.map { subspaceOverlap(window($0.0), window($0.1)) }
let windowAngles = pairs.map { principalAngles(window($0.0), window($0.1)) }
let angleOverlaps: Vector = windowAngles.map { angles in
  mean(angles.map { cos($0) * cos($0) })
}
let closestAngles = windowAngles[2].map { $0 * 180 / Double.pi }
print("6組の重なり", fixed(overlaps, decimals: 2))
print("ヘッド1と4の主角（度）", fixed(closestAngles, decimals: 1))

#sourceLocation(file: "lecture-06.md", line: 1540)
rng = Random(seed: 630)
func randomPlane() -> Table { orthonormalBasis(normal(headWidth, tokenWidth)) }
let freeOverlaps = (0..<400).map { _ in
  subspaceOverlap(randomPlane(), randomPlane())
}
let meanOverlap = mean(freeOverlaps)
let expectedOverlap = Double(headWidth) / Double(tokenWidth)
let overlapError = (variance(freeOverlaps) / 400).squareRoot()
let meetsTheory = (meanOverlap - expectedOverlap).magnitude < 5 * overlapError
print(
  "平均", fixed(meanOverlap, decimals: 3),
  "標準誤差", fixed(overlapError, decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 1580)
let topicModel = TopicMixture(
  topics: Matrix([[0.7, 0.2, 0.1, 0.0], [0.0, 0.1, 0.3, 0.6]]))
let documents: [Vector] = [[14, 4, 2, 0], [5, 3, 4, 8]]
let mixtureOf = documents.map { topicModel.mixture(counts: $0) }
let explained = mixtureOf.map { topicModel.words($0) }
print(
  "比率", fixed(mixtureOf[0], decimals: 2), fixed(mixtureOf[1], decimals: 2))
print("文書2の語の分布", fixed(explained[1], decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 1598)
func likelihood(_ share: Double, _ counts: Vector) -> Double {
  let words = topicModel.words([share, 1 - share])
  return sum(zip(counts, words).map { $0 == 0 ? 0 : $0 * log($1) })
}
let gridStep = 0.001
let shares = (0...1000).map { Double($0) / 1000 }
let bestShares: Vector = documents.map { counts in
  shares.max { likelihood($0, counts) < likelihood($1, counts) }!
}
let isLikeliest = zip(bestShares, mixtureOf).allSatisfy {
  ($0 - $1[0]).magnitude <= gridStep
}
print("総当たりで最尤の比率", fixed(bestShares, decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 1622)
func isShare(_ row: Vector) -> Bool {
  agree(sum(row), 1) && row.allSatisfy { $0 >= 0 }
}
let lectureWeights = attentionWeights(matmul(tokens, wQ), matmul(tokens, wK))
let weightsAreShares = lectureWeights.rowVectors.allSatisfy { isShare($0) }
let mixturesAreShares = mixtureOf.allSatisfy { isShare($0) }

#sourceLocation(file: "lecture-06.md", line: 1653)
func plainRotate(_ x: Vector, _ position: Double) -> Vector {
  let base = 10_000.0
  var out = x
  for i in 0..<(x.count / 2) {
    let theta = exp(-2 * Double(i) / Double(x.count) * log(base))
    let c = cos(position * theta), s = sin(position * theta)
    out[2 * i] = x[2 * i] * c - x[2 * i + 1] * s
    out[2 * i + 1] = x[2 * i] * s + x[2 * i + 1] * c
  }
  return out
}

#sourceLocation(file: "lecture-06.md", line: 1667)
rng = Random(seed: 620)
let ropeQ = normal(1, 64).row(0)
let ropeK = normal(1, 64).row(0)
let far = 100.0
func ropeScore(_ m: Double, _ n: Double) -> Double {
  dot(plainRotate(ropeQ, m), plainRotate(ropeK, n))
}
let rotary = RotaryEmbedding<Double>(headDimension: 64, layout: .interleaved)
let positions = (0..<8).flatMap { m in
  (0..<8).map { n in (m: Double(m), n: Double(n)) }
}
let nearScores = positions.map { ropeScore($0.m, $0.n) }
let farScores = positions.map { ropeScore($0.m + far, $0.n + far) }
let matrixScores: Vector = positions.map { place in
  dot(ropeQ, rotary.rotate(ropeK, position: place.n - place.m))
}
let keepsNorm = (0..<40).allSatisfy {
  agree(norm(rotary.rotate(ropeQ, position: $0)), norm(ropeQ))
}
let sameRotation = (0...40).allSatisfy { p in
  agree(
    rotary.rotate(ropeQ, position: p), plainRotate(ropeQ, Double(p)))
}
print("(5, 2)     ", fixed(ropeScore(5, 2)))
print("(105, 102) ", fixed(ropeScore(5 + far, 2 + far)))
print("(5, 4)     ", fixed(ropeScore(5, 4)))

#sourceLocation(file: "lecture-06.md", line: 1706)
let split = RotaryEmbedding<Double>(headDimension: 64, layout: .halfSplit)
func splitScores(_ q: Vector, _ k: Vector) -> Vector {
  positions.map {
    dot(split.rotate(q, position: $0.m), split.rotate(k, position: $0.n))
  }
}
func reordered(_ x: Vector) -> Vector { rotary.halfSplitOrder.map { x[$0] } }
let bothReordered = splitScores(reordered(ropeQ), reordered(ropeK))
let mixedUp = splitScores(ropeQ, ropeK)
let place52 = positions.firstIndex { $0.m == 5 && $0.n == 2 }!
print("隣どうしの流儀の得点    ", fixed(nearScores[place52]))
print("前半と後半（並べ替える）", fixed(bothReordered[place52]))
print("前半と後半（そのまま）  ", fixed(mixedUp[place52]))

#sourceLocation(file: "lecture-06.md", line: 1743)
let distances = (0...200).map { Double($0) }
let flat = Vector(repeating: 1, count: 64)
let sameContent = distances.map { dot(plainRotate(flat, $0), flat) / 64 }
let generalPair = distances.map {
  ropeScore($0, 0) / (norm(ropeQ) * norm(ropeK))
}
show(.lines("相対位置と得点", [
  Series("q＝k", x: distances, y: sameContent),
  Series("乱数のqとk", x: distances, y: generalPair),
], x: Axis("相対位置"), y: Axis("得点÷ノルムの積")))

#sourceLocation(file: "lecture-06.md", line: 1759)
rng = Random(seed: 631)
let spans = [0.0, 10, 100, 200], pairCount = 500
let typicalScores: Vector = spans.map { span in
  let scores = (0..<pairCount).map { _ in
    let q = normal(1, 64).row(0), k = normal(1, 64).row(0)
    return dot(rotary.rotate(q, position: span), k) / (norm(q) * norm(k))
  }
  return (dot(scores, scores) / Double(pairCount)).squareRoot()
}
let typical = 1 / Double(64).squareRoot()
let neverDecays = typicalScores.allSatisfy {
  ($0 - typical).magnitude < 5 * typical / Double(2 * pairCount).squareRoot()
}
print("位置の差      ", fixed(spans, decimals: 0))
print("二乗平均平方根", fixed(typicalScores, decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 1793)
let even = [Double](repeating: 1, count: 64)
let orbit = (0...40).map { degrees(even, rotary.rotate(even, position: $0)) }
let otherOrbit = (0...40).map { degrees(ropeQ, plainRotate(ropeQ, Double($0))) }
let orbitCosines = orbit.map { cos($0 * Double.pi / 180) }
let planeCosines: Vector = (0...40).map { p in
  mean((0..<32).map { cos(Double(p) * pow(10_000, -Double($0) / 32)) })
}
print("p=0…5", fixed(Array(orbit[0...5]), decimals: 1))

#sourceLocation(file: "lecture-06.md", line: 1807)
show(.lines("位置となす角", [
  Series("等しい長さ", y: orbit),
  Series("乱数のq", y: otherOrbit),
], x: Axis("位置p"), y: Axis("なす角（度）", range: 0...90), marks: [
  .segment(from: (0, 0), to: (6, 6 * orbit[1]), "等速の回転"),
]))

#sourceLocation(file: "lecture-06.md", line: 1826)
let bare = RMSNorm<Double>(dimension: 64, epsilon: 0)
let gained = RMSNorm(gain: (0..<64).map { 1 + 0.1 * Double($0 % 3) })
let centring = LayerNorm<Double>(dimension: 64, epsilon: 0)
func orderGap(_ normalize: (Vector) -> Vector) -> Double {
  (0...40).map { p in
    maxAbsDifference(
      rotary.rotate(normalize(ropeQ), position: p),
      normalize(plainRotate(ropeQ, Double(p))))
  }.max()!
}
let bareGap = orderGap { bare($0) }
let gainedGap = orderGap { gained($0) }
let centredGap = orderGap { centring($0) }
func gainedScores(_ shift: Double) -> Vector {
  positions.map {
    dot(
      gained(plainRotate(ropeQ, $0.m + shift)),
      gained(plainRotate(ropeK, $0.n + shift)))
  }
}
let gainedShift = maxAbsDifference(gainedScores(0), gainedScores(far))
print("ゲインなしRMSNorm", fixed(bareGap))
print("γつきRMSNorm    ", fixed(gainedGap))
print("LayerNorm       ", fixed(centredGap))

#sourceLocation(file: "lecture-06.md", line: 1869)
let causalWeights = attentionWeights(
  matmul(tokens, wQ), matmul(tokens, wK), mask: .causal)
func weightMap(_ title: String, _ w: Table) -> Figure {
  .heatMap(
    title, w.rowVectors, rowTitle: "Query", columnTitle: "Key",
    scale: .sequential(0...1))
}
show(.row("双方向と因果", [
  weightMap("双方向", lectureWeights), weightMap("因果マスク", causalWeights),
]))

#sourceLocation(file: "lecture-06.md", line: 1882)
var edited = tokens
for c in 0..<8 { edited[5, c] += 3 }
let after = survey(edited, mask: .causal)
let pastChange = maxAbsDifference(causal.rows(0..<5), after.rows(0..<5))
let matchesPrefixes = (1...6).allSatisfy { n in
  agree(survey(tokens.rows(0..<n)).row(n - 1), causal.row(n - 1))
}
print("最後のトークンを変えたときの過去の変化", fixed(pastChange))

#sourceLocation(file: "lecture-06.md", line: 1921)
let long = [2.0, 0.0]
let short = [0.25, 0.25 * Double(3).squareRoot()]
let cosine60 = dot(long, short) / (norm(long) * norm(short))
rng = Random(seed: 623)
let reciprocal = (0..<500).map { _ in
  let q = l2(normal(1, 8).row(0)), k = l2(normal(1, 8).row(0))
  let length = 0.5 + 4 * rng.uniform()
  let cosine = cosineSimilarities(Matrix([q]), Matrix([k]))[0, 0]
  return dot(q.map { length * $0 }, k.map { $0 / length }) - cosine
}
let hidesLengths = reciprocal.allSatisfy { agree($0, 0) }
print("ノルム", fixed([norm(long), norm(short)], decimals: 2))
print("内積と余弦", fixed([dot(long, short), cosine60], decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 1949)
rng = Random(seed: 621)
let biased = (0..<8).map { i in
  plainRMSNorm(normal(1, 32).row(0).map { $0 + 0.2 + 0.05 * Double(i) })
}
let biasedMeans = biased.map { mean($0) }
let isComplement = biased.allSatisfy { x in
  agree(variance(x), 1 - mean(x) * mean(x))
}
print("RMSNormの出力の平均", fixed(biasedMeans, decimals: 2))
print("同じく分散        ", fixed(biased.map { variance($0) }, decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 1978)
let wrongAxis = l2NormalizeRows(headK.transposed()).transposed()
let wrongNorms = wrongAxis.rowVectors.map { norm($0) }
let rightNorms = l2NormalizeRows(headK).rowVectors.map { norm($0) }
print("行のノルムの最小と最大")
print("誤った軸", fixed([wrongNorms.min()!, wrongNorms.max()!]))
print("正しい軸", fixed([rightNorms.min()!, rightNorms.max()!]))

#sourceLocation(file: "lecture-06.md", line: 2001)
func halfRotate(_ a: Double, _ b: Double, _ t: Double) -> Vector {
  [-b * cos(t), a * sin(t)]
}
let turns = [0.0, 0.5, 1.0, 1.5]
print("回転    ", fixed(turns.map { norm(plainRotate([3, 4], $0)) }))
print("回転でない", fixed(turns.map { norm(halfRotate(3, 4, $0)) }))
let early = dot(halfRotate(3, 4, 1), halfRotate(1, 2, 2))
let late = dot(halfRotate(3, 4, 2), halfRotate(1, 2, 3))
let earlyCosine = dot(l2(halfRotate(3, 4, 1)), l2(halfRotate(1, 2, 2)))
let lateCosine = dot(l2(halfRotate(3, 4, 2)), l2(halfRotate(1, 2, 3)))
print("位置(1, 2)と(2, 3)の得点", fixed([early, late], decimals: 2))
print("正規化したあとの得点", fixed([earlyCosine, lateCosine], decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 2036)
func projecting(_ n: Int) -> Double { 4 * product(n, 512, 512) }
func product(_ m: Int, _ k: Int, _ n: Int) -> Double { 2 * Double(m * k * n) }
func mixing(_ n: Int) -> Double { 8 * (product(n, 64, n) + product(n, n, 64)) }
func weightBytes(_ n: Int) -> Double { 8 * Double(n) * Double(n) * 4 }
print("| 系列の長さ | 射影（GFLOP） | 得点と混合（GFLOP） | 注意の重み（MB） |")
print("| ---: | ---: | ---: | ---: |")
for n in [128, 512, 1024, 4096] {
  let cells = [projecting(n) / 1e9, mixing(n) / 1e9, weightBytes(n) / 1e6]
  let text = cells.map { fixed($0, decimals: 2) }
  print("| \(n) | \(text.joined(separator: " | ")) |")
}

#sourceLocation(file: "lecture-06.md", line: 2060)
let blockShape = BlockShape(dimension: 512, heads: 8, hidden: 1, tokens: 4096)
let closedFlops = Double(blockShape.cost(.none).flops - 4 * 4096 * 512)
let counted = countedStandardAttention(headQ, headK, headK).work.productFlops
let oneHeadFlops = product(64, 16, 64) + product(64, 64, 16)
let singleQ = Matrix<Float>(rows: 64, columns: 16) { Float(headQ[$0, $1]) }
let heldBytes = attentionWeights(singleQ, singleQ).elements
  .withUnsafeBytes { $0.count }
let crossing = (1...4096).first { mixing($0) >= projecting($0) }!
let matchesFormulas = [128, 4096].allSatisfy { n in
  projecting(n) == Double(8 * n * 512 * 512)
    && mixing(n) == Double(4 * n * n * 512)
}
let sameClosedCost = closedFlops == projecting(4096) + mixing(4096)

#sourceLocation(file: "lecture-06.md", line: 2130)
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

#sourceLocation(file: "lecture-06.md", line: 2152)
func accepts1(_ limit: (Vector) -> Vector) -> Bool {
  rng = Random(seed: 624)
  return (0..<20).allSatisfy { _ in
    var scores = normal(1, 5).row(0)
    let top = scores.max()! + 1
    scores[1] = top
    scores[3] = top
    return agree(softmax(scores, temperature: 0.02), limit(scores))
  }
}
func ties(_ s: Vector) -> Vector { s.map { $0 == s.max()! ? 1 : 0 } }
let verdicts1 = verdicts([
  (text: "2つの最大に1/2ずつ", answer: { s in ties(s).map { $0 / 2 } }, slip: ""),
  (text: "はじめの最大に1", answer: { s in
    s.indices.map { $0 == s.firstIndex(of: s.max()!)! ? 1 : 0 }
  }, slip: "最初の最大だけを選ぶと思い込む"),
  (text: "2つの最大に1ずつ", answer: ties, slip: "和が1であることを忘れる"),
  (text: "すべてに1/5ずつ", answer: { s in s.map { _ in 0.2 } },
    slip: "温度を上げる場合と取り違える"),
], accepts1)

#sourceLocation(file: "lecture-06.md", line: 2195)
typealias SlopeFormula = (Vector, Int, Int, Double) -> Double
func accepts2(_ formula: SlopeFormula) -> Bool {
  rng = Random(seed: 625)
  return (0..<10).allSatisfy { _ in
    let s = normal(1, 4).row(0), t = 0.5 + rng.uniform()
    let p = softmax(s, temperature: t)
    return (0..<16).allSatisfy { place in
      let i = place / 4, j = place % 4
      var up = s, down = s
      up[j] += 1e-5
      down[j] -= 1e-5
      let rise = softmax(up, temperature: t)[i] - softmax(down, temperature: t)[i]
      return (rise / 2e-5 - formula(p, i, j, t)).magnitude < 1e-8
    }
  }
}
func delta(_ i: Int, _ j: Int) -> Double { i == j ? 1 : 0 }
let verdicts2 = verdicts([
  (text: "p_i (δ_ij − p_j) / T",
    answer: { p, i, j, t in p[i] * (delta(i, j) - p[j]) / t }, slip: ""),
  (text: "p_i (δ_ij − p_j)",
    answer: { p, i, j, _ in p[i] * (delta(i, j) - p[j]) },
    slip: "指数の微分で出る1/Tを忘れる"),
  (text: "対角だけ p_i (1 − p_i) / T",
    answer: { p, i, j, t in delta(i, j) * p[i] * (1 - p[i]) / t },
    slip: "分母もほかの得点で動くことを忘れる"),
  (text: "(δ_ij − p_j) / T",
    answer: { p, i, j, t in (delta(i, j) - p[j]) / t },
    slip: "対数の微分を答える"),
  (text: "p_i (1 − p_j) / T",
    answer: { p, i, j, t in p[i] * (1 - p[j]) / t }, slip: "δをいつも1とみなす"),
] as [(text: String, answer: SlopeFormula, slip: String)], accepts2)

#sourceLocation(file: "lecture-06.md", line: 2250)
typealias Step = (Vector) -> Vector
func accepts3(_ answer: (Step, Step)) -> Bool {
  rng = Random(seed: 629)
  let samples = (0..<20).map { normal(1, 3 + $0).row(0) }
  return samples.allSatisfy { x in
    agree(plainRMSNorm(plainLayerNorm(x)), answer.0(x))
      && agree(plainLayerNorm(plainRMSNorm(x)), answer.1(x))
  }
}
let ln: Step = { plainLayerNorm($0) }, rms: Step = { plainRMSNorm($0) }
let verdicts3 = verdicts([
  (text: "どちらもLayerNorm", answer: (ln, ln), slip: ""),
  (text: "順にRMSNorm、LayerNorm", answer: (rms, ln),
    slip: "あとに掛けたほうが残ると思い込む"),
  (text: "順にLayerNorm、RMSNorm", answer: (ln, rms),
    slip: "先に掛けたほうが残ると思い込む"),
  (text: "どちらもRMSNorm", answer: (rms, rms),
    slip: "中心化が消えると思い込む"),
], accepts3)

#sourceLocation(file: "lecture-06.md", line: 2291)
typealias ScoreFormula = (Vector, Vector, Double) -> Double
func accepts4(_ formula: ScoreFormula) -> Bool {
  let plane = RotaryEmbedding<Double>(headDimension: 2)
  rng = Random(seed: 626)
  return (0..<50).allSatisfy { _ in
    let q = normal(1, 2).row(0), k = normal(1, 2).row(0)
    let m = (40 * rng.uniform()).rounded(), n = (40 * rng.uniform()).rounded()
    let score = dot(plane.rotate(q, position: m), plane.rotate(k, position: n))
    return agree(score, formula(q, k, m - n))
  }
}
func cosPart(_ q: Vector, _ k: Vector, _ phi: Double) -> Double {
  dot(q, k) * cos(phi)
}
func cross(_ q: Vector, _ k: Vector) -> Double { q[0] * k[1] - q[1] * k[0] }
let bothTerms: ScoreFormula = { cosPart($0, $1, $2) + cross($0, $1) * sin($2) }
let reversedSign: ScoreFormula = {
  cosPart($0, $1, $2) - cross($0, $1) * sin($2)
}
let wrongCross: ScoreFormula = { q, k, phi in
  cosPart(q, k, phi) + (q[0] * k[1] + q[1] * k[0]) * sin(phi)
}
let verdicts4 = verdicts([
  (text: "(q₀k₀+q₁k₁)cosφ + (q₀k₁−q₁k₀)sinφ", answer: bothTerms, slip: ""),
  (text: "(q₀k₀+q₁k₁)cosφ", answer: cosPart, slip: "sinの項を落とす"),
  (text: "(q₀k₀+q₁k₁)cosφ − (q₀k₁−q₁k₀)sinφ", answer: reversedSign,
    slip: "回す向きを取り違える"),
  (text: "(q₀k₀+q₁k₁)cosφ + (q₀k₁+q₁k₀)sinφ", answer: wrongCross,
    slip: "外積の符号を落とす"),
], accepts4)

#sourceLocation(file: "lecture-06.md", line: 2344)
func accepts5(_ s: Double) -> Bool {
  attained(lengths[9], s) >= 0.9 && attained(lengths[9], s - 0.01) < 0.9
}
let verdicts5 = verdicts([
  (text: "5.26", answer: 5.26, slip: ""),
  (text: "10.52", answer: 10.52, slip: "指数の2を忘れる"),
  (text: "4.16", answer: 4.16, slip: "重みを半分でよいとする"),
  (text: "1.10", answer: 1.10, slip: "Keyの個数を忘れる"),
], accepts5)

#sourceLocation(file: "lecture-06.md", line: 2376)
typealias Shape = (holds: (Vector) -> Bool, sample: () -> Vector)
func accepts6(_ shape: Shape) -> Bool {
  rng = Random(seed: 622)
  let images = (0..<100).map { _ in plainLayerNorm(normal(1, 3).row(0)) }
  let points = (0..<100).map { _ in shape.sample() }
  return images.allSatisfy { shape.holds($0) }
    && points.allSatisfy { maxAbsDifference(plainLayerNorm($0), $0) < 1e-9 }
}
let radius3 = Double(3).squareRoot()
func onSphere(_ x: Vector) -> Bool { agree(norm(x), radius3) }
func onPlane(_ x: Vector) -> Bool { agree(sum(x), 0) }
func scaledTo(_ x: Vector) -> Vector { l2(x).map { radius3 * $0 } }
let circleShape: Shape = ({ onSphere($0) && onPlane($0) },
  { scaledTo(centred(normal(1, 3).row(0))) })
let sphereShape: Shape = ({ onSphere($0) }, { scaledTo(normal(1, 3).row(0)) })
let planeShape: Shape = ({ onPlane($0) }, { centred(normal(1, 3).row(0)) })
let corner = scaledTo([1, 1, -2])
let twoPoints: Shape = ({ agree($0, corner) || agree($0, corner.map { -$0 }) },
  { corner })
let verdicts6 = verdicts([
  (text: "平面と球面の交わりの円", answer: circleShape, slip: ""),
  (text: "半径√3の球面", answer: sphereShape, slip: "平均を引くことを忘れる"),
  (text: "和が0の平面", answer: planeShape, slip: "長さをそろえることを忘れる"),
  (text: "2点", answer: twoPoints, slip: "2次元の結果をそのまま当てはめる"),
], accepts6)

#sourceLocation(file: "lecture-06.md", line: 2424)
typealias Rotation = (Vector, Double) -> Vector
func accepts7(_ rotate: Rotation) -> Bool {
  rng = Random(seed: 627)
  return [4, 16, 64].allSatisfy { width in
    let judge = RotaryEmbedding<Double>(headDimension: width, layout: .halfSplit)
    return (0..<10).allSatisfy { _ in
      let q = normal(1, width).row(0), k = normal(1, width).row(0)
      let m = 1 + 20 * rng.uniform(), n = 20 * rng.uniform()
      let score = dot(rotate(q, m), rotate(k, n))
      return agree(norm(rotate(q, m)), norm(q))
        && agree(dot(rotate(q, m + 5), rotate(k, n + 5)), score)
        && agree(rotate(q, m), judge.rotate(q, position: m))
    }
  }
}
func turnHalves(_ x: Vector, _ theta: (Double) -> Double) -> Vector {
  let half = x.count / 2
  var out = x
  for i in 0..<half {
    let angle = theta(Double(i) / Double(half))
    let c = cos(angle), s = sin(angle)
    out[i] = x[i] * c - x[i + half] * s
    out[i + half] = x[i] * s + x[i + half] * c
  }
  return out
}
func speed(_ part: Double) -> Double { pow(10_000, -part) }
let verdicts7 = verdicts([
  (text: "組ごとに角mθ_iだけ回す",
    answer: { x, m in turnHalves(x) { m * speed($0) } }, slip: ""),
  (text: "角が逆向き", answer: { x, m in turnHalves(x) { -m * speed($0) } },
    slip: "sinの符号を取り違える"),
  (text: "どの組も同じ角", answer: { x, m in turnHalves(x) { _ in m } },
    slip: "θ_iが組で違うことを忘れる"),
  (text: "θ_iの指数が半分", answer: { x, m in turnHalves(x) { m * speed($0 / 2) } },
    slip: "指数の2iをiとする"),
  (text: "隣どうしを組にする", answer: plainRotate, slip: "もう1つの流儀で回す"),
] as [(text: String, answer: Rotation, slip: String)], accepts7)

#sourceLocation(file: "lecture-06.md", line: 2486)
typealias Mixing = (Table, Table, Table) -> Table
func accepts8(_ mix: Mixing) -> Bool {
  rng = Random(seed: 628)
  return (0..<10).allSatisfy { _ in
    let q = normal(6, 4), k = normal(6, 4), v = normal(6, 3)
    return agree(mix(q, k, v), attention(q, k, v, mask: .causal))
  }
}
func byRow(
  divisor: Double = 2, _ weights: @escaping (Vector, Int) -> Vector
) -> Mixing {
  { q, k, v in
    let scores = matmul(q, transposed: k).map { $0 / divisor }
    let rows = (0..<q.rows).map { weights(scores.row($0), $0) }
    return matmul(Matrix(rows), v)
  }
}
func hidden(_ s: Vector, after last: Int, as value: Double) -> Vector {
  s.indices.map { $0 > last ? value : s[$0] }
}
let minusInfinity = -Double.infinity
let verdicts8 = verdicts([
  (text: "−∞に置き換えてからsoftmax",
    answer: byRow { plainSoftmax(hidden($0, after: $1, as: minusInfinity)) },
    slip: ""),
  (text: "softmaxのあとで重みを0にする",
    answer: byRow { hidden(plainSoftmax($0), after: $1, as: 0) },
    slip: "和が1でなくなることを忘れる"),
  (text: "得点を0に置き換える",
    answer: byRow { plainSoftmax(hidden($0, after: $1, as: 0)) },
    slip: "0の指数が1であることを忘れる"),
  (text: "1つ先まで見せる",
    answer: byRow { plainSoftmax(hidden($0, after: $1 + 1, as: minusInfinity)) },
    slip: "添字を1つ間違える"),
  (text: "平方根で割らない",
    answer: byRow(divisor: 1) {
      plainSoftmax(hidden($0, after: $1, as: minusInfinity))
    }, slip: "得点の倍率を忘れる"),
] as [(text: String, answer: Mixing, slip: String)], accepts8)

#sourceLocation(file: "lecture-06.md", line: 2549)
let reach = 100
func meanScore(base: Double) -> Double {
  let turn = RotaryEmbedding<Double>(headDimension: 64, base: base)
  return mean((1...reach).map { dot(turn.rotate(flat, position: $0), flat) / 64 })
}
func accepts9(_ expected: (_ larger: Double, _ smaller: Double) -> Bool) -> Bool {
  let scores = [100_000.0, 10_000, 1_000, 100].map { meanScore(base: $0) }
  return zip(scores, scores.dropFirst()).allSatisfy { expected($0, $1) }
}
let verdicts9 = verdicts([
  (text: "底が小さいほど速く下がる", answer: { $0 > $1 + 0.05 }, slip: ""),
  (text: "底が大きいほど速く下がる", answer: { $1 > $0 + 0.05 },
    slip: "角速度が底の負のべきであることを忘れる"),
  (text: "底によらない", answer: { ($0 - $1).magnitude < 0.05 },
    slip: "角速度が底で決まることを忘れる"),
] as [(text: String, answer: (Double, Double) -> Bool, slip: String)], accepts9)
