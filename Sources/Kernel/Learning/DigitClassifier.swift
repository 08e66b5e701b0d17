/// A classifier of 8×8 digits: softmax regression, or one hidden layer of ReLU units before it.
///
/// logits = xW + b, or relu(xW₁ + b₁)W₂ + b₂; the loss is the mean cross-entropy.
/// Sources: Alpaydin and Kaynak (1998) for the digits; Bishop, "Pattern recognition and machine learning" (2006),
/// chapter 5.
public struct DigitClassifier<T: Real>: Sendable {
  /// W 64×10, b 1×10; with h hidden units W₁ 64×h, b₁ 1×h, W₂ h×10, b₂ 1×10.
  public let parameters: [Matrix<T>]

  /// Refused: shapes that do not follow each other from 64 to 10.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(parameters: [Matrix<T>]) {
    require(parameters.count == 2 || parameters.count == 4, "DigitClassifier: \(parameters.count) parameters")
    var width = 64
    for p in stride(from: 0, to: parameters.count, by: 2) {
      let weight = parameters[p], bias = parameters[p + 1]
      require(
        weight.rows == width && bias.rows == 1 && bias.columns == weight.columns,
        "DigitClassifier: weight \(weight.shape) and bias \(bias.shape) after a width of \(width)")
      width = weight.columns
    }
    require(width == 10, "DigitClassifier: \(width) classes")
    self.parameters = parameters
  }

  /// Trains with Adam on random batches of `batch` samples; no hidden unit makes it softmax regression.
  ///
  /// Weights begin normal with deviation √(2/inputs), biases at zero. A last, smaller batch of an epoch is left out.
  /// Refused: no epoch, a batch outside 1…n, hidden < 0. Cost: about 6·n·epochs·(number of weights) FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func train(
    on digits: OpticalDigits<T>, hidden: Int, epochs: Int = 20, batch: Int = 32, rate: T = 0.005,
    using generator: inout Random
  ) -> DigitClassifier {
    let n = digits.labels.count
    require(
      epochs > 0 && hidden >= 0 && hidden <= mostElements,
      "DigitClassifier: \(epochs) epochs, \(hidden) hidden units")
    require(batch > 0 && batch <= n, "DigitClassifier: batches of \(batch) from \(n) samples")
    var parameters: [Matrix<T>] = []
    var inputs = 64
    for outputs in hidden > 0 ? [hidden, 10] : [10] {
      parameters.append(.normal(rows: inputs, columns: outputs, scale: (2 / T(inputs)).squareRoot(), using: &generator))
      parameters.append(Matrix(rows: 1, columns: outputs, repeating: 0))
      inputs = outputs
    }
    var adam = Adam<T>(rate: rate)
    for _ in 0..<epochs {
      let order = generator.permutation(n)
      for start in stride(from: 0, through: n - batch, by: batch) {
        let chosen = order[start..<start + batch]
        let images = Matrix(rows: batch, columns: 64, elements: chosen.flatMap { digits.images.row($0) })
        let targets = chosen.map { digits.labels[$0] }
        let result = valueAndGradient(parameters) { tape, p in
          crossEntropy(logits(tape.constant(images), p), targets)
        }
        adam.step(&parameters, result.gradient)
      }
    }
    return DigitClassifier(parameters: parameters)
  }

  /// The logits. Shape: n×64 → n×10. Refused: images not of 64 pixels. Cost: 2n FLOP a weight.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func logits(_ images: Matrix<T>) -> Matrix<T> {
    let tape = Tape<T>()
    return Self.logits(tape.constant(images), parameters.map { tape.constant($0) }).value
  }

  /// The share of the samples whose largest logit is their label's; logits with a NaN answer nothing. Refused: no
  /// sample.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func accuracy(on digits: OpticalDigits<T>) -> Double {
    require(!digits.labels.isEmpty, "DigitClassifier: no sample")
    let scores = logits(digits.images)
    let right = digits.labels.indices.filter { i in
      let row = scores.row(i)
      return !row.contains { $0.isNaN } && topIndices(row, 1)[0] == digits.labels[i]
    }
    return Double(right.count) / Double(digits.labels.count)
  }

  /// The mean cross-entropy. Refused: no sample.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func loss(on digits: OpticalDigits<T>) -> T {
    let tape = Tape<T>()
    return crossEntropy(tape.constant(logits(digits.images)), digits.labels).scalar
  }

  static func logits(_ images: Variable<T>, _ p: [Variable<T>]) -> Variable<T> {
    let first = matmul(images, p[0]) + p[1]
    return p.count == 2 ? first : matmul(relu(first), p[2]) + p[3]
  }
}
