/// Applies f to every element; `slope` is f′ as a function of (x, f(x)).
private func elementwise<T: Real>(
  _ a: Variable<T>, _ f: (T) -> T, slope: @escaping (T, T) -> T
) -> Variable<T> {
  let i = a.index, x = a.value, y = x.map(f)
  return a.tape.record(y, from: [i]) { g, gradients in
    var result = g
    result.elements.withUnsafeMutableBufferPointer { result in
      for k in result.indices { result[k] *= slope(x.elements[k], y.elements[k]) }
    }
    gradients.add(result, to: i)
  }
}

/// max(x, 0) on the tape; the slope at 0 is taken as 0, and at NaN it is NaN. Shape: m×n → m×n.
@specialized(where T == Double)
@specialized(where T == Float)
public func relu<T: Real>(_ x: Variable<T>) -> Variable<T> {
  elementwise(x, { relu($0) }, slope: { x, _ in reluSlope(x) })
}

/// tanh on the tape: slope 1 − y². Shape: m×n → m×n.
@specialized(where T == Double)
@specialized(where T == Float)
public func tanh<T: Real>(_ x: Variable<T>) -> Variable<T> {
  elementwise(x, { tanh($0) }, slope: { _, y in 1 - y * y })
}

/// The logistic function on the tape: slope y(1 − y). Shape: m×n → m×n.
@specialized(where T == Double)
@specialized(where T == Float)
public func sigmoid<T: Real>(_ x: Variable<T>) -> Variable<T> {
  elementwise(x, { sigmoid($0) }, slope: { _, y in y * (1 - y) })
}

/// xσ(x) on the tape: slope σ(x)(1 + x(1 − σ(x))). Shape: m×n → m×n.
@specialized(where T == Double)
@specialized(where T == Float)
public func swish<T: Real>(_ x: Variable<T>) -> Variable<T> {
  elementwise(x, { swish($0) }, slope: { x, _ in swishSlope(x) })
}

/// xΦ(x) on the tape: slope Φ(x) + xφ(x), φ the normal density. Shape: m×n → m×n.
@specialized(where T == Double)
@specialized(where T == Float)
public func gelu<T: Real>(_ x: Variable<T>) -> Variable<T> {
  elementwise(x, { gelu($0) }, slope: { x, _ in geluSlope(x) })
}

/// The tanh form of GELU on the tape. Shape: m×n → m×n.
@specialized(where T == Double)
@specialized(where T == Float)
public func geluTanh<T: Real>(_ x: Variable<T>) -> Variable<T> {
  elementwise(x, { geluTanh($0) }, slope: { x, _ in geluTanhSlope(x) })
}

/// ln x on the tape: slope 1/x. Meant for positive x. Shape: m×n → m×n.
@specialized(where T == Double)
@specialized(where T == Float)
public func log<T: Real>(_ x: Variable<T>) -> Variable<T> {
  elementwise(x, { log($0) }, slope: { x, _ in 1 / x })
}

/// eˣ on the tape. Shape: m×n → m×n.
@specialized(where T == Double)
@specialized(where T == Float)
public func exp<T: Real>(_ x: Variable<T>) -> Variable<T> {
  elementwise(x, { exp($0) }, slope: { _, y in y })
}
