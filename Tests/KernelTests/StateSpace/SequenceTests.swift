import Kernel
import Testing

@Suite struct SequenceTests {
  @Test func systemsMatchDigitalFilters() {
    for item in Fixture.named("statespace")["systems"].cases {
      let rule: Discretization = ["bilinear": .bilinear, "euler": .euler][item["rule"].text] ?? .zeroOrderHold
      let model = StateSpaceModel(
        a: item["a"].vector, b: item["b"].vector, c: item["c"].vector, skip: item["skip"].number,
        step: item["step"].number, rule: rule)
      expectClose(model.decay, item["decay"].vector, within: 1e-13)
      expectClose(model.input, item["input"].vector, within: 1e-13)
      let x = item["x"].vector
      for y in [model(x), model.convolved(x), model.convolvedByFourier(x)] {
        expectClose(y, item["y"].vector, within: 1e-12)
      }
    }
    #expect(StateSpaceModel(a: [-1.0], b: [1], c: [1], skip: 1, step: 1).convolvedByFourier([]).isEmpty)
  }

  @Test func fourierTransformsMatchTheReferenceAndInvert() {
    for item in Fixture.named("statespace")["fourier"].cases {
      let re = item["re"].vector, im = item["im"].vector, y = fourierTransform(real: re, imaginary: im)
      expectClose(y.real, item["outRe"].vector, within: 1e-13)
      expectClose(y.imaginary, item["outIm"].vector, within: 1e-13)
      let back = fourierTransform(real: y.real, imaginary: y.imaginary, inverse: true)
      expectClose(back.real, re, within: 1e-14)
      expectClose(back.imaginary, im, within: 1e-14)
    }
  }

  @Test func selectiveScansMatchTheReference() {
    for item in Fixture.named("statespace")["scans"].cases {
      let y = selectiveScan(
        item["x"].matrix, delta: item["delta"].matrix, a: item["a"].matrix, b: item["b"].matrix, c: item["c"].matrix,
        skip: item["skip"].vector)
      expectClose(y, item["y"].matrix, within: 1e-13)
    }
  }

  @Test func rwkvIsTheSameInParallelAndAsARecurrence() {
    for item in Fixture.named("statespace")["wkv"].cases {
      let k = item["k"].matrix, v = item["v"].matrix, w = item["decay"].vector, u = item["bonus"].vector
      expectClose(wkvRecurrence(k, v, decay: w, bonus: u), item["y"].matrix, within: 1e-12)
      expectClose(wkvParallel(k, v, decay: w, bonus: u), item["y"].matrix, within: 1e-12)
      expectClose(
        wkvRecurrence(single(k), single(v), decay: single(w), bonus: single(u)), item["y"].matrix, within: 1e-4)
    }
    let k = randomMatrix(6, 2, seed: 1), v = randomMatrix(6, 2, seed: 2), decay = [0.5, 2], bonus = [0.0, 1]
    let whole = wkvRecurrence(k, v, decay: decay, bonus: bonus)
    #expect(wkvRecurrence(k.rows(0..<4), v.rows(0..<4), decay: decay, bonus: bonus) == whole.rows(0..<4), "causal")
    #expect(whole.row(0) == v.row(0))
  }

  @Test func oneAttentionLayerInEightHasAnEighthOfTheCache() {
    func stack(_ period: Int) -> HybridStack<Double> {
      var generator = Random(seed: 3)
      return HybridStack(
        dimension: 8, layers: 16, period: period, heads: 4, groups: 2, inner: 16, state: 4, using: &generator)
    }
    func cached(_ period: Int, _ tokens: Int) -> (Int64, Int64) {
      let run = stack(period).run(randomMatrix(tokens, 8, seed: 4))
      return (run.cacheElements, run.stateElements)
    }
    let full = cached(1, 10), hybrid = cached(8, 10)
    #expect(full.0 == 8 * hybrid.0 && full.1 == 0)
    #expect(full.0 == AttentionMemory.cache(tokens: 10, layers: 16, groups: 2, headDimension: 2, bytes: 1))
    #expect(cached(8, 20).0 == 2 * hybrid.0 && cached(8, 20).1 == hybrid.1, "only attention's part grows")
    #expect(hybrid.1 == 14 * (16 * 4 + 3 * 16))
    let attentive = stack(8).layers.indices.filter { if case .attention = stack(8).layers[$0] { true } else { false } }
    #expect(attentive == [4, 12])
    var x = randomMatrix(9, 8, seed: 5)
    let before = stack(8)(x)
    for c in 0..<8 { x[6, c] += 1 }
    let after = stack(8)(x)
    #expect(before.rows(0..<6) == after.rows(0..<6) && before.row(8) != after.row(8))
  }
}
