/// A one-dimensional convolution with fixed weights, zero padding and dilation: y[i] = Σₜ W_t·x[i + (t −
/// (k−1)/2)·dilation].
///
/// Which inputs reach an output does not depend on the inputs. Source: LeCun et al., "Gradient-based learning applied
/// to document recognition" (1998); dilation: Yu and Koltun (2016).
public struct Convolution<T: Real>: Sendable {
  /// W_t, k matrices c_out×c_in.
  public let taps: [Matrix<T>]
  /// The distance of neighbouring taps.
  public let dilation: Int

  /// Refused: an even number of taps, taps of different shapes, dilation below 1 or above 2³².
  public init(taps: [Matrix<T>], dilation: Int = 1) {
    require(taps.count % 2 == 1, "Convolution: \(taps.count) taps have no centre")
    for tap in taps {
      require(tap.hasShape(of: taps[0]), "Convolution: taps \(taps[0].shape) and \(tap.shape) differ")
    }
    require(dilation >= 1, "Convolution: dilation \(dilation)")
    requireCount(dilation, "Convolution: dilation")
    self.taps = taps
    self.dilation = dilation
  }

  /// Shape: n×c_in → n×c_out. Refused: another number of channels. Cost: 2nk·c_in·c_out FLOP, whatever x is.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    require(x.columns == taps[0].columns, "Convolution: signal \(x.shape) against taps \(taps[0].shape)")
    var y = Matrix<T>(rows: x.rows, columns: taps[0].rows, repeating: 0)
    for (t, tap) in taps.enumerated() {
      let offset = (t - taps.count / 2) * dilation
      let moved = Matrix<T>(rows: x.rows, columns: x.columns) { i, c in
        i + offset >= 0 && i + offset < x.rows ? x.elements[(i + offset) * x.columns + c] : 0
      }
      y = y + matmul(moved, transposed: tap)
    }
    return y
  }

  /// 2nk·c_in·c_out: a product and a sum for each weight and position. Refused: n < 0, a number beyond 64 bits.
  public func flops(positions n: Int) -> Int64 {
    func count(_ size: Int) -> Count { Count(size, "Convolution") }
    return (2 * count(n) * count(taps.count) * count(taps[0].rows) * count(taps[0].columns)).value
  }
}

/// The receptive field of stacked convolutions of k taps: 1 + (k − 1)·Σ dilations. Refused: k < 1, a dilation
/// below 1, a field above 2³².
public func receptiveField(taps k: Int, dilations: [Int]) -> Int {
  require(k >= 1, "receptiveField: \(k) taps")
  var reach = 0
  for dilation in dilations {
    requireCount(dilation, from: 1, "receptiveField: dilation")
    reach += dilation
    _ = elementCount(k, reach)
  }
  return 1 + (k - 1) * reach
}
