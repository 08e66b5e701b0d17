/// One step of a diagonal linear recurrence, h ↦ a⊙h + b. Steps compose: (a, b) then (c, d) is (c⊙a, c⊙b + d).
public struct ScanStep<T: Real>: Equatable, Sendable {
  /// a.
  public let decay: [T]
  /// b.
  public let offset: [T]

  /// Shapes: state and state.
  /// Refused: lengths that differ.
  public init(decay: [T], offset: [T]) {
    require(decay.count == offset.count, "ScanStep: decay of \(decay.count) and offset of \(offset.count) elements")
    self.decay = decay
    self.offset = offset
  }

  /// This step, then another: associative, so a scan may group it in any way. Refused: steps of different lengths.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func then(_ next: ScanStep) -> ScanStep {
    require(decay.count == next.decay.count, "ScanStep: steps of \(decay.count) and \(next.decay.count) elements")
    return ScanStep(
      decay: decay.indices.map { next.decay[$0] * decay[$0] },
      offset: decay.indices.map { next.decay[$0] * offset[$0] + next.offset[$0] })
  }
}

/// The states after each step from the zero state, by a tree of depth ⌈log₂ n⌉ that a parallel machine would walk level
/// by level; here one thread walks it.
///
/// Shape: n steps → n states. Refused: steps of different lengths.
/// Cost: below 4n compositions, of 3·state FLOP each. Source: Ladner and Fischer, "Parallel prefix computation" (1980).
@specialized(where T == Double)
@specialized(where T == Float)
public func associativeScan<T: Real>(_ steps: [ScanStep<T>]) -> [[T]] {
  compositions(steps).map { $0.offset }
}

/// The composition of the steps 0 … i for every i: each half of the list by itself, and then the whole first half
/// before each composition of the second.
///
/// Of the first half only the last composition is waited for; the others may come one level later in the tree. So that
/// half goes through `compositionsInPairs`, which takes a level more and half as many compositions.
private func compositions<T: Real>(_ steps: [ScanStep<T>]) -> [ScanStep<T>] {
  guard steps.count > 1 else { return steps }
  let half = (steps.count + 1) / 2
  let first = compositionsInPairs(Array(steps[..<half])), whole = first[half - 1]
  return first + compositions(Array(steps[half...])).map { whole.then($0) }
}

private func compositionsInPairs<T: Real>(_ steps: [ScanStep<T>]) -> [ScanStep<T>] {
  guard steps.count > 1 else { return steps }
  let pairs = stride(from: 0, to: steps.count, by: 2).map { i in
    i + 1 < steps.count ? steps[i].then(steps[i + 1]) : steps[i]
  }
  let ends = compositions(pairs)
  return steps.indices.map { i in
    // A pair's second step ends it; so does the last step of all.
    if i % 2 == 1 || i == steps.count - 1 { return ends[i / 2] }
    return i == 0 ? steps[0] : ends[i / 2 - 1].then(steps[i])
  }
}

/// The states after each step from the zero state, one after the other. Shape: n steps → n states.
/// Refused: steps of different lengths. Cost: 2n·state FLOP.
@specialized(where T == Double)
@specialized(where T == Float)
public func sequentialScan<T: Real>(_ steps: [ScanStep<T>]) -> [[T]] {
  guard let first = steps.first else { return [] }
  var h = [T](repeating: 0, count: first.decay.count)
  return steps.map { step in
    require(step.decay.count == h.count, "ScanStep: steps of \(h.count) and \(step.decay.count) elements")
    h = h.indices.map { step.decay[$0] * h[$0] + step.offset[$0] }
    return h
  }
}

/// A selective state space layer: Δ, B and C depend on the token, so the recurrence chooses what to keep.
///
/// For channel c and state s: h = e^{Δ_c·a_cs}·h + Δ_c·B_s·x_c and y_c = Σ_s C_s·h + D_c·x_c (B by Euler's rule, as in
/// Mamba). Tokens run one after the other and channels in parallel. Along the tokens each channel is a scan of the
/// steps (e^{Δa}, ΔBx): `associativeScan` over them has the same states within rounding, in fewer rounds.
///
/// Shapes: x and Δ n×d, a d×s (negative, or states grow; not checked), B and C n×s, D d → n×d. Refused: sizes that
/// differ.
/// Cost: 7n·d·s FLOP and n·d·s exponentials; d·s elements of state. Source: Gu and Dao, "Mamba" (2023), algorithm 2.
@specialized(where T == Double)
@specialized(where T == Float)
public func selectiveScan<T: Real>(
  _ x: Matrix<T>, delta: Matrix<T>, a: Matrix<T>, b: Matrix<T>, c: Matrix<T>, skip: [T]
) -> Matrix<T> {
  require(delta.hasShape(of: x), "selectiveScan: input \(x.shape) and steps \(delta.shape) differ")
  require(
    b.hasShape(of: c) && b.rows == x.rows && a.rows == x.columns && a.columns == b.columns && skip.count == x.columns,
    "selectiveScan: input \(x.shape), a \(a.shape), b \(b.shape), c \(c.shape), skip of \(skip.count)")
  let length = x.rows, channels = x.columns, states = a.columns
  var y = [T](repeating: 0, count: length * channels)
  y.withUnsafeMutableBufferPointer { y in
    let target = y, strip = 16
    // Channels do not meet: strips of them are independent outputs.
    parallel((channels + strip - 1) / strip, cost: 50 * Int64(length) * Int64(channels * states)) { task in
      let own = task * strip..<min(channels, (task + 1) * strip)
      var h = [T](repeating: 0, count: strip * states)
      for t in 0..<length {
        for channel in own {
          let at = t * channels + channel, first = (channel - own.lowerBound) * states
          let step = delta.elements[at], input = x.elements[at]
          var total: T = 0
          for s in 0..<states {
            let decay = exp(step * a.elements[channel * states + s])
            h[first + s] = decay * h[first + s] + step * b.elements[t * states + s] * input
            total += c.elements[t * states + s] * h[first + s]
          }
          target[at] = total + skip[channel] * input
        }
      }
    }
  }
  return Matrix(rows: length, columns: channels, elements: y)
}
