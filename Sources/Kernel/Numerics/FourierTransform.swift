/// The discrete Fourier transform X_k = Σ x_t·e^{∓2πikt/n} of complex numbers given by their two parts (upper sign
/// forward; backward divides by n), by halving.
///
/// Refused: parts of different length, a length that is no power of two. Cost: about 5n·log₂n FLOP.
/// Shapes: n and n → n and n.
/// Source: Cooley and Tukey, "An algorithm for the machine calculation of complex Fourier series" (1965).
@specialized(where T == Double)
@specialized(where T == Float)
public func fourierTransform<T: Real>(real: [T], imaginary: [T], inverse: Bool = false) -> (real: [T], imaginary: [T]) {
  let n = real.count
  require(imaginary.count == n, "fourierTransform: \(n) real and \(imaginary.count) imaginary parts")
  require(n > 0 && n & (n - 1) == 0, "fourierTransform: length \(n) is no power of two")
  var re = real, im = imaginary
  // Bit reversal: place i exchanges with the place whose bits read backwards.
  var j = 0
  for i in 1..<max(n, 1) {
    var bit = n >> 1
    while j & bit != 0 {
      j ^= bit
      bit >>= 1
    }
    j |= bit
    if i < j {
      re.swapAt(i, j)
      im.swapAt(i, j)
    }
  }
  var half = 1
  while half < n {
    for k in 0..<half {
      // Each angle from its own sine and cosine: repeated multiplication would lose digits.
      let angle = twoPi * Double(k) / Double(2 * half) * (inverse ? 1 : -1)
      let c = T(cos(angle)), s = T(sin(angle))
      for start in stride(from: k, to: n, by: 2 * half) {
        let other = start + half
        let r = re[other] * c - im[other] * s, i = re[other] * s + im[other] * c
        re[other] = re[start] - r
        im[other] = im[start] - i
        re[start] += r
        im[start] += i
      }
    }
    half *= 2
  }
  if inverse {
    let share: T = 1 / T(n)
    return (re.map { $0 * share }, im.map { $0 * share })
  }
  return (re, im)
}
