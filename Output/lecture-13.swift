// 高次元の深淵
// 実行するには、この本のリポジトリで ./build.sh run lecture-13.swift、または weave run lecture-13.swift
import ChapterRuntime
import Kernel
import Plot

#sourceLocation(file: "lecture-13.md", line: 36)
let digitsTraining = OpticalDigits<Float>.training()
let digitsTest = OpticalDigits<Float>.test()
let digitClasses = Set(digitsTraining.labels).count, readerPairs = 4
let hiddenUnits = 32, (epochs, batchSize) = (20, 32)
let pixels = 10000, nudge = 0.05  // 画素の数と、1画素を動かす幅
let startScore = 3.0, coinTrials = 100
let agreeWithin = 1e-12, billion = 1e9
let (plane, solid, hyper) = (2, 3, 4)  // 空間の次元
let (ten, hundred, thousand) = (10, 100, 1000)
let nearDegrees = 10.0, halfShape = 0.5
let orthogonalCount = 400, pointCount = 200
let (crowdSize, crowdWidth) = (2000, 256)
let (expertCount, workingExperts, manyExperts) = (8, 4, 64)
let (toyExperts, toyTokens, updates, headStart) = (4, 32, 200, 4.0)
let routerDraws = 20
let handScores = Matrix([[2.0, 1, 0, -1], [1, 2, 0, -1], [3, 0, 1, 0]])
let handTop = 2
let (wideSpace, narrowSpace) = (64, 8)
let (nullTokens, fewest) = (1200, 3 * narrowSpace)
let randomStarts = 4  // 木を平面に置くときの、乱数の配置の数
let (hyperbolic, spherical, flat) = (-1.0, 1.0, 0.0)  // 曲率
let (loraAlpha, rank) = (4.0, 2)
let mixtral = ExpertModelShape.mixtral8x7B, bytesPerNumber = 2

#sourceLocation(file: "lecture-13.md", line: 71)
var rng = Random(seed: 13)
let detector = unitVector(pixels, using: &rng)
let noise = normalVector(pixels, using: &rng)
let offset = startScore - dot(detector, noise)
let picture = zip(noise, detector).map { $0 + offset * $1 }
let sly = detector.map { $0 > 0 ? -nudge : nudge }
func score(_ change: [Double]) -> Double {
  dot(detector, zip(picture, change).map { $0 + $1 })
}
let (before, bySign) = (dot(detector, picture), score(sly))
let byCoins = (0..<coinTrials).map { _ in
  detector.reduce(before) { $0 + (rng.uniform() < 0.5 ? -nudge : nudge) * $1 }
}
let widestCoin = byCoins.map { ($0 - before).magnitude }.max()!
let onlySignFlips = bySign < 0 && byCoins.allSatisfy { $0 > 0 }
print("元の得点", fixed(before, decimals: 2))
print("コイン  ", fixed(byCoins[0], decimals: 2))
print("符号    ", fixed(bySign, decimals: 2))

#sourceLocation(file: "lecture-13.md", line: 100)
let strengths = (0...20).map { Double($0) * 0.0025 }
let walks = (0..<5).map { _ in
  (0..<pixels).map { _ in rng.uniform() < 0.5 ? -1.0 : 1.0 }
}
let slopesOfWalks = walks.map { dot(detector, $0) }
let steepest = detector.reduce(0) { $0 + $1.magnitude }
show(.lines("摂動の幅と得点", [
  Series("符号", x: strengths, y: strengths.map { before - $0 * steepest }),
] + slopesOfWalks.map { slope in
  Series("コイン", x: strengths, y: strengths.map { before + $0 * slope }, style: 1)
}, x: Axis("画素ごとの摂動の幅"), y: Axis("得点"),
  marks: [.horizontal(0, "境界")], names: .legend))

#sourceLocation(file: "lecture-13.md", line: 145)
typealias Vector = [Double]
typealias Table = Matrix<Double>
func agree(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < agreeWithin }
func agree(_ a: Vector, _ b: Vector) -> Bool {
  agree(maxAbsDifference(a, b), 0)
}
func agree(_ a: Table, _ b: Table) -> Bool { agree(maxAbsDifference(a, b), 0) }
func normal(_ rows: Int, _ columns: Int, scale: Double = 1) -> Table {
  .normal(rows: rows, columns: columns, scale: scale, using: &rng)
}
func sphere(_ count: Int, _ d: Int) -> Table {
  l2NormalizeRows(normal(count, d))
}
func deviation(_ x: Vector) -> Double { variance(x).squareRoot() }
// varianceはnで割った値なので、標準誤差ではn−1で割り直す。
func standardError(_ x: Vector) -> Double {
  (variance(x) / Double(x.count - 1)).squareRoot()
}

#sourceLocation(file: "lecture-13.md", line: 179)
func cosines(_ d: Int, _ count: Int = orthogonalCount) -> Vector {
  rng = Random(seed: 130 + UInt64(d))
  let directions = sphere(count, d)
  // 成分(i, j)がi本目とj本目の内積
  let gram = matmul(directions, transposed: directions)
  return (0..<count).flatMap { i in gram.row(i)[(i + 1)...] }
}
let orthogonalDimensions = [plane, solid, ten, hundred, thousand]
let cosineTable = orthogonalDimensions.map { cosines($0) }
let scaledVariances = zip(orthogonalDimensions, cosineTable).map { d, c in
  variance(c) * Double(d)
}
let highest = cosineTable.map { c in c.map { $0.magnitude }.max()! }
// 組どうしは無相関で、余弦の2乗×次元の分散は2に満たない。
let pairCount = Double(cosineTable[0].count)
let nearTheory = scaledVariances.allSatisfy {
  ($0 - 1).magnitude < 6 * (2 / pairCount).squareRoot()
}
print("| 次元 | 内積の平均 | 分散×次元 | 絶対値の最大 |")
print("| ---: | ---: | ---: | ---: |")
for (i, d) in orthogonalDimensions.enumerated() {
  let cells = [mean(cosineTable[i]), scaledVariances[i], highest[i]]
  let row = cells.map { fixed($0, decimals: 3) }.joined(separator: " | ")
  print("| \(d) | \(row) |")
}

#sourceLocation(file: "lecture-13.md", line: 221)
func anglesInDegrees(_ d: Int) -> Vector {
  // 余弦cの角は、平面の(1, 0)と(c, √(1−c²))のなす角である。
  cosines(d, 150).map { c in
    angle([1, 0], [c, max(0, 1 - c * c).squareRoot()]) * 180 / Double.pi
  }
}
show(.row("角度の分布", [3, 30, 300].map { d in
  .histogram("\(d)次元", anglesInDegrees(d), bins: 36, range: 0...180,
    density: true, x: Axis("角度（度）"), y: Axis("密度", range: 0...0.12),
    width: 230, height: 150)
}))

#sourceLocation(file: "lecture-13.md", line: 251)
func cosinePower(_ d: Int, upTo edge: Double) -> Double {
  let h = edge / 2000
  return h / 3 * (0...2000).reduce(0.0) { total, i in
    let weight: Double = i == 0 || i == 2000 ? 1 : (i % 2 == 1 ? 4 : 2)
    return total + weight * pow(cos(Double(i) * h), Double(d - 2))
  }
}
let tenDegrees = nearDegrees * Double.pi / 180, quarter = Double.pi / 2
let bandDimensions = Array(orthogonalDimensions.dropFirst())
let nearRight = bandDimensions.map { d in
  cosinePower(d, upTo: tenDegrees) / cosinePower(d, upTo: quarter)
}
let byBeta = bandDimensions.map { d in
  equatorProbability(dimension: d, within: sin(tenDegrees))
}
let byCount = cosineTable.dropFirst().map { c in
  Double(c.count { $0.magnitude < sin(tenDegrees) }) / Double(c.count)
}
let twoWays = maxAbsDifference(nearRight, byBeta) < 1e-9
// 数えた割合の標準偏差は、√(1/4÷組の数)を超えない。
let countAgrees = maxAbsDifference(nearRight, byCount)
  < 6 * (0.25 / pairCount).squareRoot()
