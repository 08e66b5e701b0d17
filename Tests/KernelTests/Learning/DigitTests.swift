import Kernel
import Testing

@Suite struct DigitTests {
  @Test(arguments: Fixture.named("digits").cases) func decodesWhatNumpyReads(_ reference: Fixture) {
    let isTraining = reference["set"].text == "training"
    let digits = isTraining ? OpticalDigits<Double>.training() : .test()
    #expect(digits.labels.count == reference["count"].int)
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for (i, label) in digits.labels.enumerated() {
      for pixel in digits.images.row(i).map({ UInt64($0 * 16) }) + [UInt64(label)] {
        hash = (hash ^ pixel) &* 0x100_0000_01b3
      }
    }
    #expect(String(hash, radix: 16) == reference["digest"].text.drop { $0 == "0" })
    #expect((0..<10).map { digit in digits.labels.filter { $0 == digit }.count } == reference["classes"].ints)
    expectClose((0..<64).map { mean(digits.images.column($0)) }, reference["pixelMeans"].vector, within: 1e-14)
    expectClose(mean(digits.images.elements.map { $0 * $0 }), reference["second"].number, within: 1e-14)
    let image = digits.image(3)
    #expect(image.rows == 8 && image[2, 5] == digits.images[3, 21])
  }

  private func trained(hidden: Int, seed: UInt64 = 1) -> DigitClassifier<Float> {
    var generator = Random(seed: seed)
    return .train(on: .training(), hidden: hidden, using: &generator)
  }

  @Test func regressionAndAHiddenLayerReadDigitsOfTheTestSet() {
    let test = OpticalDigits<Float>.test(), training = OpticalDigits<Float>.training()
    let line = trained(hidden: 0), network = trained(hidden: 32)
    #expect(line.parameters.count == 2 && network.parameters.count == 4)
    #expect((0.85...0.95).contains(line.accuracy(on: test)), "\(line.accuracy(on: test))")
    #expect((0.91...0.98).contains(network.accuracy(on: test)), "\(network.accuracy(on: test))")
    #expect(line.accuracy(on: training) > 0.97 && network.accuracy(on: training) > 0.99)
    #expect(network.loss(on: training) < line.loss(on: training))
  }

  @Test func theGradientOfEachImageIsThatOfItsOwnLoss() {
    let digits = OpticalDigits<Double>.test().samples(5..<9)
    var generator = Random(seed: 3)
    let network = DigitClassifier<Double>.train(on: digits, hidden: 7, epochs: 2, batch: 3, using: &generator)
    let gradients = network.inputGradients(digits)
    for i in 0..<4 {
      let label = digits.labels[i]
      let reference = centralDifferences([digits.images.rows(i..<i + 1)], step: 1e-5) { tape, x in
        let moved = DigitClassifier(parameters: network.parameters)
        return tape.constant(Matrix([[moved.loss(on: OpticalDigits(images: x[0].value, labels: [label]))]]))
      }
      expectClose(gradients.row(i), reference[0].elements, within: 1e-8)
    }
  }

  @Test func aSmallSignStepMisleadsFarMoreThanARandomOne() {
    let test = OpticalDigits<Float>.test(), network = trained(hidden: 32)
    let clean = network.accuracy(on: test)
    let accuracies = [Float(0), 0.05, 0.1, 0.2, 0.3].map { network.accuracy(on: network.attacked(test, epsilon: $0)) }
    #expect(accuracies[0] == clean)
    for (weaker, stronger) in zip(accuracies, accuracies.dropFirst()) { #expect(stronger < weaker) }
    #expect(accuracies[2] < 0.6 && accuracies[4] < 0.2, "\(accuracies)")
    var generator = Random(seed: 9)
    let noise = test.images.map { min(1, max(0, $0 + (generator.uniform() < 0.5 ? -0.1 : 0.1))) }
    #expect(network.accuracy(on: OpticalDigits(images: noise, labels: test.labels)) > clean - 0.06)
    for (a, b) in zip(network.attacked(test, epsilon: 0.1).images.elements, test.images.elements) {
      #expect(a >= 0 && a <= 1 && (a - b).magnitude <= 0.1001)
    }
  }

  @Test(arguments: [0, 5]) func theHessianDiagonalMatchesSecondDifferences(_ hidden: Int) {
    let digits = OpticalDigits<Double>.training().samples(0..<30)
    var generator = Random(seed: 4)
    let model = DigitClassifier<Double>.train(on: digits, hidden: hidden, epochs: 3, batch: 10, using: &generator)
    let diagonal = model.hessianDiagonal(on: digits), h = 1e-4
    #expect(diagonal.map(\.shape) == model.parameters.map(\.shape))
    func loss(_ p: Int, _ i: Int, _ j: Int, _ step: Double) -> Double {
      var moved = model.parameters
      moved[p][i, j] += step
      return DigitClassifier(parameters: moved).loss(on: digits)
    }
    for (p, matrix) in diagonal.enumerated() {
      for k in stride(from: 0, to: matrix.elements.count, by: 7) {
        let i = k / matrix.columns, j = k % matrix.columns
        let second = (loss(p, i, j, h) - 2 * loss(p, i, j, 0) + loss(p, i, j, -h)) / (h * h)
        #expect((matrix[i, j] - second).magnitude < 1e-6, "parameter \(p) [\(i), \(j)]: \(matrix[i, j]), \(second)")
      }
    }
  }

  @Test func brainDamageKeepsMoreThanMagnitudeWhenFewWeightsStay() {
    let test = OpticalDigits<Float>.test(), training = OpticalDigits<Float>.training()
    let network = trained(hidden: 32)
    #expect(network.pruned(keeping: 1, by: .magnitude).parameters == network.parameters)
    let half = network.pruned(keeping: 0.5, by: .magnitude)
    let weights = (network.parameters[0].elements + network.parameters[2].elements).map(\.magnitude).sorted()
    let kept = (half.parameters[0].elements + half.parameters[2].elements).filter { $0 != 0 }.map(\.magnitude)
    #expect(kept.count == weights.count / 2 && kept.min()! >= weights[weights.count / 2 - 1])
    #expect(half.parameters[1] == network.parameters[1] && half.parameters[3] == network.parameters[3])
    var byMagnitude: [Double] = [], byDamage: [Double] = []
    for share in [0.5, 0.3, 0.2, 0.15, 0.1] {
      byMagnitude.append(network.pruned(keeping: share, by: .magnitude).accuracy(on: test))
      byDamage.append(network.pruned(keeping: share, by: .optimalBrainDamage(training)).accuracy(on: test))
    }
    #expect(byMagnitude[0] > 0.85 && byDamage[0] > 0.9, "\(byMagnitude) \(byDamage)")
    #expect(byMagnitude.last! < byMagnitude[0] && byDamage.last! < byDamage[0])
    #expect(mean(byDamage.suffix(4)) > mean(byMagnitude.suffix(4)), "\(byMagnitude) \(byDamage)")
  }
}
