// Transformerという測量士
import ChapterRuntime
import Kernel
import Plot

#sourceLocation(file: "lecture-06.md", line: 36)
let probe: [Double] = [1, 0]
let stakes = Matrix([[1.0, 0], [0, 1], [3, 3]])
let stakeScores = (0..<3).map { dot(probe, stakes.row($0)) }
let stakeWeights = softmax(stakeScores.map { $0 / Double(2).squareRoot() })
let longWins = stakeWeights[2] > stakeWeights[0]
print("内積", fixed(stakeScores, decimals: 1))
print("重み", fixed(stakeWeights, decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 55)
show(.plane("Queryと3本のKey", [
  .arrow(to: (3, 3), "重み" + fixed(stakeWeights[2], decimals: 2), style: 1),
  .arrow(to: (0, 1), "重み" + fixed(stakeWeights[1], decimals: 2), style: 2),
  .arrow(to: (1, 0), "q　重み" + fixed(stakeWeights[0], decimals: 2), style: 0),
  .angle(from: (1, 0), to: (3, 3), "45度"),
]))

#sourceLocation(file: "lecture-06.md", line: 94)
func agree(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < 1e-12 }
func agree(_ a: [Double], _ b: [Double]) -> Bool { maxAbsDifference(a, b) < 1e-12 }
func agree(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Bool { maxAbsDifference(a, b) < 1e-12 }
func differ(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude > 0.01 }
func differ(_ a: [Double], _ b: [Double]) -> Bool { maxAbsDifference(a, b) > 0.01 }
func differ(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Bool { maxAbsDifference(a, b) > 0.01 }

#sourceLocation(file: "lecture-06.md", line: 110)
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

#sourceLocation(file: "lecture-06.md", line: 126)
var rng = Random(seed: 6)
let pointX: [Double] = normalVector(6, using: &rng)
let pointY: [Double] = normalVector(6, using: &rng)
let byKernel = (dot(pointX, pointY) + 1) * (dot(pointX, pointY) + 1)
let byFeatures = dot(phi(pointX), phi(pointY))
let polynomial = PolynomialKernel(degree: 2, constant: 1)
print("カーネル", fixed(byKernel, decimals: 6), " 特徴の内積", fixed(byFeatures, decimals: 6))
print("特徴の個数", phi(pointX).count, "と", polynomial.features(pointX).count)

#sourceLocation(file: "lecture-06.md", line: 153)
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

#sourceLocation(file: "lecture-06.md", line: 170)
rng = Random(seed: 61)
let cloud: Matrix<Double> = .normal(rows: 20, columns: 3, scale: 1, using: &rng)
let gram = RBFKernel(bandwidth: 1.0).gram(cloud)
let lower = cholesky(gram)
let projectA: Matrix<Double> = .normal(rows: 3, columns: 3, scale: 1, using: &rng)
let projectB: Matrix<Double> = .normal(rows: 3, columns: 3, scale: 1, using: &rng)
let learned = matmul(matmul(cloud, projectA), transposed: matmul(cloud, projectB)).map { exp($0) }
print("RBF: 対称", gram == gram.transposed(), " 分解", lower != nil ? "成功" : "失敗")
print("exp(q·k): 対称", learned == learned.transposed())

#sourceLocation(file: "lecture-06.md", line: 196)
func fourier(_ x: [Double], _ w: Matrix<Double>, _ shift: [Double]) -> [Double] {
  let height = (2 / Double(w.rows)).squareRoot()
  return (0..<w.rows).map { i in height * cos(dot(w.row(i), x) + shift[i]) }
}
func fourierError(_ m: Int) -> Double {
  var local = Random(seed: 60 + UInt64(m))
  var total = 0.0
  for _ in 0..<400 {
    let w: Matrix<Double> = .normal(rows: m, columns: 3, scale: 1, using: &local)
    let shift = (0..<m).map { _ in 2 * Double.pi * local.uniform() }
    let gap = dot(fourier(cloud.row(0), w, shift), fourier(cloud.row(1), w, shift)) - gram[0, 1]
    total += gap * gap
  }
  return (total / 400).squareRoot()
}

#sourceLocation(file: "lecture-06.md", line: 214)
let featureCounts = [16, 64, 256, 1024]
let fourierErrors = featureCounts.map { fourierError($0) }
let halfSlope = featureCounts.map { fourierErrors[0] * (16 / Double($0)).squareRoot() }
rng = Random(seed: 62)
let sketch = RandomFourierFeatures(count: 64, dimension: 3, bandwidth: 1.0, using: &rng)
let plainSketch = fourier(cloud.row(0), sketch.frequencies, sketch.phases)
show(.lines("乱数フーリエ特徴の誤差", [
  Series("二乗平均誤差", x: featureCounts, y: fourierErrors),
  Series("傾き−1/2", x: featureCounts, y: halfSlope),
], x: Axis("特徴の個数m", scale: .log2), y: Axis("RBFとの差", scale: .log)))

#sourceLocation(file: "lecture-06.md", line: 250)
rng = Random(seed: 63)
var identityGap = 0.0
for _ in 0..<1000 {
  let q: [Double] = normalVector(4, using: &rng)
  let k: [Double] = normalVector(4, using: &rng)
  let left = exp(dot(q, k))
  let middle = RBFKernel(bandwidth: 1.0)(q, k)
  let right = exp(dot(q, q) / 2) * middle * exp(dot(k, k) / 2)
  identityGap = max(identityGap, (left - right).magnitude / left)
}
print("相対誤差の最大は1e-13未満:", identityGap < 1e-13)

#sourceLocation(file: "lecture-06.md", line: 270)
rng = Random(seed: 64)
let circleKeys = l2NormalizeRows(Matrix<Double>.normal(rows: 9, columns: 4, scale: 1, using: &rng))
let freeQueries: Matrix<Double> = .normal(rows: 5, columns: 4, scale: 1, using: &rng)
let someValues: Matrix<Double> = .normal(rows: 9, columns: 2, scale: 1, using: &rng)
let byAttention = attention(freeQueries, circleKeys, someValues, scale: 1)
let rbf = RBFKernel(bandwidth: 1.0)
let bySmoothing = freeQueries.mapRows { q in
  let k = (0..<9).map { rbf(q, circleKeys.row($0)) }
  return (0..<2).map { c in dot(k, someValues.column(c)) / sum(k) }
}
let byKernelSmoother = kernelSmoother(
  queries: freeQueries, keys: circleKeys, values: someValues) { q, k in rbf(q, k) }
print("長さがそろえば一致:", agree(byAttention, bySmoothing))

#sourceLocation(file: "lecture-06.md", line: 289)
let wide = RBFKernel(bandwidth: root2)
let wideSmoothing = kernelSmoother(
  queries: freeQueries, keys: circleKeys, values: someValues) { q, k in wide(q, k) }
let unevenKeys = Matrix([circleKeys.row(0).map { 2 * $0 }] + circleKeys.rowVectors.dropFirst())
let unevenAttention = attention(freeQueries, unevenKeys, someValues, scale: 1)
let unevenSmoothing = kernelSmoother(
  queries: freeQueries, keys: unevenKeys, values: someValues) { q, k in rbf(q, k) }
print("1つだけ2倍の長さにしても一致:", agree(unevenAttention, unevenSmoothing))

#sourceLocation(file: "lecture-06.md", line: 308)
let dataAngles = (0..<12).map { Double($0) * Double.pi / 6 }
let dataValues = dataAngles.map { sin($0) + 0.5 * sin(3 * $0) }
let circle = Matrix(dataAngles.map { [cos($0), sin($0)] })
let askAngles = (0...120).map { Double($0) * Double.pi / 60 }
let ask = Matrix(askAngles.map { [cos($0), sin($0)] })
func smoothed(_ sharpness: Double) -> [Double] {
  attention(ask, circle, Matrix(dataValues.map { [$0] }), scale: sharpness).column(0)
}

#sourceLocation(file: "lecture-06.md", line: 319)
let askDegrees = askAngles.map { $0 * 180 / Double.pi }
show(.chart("円周上の注意による平滑化", [
  .line(Series("倍率1", x: askDegrees, y: smoothed(1))),
  .line(Series("倍率8", x: askDegrees, y: smoothed(8))),
  .line(Series("倍率64", x: askDegrees, y: smoothed(64))),
  .points(Series("データ", x: dataAngles.map { $0 * 180 / Double.pi }, y: dataValues)),
], x: Axis("角度（度）"), y: Axis("値")))

#sourceLocation(file: "lecture-06.md", line: 337)
let word: [Double] = [1.0, 0.2]
let neighbour: [Double] = [0.9, 0.5]
let alone = Matrix([neighbour, [-1, 0.3]])
let crowded = Matrix([neighbour, [-1, 0.3], [1.5, 0.1], [1.2, 0.4]])
func weightOnFirst(_ keys: Matrix<Double>) -> Double {
  softmax((0..<keys.rows).map { dot(word, keys.row($0)) })[0]
}
let rbfAlone = rbf.gram([word] + alone.rowVectors)[0, 1]
let rbfCrowded = rbf.gram([word] + crowded.rowVectors)[0, 1]
print("RBFの値  ", fixed(rbfAlone), "→", fixed(rbfCrowded))
print("注意の重み", fixed(weightOnFirst(alone)), "→", fixed(weightOnFirst(crowded)))

#sourceLocation(file: "lecture-06.md", line: 381)
func plainSoftmax(_ scores: [Double]) -> [Double] {
  let top = scores.max()!
  let raised = scores.map { exp($0 - top) }
  let total = raised.reduce(0, +)
  return raised.map { $0 / total }
}

#sourceLocation(file: "lecture-06.md", line: 393)
let modest: [Double] = [2, 1, 0, -1]
let lift = 1000.0
let shifted = plainSoftmax(modest.map { $0 + lift })
let careless = modest.map { exp($0 + lift) }
let carelessTotal = careless.reduce(0, +)
print("安定版  ", fixed(shifted))
print("素朴な版", fixed(careless.map { $0 / carelessTotal }))
print("Kernel  ", fixed(softmax(modest)))

#sourceLocation(file: "lecture-06.md", line: 414)
func plainAttention(_ q: Matrix<Double>, _ k: Matrix<Double>, _ v: Matrix<Double>) -> Matrix<Double> {
  let scale = 1 / Double(q.columns).squareRoot()
  var out = Matrix<Double>(rows: q.rows, columns: v.columns, repeating: 0)
  for i in 0..<q.rows {
    let scores = (0..<k.rows).map { j in scale * dot(q.row(i), k.row(j)) }
    let weights = plainSoftmax(scores)
    for j in 0..<k.rows {
      for c in 0..<v.columns { out[i, c] += weights[j] * v[j, c] }
    }
  }
  return out
}

#sourceLocation(file: "lecture-06.md", line: 431)
rng = Random(seed: 65)
let qs: Matrix<Double> = .normal(rows: 6, columns: 8, scale: 1, using: &rng)
let ks: Matrix<Double> = .normal(rows: 7, columns: 8, scale: 1, using: &rng)
let vs: Matrix<Double> = .normal(rows: 7, columns: 3, scale: 1, using: &rng)
let single = plainAttention(qs, Matrix([ks.row(0)]), Matrix([vs.row(0)]))
let silent = plainAttention(Matrix<Double>(rows: 1, columns: 8, repeating: 0), ks, vs)
let averages = (0..<3).map { mean(vs.column($0)) }
print("Key1つ", single.row(5) == vs.row(0), " Queryゼロ", fixed(silent.row(0)), fixed(averages))

#sourceLocation(file: "lecture-06.md", line: 470)
func compiledBlock21() {
func inSinglePrecision() -> Matrix<Float> {
  let q = Matrix<Float>(rows: 2, columns: 4, repeating: 0.5)
  return attention(q, q, q)
}
}

#sourceLocation(file: "lecture-06.md", line: 481)
let temperatures = (1...50).map { Double($0) / 10 }
let peaks = temperatures.map { softmax(modest, temperature: $0).max()! }
let peakFalls = zip(peaks, peaks.dropFirst()).allSatisfy { $0 > $1 }
let warm = softmax(modest, temperature: 1)
print("T=1 ", fixed(warm), " 実効個数", fixed(effectiveCount(warm), decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 492)
show(.lines("温度と重み", (0..<4).map { j in
  Series("得点\(Int(modest[j]))", x: temperatures,
    y: temperatures.map { softmax(modest, temperature: $0)[j] })
}, x: Axis("温度T"), y: Axis("重み", range: 0...1)))

#sourceLocation(file: "lecture-06.md", line: 512)
func scoreVariance(_ width: Int, scale: Double) -> Double {
  var local = Random(seed: 66)
  let q: Matrix<Double> = .normal(rows: 200, columns: width, scale: 1, using: &local)
  let k: Matrix<Double> = .normal(rows: 200, columns: width, scale: 1, using: &local)
  return variance(attentionScores(q, k, scale: scale).elements)
}
print("| 次元 | そのままの分散 | 平方根で割った後の分散 |\n| ---: | ---: | ---: |")
for width in [4, 16, 64, 256] {
  let scaled = scoreVariance(width, scale: 1 / Double(width).squareRoot())
  print("| \(width) | \(fixed(scoreVariance(width, scale: 1), decimals: 1)) | \(fixed(scaled, decimals: 3)) |")
}

#sourceLocation(file: "lecture-06.md", line: 540)
func meanPeak(_ width: Int, scale: Double) -> Double {
  var local = Random(seed: 67)
  let q: Matrix<Double> = .normal(rows: 400, columns: width, scale: 1, using: &local)
  let k: Matrix<Double> = .normal(rows: 64, columns: width, scale: 1, using: &local)
  let w = attentionWeights(q, k, scale: scale)
  return mean((0..<w.rows).map { w.row($0).max()! })
}
let widths = [2, 4, 8, 16, 32, 64, 128, 256]
let rawPeaks = widths.map { meanPeak($0, scale: 1) }
let tamePeaks = widths.map { meanPeak($0, scale: 1 / Double($0).squareRoot()) }
show(.lines("最大の重みの平均", [
  Series("そのまま", x: widths, y: rawPeaks), Series("平方根で割る", x: widths, y: tamePeaks),
], x: Axis("次元", scale: .log2), y: Axis("最大の重みの平均", range: 0...1)))

#sourceLocation(file: "lecture-06.md", line: 566)
func slopes(_ scale: Double) -> [Double] {
  var local = Random(seed: 68)
  let q: Matrix<Double> = .normal(rows: 400, columns: 256, scale: 1, using: &local)
  let k: Matrix<Double> = .normal(rows: 64, columns: 256, scale: 1, using: &local)
  let tops = attentionWeights(q, k, scale: scale).rowVectors.map { $0.max()! }
  return tops.map { scale * $0 * (1 - $0) }.sorted()
}
let rawSlopes = slopes(1), tameSlopes = slopes(1.0 / 16)
let medianShrinks = rawSlopes[200] > tameSlopes[200]
print("下から1割の点  そのまま", fixed(rawSlopes[40], decimals: 7), " 割る", fixed(tameSlopes[40], decimals: 7))
print("中央値         そのまま", fixed(rawSlopes[200], decimals: 7), " 割る", fixed(tameSlopes[200], decimals: 7))

#sourceLocation(file: "lecture-06.md", line: 592)
let modelWidth = 512
func scoreDeviation(weightScale: Double) -> Double {
  var local = Random(seed: 69)
  let x: Matrix<Double> = .normal(rows: 64, columns: modelWidth, scale: 1, using: &local)
  let wq: Matrix<Double> = .normal(rows: modelWidth, columns: 64, scale: weightScale, using: &local)
  let wk: Matrix<Double> = .normal(rows: modelWidth, columns: 64, scale: weightScale, using: &local)
  return variance(attentionScores(matmul(x, wq), matmul(x, wk)).elements).squareRoot()
}
let weightScales = [1, 1 / Double(modelWidth).squareRoot(), 0.02]
let deviations = weightScales.map { scoreDeviation(weightScale: $0) }
let scaleMatters = deviations[0] > 100 && deviations[2] < 0.5
print("得点の標準偏差", fixed(deviations, decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 619)
rng = Random(seed: 610)
let corners = Matrix([[-2.0, -1], [1.0, -2], [2.5, 0.5], [0.5, 2], [-2.0, 1.2]])
let planeQueries: Matrix<Double> = .normal(rows: 250, columns: 2, scale: 3, using: &rng)
let planeKeys: Matrix<Double> = .normal(rows: 5, columns: 2, scale: 1, using: &rng)
let mixtures = attention(planeQueries, planeKeys, corners)
func isInside(_ p: [Double]) -> Bool {
  (0..<5).allSatisfy { i in
    let a = corners.row(i), b = corners.row((i + 1) % 5)
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > -1e-12
  }
}
let allInside = (0..<250).allSatisfy { isInside(mixtures.row($0)) }
print("すべて凸包の内側:", allInside)

#sourceLocation(file: "lecture-06.md", line: 638)
show(.plane("凸包と出力", [
  .polygon("凸包", x: corners.column(0), y: corners.column(1), style: 2),
  .points(Series("出力", x: mixtures.column(0), y: mixtures.column(1), style: 0)),
  .points(Series("Value", x: corners.column(0), y: corners.column(1), style: 1)),
]))

#sourceLocation(file: "lecture-06.md", line: 654)
rng = Random(seed: 611)
let tokens: Matrix<Double> = .normal(rows: 6, columns: 8, scale: 1, using: &rng)
let wQ: Matrix<Double> = .normal(rows: 8, columns: 4, scale: 0.5, using: &rng)
let wK: Matrix<Double> = .normal(rows: 8, columns: 4, scale: 0.5, using: &rng)
let wV: Matrix<Double> = .normal(rows: 8, columns: 4, scale: 0.5, using: &rng)
func survey(_ x: Matrix<Double>, mask: AttentionMask = .none) -> Matrix<Double> {
  attention(matmul(x, wQ), matmul(x, wK), matmul(x, wV), mask: mask)
}
func permuted(_ m: Matrix<Double>) -> Matrix<Double> { Matrix([3, 0, 5, 4, 1, 2].map { m.row($0) }) }
let shuffled = survey(permuted(tokens)), shuffledCausal = survey(permuted(tokens), mask: .causal)
print("マスクなし:", agree(shuffled, permuted(survey(tokens))))
print("因果マスク:", agree(shuffledCausal, permuted(survey(tokens, mask: .causal))))

#sourceLocation(file: "lecture-06.md", line: 688)
rng = Random(seed: 612)
let layerInput = RMSNorm<Double>(gain: [Double](repeating: 1, count: 64), epsilon: 0)(
  Matrix<Double>.normal(rows: 64, columns: 64, scale: 1, using: &rng))
let headQ = matmul(layerInput, Matrix<Double>.normal(rows: 64, columns: 16, scale: 0.125, using: &rng))
let headK = matmul(layerInput, Matrix<Double>.normal(rows: 64, columns: 16, scale: 0.125, using: &rng))
let queryNorms = (0..<64).map { norm(headQ.row($0)) }
let inputNorms = (0..<64).map { norm(layerInput.row($0)) }
print("射影前のノルム", fixed(inputNorms.min()!), "〜", fixed(inputNorms.max()!))
print("射影後のノルム", fixed(queryNorms.min()!), "〜", fixed(queryNorms.max()!))

#sourceLocation(file: "lecture-06.md", line: 707)
let cosines = cosineSimilarities(headQ, headK).elements
let plainScores = attentionScores(headQ, headK).elements
let quarter = stride(from: 0, to: cosines.count, by: 8).map { $0 }
show(.chart("余弦と得点", [
  .points(Series("標準", x: quarter.map { cosines[$0] }, y: quarter.map { plainScores[$0] })),
  .line(Series("正規化（倍率4）", x: [-1.0, 1.0], y: [-4.0, 4.0])),
], x: Axis("cosθ"), y: Axis("得点")))

#sourceLocation(file: "lecture-06.md", line: 717)
func correlate(_ x: [Double], _ y: [Double]) -> Double {
  let mx = mean(x), my = mean(y)
  let cross = zip(x, y).map { ($0 - mx) * ($1 - my) }.reduce(0, +) / Double(x.count)
  return cross / (variance(x) * variance(y)).squareRoot()
}
let correlation = correlate(cosines, plainScores)

#sourceLocation(file: "lecture-06.md", line: 752)
func l2(_ x: [Double]) -> [Double] {
  let length = dot(x, x).squareRoot()
  return x.map { $0 / length }
}
func centred(_ x: [Double]) -> [Double] {
  let mu = x.reduce(0, +) / Double(x.count)
  return x.map { $0 - mu }
}
func plainRMSNorm(_ x: [Double]) -> [Double] { l2(x).map { $0 * Double(x.count).squareRoot() } }
func plainLayerNorm(_ x: [Double]) -> [Double] { plainRMSNorm(centred(x)) }

#sourceLocation(file: "lecture-06.md", line: 765)
rng = Random(seed: 613)
let ones = [Double](repeating: 1, count: 32)
let zeros = [Double](repeating: 0, count: 32)
let skewed: [Double] = (normalVector(32, using: &rng) as [Double]).map { $0 + 0.5 }
let kernelRMS = RMSNorm<Double>(gain: ones, epsilon: 0)(skewed)
let kernelLayer = LayerNorm<Double>(gain: ones, bias: zeros, epsilon: 0)(skewed)
let softened = RMSNorm<Double>(gain: ones, epsilon: 1e-3)(skewed)
let shrinks = norm(softened) < norm(kernelRMS)
print("LayerNormの平均", fixed(mean(kernelLayer)), " 分散", fixed(variance(kernelLayer)))
print("RMSNorm  の平均", fixed(mean(kernelRMS)), " 分散", fixed(variance(kernelRMS)))

#sourceLocation(file: "lecture-06.md", line: 789)
rng = Random(seed: 614)
let scattered: Matrix<Double> = .normal(rows: 24, columns: 2, scale: 0.8, using: &rng)
func image(_ f: ([Double]) -> [Double], _ name: String, _ style: Int) -> Mark {
  let moved = scattered.mapRows(f)
  return .points(Series(name, x: moved.column(0), y: moved.column(1), style: style))
}
show(.plane("3つの正規化の像", [
  .circle(), .circle(radius: root2), .segment(from: (-1.5, 1.5), to: (1.5, -1.5)),
  image({ $0 }, "もとの点", 3), image(l2, "L2", 0),
  image(plainRMSNorm, "RMSNorm", 1), image(plainLayerNorm, "LayerNorm", 2),
]))

#sourceLocation(file: "lecture-06.md", line: 806)
let collapsed = scattered.rowVectors.map { plainLayerNorm($0) }
let onlyTwo = collapsed.allSatisfy { agree($0, [1, -1]) || agree($0, [-1, 1]) }
print("行き先は(1,-1)か(-1,1)だけ:", onlyTwo)

#sourceLocation(file: "lecture-06.md", line: 839)
func cosineWeights(_ q: Matrix<Double>, _ k: Matrix<Double>, _ s: Double) -> Matrix<Double> {
  let scores = matmul(q.mapRows { l2($0) }, transposed: k.mapRows { l2($0) })
  return scores.mapRows { row in plainSoftmax(row.map { s * $0 }) }
}
let fromHead = cosineWeights(headQ, headK, 4)
let stretched = cosineWeights(headQ, 3 * headK, 4)
print("Keyを伸ばしても重みは不変:", agree(stretched, fromHead))

#sourceLocation(file: "lecture-06.md", line: 862)
let lengths = [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
func ceiling(_ n: Int, _ s: Double) -> Double { exp(2 * s) / (exp(2 * s) + Double(n - 1)) }
print("| Keyの個数 | 倍率1 | 倍率8 | 倍率100 |\n| ---: | ---: | ---: | ---: |")
for n in [8, 64, 512, 4096] {
  print("| \(n) | \(fixed(ceiling(n, 1))) | \(fixed(ceiling(n, 8))) | \(fixed(ceiling(n, 100))) |")
}

#sourceLocation(file: "lecture-06.md", line: 882)
rng = Random(seed: 615)
let facing: [Double] = l2(normalVector(16, using: &rng))
let worstCase = Matrix([facing] + (1..<64).map { _ in facing.map { -$0 } })
let attained = cosineWeights(Matrix([facing]), worstCase, 1)[0, 0]
let randomRow = cosineWeights(headQ, headK, 1).row(0)
let flatness = entropy(randomRow) / log(Double(64))
print("達成された重み", fixed(attained), " 乱れたKeyでのエントロピー比", fixed(flatness))

#sourceLocation(file: "lecture-06.md", line: 898)
show(.lines("最大の重みの上限", [1.0, 3.0, 8.0].map { s in
  Series("倍率\(Int(s))", x: lengths, y: lengths.map { ceiling($0, s) })
}, x: Axis("Keyの個数", scale: .log2), y: Axis("上限", range: 0...1)))

#sourceLocation(file: "lecture-06.md", line: 912)
rng = Random(seed: 616)
let unitA = l2NormalizeRows(Matrix<Double>.normal(rows: 300, columns: 64, scale: 1, using: &rng))
let unitB = l2NormalizeRows(Matrix<Double>.normal(rows: 300, columns: 64, scale: 1, using: &rng))
let unitVariance = variance(matmul(unitA, transposed: unitB).elements)
print("64 × 分散 =", fixed(64 * unitVariance, decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 929)
let rmsQ = headQ.mapRows { plainRMSNorm($0) }
let rmsK = headK.mapRows { plainRMSNorm($0) }
let expectedScores = 4 * cosineSimilarities(headQ, headK)
print("得点は4cosθに等しい:", agree(attentionScores(rmsQ, rmsK), expectedScores))

#sourceLocation(file: "lecture-06.md", line: 953)
func degrees(_ x: [Double], _ y: [Double]) -> Double { angle(x, y) * 180 / Double.pi }
func step(_ h: [Double], toward g: [Double], _ alpha: Double) -> [Double] {
  l2(zip(h, l2(g)).map { $0 + alpha * ($1 - $0) })
}
let moved = degrees([1, 0], step([1, 0], toward: [0, 5], 0.05))
let geodesic = degrees([1, 0], slerp([1, 0], [0, 1], 0.05))
let fallsShort = moved < geodesic
print("直線を進んで球面に戻る", fixed(moved, decimals: 2), " 大円に沿う", fixed(geodesic, decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 971)
let tangent = sin(moved * Double.pi / 180) / cos(moved * Double.pi / 180)
rng = Random(seed: 617)
let h0: [Double] = l2(normalVector(64, using: &rng))
let blockOutput: [Double] = normalVector(64, using: &rng)
let h1 = step(h0, toward: blockOutput, 0.05)
let residual = NGPTResidual(rate: 0.05, dimension: 64)
print("tan", fixed(tangent, decimals: 6), " α/(1-α)", fixed(0.05 / 0.95, decimals: 6), " ノルム", fixed(norm(h1), decimals: 6))

#sourceLocation(file: "lecture-06.md", line: 992)
rng = Random(seed: 618)
let unitValues = l2NormalizeRows(Matrix<Double>.normal(rows: 512, columns: 64, scale: 1, using: &rng))
let unitQueries = l2NormalizeRows(Matrix<Double>.normal(rows: 64, columns: 64, scale: 1, using: &rng))
let mixed = matmul(attentionWeights(unitQueries, unitValues, scale: 8), unitValues)
let mixedNorms = (0..<64).map { norm(mixed.row($0)) }
let insideSphere = mixedNorms.max()! < 1
let byNGPT = nGPTAttention(headQ, headK, layerInput, gain: [Double](repeating: 1.5, count: 16))
print("混合のノルム", fixed(mixedNorms.min()!, decimals: 3), "〜", fixed(mixedNorms.max()!, decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 1023)
rng = Random(seed: 619)
let heads = 4, headWidth = 2, tokenWidth = 8
let bigQ: Matrix<Double> = .normal(rows: 8, columns: 8, scale: 0.5, using: &rng)
let bigK: Matrix<Double> = .normal(rows: 8, columns: 8, scale: 0.5, using: &rng)
let bigV: Matrix<Double> = .normal(rows: 8, columns: 8, scale: 0.5, using: &rng)
let bigO: Matrix<Double> = .normal(rows: 8, columns: 8, scale: 0.5, using: &rng)
func own(_ r: Int) -> Range<Int> { r * headWidth..<(r + 1) * headWidth }
let outputs = (0..<heads).map { r in
  attention(
    matmul(tokens, bigQ.columns(own(r))), matmul(tokens, bigK.columns(own(r))),
    matmul(tokens, bigV.columns(own(r))))
}
let asConcat = matmul(concatenatedColumns(outputs), bigO)
let terms = (0..<heads).map { r in matmul(outputs[r], bigO.rows(own(r))) }
let asSum = terms[0] + terms[1] + terms[2] + terms[3]

#sourceLocation(file: "lecture-06.md", line: 1041)
let layer = MultiHeadAttention<Double>(query: bigQ, key: bigK, value: bigV, output: bigO, heads: heads)
print("並べる版と足す版:", agree(asConcat, asSum))
print("Kernelの版:", agree(layer(tokens), asConcat))

#sourceLocation(file: "lecture-06.md", line: 1059)
func basis(_ m: Matrix<Double>) -> [[Double]] {
  var found: [[Double]] = []
  for c in 0..<m.columns {
    var x = m.column(c)
    for b in found { let t = dot(b, x); x = zip(x, b).map { $0 - t * $1 } }
    if norm(x) > 1e-9 { found.append(l2(x)) }
  }
  return found
}
let oneHead = basis(matmul(bigQ.columns(own(0)), transposed: bigK.columns(own(0)))).count
let fullWidth = basis(matmul(bigQ, transposed: bigK)).count
print("1ヘッドの階数", oneHead, " 8次元をすべて使う行列の階数", fullWidth)

#sourceLocation(file: "lecture-06.md", line: 1081)
func overlap(_ r: Int, _ t: Int) -> Double {
  let p = basis(bigQ.columns(own(r))), q = basis(bigQ.columns(own(t)))
  return p.flatMap { x in q.map { y in dot(x, y) * dot(x, y) } }.reduce(0, +) / Double(headWidth)
}
let overlaps = [overlap(0, 1), overlap(0, 2), overlap(0, 3), overlap(1, 2), overlap(1, 3), overlap(2, 3)]
let overlapping = mean(overlaps) > 0.05
print("6組の重なり", fixed(overlaps, decimals: 2), " 平均", fixed(mean(overlaps), decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 1099)
let lectureWeights = attentionWeights(matmul(tokens, wQ), matmul(tokens, wK))
let rowSums = (0..<6).map { sum(lectureWeights.row($0)) }

#sourceLocation(file: "lecture-06.md", line: 1137)
func plainRotate(_ x: [Double], _ position: Double, base: Double = 10_000) -> [Double] {
  var out = x
  for i in 0..<(x.count / 2) {
    let theta = exp(-2 * Double(i) / Double(x.count) * log(base))
    let c = cos(position * theta), s = sin(position * theta)
    out[2 * i] = x[2 * i] * c - x[2 * i + 1] * s
    out[2 * i + 1] = x[2 * i] * s + x[2 * i + 1] * c
  }
  return out
}

#sourceLocation(file: "lecture-06.md", line: 1150)
rng = Random(seed: 620)
let ropeQ: [Double] = normalVector(64, using: &rng)
let ropeK: [Double] = normalVector(64, using: &rng)
let far = 100.0
func ropeScore(_ m: Double, _ n: Double) -> Double { dot(plainRotate(ropeQ, m), plainRotate(ropeK, n)) }
let rotary = RotaryEmbedding<Double>(headDimension: 64, base: 10_000, layout: .interleaved)
print("(5, 2)     ", fixed(ropeScore(5, 2)))
print("(105, 102) ", fixed(ropeScore(5 + far, 2 + far)))
print("(5, 4)     ", fixed(ropeScore(5, 4)))

#sourceLocation(file: "lecture-06.md", line: 1172)
let split = RotaryEmbedding<Double>(headDimension: 64, layout: .halfSplit)
func reordered(_ x: [Double]) -> [Double] { rotary.halfSplitOrder.map { x[$0] } }
let turned = rotary.rotate(ropeQ, position: 9)
let splitTurned = split.rotate(reordered(ropeQ), position: 9)
print("並べ替えれば一致:", agree(splitTurned, reordered(turned)))
print("並べ替えずに一致:", agree(split.rotate(ropeQ, position: 9), turned))

#sourceLocation(file: "lecture-06.md", line: 1200)
let even = [Double](repeating: 1, count: 64)
let orbit = (0...40).map { degrees(even, plainRotate(even, Double($0))) }
let otherOrbit = (0...40).map { degrees(ropeQ, plainRotate(ropeQ, Double($0))) }
let bends = orbit[5] < 5 * orbit[1] - 5
print("p=0…5", fixed(Array(orbit[0...5]), decimals: 1))

#sourceLocation(file: "lecture-06.md", line: 1211)
show(.lines("位置となす角", [
  Series("等しい長さ", y: orbit),
  Series("乱数のq", y: otherOrbit),
], x: Axis("位置p"), y: Axis("なす角（度）", range: 0...90), marks: [
  .segment(from: (0, 0), to: (6, 6 * orbit[1]), "等速の回転"),
]))

#sourceLocation(file: "lecture-06.md", line: 1229)
let gains = (0..<64).map { 1 + 0.1 * Double($0 % 3) }
func scaled(_ x: [Double]) -> [Double] { zip(x, gains).map { $0 * $1 } }
let unitTurned = plainRotate(l2(ropeQ), 9), scaledTurned = plainRotate(scaled(ropeQ), 9)
print("L2だけなら入れ替え可:", agree(l2(plainRotate(ropeQ, 9)), unitTurned))
print("γつきで入れ替え可:", agree(scaled(plainRotate(ropeQ, 9)), scaledTurned))

#sourceLocation(file: "lecture-06.md", line: 1251)
let causalWeights = attentionWeights(matmul(tokens, wQ), matmul(tokens, wK), mask: .causal)
show(.row("双方向と因果", [
  .heatMap("双方向", lectureWeights.rowVectors, rowTitle: "Query", columnTitle: "Key", scale: .sequential(0...1)),
  .heatMap("因果マスク", causalWeights.rowVectors, rowTitle: "Query", columnTitle: "Key", scale: .sequential(0...1)),
]))

#sourceLocation(file: "lecture-06.md", line: 1259)
var edited = tokens
for c in 0..<8 { edited[5, c] += 3 }
let before = survey(tokens, mask: .causal), after = survey(edited, mask: .causal)
let pastChange = maxAbsDifference(before.rows(0..<5), after.rows(0..<5))
let prefix = survey(tokens.rows(0..<4))
print("最後のトークンを変えたときの過去の変化", fixed(pastChange))

#sourceLocation(file: "lecture-06.md", line: 1291)
let long = [2.0, 0.0]
let short = [0.25, 0.25 * Double(3).squareRoot()]
let cosine60 = dot(long, short) / (norm(long) * norm(short))
print("ノルム", fixed([norm(long), norm(short)], decimals: 2))
print("内積と余弦", fixed([dot(long, short), cosine60], decimals: 3))

#sourceLocation(file: "lecture-06.md", line: 1309)
rng = Random(seed: 621)
let biased = (0..<8).map { i in
  plainRMSNorm((normalVector(32, using: &rng) as [Double]).map { $0 + 0.2 + 0.05 * Double(i) })
}
let varianceFallsShort = biased.allSatisfy { variance($0) < 1 }
let biasedMeans = biased.map { mean($0) }
print("RMSNormの出力の平均", fixed(biasedMeans, decimals: 2))
print("同じく分散        ", fixed(biased.map { variance($0) }, decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 1335)
let wrongAxis = l2NormalizeRows(headK.transposed()).transposed()
let wrongNorms = (0..<64).map { norm(wrongAxis.row($0)) }
let rightNorms = (0..<64).map { norm(l2NormalizeRows(headK).row($0)) }
print("行のノルム（誤）", fixed(wrongNorms.min()!, decimals: 2), "〜", fixed(wrongNorms.max()!, decimals: 2))
print("行のノルム（正）", fixed(rightNorms.min()!, decimals: 2), "〜", fixed(rightNorms.max()!, decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 1355)
func halfRotate(_ a: Double, _ b: Double, _ angle: Double) -> [Double] { [-b * cos(angle), a * sin(angle)] }
let turns = [0.0, 0.5, 1.0, 1.5]
print("回転のノルム    ", fixed(turns.map { norm(plainRotate([3, 4], $0)) }, decimals: 2))
print("回転でないノルム", fixed(turns.map { norm(halfRotate(3, 4, $0)) }, decimals: 2))
let early = dot(halfRotate(3, 4, 1), halfRotate(1, 2, 2))
let late = dot(halfRotate(3, 4, 2), halfRotate(1, 2, 3))
print("位置(1, 2)と(2, 3)の得点", fixed([early, late], decimals: 2))

#sourceLocation(file: "lecture-06.md", line: 1381)
func product(_ m: Int, _ k: Int, _ n: Int) -> Double { 2 * Double(m) * Double(k) * Double(n) }
func projecting(_ n: Int) -> Double { 4 * product(n, 512, 512) }
func mixing(_ n: Int) -> Double { 8 * (product(n, 64, n) + product(n, n, 64)) }
func weightBytes(_ n: Int) -> Double { 8 * Double(n) * Double(n) * 4 }
print("| 系列の長さ | 射影（GFLOP） | 得点と混合（GFLOP） | 重み行列（MB） |\n| ---: | ---: | ---: | ---: |")
for n in [128, 512, 1024, 4096] {
  let p = fixed(projecting(n) / 1e9, decimals: 2), m = fixed(mixing(n) / 1e9, decimals: 2)
  print("| \(n) | \(p) | \(m) | \(fixed(weightBytes(n) / 1e6, decimals: 1)) |")
}

#sourceLocation(file: "lecture-06.md", line: 1439)
let cold = softmax([1.0, 3.0, 3.0], temperature: 0.01)
print(fixed(cold))

#sourceLocation(file: "lecture-06.md", line: 1458)
var worstSlope = 0.0
let p4 = softmax(modest)
for j in 0..<4 {
  var up = modest, down = modest
  up[j] += 1e-5
  down[j] -= 1e-5
  let (a, b) = (softmax(up), softmax(down))
  for i in 0..<4 {
    let exact = p4[i] * ((i == j ? 1 : 0) - p4[j])
    worstSlope = max(worstSlope, ((a[i] - b[i]) / 2e-5 - exact).magnitude)
  }
}
let slopesMatch = worstSlope < 1e-9

#sourceLocation(file: "lecture-06.md", line: 1485)
let once = plainLayerNorm(skewed)
let both = agree(plainRMSNorm(once), once) && agree(plainLayerNorm(plainRMSNorm(skewed)), once)

#sourceLocation(file: "lecture-06.md", line: 1501)
let q2 = [0.6, -1.1], k2 = [0.4, 0.9]
let direct = dot(plainRotate(q2, 7), plainRotate(k2, 4))
let cosPart = (q2[0] * k2[0] + q2[1] * k2[1]) * cos(3.0)
let sinPart = (q2[0] * k2[1] - q2[1] * k2[0]) * sin(3.0)
print("得点", fixed(direct), " 2つの項", fixed(cosPart + sinPart), " cosの項だけ", fixed(cosPart))

#sourceLocation(file: "lecture-06.md", line: 1523)
let needed = log(9 * Double(lengths[9] - 1)) / 2
print("s =", fixed(needed, decimals: 3), " 上限", fixed(ceiling(lengths[9], needed), decimals: 6))

#sourceLocation(file: "lecture-06.md", line: 1542)
rng = Random(seed: 622)
let ring = (0..<100).map { _ in plainLayerNorm(normalVector(3, using: &rng)) }
let onCircle = ring.allSatisfy {
  agree(sum($0), 0) && agree(norm($0), Double(3).squareRoot())
}