print("90度±10度に入る確率", fixed(nearRight, decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 292)
let equatorDimensions = orthogonalDimensions
let beltWidth = 0.1, poleEdge = 0.9
let deviationsWide = 2.0  // 標準偏差を単位とする半幅
func near(_ d: Int, _ width: Double) -> Double {
  equatorProbability(dimension: d, within: width)
}
let belt = equatorDimensions.map { near($0, beltWidth) }
let caps = equatorDimensions.map { 1 - near($0, poleEdge) }
print("| 次元 | 成分が±0.1の中 | 成分が±0.9の外 |")
print("| ---: | ---: | ---: |")
for (i, d) in equatorDimensions.enumerated() {
  let cells = [belt[i], caps[i]].map { fixed($0, decimals: 4) }
  print("| \(d) | \(cells.joined(separator: " | ")) |")
}

#sourceLocation(file: "lecture-13.md", line: 327)
let latitudes = (-99...99).map { Double($0) / 100 }
func latitudeDensities(_ d: Int) -> [Double] {
  let area = 2 * cosinePower(d, upTo: quarter)
  return latitudes.map { pow(1 - $0 * $0, Double(d - 3) / 2) / area }
}
show(.lines("1つの成分の密度", [plane, solid, hyper, ten, hundred].map { d in
  Series("\(d)次元", x: latitudes, y: latitudeDensities(d))
}, x: Axis("成分の値（両端が極）"), y: Axis("密度", range: 0...4), names: .legend))

#sourceLocation(file: "lecture-13.md", line: 352)
func concentrated(_ d: Int, _ kappa: Double, _ count: Int) -> Vector {
  let steps = 4000
  let t = (0..<steps).map { -1 + (2 * Double($0) + 1) / Double(steps) }
  // 指数から1を引いてあふれを防ぐ。密度は定数倍を除いて変わらない。
  let density = t.map {
    pow(1 - $0 * $0, Double(d - 3) / 2) * exp(kappa * ($0 - 1))
  }
  let cumulative = density.reduce(into: [0.0]) { $0.append($0.last! + $1) }
  return (0..<count).map { _ in
    let goal = rng.uniform() * cumulative.last!
    var low = 0, high = steps - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle + 1] < goal {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return t[low]
  }
}
rng = Random(seed: 131)
let uniformHeights = concentrated(hundred, 0, 3000)
let vmfHeights = concentrated(hundred, Double(hundred), 3000)
print(
  "成分の平均", fixed([mean(uniformHeights), mean(vmfHeights)], decimals: 2))

#sourceLocation(file: "lecture-13.md", line: 389)
func besselRatio(_ d: Int, _ kappa: Double) -> Double {
  (0..<200).reversed().reduce(0.0) { tail, i in
    1 / (Double(d + 2 * i) / kappa + tail)
  }
}
let vmfMean = besselRatio(hundred, Double(hundred))
let vmfAgrees =
  (mean(vmfHeights) - vmfMean).magnitude < 6 * standardError(vmfHeights)
let inBelt = vmfHeights.count { $0.magnitude < 0.1 }
print("理論値", fixed(vmfMean), " 赤道の帯に入った点", inBelt)

#sourceLocation(file: "lecture-13.md", line: 407)
show(.row("成分の分布", [
  .histogram("一様", uniformHeights, bins: 50, range: -1...1, density: true,
    x: Axis("成分"), y: Axis("密度", range: 0...8), width: 280, height: 160),
  .histogram("vMF（κ＝\(hundred)）", vmfHeights, bins: 50, range: -1...1, density: true,
    x: Axis("成分"), y: Axis("密度", range: 0...8), width: 280, height: 160),
]))

#sourceLocation(file: "lecture-13.md", line: 429)
func distances(_ points: Table) -> Vector {
  let gram = matmul(points, transposed: points)
  return (0..<points.rows).flatMap { i in
    (i + 1..<points.rows).map { j in
      max(0, gram[i, i] + gram[j, j] - 2 * gram[i, j]).squareRoot()
    }
  }
}
let distanceDimensions = [plane, ten, hundred, thousand]
let apart = distanceDimensions.map { d in
  rng = Random(seed: 132)
  return distances(normal(pointCount, d))
}
let spreads = apart.map { deviation($0) / mean($0) }
let byKernel = distanceDimensions.map { d -> Double in
  rng = Random(seed: 132)
  return distanceSpread(normal(pointCount, d)).variation
}
let spreadsMatch = maxAbsDifference(byKernel, spreads) < 1e-9
print("| 次元 | 平均÷√(2d) | 変動係数 | 1/√(2d) | 最大÷最小 |")
print("| ---: | ---: | ---: | ---: | ---: |")
for (i, d) in distanceDimensions.enumerated() {
  let root = Double(2 * d).squareRoot()
  let extremes = apart[i].max()! / apart[i].min()!
  let cells = [mean(apart[i]) / root, spreads[i], 1 / root, extremes]
  let row = cells.map { fixed($0, decimals: 3) }.joined(separator: " | ")
  print("| \(d) | \(row) |")
}

#sourceLocation(file: "lecture-13.md", line: 476)
rng = Random(seed: 133)
let flatPoints = normal(pointCount, plane)
let frame = orthonormalBasis(normal(plane, thousand))
func variation(_ x: Vector) -> Double { deviation(x) / mean(x) }
let liftedSpread = variation(distances(matmul(flatPoints, frame)))
let flatSpread = variation(distances(flatPoints))
print("2次元のまま  ", fixed(flatSpread))
print("1000次元の中で", fixed(liftedSpread))

#sourceLocation(file: "lecture-13.md", line: 504)
rng = Random(seed: 134)
// 対角の1を引けば、残るのは違う2本の余弦
func worstCosine(_ crowd: Table) -> Double {
  maxAbsDifference(matmul(crowd, transposed: crowd), .identity(crowd.rows))
}
func packingBound(_ count: Int, _ d: Int) -> Double {
  (2 * log(Double(count) * Double(count)) / Double(d)).squareRoot()
}
let crowd = sphere(crowdSize, crowdWidth)
let crowded = worstCosine(crowd)
func tail(_ t: Double, _ d: Int) -> Double {
  incompleteBeta(1 - t * t, Double(d - 1) / 2, halfShape)
}
let tailBounded = [ten, hundred, crowdWidth, thousand].allSatisfy { d in
  (1...9).map { Double($0) / 10 }.allSatisfy { t in
    tail(t, d) <= 2 * exp(-Double(d) * t * t / 2)
  }
}
let acrossHalves = matmul(
  crowd.rows(0..<thousand), transposed: crowd.rows(thousand..<crowdSize))
let tailCounted = [0.05, 0.1, 0.2].allSatisfy { t in
  let over = Double(acrossHalves.elements.count { $0.magnitude > t })
  let expected = tail(t, crowdWidth) * Double(acrossHalves.elements.count)
  // どの2組も独立なので、標準偏差は期待値の平方根を超えない。
  return abs(over - expected) < 5 * expected.squareRoot()
}
let tailHolds = tailBounded && tailCounted
print("余弦の絶対値の最大", fixed(crowded))
print("見積もり          ", fixed(packingBound(crowdSize, crowdWidth)))

#sourceLocation(file: "lecture-13.md", line: 547)
let crowdSizes = [32, 64, 128, 256, 512, 1024]
let fineSizes = Array(stride(from: 32, through: 1024, by: 16))
rng = Random(seed: 135)
func packingMarks(_ style: Int, _ d: Int) -> [Mark] {
  let bounds = fineSizes.map { packingBound($0, d) }
  let worst = crowdSizes.map { worstCosine(sphere($0, d)) }
  return [.line(Series("\(d)次元", x: fineSizes, y: bounds, style: style)),
    .points(Series("", x: crowdSizes, y: worst, style: style))]
}
show(.chart("準直交なベクトルの本数",
  [64, 256, 1024].enumerated().flatMap { packingMarks($0, $1) },
  x: Axis("本数", scale: .log2), y: Axis("余弦の絶対値の最大", range: 0...0.8)))

#sourceLocation(file: "lecture-13.md", line: 581)
func ballShare(_ d: Int) -> Double {
  let half = Double(d) / 2
  return exp(half * log(Double.pi) - logGamma(half + 1) - Double(d) * log(2.0))
}
let ballDimensions = [plane, solid, ten, 2 * ten]
let ballShares = ballDimensions.map { ballShare($0) }
let shaved = 0.01, shell = 1 - pow(1 - shaved, Double(thousand))
print(
  "球の割合",
  ballShares.map { fixed($0, decimals: 8) }.joined(separator: "、"))

#sourceLocation(file: "lecture-13.md", line: 608)
rng = Random(seed: 136)
let (wide, useful) = (512, 16)
let noises = normal(8000, wide)
func signalToNoise(_ weights: Vector) -> Double {
  let signal = sum(Array(weights[0..<useful]))
  let readings = matmul(noises, weights).map { $0 + signal }
  return mean(readings) * mean(readings) / variance(readings)
}
let kept = (0..<wide).map { $0 < useful ? 1.0 : 0.0 }
let plainRatio = signalToNoise(Vector(repeating: 1, count: wide))
let prunedRatio = signalToNoise(kept)
let expected = SignalInNoise(signal: useful, dimension: wide)
// n個の読み出しで測るSNRの相対誤差は、標準偏差が√((4÷SNR＋2)÷n)ほど
func fits(_ measured: Double, _ theory: Double) -> Bool {
  let spread = ((4 / theory + 2) / Double(noises.rows)).squareRoot()
  return (measured / theory - 1).magnitude < 6 * spread
}
let ratiosMatch = fits(plainRatio, expected.readOut)
  && fits(prunedRatio, expected.prunedReadOut)
print("全部を等しく足す", fixed(plainRatio, decimals: 2))
print("剪定して足す    ", fixed(prunedRatio, decimals: 2))

#sourceLocation(file: "lecture-13.md", line: 640)
let tilted = normal(300, wide, scale: 0.1).rowVectors.map { shift in
  zip(kept, shift).map { $0 + $1 }
}
let matchedIsBest = tilted.allSatisfy {
  expected.readOut(weights: $0) < expected.prunedReadOut
}
let ratios = [
  expected.energyRatioBeside, expected.energyRatio, expected.readOut,
]
print("エネルギーの比、読み出し", fixed(ratios, decimals: 4))

#sourceLocation(file: "lecture-13.md", line: 677)
func plainSign(_ x: Vector, _ gradient: Vector, _ epsilon: Double) -> Vector {
  zip(x, gradient).map { x, g in x + (g > 0 ? epsilon : g < 0 ? -epsilon : 0) }
}
rng = Random(seed: 137)
let smallWeights = normalVector(ten, using: &rng)
let start = normalVector(ten, using: &rng)
func gain(_ moved: Vector) -> Double {
  dot(smallWeights, moved) - dot(smallWeights, start)
}
let gained = gain(plainSign(start, smallWeights, 0.1))
let gainedByKernel = gain(
  fastGradientSign(start, gradient: smallWeights, epsilon: 0.1))
func vertexStep(_ bits: Int, _ i: Int) -> Double {
  (bits >> i) & 1 == 1 ? 0.1 : -0.1
}
let bestVertex = (0..<1 << ten).map { bits in
  (0..<ten).reduce(0.0) { $0 + smallWeights[$1] * vertexStep(bits, $1) }
}.max()!
let taxicab = 0.1 * smallWeights.reduce(0) { $0 + $1.magnitude }
print("FGSM、頂点の最良、式", fixed([gained, bestVertex, taxicab], decimals: 6))

#sourceLocation(file: "lecture-13.md", line: 710)
let ratioDimensions = [10, 100, 1000, 10000, 100000]
rng = Random(seed: 138)
let measuredRatios = ratioDimensions.map { d in
  let w = normalVector(d, using: &rng)
  return w.reduce(0) { $0 + $1.magnitude } / norm(w)
}
func predictedRatio(_ d: Double) -> Double { (2 * d / Double.pi).squareRoot() }
let fineDimensions = (4...20).map { pow(10, Double($0) / 4) }
show(.chart("狙った一歩とランダムな一歩", [
  .line(Series("理論値",
    x: fineDimensions, y: fineDimensions.map(predictedRatio))),
  .points(Series("測定", x: ratioDimensions, y: measuredRatios)),
], x: Axis("次元", scale: .log), y: Axis("変化の比", scale: .log)))

#sourceLocation(file: "lecture-13.md", line: 740)
typealias Reader = DigitClassifier<Float>
rng = Random(seed: 155)
func trainedReaders(_ hidden: Int) -> [Reader] {
  (0..<readerPairs).map { _ in
    Reader.train(
      on: digitsTraining, hidden: hidden, epochs: epochs, batch: batchSize,
      using: &rng)
  }
}
let linearReaders = trainedReaders(0), readers = trainedReaders(hiddenUnits)
let cleanLinear = linearReaders.map { $0.accuracy(on: digitsTest) }
let cleanHidden = readers.map { $0.accuracy(on: digitsTest) }
print("線形      ", fixed(cleanLinear, decimals: 3))
print("中間層あり", fixed(cleanHidden, decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 765)
let attackWidth: Float = 0.1
func plainGradient(
  _ reader: Reader, _ image: [Float], _ label: Int
) -> [Float] {
  let (w1, b1) = (reader.parameters[0], reader.parameters[1])
  let (w2, b2) = (reader.parameters[2], reader.parameters[3])
  let before = zip(matmul(w1.transposed(), image), b1.elements).map { $0 + $1 }
  let hidden = before.map { max(0, $0) }
  let scores = zip(matmul(w2.transposed(), hidden), b2.elements).map { $0 + $1 }
  var error = softmax(scores)
  error[label] -= 1
  let back = zip(before, matmul(w2, error)).map { $0 > 0 ? $1 : 0 }
  return matmul(w1, back)
}
func plainAttack(_ reader: Reader, _ width: Float) -> Matrix<Float> {
  Matrix(digitsTest.labels.indices.map { i in
    let image = digitsTest.images.row(i)
    let gradient = plainGradient(reader, image, digitsTest.labels[i])
    return zip(image, gradient).map { x, g in
      min(1, max(0, x + (g > 0 ? width : g < 0 ? -width : 0)))
    }
  })
}
let fooled = readers.map { $0.attacked(digitsTest, epsilon: attackWidth) }
let unequalPixels = zip(readers, fooled).map { reader, attack in
  let byChainRule = plainAttack(reader, attackWidth)
  return (byChainRule - attack.images).elements.count { $0.magnitude > 1e-6 }
}
let comparedPixels = readers.count * digitsTest.images.elements.count
let attacksMatch = sum(unequalPixels.map { Double($0) }) == 0
let fooledHidden = zip(readers, fooled).map { $0.accuracy(on: $1) }
print("幅0.1の攻撃のあとの正答率", fixed(fooledHidden, decimals: 3))
print("違う画素", unequalPixels, " 比べた画素", comparedPixels)

#sourceLocation(file: "lecture-13.md", line: 807)
let widthsOfChange: [Float] = [0, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3]
func underAttack(_ models: [Reader]) -> [Double] {
  widthsOfChange.map { width in
    mean(models.map {
      $0.accuracy(on: $0.attacked(digitsTest, epsilon: width))
    })
  }
}
let (hiddenAttacked, linearAttacked) =
  (underAttack(readers), underAttack(linearReaders))
let fooledLinear = linearReaders.map {
  $0.accuracy(on: $0.attacked(digitsTest, epsilon: attackWidth))
}
let linearHolds = fooledLinear.min()! > fooledHidden.max()!
let cleanGains = zip(cleanHidden, cleanLinear).map {
  ($0 - $1) * Double(digitsTest.labels.count)
}
func tossed(_ width: Float) -> OpticalDigits<Float> {
  let images = digitsTest.images.map {
    min(1, max(0, $0 + (rng.uniform() < 0.5 ? -width : width)))
  }
  return OpticalDigits(images: images, labels: digitsTest.labels)
}
let underCoins = widthsOfChange.map { width in
  mean(readers.map { $0.accuracy(on: tossed(width)) })
}
show(.lines("摂動の幅と正答率", [
  Series("コイン（中間層）", x: widthsOfChange, y: underCoins),
  Series("FGSM（中間層）", x: widthsOfChange, y: hiddenAttacked),
  Series("FGSM（線形）", x: widthsOfChange, y: linearAttacked),
], x: Axis("摂動の幅"), y: Axis("正答率", range: 0...1), names: .legend))

#sourceLocation(file: "lecture-13.md", line: 850)
func readings(_ images: Matrix<Float>) -> [Int] {
  readers[0].logits(images).rowVectors.map { topIndices($0, 1)[0] }
}
let readBefore = readings(digitsTest.images)
let readAfter = readings(fooled[0].images)
let victim = zip(digitsTest.labels.indices, digitsTest.labels).first {
  readBefore[$0] == $1 && readAfter[$0] != $1
}!.0
func grid(_ m: Matrix<Float>) -> [[Float]] { m.rowVectors }
show(.row("一枚の画像への攻撃", [
  .heatMap("読み：\(readBefore[victim])", grid(digitsTest.image(victim)),
    scale: .sequential(0...1), width: 200),
  .heatMap("摂動", grid(fooled[0].image(victim) - digitsTest.image(victim)),
    scale: .diverging(extent: 0.1), width: 200),
  .heatMap("読み：\(readAfter[victim])", grid(fooled[0].image(victim)),
    scale: .sequential(0...1), width: 200),
]))

#sourceLocation(file: "lecture-13.md", line: 874)
let borrowed = linearReaders.map {
  $0.attacked(digitsTest, epsilon: attackWidth)
}
let afterTransfer = zip(readers, borrowed).map { $0.accuracy(on: $1) }
let borrowedAccuracy = mean(afterTransfer)
let transfers = afterTransfer.allSatisfy { $0 < underCoins[4] - 0.1 }
print("転移した攻撃のあとの正答率", fixed(afterTransfer, decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 954)
print("| 語 | 得点 | 確率 | 選ばれるExpert | 正規化し直した重み |")
print("| --- | --- | --- | --- | --- |")
let handP = softmax(rows: handScores)
let handChosen = handP.rowVectors.map { topIndices($0, handTop) }
let handGates = zip(handP.rowVectors, handChosen).map { p, chosen in
  chosen.map { p[$0] / sum(chosen.map { p[$0] }) }
}
for (i, word) in ["猫", "が", "走る"].enumerated() {
  let cells = [fixed(handScores.row(i), decimals: 0),
    fixed(handP.row(i), decimals: 2), "\(handChosen[i].map { $0 + 1 })",
    fixed(handGates[i], decimals: 2)]
  print("| \(word) | \(cells.joined(separator: " | ")) |")
}
let handLoad = loadFractions(handChosen, experts: handScores.columns)
let handMeans = (0..<handScores.columns).map { mean(handP.column($0)) }

#sourceLocation(file: "lecture-13.md", line: 986)
typealias Expert = FeedForward<Double>
var expertRuns = 0
func plainMixture(
  _ x: Table, _ gate: Table, _ experts: [Expert], top k: Int, renormalise: Bool
) -> Table {
  x.mapRows { token in
    let p = softmax(matmul(gate, token))
    let chosen = p.indices.sorted { p[$0] > p[$1] }.prefix(k)
    let total = renormalise ? chosen.reduce(0) { $0 + p[$1] } : 1
    var y = Vector(repeating: 0, count: token.count)
    for i in chosen {
      expertRuns += 1
      let part = experts[i](token)
      y = zip(y, part).map { $0 + p[i] / total * $1 }
    }
    return y
  }
}

#sourceLocation(file: "lecture-13.md", line: 1009)
rng = Random(seed: 139)
let tokenWidth = 32, batchTokens = 50
let crew = (0..<expertCount).map { _ in
  Expert(dimension: tokenWidth, hidden: 64, activation: .gelu, using: &rng)
}
let gateMatrix = normal(expertCount, tokenWidth, scale: 0.3)
let batch = normal(batchTokens, tokenWidth)
let router = Router(weights: gateMatrix)
let grouped = MixtureOfExperts(router: router, experts: crew, active: 2)
let plainTop2 = plainMixture(batch, gateMatrix, crew, top: 2, renormalise: true)
let runsForTop2 = expertRuns
let denseSum = batch.mapRows { token in
  let p = softmax(matmul(gateMatrix, token))
  return crew.indices.reduce(Vector(repeating: 0, count: tokenWidth)) { y, i in
    zip(y, crew[i](token)).map { $0 + p[i] * $1 }
  }
}
let everyExpert = MixtureOfExperts(
  router: router, experts: crew, active: expertCount, renormalised: false)
let runsForAll = batchTokens * expertCount
print("Expertを計算した回数", runsForTop2, " すべて計算すれば", runsForAll)

#sourceLocation(file: "lecture-13.md", line: 1045)
let isSmallSoftmax = batch.rowVectors.allSatisfy { x in
  let selected = router.route(x, top: 2, renormalised: true)
  let logits = router.logits(x)
  let kLogits = topIndices(logits, 2).map { logits[$0] }
  return agree(selected.map { $0.gate }, softmax(kLogits))
}
let rawSums = batch.rowVectors.map { x in
  sum(router.route(x, top: 2, renormalised: false).map { $0.gate })
}
let ratiosAreDifferences = batch.rowVectors.allSatisfy { x in
  let pair = router.route(x, top: 2, renormalised: true), all = router.logits(x)
  let difference = all[pair[0].expert] - all[pair[1].expert]
  return agree(pair[0].gate, exp(difference) * pair[1].gate)
}
let blank = Vector(repeating: 0, count: tokenWidth)
let tieOrder = router.route(blank, top: 2, renormalised: true).map { $0.expert }
let tiesAreFixed = tieOrder == [0, 1]
let sumsInOrder = [rawSums.min()!, mean(rawSums), rawSums.max()!]
print("正規化し直さない重みの和 最小、平均、最大", fixed(sumsInOrder, decimals: 2))

#sourceLocation(file: "lecture-13.md", line: 1075)
func firstChoice(_ x: Vector) -> Int {
  router.route(x, top: 1, renormalised: true)[0].expert
}
func side(_ x: Vector, _ i: Int, _ j: Int) -> Double {
  var total = 0.0
  for c in 0..<tokenWidth { total += (gateMatrix[i, c] - gateMatrix[j, c]) * x[c] }
  return total
}
func cone(_ x: Vector) -> Int? {
  (0..<expertCount).first { i in
    (0..<expertCount).allSatisfy { j in side(x, i, j) >= 0 }
  }
}
let tokens50 = batch.rowVectors, cones = tokens50.map { cone($0) }
let choiceIsCone = zip(tokens50, cones).allSatisfy { firstChoice($0) == $1 }
let scaleFree = zip(tokens50, cones).allSatisfy { x, own in
  firstChoice(x.map { 7 * $0 }) == own
}
var convex = true
for (a, own) in zip(tokens50, cones) {
  for (b, its) in zip(tokens50, cones) where own == its {
    let between = zip(a, b).map { 0.3 * $0 + 0.7 * $1 }
    convex = convex && firstChoice(between) == own
  }
}

#sourceLocation(file: "lecture-13.md", line: 1105)
rng = Random(seed: 140)
let fan = Router(weights: Matrix([
  [2.0, 0.3], [0.4, 1.6], [-1.5, 1.0], [-1.2, -1.4], [0.9, -1.8],
]))
let scatter = normal(260, plane, scale: 1.2).rowVectors
show(.plane("ルーターの領域", (0..<fan.expertCount).map { e in
  let mine = scatter.filter {
    fan.route($0, top: 1, renormalised: true)[0].expert == e
  }
  return .points(Series("Expert \(e + 1)",
    x: mine.map { $0[0] }, y: mine.map { $0[1] }, style: e))
} + fan.weights.rowVectors.map { .arrow(to: $0.map { 2 * $0 }, style: 5) }))

#sourceLocation(file: "lecture-13.md", line: 1132)
rng = Random(seed: 141)
func agreement(_ gates: Table, _ rival: (Vector, Vector) -> Double) -> Double {
  let hits = (0..<50).count { _ in
    let x = normalVector(tokenWidth, using: &rng)
    let byProduct = topIndices(matmul(gates, x), 1)[0]
    return byProduct == topIndices(gates.rowVectors.map { rival(x, $0) }, 1)[0]
  }
  return Double(hits) / 50
}
func closeness(_ x: Vector, _ g: Vector) -> Double {
  -norm(zip(x, g).map { $0 - $1 })
}
func cosine(_ x: Vector, _ g: Vector) -> Double {
  dot(x, g) / (norm(x) * norm(g))
}
let unevenGates = (0..<routerDraws).map { _ in normal(expertCount, tokenWidth) }
let nearestAgrees = unevenGates.map { agreement($0, closeness) }
let cosineAgrees = unevenGates.map { agreement($0, cosine) }
let evenAgree = unevenGates.map { l2NormalizeRows($0) }.allSatisfy {
  agreement($0, closeness) == 1 && agreement($0, cosine) == 1
}
print("距離と一致", fixed(mean(nearestAgrees), decimals: 2))
print("角度と一致", fixed(mean(cosineAgrees), decimals: 2))

#sourceLocation(file: "lecture-13.md", line: 1176)
func plainDropped(_ choices: [Int], experts n: Int, factor: Double) -> Double {
  let exact = factor * Double(choices.count) / Double(n)
  let room = Int(exact) + (Double(Int(exact)) < exact ? 1 : 0)
  let overflow = (0..<n).map { e in max(0, choices.count { $0 == e } - room) }
  return Double(overflow.reduce(0, +)) / Double(choices.count)
}
let tokenCount = 1024
let factors = [1, 1.1, 1.25, 1.5, 2]
rng = Random(seed: 142)
let draws = (0..<40).map { _ in
  (0..<tokenCount).map { _ in rng.integer(below: expertCount) }
}
let droppedShares = factors.map { c in
  mean(draws.map { plainDropped($0, experts: expertCount, factor: c) })
}
let sameDrops = factors.allSatisfy { c in
  draws.allSatisfy { choices in
    agree(
      switchAssignment(
        choices: choices, experts: expertCount, capacityFactor: c
      ).droppedFraction,
      plainDropped(choices, experts: expertCount, factor: c))
  }
}
let crowdedExpert = [Int](repeating: 0, count: tokenCount)
let nothingLost = switchAssignment(
  choices: crowdedExpert, experts: expertCount,
  capacityFactor: Double(expertCount)
).droppedFraction == 0
print("捨てられる割合", fixed(droppedShares))

#sourceLocation(file: "lecture-13.md", line: 1215)
rng = Random(seed: 143)
let skews = [0.0, 0.5, 1.0]
let factorAxis = (10...40).map { Double($0) / 10 }
show(.lines("容量係数と捨てられる割合", skews.map { s in
  let shares = softmax((0..<8).map { -s * Double($0) })
  let choices = (0..<tokenCount).map { _ in
    let u = rng.uniform()
    return (0..<7).first { u < sum(Array(shares[0...$0])) } ?? 7
  }
  let dropped = factorAxis.map {
    switchAssignment(choices: choices, experts: 8, capacityFactor: $0)
      .droppedFraction
  }
  return Series(s == 0 ? "一様" : "偏り\(fixed(s, decimals: 1))",
    x: factorAxis, y: dropped)
}, x: Axis("容量係数"), y: Axis("捨てられる割合"), names: .legend))

#sourceLocation(file: "lecture-13.md", line: 1247)
func plainBalance(_ p: Table, _ chosen: [Int], alpha: Double) -> Double {
  let n = p.columns
  let terms = (0..<n).map { i in
    let f = Double(chosen.count { $0 == i }) / Double(p.rows)
    return f * mean(p.column(i))
  }
  return alpha * Double(n) * sum(terms)
}
rng = Random(seed: 144)
let gateRows = softmax(rows: normal(64, 8))
let argmaxes = gateRows.rowVectors.map { topIndices($0, 1)[0] }
let chosenOnes = argmaxes.map { [$0] }
let kernelBalance = loadBalancingLoss(
  gates: gateRows, chosen: chosenOnes, alpha: 0.01)
let uniformRows = Table(rows: 64, columns: 8, repeating: 1.0 / 8)
let atUniform = plainBalance(uniformRows, (0..<64).map { $0 % 8 }, alpha: 0.01)
let collapsedRows = Table(rows: 64, columns: 8) { _, i in i == 0 ? 1 : 0 }
let allFirst = Array(repeating: 0, count: 64)
let atCollapse = plainBalance(collapsedRows, allFirst, alpha: 0.01)
print("乱数、一様、崩壊", fixed([kernelBalance, atUniform, atCollapse]))

#sourceLocation(file: "lecture-13.md", line: 1276)
let balanceGradient = loadBalancingGradient(
  gates: gateRows, chosen: chosenOnes, alpha: 0.01)
var worstBalanceSlope = 0.0
for (t, i) in (0..<64).flatMap({ t in (0..<8).map { (t, $0) } }) {
  var up = gateRows, down = gateRows
  up[t, i] += 1e-4
  down[t, i] -= 1e-4
  let higher = plainBalance(up, argmaxes, alpha: 0.01)
  let slope = (higher - plainBalance(down, argmaxes, alpha: 0.01)) / 2e-4
  worstBalanceSlope = max(
    worstBalanceSlope, (slope - balanceGradient[t, i]).magnitude)
}
let balanceSlopesMatch = worstBalanceSlope < 1e-12
let pairs = (0..<64).map { [$0 % 8, ($0 + 1) % 8] }
let topTwoUniform = loadBalancingLoss(
  gates: uniformRows, chosen: pairs, alpha: 1)
let topTwoConvention = topTwoUniform * Double(pairs.joined().count) / 64

#sourceLocation(file: "lecture-13.md", line: 1309)
func idleGates(_ n: Int, working: Int) -> Table {
  Table(rows: working, columns: n) { t, i in
    i == t || i >= working ? 1 / Double(n - working + 1) : 0
  }
}
func idleLoss(_ n: Int, working: Int) -> Double {
  let p = idleGates(n, working: working)
  let chosen = p.rowVectors.map { topIndices($0, 1) }
  return loadBalancingLoss(gates: p, chosen: chosen, alpha: 1)
}
let idleP = idleGates(expertCount, working: workingExperts)
let idleLoad = loadFractions(
  idleP.rowVectors.map { topIndices($0, 1) }, experts: expertCount)
let idleValues = [expertCount, manyExperts].map { idleLoss($0, working: $0 / 2) }
let halfUnused = idleLoad.count { $0 == 0 } == expertCount - workingExperts
let lopsided = Table([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0, 1]])
let lopsidedChosen = [[0], [0], [0], [1]]
print("f", fixed(idleLoad, decimals: 2))
print("損失（一様なら1）", fixed(idleValues, decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 1338)
let idleMeans = (0..<expertCount).map { mean(idleP.column($0)) }
let evenShare = 1 / Double(expertCount)
show(.bars("負荷と確率の平均", (1...expertCount).map { "\($0)" }, groups: [
  (name: "負荷f", values: idleLoad), (name: "確率の平均P", values: idleMeans),
], categoryLabel: "Expert", references: [(value: evenShare, label: "一様")]))

#sourceLocation(file: "lecture-13.md", line: 1350)
rng = Random(seed: 145)
let oneHotLosses = (0..<200).map { _ in
  let chosen = (0..<64).map { _ in [rng.integer(below: 8)] }
  let gates = Table(rows: 64, columns: 8) { t, i in chosen[t][0] == i ? 1 : 0 }
  return loadBalancingLoss(gates: gates, chosen: chosen, alpha: 1.0)
}
let oneHotHolds = oneHotLosses.allSatisfy { $0 >= 1 - 1e-12 }
let flatLosses = (0..<200).map { _ in
  let chosen = (0..<64).map { _ in [rng.integer(below: 8)] }
  return loadBalancingLoss(gates: uniformRows, chosen: chosen, alpha: 1.0)
}
let flatIsOne = flatLosses.allSatisfy { agree($0, 1) }
print("確率が0か1のときの最小", fixed(oneHotLosses.min()!))
print("Pが一様のとき         ", fixed(flatLosses[0]))

#sourceLocation(file: "lecture-13.md", line: 1382)
let alphas = [0, 0.01, 0.1, 1], collapseSeeds = 16
func trainedGroup(
  _ alpha: Double, lead: Double
) -> [ExpertTraining<Double>] {
  // 同じ種なら、データも初期値も同じで、違うのはαだけである。
  (1...collapseSeeds).map { seed in
    var generator = Random(seed: 1300 + UInt64(seed))
    return trainExperts(
      experts: toyExperts, regimes: toyExperts, dimension: 8,
      tokens: toyTokens, steps: updates, alpha: alpha, rate: 0.02,
      lead: lead, using: &generator)
  }
}
func endings(_ group: [ExpertTraining<Double>]) -> Vector {
  group.map { $0.balance.last! }
}
func errors(_ group: [ExpertTraining<Double>]) -> Vector {
  group.map { $0.losses.last! }
}
func monopolyShare(_ group: [ExpertTraining<Double>]) -> Double {
  Double(group.count { $0.load.max()! > 0.95 }) / Double(group.count)
}
func decreases(_ from: Vector, _ to: Vector) -> Vector {
  zip(from, to).map { $0 - $1 }
}
let runs = alphas.map { trainedGroup($0, lead: headStart) }
let finalBalance = runs.map { endings($0) }
let finalLoss = runs.map { errors($0) }
let lossDrops = finalLoss.map { decreases(finalLoss[0], $0) }
let lossFalls = lossDrops[2...].allSatisfy { mean($0) > 0 }
let monopolies = monopolyShare(runs[0])
let startBalance = mean(runs[0].map { $0.balance[0] })
func printMeans(_ name: String, _ groups: [Vector]) {
  print(name, fixed(groups.map { mean($0) }, decimals: 3),
    "±", fixed(groups.map { standardError($0) }, decimals: 3))
}
printMeans("負荷のエントロピー", finalBalance)
printMeans("二乗誤差          ", finalLoss)
printMeans("二乗誤差の減少    ", lossDrops)

#sourceLocation(file: "lecture-13.md", line: 1429)
let trainingSteps = Array(stride(from: 0, to: updates, by: 5))
show(.lines("負荷のエントロピー", zip(alphas, runs).map { alpha, group in
  Series("α＝\(fixed(alpha, decimals: 2))", x: trainingSteps,
    y: trainingSteps.map { s in mean(group.map { $0.balance[s] }) })
}, x: Axis("学習のステップ"), y: Axis("負荷のエントロピー", range: 0...1),
  names: .legend))

#sourceLocation(file: "lecture-13.md", line: 1446)
let levelRuns = [0, alphas[2]].map { trainedGroup($0, lead: 0) }
let levelStart = levelRuns[0].map { $0.balance[0] }
let levelEnd = levelRuns.map { endings($0) }
let spreadOut = Double(zip(levelStart, levelEnd[0]).count { $1 > $0 })
let risen = spreadOut / Double(collapseSeeds)
let levelMonopolies = monopolyShare(levelRuns[0])
let balanceRises = mean(levelEnd[1]) > mean(levelStart)
  && mean(levelEnd[1]) > mean(levelEnd[0])
let levelDrops = decreases(errors(levelRuns[0]), errors(levelRuns[1]))
printMeans("はじめ", [levelStart])
printMeans("終わり（αが0と0.1）", levelEnd)
printMeans("二乗誤差の減少", [levelDrops])

#sourceLocation(file: "lecture-13.md", line: 1479)
rng = Random(seed: 146)
let common = Expert(
  dimension: tokenWidth, hidden: 64, activation: .gelu, using: &rng)
let withShared = MixtureOfExperts(
  router: router, experts: crew, shared: [common], active: 2)
let sharedPart = withShared(batch) - grouped(batch)
let sharedIsAdditive = agree(sharedPart, common(batch))

#sourceLocation(file: "lecture-13.md", line: 1494)
// 出力のバイアスは、足して戻るように4等分する。
func slice(_ expert: Expert, _ range: Range<Int>) -> Expert {
  FeedForward(
    up: expert.up.rows(range), upBias: Array(expert.upBias[range]),
    down: expert.down.columns(range), downBias: expert.downBias.map { $0 / 4 },
    activation: expert.activation)
}
let quarters = (0..<4).map { slice(crew[0], 16 * $0..<16 * ($0 + 1)) }
let reassembled = quarters.dropFirst().reduce(quarters[0](batch)) {
  $0 + $1(batch)
}
func choose(_ n: Int, _ k: Int) -> Int {
  (1...k).reduce(1) { $0 * (n - k + $1) / $1 }
}
func weightCount(_ e: Expert) -> Int {
  e.up.elements.count + e.down.elements.count
}
let coarse = ExpertGranularity(
  experts: 16, active: 2, dimension: tokenWidth, hidden: 64)
let fine = coarse.split(into: 4)
let coarseChoices = choose(coarse.experts, coarse.active)
let fineChoices = choose(fine.experts, fine.active)
let perCoarse = Int(coarse.parameters) / coarse.experts
let quarterWeights = quarters.map(weightCount).reduce(0, +)
let sameWeights =
  weightCount(crew[0]) == perCoarse && quarterWeights == perCoarse
let granularityMatches =
  fine.subsets == Int64(fineChoices)
  && fine.parameters == coarse.parameters
  && fine.flopsPerToken == coarse.flopsPerToken
print("選び方の数", coarseChoices, "から", fineChoices)

#sourceLocation(file: "lecture-13.md", line: 1549)
func plainSoft(_ x: Table, _ phi: Table, _ experts: [Expert]) -> Table {
  let scores = matmul(x, phi)
  let columns = (0..<phi.columns).map { s in softmax(scores.column(s)) }
  let inputs = columns.map { w in
    (0..<x.columns).map { c in dot(w, x.column(c)) }
  }
  let outputs = inputs.enumerated().map { s, v in
    experts[s * experts.count / phi.columns](v)
  }
  return scores.mapRows { row in
    let w = softmax(row)
    return (0..<x.columns).map { c in dot(w, outputs.map { $0[c] }) }
  }
}
rng = Random(seed: 147)
let story = normal(12, tokenWidth)
let phi = normal(tokenWidth, 8, scale: 0.4)
let soft = SoftMixtureOfExperts(
  slots: phi.transposed(), experts: Array(crew.prefix(4)))
let softOutput = soft(story)
let softMatches = agree(
  softOutput, plainSoft(story, phi, Array(crew.prefix(4))))

#sourceLocation(file: "lecture-13.md", line: 1576)
let sameScores = Router(weights: soft.slots)
let sparseGates = story.rowVectors.map { token in
  let picks = sameScores.route(token, top: handTop, renormalised: true)
  return (0..<soft.slots.rows).map { s in
    picks.first { $0.expert == s }?.gate ?? 0
  }
}
let topShare = mean(zip(soft.combine(story).rowVectors, sparseGates).map { c, g in
  sum(zip(c, g).map { $1 > 0 ? $0 : 0 })
})
show(.row("Soft MoEの重みと疎な選択", [
  .heatMap("D（dispatch）", soft.dispatch(story).rowVectors,
    rowTitle: "トークン", columnTitle: "スロット",
    scale: .sequential(0...1), width: 200),
  .heatMap("C（combine）", soft.combine(story).rowVectors,
    rowTitle: "トークン", columnTitle: "スロット",
    scale: .sequential(0...1), width: 200),
  .heatMap("疎な選択", sparseGates,
    rowTitle: "トークン", columnTitle: "スロット",
    scale: .sequential(0...1), width: 200),
]))

#sourceLocation(file: "lecture-13.md", line: 1605)
let order = rng.permutation(12)
let shuffled = soft(Table(order.map { story.row($0) }))
let softIsEquivariant = agree(shuffled, Table(order.map { softOutput.row($0) }))
let columnSums = (0..<8).map { sum(soft.dispatch(story).column($0)) }
let rowSums = (0..<12).map { sum(soft.combine(story).row($0)) }
var rewritten = story
for c in 0..<tokenWidth { rewritten[11, c] += 3 }
func past(_ y: Table) -> Table { y.rows(0..<11) }
let leak = maxAbsDifference(past(soft(rewritten)), past(softOutput))
let sparseLeak = maxAbsDifference(
  past(grouped(rewritten)), past(grouped(story)))
// t番目を書き換えたとき、出力が変わるトークンの番号
let touched = (0..<12).map { t in
  var other = story
  for c in 0..<tokenWidth { other[t, c] += 3 }
  let change = grouped(other) - grouped(story)
  return (0..<12).filter { i in change.row(i).contains { $0 != 0 } }
}
let sparseIsLocal = touched == (0..<12).map { [$0] }
print("過去の出力の変化 Soft MoE", fixed(leak, decimals: 3))
print("                 疎なMoE ", fixed(sparseLeak, decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 1644)
rng = Random(seed: 148)
func topicSelection(_ router: Router<Double>) -> Table {
  let topics = normal(4, tokenWidth)
  let tokens = Table((0..<32).map { t in
    let noise = normalVector(tokenWidth, using: &rng)
    return zip(topics.row(t / 8), noise).map { $0 + 0.5 * $1 }
  })
  return router.selection(tokens, top: 2)
}
let selection = topicSelection(router)
show(.heatMap("ルーティングの地図", selection.transposed().rowVectors,
  rowLabels: (1...8).map { "\($0)" },
  columnLabels: (0..<32).map { $0 % 8 == 0 ? "話題\($0 / 8 + 1)" : "" },
  rowTitle: "Expert", columnTitle: "トークン"))

#sourceLocation(file: "lecture-13.md", line: 1661)
let perToken = selection.rowVectors.map { sum($0) }
let perExpert = (0..<expertCount).map { sum(selection.column($0)) }
let pairsOfTokens = (0..<32).flatMap { i in (0..<i).map { (i, $0) } }
func sharing(_ selection: Table, sameTopic: Bool) -> Double {
  let pairs = pairsOfTokens.filter { ($0 / 8 == $1 / 8) == sameTopic }
  return mean(pairs.map { dot(selection.row($0), selection.row($1)) / 2 })
}
let maps = (0..<routerDraws).map { _ in
  topicSelection(Router(weights: normal(expertCount, tokenWidth, scale: 0.3)))
}
let within = maps.map { sharing($0, sameTopic: true) }
let across = maps.map { sharing($0, sameTopic: false) }
let byChance = mean(perToken) / Double(expertCount)
let stripesAppear = zip(within, across).allSatisfy { $0 > $1 }
let acrossIsChance =
  abs(mean(across) - byChance) < 6 * standardError(across)
print("Expertごとの負荷", fixed(perExpert, decimals: 0))
print("同じExpertの割合 話題の中", fixed(mean(within), decimals: 2))
print("                 話題の間", fixed(mean(across), decimals: 2))

#sourceLocation(file: "lecture-13.md", line: 1703)
func jacobian(_ expert: Expert, at x: Vector) -> Vector {
  x.indices.flatMap { i in
    var up = x, down = x
    up[i] += 1e-4
    down[i] -= 1e-4
    return zip(expert(up), expert(down)).map { ($0 - $1) / 2e-4 }
  }
}
let probes = Array(batch.rowVectors.prefix(8))
let jacobians = probes.map { x in crew.map { jacobian($0, at: x) } }
let alignments = jacobians.flatMap { own in
  (1..<8).flatMap { i in
    (0..<i).map { cosine(own[i], own[$0]).magnitude }
  }
}
rng = Random(seed: 149)
let subspaces = (0..<40).map { _ in
  orthonormalBasis(normal(narrowSpace, wideSpace))
}
let overlaps = (1..<40).flatMap { i in
  (0..<i).map { subspaceOverlap(subspaces[i], subspaces[$0]) }
}
let byAngles = mean(
  principalAngles(subspaces[0], subspaces[1]).map { cos($0) * cos($0) })
let anglesMatch =
  (byAngles - subspaceOverlap(subspaces[0], subspaces[1])).magnitude < 1e-9
// 同じ部分空間を、別の基底で表す。
let turned = matmul(
  orthonormalBasis(normal(narrowSpace, narrowSpace)), subspaces[0])
let sameSpace = agree(subspaceOverlap(subspaces[0], turned), 1)
print("ヤコビ行列の余弦の平均", fixed(mean(alignments), decimals: 3))
print("部分空間の重なりの平均", fixed(mean(overlaps), decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 1751)
func mainDirections(_ tokens: Table) -> Table {
  let spread = matmul(transposed: tokens, tokens)
  let first = orthonormalBasis(normal(narrowSpace, tokens.columns))
  return (0..<25).reduce(first) { basis, _ in
    orthonormalBasis(matmul(basis, spread))
  }
}
func groupOverlap(_ tokens: Table, _ owners: [Int]) -> Double {
  let spaces = (0..<expertCount).compactMap { e -> Table? in
    let own = owners.indices.filter { owners[$0] == e }
    // 割り当てが少なすぎるExpertは除く。
    if own.count < fewest { return nil }
    return mainDirections(Table(own.map { tokens.row($0) }))
  }
  return mean((1..<spaces.count).flatMap { i in
    (0..<i).map { subspaceOverlap(spaces[i], spaces[$0]) }
  })
}
/// ルーターの割り当てでの重なりと、それを並べ替えた割り当てでの重なり
func routedOverlap(_ router: Router<Double>, _ tokens: Table) -> Vector {
  let owners = tokens.rowVectors.map { topIndices(router.logits($0), 1)[0] }
  let shuffled = rng.permutation(owners.count).map { owners[$0] }
  return [owners, shuffled].map { groupOverlap(tokens, $0) }
}
rng = Random(seed: 158)
let skewedScales = (1...wideSpace).map { 1 / Double($0).squareRoot() }
let routedOverlaps = (0..<4).map { _ -> (even: Vector, skewed: Vector) in
  let router = Router(weights: normal(expertCount, wideSpace))
  let even = normal(nullTokens, wideSpace)
  let skewed = even.mapRows { zip($0, skewedScales).map { $0 * $1 } }
  return (routedOverlap(router, even), routedOverlap(router, skewed))
}
let evenMeans = (0..<2).map { k in mean(routedOverlaps.map { $0.even[k] }) }
let skewedMeans = (0..<2).map { k in mean(routedOverlaps.map { $0.skewed[k] }) }
let isolated = Double(narrowSpace) / Double(wideSpace)
let skewRaises = routedOverlaps.allSatisfy { even, skewed in
  even.allSatisfy { ($0 - isolated).magnitude < 0.05 }
    && skewed.min()! > 3 * even.max()!
}
print("（ルーター、並べ替え）")
print("等しく広がるトークン", fixed(evenMeans, decimals: 2))
print("偏ったトークン      ", fixed(skewedMeans, decimals: 2))

#sourceLocation(file: "lecture-13.md", line: 1804)
let exactAlignments = probes.flatMap { x -> Vector in
  let exact = crew.map { $0.jacobian(at: x) }
  return (1..<8).flatMap { i in
    (0..<i).map { jacobianAlignment(exact[i], exact[$0]).magnitude }
  }
}
let jacobiansMatch = maxAbsDifference(exactAlignments, alignments) < 1e-6

#sourceLocation(file: "lecture-13.md", line: 1862)
let radii = (1...40).map { Double($0) / 4 }
show(.lines("半径と円周", [
  Series("双曲平面の円周", x: radii,
    y: radii.map { Double.pi * (exp($0) - exp(-$0)) }),
  Series("木の節の数", x: radii, y: radii.map { pow(2.0, $0) }),
  Series("平面の円周", x: radii, y: radii.map { 2 * Double.pi * $0 }),
], x: Axis("半径（深さ）"), y: Axis("円周（個数）", scale: .log), names: .legend))

#sourceLocation(file: "lecture-13.md", line: 1898)
func arcosh(_ x: Double) -> Double { log(x + (x * x - 1).squareRoot()) }
func plainHyperbolic(_ x: Vector, _ y: Vector) -> Double {
  let gap = zip(x, y).map { $0 - $1 }
  return arcosh(1 + 2 * dot(gap, gap) / ((1 - dot(x, x)) * (1 - dot(y, y))))
}
rng = Random(seed: 150)
let discPoints = (0..<60).map { _ -> Vector in
  let radius = 0.95 * rng.uniform()
  return unitVector(3, using: &rng).map { radius * $0 }
}
var formulaGap = 0.0, cancelGap = 0.0, roundTripGap = 0.0, triangle = true
var (leftGap, rightGap) = (0.0, 0.0)
for i in 2..<60 {
  let (x, y, z) = (discPoints[i], discPoints[i - 1], discPoints[i - 2])
  let d = PoincareBall.distance(x, y)
  formulaGap = max(formulaGap, (d - plainHyperbolic(x, y)).magnitude)
  let back = PoincareBall.add(x.map { -$0 }, PoincareBall.add(x, y))
  cancelGap = max(cancelGap, maxAbsDifference(back, y))
  let there = PoincareBall.exponentialMap(PoincareBall.logarithmicMap(x))
  roundTripGap = max(roundTripGap, maxAbsDifference(there, x))
  let detour = PoincareBall.distance(x, z) + PoincareBall.distance(z, y)
  triangle = triangle && d <= detour + 1e-12
  // 左と右から同じ点zを足したときの、距離の変化
  func shift(_ add: (Vector) -> Vector) -> Double {
    (plainHyperbolic(add(x), add(y)) - plainHyperbolic(x, y)).magnitude
  }
  leftGap = max(leftGap, shift { PoincareBall.add(z, $0) })
  rightGap = max(rightGap, shift { PoincareBall.add($0, z) })
}
let leftKeeps = leftGap < 1e-9, rightMoves = rightGap > 0.5
let lawsHold =
  triangle && formulaGap < 1e-9 && max(cancelGap, roundTripGap) < 1e-12
let (p0, p1) = (discPoints[0], discPoints[1])
let swapGap = maxAbsDifference(
  PoincareBall.add(p0, p1), PoincareBall.add(p1, p0))
let swaps = (1..<60).map { i in
  let (x, y) = (discPoints[i], discPoints[i - 1])
  return (PoincareBall.add(x, y), PoincareBall.add(y, x))
}
let orderMatters = swaps.allSatisfy { (norm($0) - norm($1)).magnitude < 1e-9 }
  && swaps.allSatisfy { !agree($0, $1) }
let tiny = PoincareBall.distance([1e-4, 0], [0, 2e-4]) / norm([1e-4, 2e-4])
print("交換したときの差", fixed(swapGap, decimals: 3))
print("原点の近くの倍率", fixed(tiny))

#sourceLocation(file: "lecture-13.md", line: 1953)
let hyperbolicRings = (1...5).map {
  PoincareBall.exponentialMap([Double($0) / 2, 0])[0]
}
func geodesic(_ x: Vector, _ y: Vector) -> [Vector] {
  // 距離を保つ(−x)⊕でxを原点へ移し、まっすぐ進んでから、x⊕で戻す。
  let direction = PoincareBall.logarithmicMap(PoincareBall.add(x.map { -$0 }, y))
  return (0...40).map { i in
    let part = direction.map { $0 * Double(i) / 40 }
    return PoincareBall.add(x, PoincareBall.exponentialMap(part))
  }
}
let tips = (0..<3).map { k -> Vector in
  let t = Double(k) * 2 * Double.pi / 3 + 0.3
  return [0.93 * cos(t), 0.93 * sin(t)]
}
let arcs = [(0, 1), (1, 2), (2, 0)].map { geodesic(tips[$0], tips[$1]) }
func along(_ name: String, _ points: [Vector], _ style: Int) -> Series {
  Series(name, x: points.map { $0[0] }, y: points.map { $0[1] }, style: style)
}
let circles: [Mark] = (hyperbolicRings + [1]).map { .circle(radius: $0) }
show(.plane("ポアンカレ円板",
  circles + arcs.map { .line(along("", $0, 0)) }
    + [.points(along("枝の先", tips, 1))], width: 320))

#sourceLocation(file: "lecture-13.md", line: 1982)
let branchDegrees = 45.0, branch = branchDegrees * Double.pi / 180
let depths = (1...24).map { Double($0) / 2 }
// 球の流儀では距離が2‖v‖になるので、距離sの点はs/2を指数写像に入れる。
let detour = depths.map { s -> Double in
  let a = PoincareBall.exponentialMap([s / 2, 0])
  let b = PoincareBall.exponentialMap([cos(branch), sin(branch)].map { s / 2 * $0 })
  return PoincareBall.distance(a, b) / (2 * s)
}
let flatDetour = sin(branch / 2)
show(.lines("枝の先どうしの距離", [
  Series("双曲空間", x: depths, y: detour),
  Series("平面", x: depths, y: depths.map { _ in flatDetour }),
], x: Axis("根からの距離"), y: Axis("距離÷根を通る道のり", range: 0...1),
  names: .legend))

#sourceLocation(file: "lecture-13.md", line: 2013)
func straight(_ x: Vector, _ y: Vector) -> Double {
  var total = 0.0
  for i in x.indices { total += (x[i] - y[i]) * (x[i] - y[i]) }
  return total.squareRoot()
}
func steps(_ a: Int, _ b: Int) -> Double {
  var (a, b, count) = (a, b, 0.0)
  while a != b {
    if a > b { a /= 2 } else { b /= 2 }
    count += 1
  }
  return count
}
func grownTree(_ depth: Int, edge: Double) -> [Vector] {
  var places: [Vector] = [[0, 0], [0, 0]]  // 節の番号は1から
  let turns = [2, 4].map { Double($0) * Double.pi / 3 }
  for node in 2..<(2 << depth) {
    let parent = places[node / 2]
    let seen = PoincareBall.add(parent.map { -$0 }, places[node / 4])
    let back = node < 4 ? [1, 0] : l2Normalize(seen)
    let (c, s) = (cos(turns[node % 2]), sin(turns[node % 2]))
    let ahead = [c * back[0] - s * back[1], s * back[0] + c * back[1]]
    let step = PoincareBall.exponentialMap(ahead.map { edge / 2 * $0 })
    places.append(PoincareBall.add(parent, step))
  }
  return Array(places.dropFirst())
}
func relaxed(_ start: [Vector]) -> [Vector] {
  let nodes = start.indices
  let path = nodes.map { i in nodes.map { steps(i + 1, $0 + 1) } }
  return (0..<100).reduce(start) { places, _ in
    nodes.map { i in
      var moved = [0.0, 0.0]
      for j in nodes where j != i {
        let pull = path[i][j] / straight(places[i], places[j])
        for c in 0..<2 { moved[c] += pull * (places[i][c] - places[j][c]) }
      }
      return moved.map { $0 / Double(places.count) }
    }
  }
}
func misfit(
  _ places: [Vector], _ distance: (Vector, Vector) -> Double
) -> (variation: Double, stress: Double) {
  let pairs = places.indices.flatMap { i in (0..<i).map { (i, $0) } }
  let far = pairs.map { distance(places[$0], places[$1]) }
  let path = pairs.map { steps($0 + 1, $1 + 1) }
  let fit = cosine(far, path)
  return (variation(zip(far, path).map { $0 / $1 }), (1 - fit * fit).squareRoot())
}
let treeDepths = Array(1...5)
let trees = treeDepths.map { grownTree($0, edge: 2) }
let inDisc = trees.map { misfit($0) { PoincareBall.distance($0, $1) } }
rng = Random(seed: 162)
let onPlane = trees.map { tree in
  let random = (0..<randomStarts).map { _ in
    normal(tree.count, plane).rowVectors
  }
  return ([tree] + random).map { misfit(relaxed($0), straight) }
}
let curvatureWins = zip(inDisc, onPlane).dropFirst(2).allSatisfy { disc, others in
  others.allSatisfy {
    disc.variation < $0.variation / 2 && disc.stress < $0.stress / 2
  }
}
let (fromDisc, fromRandom) =
  (onPlane.map { $0[0] }, onPlane.last!.dropFirst().map { $0.variation })
print("変動係数　双曲平面", fixed(inDisc.map { $0.variation }, decimals: 3))
print("　　　　　平面    ", fixed(fromDisc.map { $0.variation }, decimals: 3))
print("ストレス　双曲平面", fixed(inDisc.map { $0.stress }, decimals: 3))
print("　　　　　平面    ", fixed(fromDisc.map { $0.stress }, decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 2093)
show(.lines("木の埋め込み", [
  Series("双曲平面", x: treeDepths, y: inDisc.map { $0.variation }),
  Series("平面", x: treeDepths, y: fromDisc.map { $0.variation }),
] + (1...randomStarts).map { k in
  Series("平面（乱数から）", x: treeDepths,
    y: onPlane.map { $0[k].variation }, style: 2)
}, x: Axis("木の深さ"), y: Axis("変動係数", includesZero: true), names: .legend))

#sourceLocation(file: "lecture-13.md", line: 2118)
let lifted = discPoints.map { LorentzModel.fromBall($0) }
let onSheet = lifted.allSatisfy {
  (LorentzModel.product($0, $0) + 1).magnitude < 1e-9
}
let modelsAgree = (1..<60).allSatisfy { i in
  let ball = PoincareBall.distance(discPoints[i], discPoints[i - 1])
  return (LorentzModel.distance(lifted[i], lifted[i - 1]) - ball).magnitude
    < 1e-9
}

#sourceLocation(file: "lecture-13.md", line: 2138)
rng = Random(seed: 151)
let adapterDown = normal(rank, 6, scale: 0.4)  // A
let adapterUp = normal(6, rank, scale: 0.4)  // B
func lowRank(_ v: Vector) -> Vector {
  matmul(adapterUp, matmul(adapterDown, v)).map { loraAlpha / Double(rank) * $0 }
}
func rise(_ v: Vector) -> Vector {
  let r = norm(v)
  return [(exp(r) + exp(-r)) / 2] + v.map { $0 / r * (exp(r) - exp(-r)) / 2 }
}
func settle(_ x: Vector) -> Vector {
  let space = Array(x.dropFirst())
  return space.map { $0 / norm(space) * arcosh(x[0]) }
}
let embedding = normalVector(6, using: &rng)
let naive = settle(rise(lowRank(settle(rise(embedding)))))
let naiveGap = maxAbsDifference(naive, lowRank(embedding))
let kernelNaive = LorentzModel.cancellingAdapter(
  embedding, down: adapterDown, up: adapterUp, alpha: loraAlpha)
let naiveMatches = maxAbsDifference(kernelNaive, naive) < 1e-9
print("ユークリッドのLoRAとの差", fixed(naiveGap))

#sourceLocation(file: "lecture-13.md", line: 2170)
func plainHyperbolicAdapter(_ v: Vector) -> Vector {
  let moved = lowRank(Array(rise(v).dropFirst()))
  return settle([(1 + dot(moved, moved)).squareRoot()] + moved)
}
func kernelAdapter(_ v: Vector) -> Vector {
  LorentzModel.hyperbolicAdapter(v, down: adapterDown, up: adapterUp, alpha: loraAlpha)
}
let hyperbolicUpdate = kernelAdapter(embedding)
let adapterMatches =
  maxAbsDifference(plainHyperbolicAdapter(embedding), hyperbolicUpdate) < 1e-9
let honestGap = maxAbsDifference(hyperbolicUpdate, lowRank(embedding))
let inserted = LorentzModel.lowRankUpdate(
  rise(embedding), down: adapterDown, up: adapterUp, alpha: loraAlpha)
let staysOnSheet = agree(LorentzModel.product(inserted, inserted), -1)
print("ユークリッドのLoRAとの差", fixed(honestGap))

#sourceLocation(file: "lecture-13.md", line: 2191)
let stretches = (1...40).map { Double($0) / 10 }
let unitInput = l2Normalize(embedding)
func growth(_ t: Double, _ update: (Vector) -> Vector) -> Double {
  norm(update(unitInput.map { t * $0 })) / t
}
show(.lines("入力の長さと更新", [
  Series("HypLoRA", x: stretches, y: stretches.map { growth($0, kernelAdapter) }),
  Series("ユークリッド", x: stretches, y: stretches.map { growth($0, lowRank) }),
], x: Axis("入力の長さ"),
  y: Axis("更新の長さ÷入力の長さ", includesZero: true), names: .legend))

#sourceLocation(file: "lecture-13.md", line: 2207)
func closedGrowth(_ t: Double, _ c: Double) -> Double {
  let moved = c * (exp(t) - exp(-t)) / 2
  return log(moved + (1 + moved * moved).squareRoot()) / t
}
let stretching = norm(lowRank(unitInput))
let growthIsClosed = stretches.allSatisfy { t in
  (growth(t, kernelAdapter) - closedGrowth(t, stretching)).magnitude < 1e-9
}
let (weak, strong) = (0.5, 2.0)
func scaledGrowth(_ t: Double, _ c: Double) -> Double {
  growth(t) { v in
    LorentzModel.hyperbolicAdapter(
      v, down: adapterDown, up: c / stretching * adapterUp, alpha: loraAlpha)
  }
}
let lengths = [1.0, 4]
let weakGrowth = lengths.map { scaledGrowth($0, weak) }
let strongGrowth = lengths.map { scaledGrowth($0, strong) }
let growthTurns =
  weakGrowth[0] < weakGrowth[1] && strongGrowth[0] > strongGrowth[1]
print("図の例のc", fixed(stretching))
print("cを0.5にした伸び率（tが1と4）", fixed(weakGrowth))
print("cを2にした伸び率　（tが1と4）", fixed(strongGrowth))

#sourceLocation(file: "lecture-13.md", line: 2259)
func curvedSum(_ x: Vector, _ y: Vector, _ k: Double) -> Vector {
  let (xx, yy, xy) = (dot(x, x), dot(y, y), dot(x, y))
  let bottom = 1 - 2 * k * xy + k * k * xx * yy
  return zip(x, y).map { a, b in
    ((1 - 2 * k * xy - k * yy) * a + (1 + k * xx) * b) / bottom
  }
}
func curvedDistance(_ x: Vector, _ y: Vector, _ k: Double) -> Double {
  let r = norm(curvedSum(x.map { -$0 }, y, k))
  let root = k.magnitude.squareRoot()
  // (1, 0)との角が逆正接
  if k > 0 { return 2 * angle([1, 0], [1, root * r]) / root }
  if k < 0 { return log((1 + root * r) / (1 - root * r)) / root }  // 2 artanh
  return 2 * r
}
let discPairs = zip(discPoints, discPoints.dropFirst())
func matches(_ k: Double, _ other: (Vector, Vector) -> Double) -> Bool {
  discPairs.allSatisfy { x, y in
    (curvedDistance(x, y, k) - other(x, y)).magnitude < 1e-9
  }
}
let hyperbolicMatches = matches(hyperbolic) { PoincareBall.distance($0, $1) }
func ontoSphere(_ x: Vector) -> Vector {
  let s = dot(x, x)
  return [(1 - s) / (1 + s)] + x.map { 2 * $0 / (1 + s) }
}
let sphereMatches = matches(spherical) { angle(ontoSphere($0), ontoSphere($1)) }
let flatMatches = matches(flat) { 2 * straight($0, $1) }
let limitMatches = [-1e-6, 1e-6].allSatisfy { k in
  discPairs.allSatisfy { x, y in
    (curvedDistance(x, y, k) - curvedDistance(x, y, flat)).magnitude < 1e-4
  }
} && flatMatches
let flatRatio = curvedDistance(p0, p1, flat) / straight(p0, p1)

#sourceLocation(file: "lecture-13.md", line: 2300)
let curvatures = [hyperbolic, spherical, flat]
func productDistance(
  _ x: [Vector], _ y: [Vector], _ curvatures: Vector
) -> Double {
  let squares = curvatures.indices.map { i in
    let d = curvedDistance(x[i], y[i], curvatures[i])
    return d * d
  }
  return sum(squares).squareRoot()
}
rng = Random(seed: 156)
let places = (0..<30).map { _ in
  (0..<3).map { _ in unitVector(2, using: &rng).map { 0.6 * $0 } }
}
let productTriangle = (2..<30).allSatisfy { i in
  let direct = productDistance(places[i], places[i - 1], curvatures)
  let first = productDistance(places[i], places[i - 2], curvatures)
  let second = productDistance(places[i - 2], places[i - 1], curvatures)
  return direct <= first + second + 1e-12
}
let space = ProductSpace(curvatures: curvatures, dimensions: [2, 2, 2])
let productMatches = zip(places, places.dropFirst()).allSatisfy { x, y in
  agree(
    space.distance(Array(x.joined()), Array(y.joined())),
    productDistance(x, y, curvatures))
}
let joined = straight(Array(places[0].joined()), Array(places[1].joined()))
let allFlat = productDistance(places[0], places[1], curvatures.map { _ in flat })
let flatIsEuclid = agree(allFlat, 2 * joined)

#sourceLocation(file: "lecture-13.md", line: 2352)
let goalDimensions = [plane, hundred, 10000]
let gains = goalDimensions.map { d -> Vector in
  rng = Random(seed: 152)
  let goals = sphere(200, d)
  return (0..<100).map { dot(goals.row(2 * $0), goals.row(2 * $0 + 1)) }
}
let progress = gains.map { mean($0.map { $0.magnitude }) }
let worsened = Double(gains[2].count { $0 < 0 }) / 100
print(
  "一方の最良の一歩での、他方の変化（最良の変化を1とする絶対値）",
  fixed(progress, decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 2382)
let guardian = 2, shove = 0.1, crowdOfTokens = 400
func escapeShares() -> (guarded: Int, signed: Double, tossed: Double) {
  let watch = Router(weights: normal(expertCount, tokenWidth, scale: 0.3))
  func isWatched(_ x: Vector) -> Bool {
    watch.route(x, top: 1, renormalised: true)[0].expert == guardian
  }
  let guarded = normal(crowdOfTokens, tokenWidth).rowVectors.filter(isWatched)
  let signed = guarded.count { x in
    let rival = topIndices(watch.logits(x), 2)[1]
    let slope = (0..<tokenWidth).map {
      watch.weights[rival, $0] - watch.weights[guardian, $0]
    }
    return !isWatched(fastGradientSign(x, gradient: slope, epsilon: shove))
  }
  let tossed = guarded.count { x in
    !isWatched(x.map { $0 + (rng.uniform() < 0.5 ? -shove : shove) })
  }
  let all = Double(guarded.count)
  return (guarded.count, Double(signed) / all, Double(tossed) / all)
}
rng = Random(seed: 159)
let escapes = (0..<routerDraws).map { _ in escapeShares() }
let guardedTokens = escapes.map { $0.guarded }.reduce(0, +)
let bySigned = escapes.map { $0.signed }, byTossed = escapes.map { $0.tossed }
let signedEscapesMore = zip(bySigned, byTossed).allSatisfy { $0 > $1 }
print("見張りに届く", guardedTokens)
print("逃れる割合 符号", fixed(mean(bySigned)), "コイン", fixed(mean(byTossed)))

#sourceLocation(file: "lecture-13.md", line: 2459)
rng = Random(seed: 153)
let bundle = (0..<512).map { _ in
  l2Normalize(
    [1.0] + normalVector(tokenWidth - 1, using: &rng).map { 0.002 * $0 })
}
let halves = Router(weights: Table(rows: 2, columns: tokenWidth) { e, c in
  c == 1 ? (e == 0 ? 10000 : -10000) : 0
})
func balanceOf(_ tokens: [Vector], _ router: Router<Double>) -> Double {
  let p = Table(tokens.map { softmax(router.logits($0)) })
  let chosen = p.rowVectors.map { topIndices($0, 1) }
  return loadBalancingLoss(gates: p, chosen: chosen, alpha: 1)
}
let widest = bundle.map { angle($0, bundle[0]) * 180 / Double.pi }.max()!
let bundled = balanceOf(bundle, halves)
let decided = mean(bundle.map { softmax(halves.logits($0)).max()! })
var longRows = sphere(8, tokenWidth)
for c in 0..<tokenWidth { longRows[0, c] *= 20 }
let longFirst = Router(weights: longRows)
let scattered = balanceOf(sphere(512, tokenWidth).rowVectors, longFirst)
print(
  "束の開き（度）", fixed(widest, decimals: 2), " 確率の大きいほうの平均",
  fixed(decided, decimals: 2))
print("束の損失      ", fixed(bundled, decimals: 3))
print("一様な点の損失", fixed(scattered, decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 2500)
let activeShare = Double(mixtral.activePerToken) / Double(mixtral.total)
let residentBytes = Double(mixtral.total) * Double(bytesPerNumber)
let imaginedBytes = Double(mixtral.activePerToken) * Double(bytesPerNumber)
print("計算に使う割合", fixed(activeShare, decimals: 3))
print("要るメモリ（GB）        ", fixed(residentBytes / billion, decimals: 1))
print("使う分だけのメモリ（GB）", fixed(imaginedBytes / billion, decimals: 1))

#sourceLocation(file: "lecture-13.md", line: 2522)
func sheetError(_ r: Double) -> Double {
  let x = LorentzModel.lifted([(exp(r) - exp(-r)) / 2, 0])
  return (LorentzModel.product(x, x) + 1).magnitude
}
let ballLimit = (1...60).last { tanh(Double($0) / 2) < 1 } ?? 0
let sheetLimit = (1...60).prefix { sheetError(Double($0)) < 1 }.last ?? 0
let distant = 100.0
let returned = norm(
  LorentzModel.logarithmicMap(LorentzModel.exponentialMap([distant, 0])))
let radiusSurvives = (returned / distant - 1).magnitude < 1e-12
print("球の限界", ballLimit, " 双曲面の限界", sheetLimit)

#sourceLocation(file: "lecture-13.md", line: 2547)
let reversed = OpticalDigits(
  images: plainAttack(readers[0], -attackWidth), labels: digitsTest.labels)
let accuracies = [digitsTest, fooled[0], reversed].map {
  readers[0].accuracy(on: $0)
}
let reversedHelps = accuracies[2] > accuracies[0]
print("元の画像、正しい攻撃、逆の攻撃", fixed(accuracies, decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 2567)
func byHand(_ held: Int) -> Double {
  let (d, ff, vocabulary) = (4096.0, 14336.0, 32000.0)
  let attention = 2 * d * d + 2 * d * 1024
  let layer = attention + Double(held) * 3 * d * ff + 8 * d + 2 * d
  return 32 * layer + 2 * vocabulary * d + d
}
var single = mixtral
single.experts = 1
single.active = 1
let shapes = [("密（Expert1つ分）", single.total, single.total),
  ("MoE（8つから2つ）", mixtral.total, mixtral.activePerToken),
  ("8つをすべて計算する", mixtral.total, mixtral.total)]
print("| 構成 | 全体（B） | 使う分（B） | メモリ（GB） | 1トークンのGFLOP |")
print("| --- | ---: | ---: | ---: | ---: |")
for (name, total, active) in shapes {
  let (all, used) = (Double(total) / billion, Double(active) / billion)
  let cells = [all, used, 2 * all, 2 * used]
  let row = cells.map { fixed($0, decimals: 2) }.joined(separator: " | ")
  print("| \(name) | \(row) |")
}

#sourceLocation(file: "lecture-13.md", line: 2640)
let normalFourth = 3.0, tolerated = 5.0
let (cornerWidth, cornerRows, shrunk) = (16, 4, 0.9)
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

#sourceLocation(file: "lecture-13.md", line: 2664)
func fourthMoment(_ d: Int) -> Double {
  let base = cosinePower(d, upTo: quarter)
  let once = cosinePower(d + 2, upTo: quarter) / base
  return 1 - 2 * once + cosinePower(d + 4, upTo: quarter) / base
}
func acceptsMoment(_ formula: (Double) -> Double) -> Bool {
  [solid, ten, hundred].allSatisfy {
    (formula(Double($0)) / fourthMoment($0) - 1).magnitude < 1e-6
  }
}
func overSquare(_ top: Double, plus: Double) -> (Double) -> Double {
  { d in top / (d * (d + plus)) }
}
let verdict1 = verdicts([
  (text: "3÷(d(d+2))", answer: overSquare(normalFourth, plus: 2), slip: ""),
  (text: "3÷d²", answer: overSquare(3, plus: 0),
    slip: "長さをいつも√dとみなす"),
  (text: "1÷d²", answer: overSquare(1, plus: 0), slip: "2乗の平均を2乗する"),
  (text: "3÷(d(d+1))", answer: overSquare(3, plus: 1),
    slip: "E[r⁴]を数えまちがえる"),
], acceptsMoment)

#sourceLocation(file: "lecture-13.md", line: 2708)
rng = Random(seed: 157)
let limit = 0.5, tenWeights = normalVector(10, using: &rng)
let nearby = (0..<2000).map { _ in normalVector(10, using: &rng) }
func acceptsStep(_ step: (Vector) -> Vector) -> Bool {
  let best = step(tenWeights)
  return norm(best) < limit + 1e-9 && nearby.allSatisfy { push in
    let rival = l2Normalize(zip(best, push).map { $0 + 0.01 * $1 })
    return limit * dot(tenWeights, rival) <= dot(tenWeights, best)
  }
}
let largest = topIndices(tenWeights.map { $0.magnitude }, 1)[0]
let verdict2 = verdicts([
  (text: "wを長さδにする", answer: { (w: Vector) in
    l2Normalize(w).map { limit * $0 }
  }, slip: ""),
  (text: "wの符号を長さδにする", answer: { w in
    l2Normalize(w.map { $0 > 0 ? 1.0 : -1 }).map { limit * $0 }
  }, slip: "画素ごとの上限の答えを使う"),
  (text: "wをδ倍する", answer: { $0.map { limit * $0 } },
    slip: "長さの制限を忘れる"),
  (text: "最大の成分だけをδ動かす", answer: { w in
    w.indices.map { $0 == largest ? (w[$0] > 0 ? limit : -limit) : 0 }
  }, slip: "成分の絶対値の和の上限と取り違える"),
], acceptsStep)

#sourceLocation(file: "lecture-13.md", line: 2745)
let sameLength = nudge * Double(pixels).squareRoot()
let bestByLength = sameLength * norm(detector)
let shareOfBest = (before - bySign) / bestByLength
print("FGSMの増分 ÷ 最良の増分", fixed(shareOfBest, decimals: 3))

#sourceLocation(file: "lecture-13.md", line: 2767)
let dropTrials = draws.map { plainDropped($0, experts: expertCount, factor: factors[0]) }
let dropError = standardError(dropTrials)
func acceptsDrop(_ share: Double) -> Bool {
  (share - droppedShares[0]).magnitude < tolerated * dropError
}
let normalDrop = (7 / (2 * Double.pi * 1024)).squareRoot()
let drawSpread = (1024.0 * 7 / 64).squareRoot()
func percent(_ x: Double) -> String { fixed(100 * x, decimals: 1) + "%" }
let verdict3 = verdicts([
  (text: percent(normalDrop), answer: normalDrop, slip: ""),
  (text: "0%", answer: 0, slip: "平均で足りれば足りると考える"),
  (text: percent(drawSpread / 128), answer: drawSpread / 128,
    slip: "標準偏差をそのまま使う"),
  (text: percent(normalDrop / 8), answer: normalDrop / 8,
    slip: "1つのExpertの分だけを数える"),
], acceptsDrop)

#sourceLocation(file: "lecture-13.md", line: 2796)
func binomial(_ n: Int, _ k: Int, _ p: Double) -> Double {
  let (a, b) = (Double(n), Double(k))
  let ways = logGamma(a + 1) - logGamma(b + 1) - logGamma(a - b + 1)
  return exp(ways + b * log(p) + (a - b) * log(1 - p))
}
let expectedDrop = (129...1024).reduce(0.0) { total, k in
  total + Double(k - 128) * binomial(1024, k, 1.0 / 8)
} * 8 / 1024
print("二項分布", fixed(expectedDrop), " 正規近似", fixed(normalDrop),
  " 実験", fixed(droppedShares[0]))

#sourceLocation(file: "lecture-13.md", line: 2824)
func acceptsWorking(_ answer: [Int]) -> Bool {
  let losses = (1...8).map { idleLoss(8, working: $0) }
  return answer == (1...8).filter { losses[$0 - 1] < losses.min()! + 1e-12 }
}
let verdict4 = verdicts([
  (text: "4と5", answer: [4, 5], slip: ""),
  (text: "8", answer: [8], slip: "一様のとき最小だと思い込む"),
  (text: "4", answer: [4], slip: "対称な相手を見落とす"),
  (text: "1", answer: [1], slip: "1つに集めれば小さいと考える"),
], acceptsWorking)
func idleFormula(_ n: Int, _ n1: Int) -> Double {
  Double(n) / Double(n1 * (n - n1 + 1))
}
let formulaMatches = (1...8).allSatisfy {
  agree(idleFormula(8, $0), idleLoss(8, working: $0))
}

#sourceLocation(file: "lecture-13.md", line: 2864)
func acceptsLimits(_ answer: [Double]) -> Bool {
  zip(answer, [ballLimit, sheetLimit]).allSatisfy {
    (0..<1.5).contains($0 - Double($1))
  }
}
let unit = log(2.0)
func guess(_ ball: Double, _ sheet: Double, _ slip: String)
  -> (text: String, answer: [Double], slip: String)
{
  let limits = [ball * unit, sheet * unit]
  let named = zip(["球", "双曲面"], limits).map { $0 + fixed($1, decimals: 1) }
  return (named.joined(separator: "、"), limits, slip)
}
let verdict5 = verdicts([
  guess(55, 27.5, ""),
  guess(55, 55, "同じ空間なら限界も同じと考える"),
  guess(53, 27, "1の後の間隔を、丸めの半分も忘れて使う"),
  guess(1023, 1023, "指数があふれるまで正しいと考える"),
], acceptsLimits)

#sourceLocation(file: "lecture-13.md", line: 2908)
rng = Random(seed: 154)
let corners = normal(cornerRows, cornerWidth)
let centre = (0..<cornerWidth).map { mean(corners.column($0)) }
let fifthRows: [(name: String, row: Vector)] = [
  ("あ", centre),
  ("い", zip(corners.row(0), corners.row(1)).map { ($0 + $1) / 2 }),
  ("う", corners.row(0).map { shrunk * $0 }),
  ("え", centre.map { Double(cornerRows) * $0 }),
]
let manyTokens = normal(20000, cornerWidth)
let firstPlaces = fifthRows.map { fifth in
  let five = Table(corners.rowVectors + [fifth.row])
  return matmul(manyTokens, transposed: five).rowVectors.count {
    topIndices($0, 1)[0] == cornerRows
  }
}
func acceptsRows(_ answer: String) -> Bool {
  let winners = zip(fifthRows, firstPlaces).filter { $1 > 0 }
  return answer == winners.map { $0.0.name }.joined()
}
let verdict6 = verdicts([
  (text: "うとえ", answer: "うえ", slip: ""),
  (text: "えだけ", answer: "え", slip: "短くした行は決して勝てないと考える"),
  (text: "なし", answer: "", slip: "4行から作った行は勝てないと考える"),
  (text: "四つとも", answer: "あいうえ",
    slip: "乱数のトークンなら何でも勝てると考える"),
], acceptsRows)

#sourceLocation(file: "lecture-13.md", line: 2959)
typealias Chooser = (Table, Int) -> [[Int]]
func acceptsChooser(_ choose: Chooser) -> Bool {
  rng = Random(seed: 160)
  return (0..<20).allSatisfy { _ in
    let tokens = 6 + rng.integer(below: 5), room = 1 + rng.integer(below: 4)
    let scores = normal(tokens, 2 + rng.integer(below: 3)).map { $0.rounded() }
    let chosen = choose(scores, room)
    func loses(_ b: Int, _ a: Int, _ e: Int) -> Bool {
      scores[b, e] < scores[a, e] || scores[b, e] == scores[a, e] && a < b
    }
    func isRight(_ e: Int) -> Bool {
      let own = Set(chosen[e]), others = Set(0..<tokens).subtracting(own)
      if own.count != room || chosen[e].count != room { return false }
      return own.allSatisfy { a in others.allSatisfy { b in loses(b, a, e) } }
    }
    return chosen.count == scores.columns && chosen.indices.allSatisfy(isRight)
  }
}
let verdict7 = verdicts([
  (text: "列ごとに上位を選ぶ", answer: { scores, room in
    (0..<scores.columns).map { topIndices(scores.column($0), room) }
  } as Chooser, slip: ""),
  (text: "行ごとに上位を選ぶ", answer: { scores, room in
    scores.rowVectors.map { topIndices($0, min(room, scores.columns)) }
  }, slip: "トークンがExpertを選んでいる"),
  (text: "列ごとに下位を選ぶ", answer: { scores, room in
    (0..<scores.columns).map { topIndices(scores.column($0).map { -$0 }, room) }
  }, slip: "並べる向きを取り違える"),
  (text: "得点の合計で上位を選ぶ", answer: { scores, room in
    let best = topIndices(scores.rowVectors.map { sum($0) }, room)
    return (0..<scores.columns).map { _ in best }
  }, slip: "どのExpertにも同じトークンを渡す"),
], acceptsChooser)

#sourceLocation(file: "lecture-13.md", line: 3007)
typealias Correction = (_ bias: Vector, _ load: Vector) -> Vector
let biasUpdates = 80, step = 0.05, balancedEnough = 0.97
rng = Random(seed: 161)
let lean = (0..<expertCount).map { 0.6 * Double($0) }
let leaningScores = normal(200, expertCount).rowVectors.map { row in
  zip(row, lean).map { $0 - $1 }
}
func settledBalance(_ update: Correction) -> Double {
  var bias = Vector(repeating: 0, count: expertCount), load = bias
  for _ in 0..<biasUpdates {
    let chosen = leaningScores.map { row in
      topIndices(zip(row, bias).map { $0 + $1 }, 1)
    }
    load = loadFractions(chosen, experts: expertCount)
    bias = update(bias, load)
  }
  return normalizedLoadEntropy(load)
}

#sourceLocation(file: "lecture-13.md", line: 3036)
let verdict8 = verdicts([
  (text: "空いていれば上げ、混んでいれば下げる", answer: { bias, load in
    zip(bias, load).map { $0 + ($1 < mean(load) ? step : -step) }
  } as Correction, slip: ""),
  (text: "混んでいれば上げ、空いていれば下げる", answer: { bias, load in
    zip(bias, load).map { $0 + ($1 > mean(load) ? step : -step) }
  }, slip: "符号を取り違える"),
  (text: "全部を同じだけ上げる", answer: { bias, _ in bias.map { $0 + step } },
    slip: "同じ数を足しても選択は変わらない"),
  (text: "補正を負荷そのものにする", answer: { _, load in load },
    slip: "混んでいるExpertをさらに有利にする"),
]) { settledBalance($0) > balancedEnough }
