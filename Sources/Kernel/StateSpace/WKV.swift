/// RWKV's weighted key–value mean, channel by channel, as a recurrence with a state of two sums and a running maximum:
/// y_t = (Σ_{i<t} e^{k_i − (t−1−i)w}·v_i + e^{u + k_t}·v_t) / (the same sum without v).
///
/// Sums are kept relative to the largest exponent, so large keys do not overflow. Shapes: k and v n×d, w (decay a step,
/// not negative) and u d → n×d. Refused: sizes that differ, a negative decay. Cost: O(nd).
/// Source: Peng et al., "RWKV: Reinventing RNNs for the Transformer era" (2023), eq. 16 and appendix D.
@specialized(where T == Double)
@specialized(where T == Float)
public func wkvRecurrence<T: Real>(_ k: Matrix<T>, _ v: Matrix<T>, decay w: [T], bonus u: [T]) -> Matrix<T> {
  checkWKV(k, v, w, u)
  var y = v
  for c in 0..<k.columns {
    var above: T = 0, below: T = 0, highest: T = -.infinity
    for t in 0..<k.rows {
      let key = k[t, c], value = v[t, c], present = max(highest, u[c] + key)
      // With no finite exponent yet nothing is subtracted: −∞ stays −∞ and weighs nothing.
      let shift = present == -.infinity ? 0 : present
      let old = exp(highest - shift), own = exp(u[c] + key - shift), total = old * below + own
      y[t, c] = total == 0 ? 0 : (old * above + own * value) / total
      let next = max(highest - w[c], key), ground = next == -.infinity ? 0 : next
      let kept = exp(highest - w[c] - ground), added = exp(key - ground)
      above = kept * above + added * value
      below = kept * below + added
      highest = next
    }
  }
  return y
}

/// The same map in its parallel form: for each channel a lower triangular matrix of weights, all rows at once.
/// Shapes and refusals as `wkvRecurrence`. Cost: O(n²d).
@specialized(where T == Double)
@specialized(where T == Float)
public func wkvParallel<T: Real>(_ k: Matrix<T>, _ v: Matrix<T>, decay w: [T], bonus u: [T]) -> Matrix<T> {
  checkWKV(k, v, w, u)
  var y = v
  for c in 0..<k.columns {
    let scores = Matrix<T>(rows: k.rows, columns: k.rows) { t, i in
      if i > t { return -.infinity }
      return i == t ? u[c] + k[i, c] : k[i, c] - T(t - 1 - i) * w[c]
    }
    let column = matmul(softmax(rows: scores), v.column(c))
    for t in 0..<k.rows { y[t, c] = column[t] }
  }
  return y
}

private func checkWKV<T: Real>(_ k: Matrix<T>, _ v: Matrix<T>, _ w: [T], _ u: [T]) {
  require(
    k.hasShape(of: v) && w.count == k.columns && u.count == k.columns,
    "wkv: keys \(k.shape), values \(v.shape), decay of \(w.count), bonus of \(u.count)")
  for decay in w { require(decay >= 0, "wkv: a decay is negative") }
}
