/// A one-dimensional convolution with fixed weights, zero padding and dilation: y[i] = Σₜ W_t·x[i + (t − (k−1)/2)·dilation].
///
/// Which inputs reach an output does not depend on the inputs. Source: LeCun et al., "Gradient-based learning applied
/// to document recognition" (1998); dilation: Yu and Koltun (2016).
public struct Convolution<T: Real>: Sendable {
  /// W_t, k matrices c_out×c_in.
  public let taps: [Matrix<T>]
  public let dilation: Int

  /// Refused: an even number of taps, taps of different shapes, dilation below 1.
  public init(taps: [Matrix<T>], dilation: Int = 1) {
    require(taps.count % 2 == 1, "Convolution: \(taps.count) taps have no centre")
    for tap in taps {
      require(tap.hasShape(of: taps[0]), "Convolution: taps \(taps[0].shape) and \(tap.shape) differ")
    }
    require(dilation >= 1, "Convolution: dilation \(dilation)")
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

  /// 2nk·c_in·c_out: a product and a sum for each weight and position.
  public func flops(positions n: Int) -> Int64 {
    2 * Int64(n) * Int64(taps.count) * Int64(taps[0].rows) * Int64(taps[0].columns)
  }
}

/// The receptive field of stacked convolutions of k taps: 1 + (k − 1)·Σ dilations. Refused: k < 1.
public func receptiveField(taps k: Int, dilations: [Int]) -> Int {
  require(k >= 1, "receptiveField: \(k) taps")
  return 1 + (k - 1) * dilations.reduce(0, +)
}
