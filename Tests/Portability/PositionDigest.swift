#if !hasFeature(Embedded)
  import Kernel
#endif

func positionDigest() {
  positionDigest(Double.self)
  positionDigest(Float.self)
}

private func positionDigest<T: Real>(_ type: T.Type) {
  let x = sample(7, 10, type, seed: 60), rope = RotaryEmbedding<T>(headDimension: 10)
  let split = RotaryEmbedding<T>(headDimension: 10, base: 500, layout: .halfSplit)
  report("RotaryEmbedding.init(headDimension:base:layout:)") { d in
    d.add(rope.frequencies)
    d.add(split.frequencies)
  }
  report("RotaryEmbedding.pair(_:)") { $0.add(split.pair(1).1) }
  report("RotaryEmbedding.rotate(_:position:)") { $0.add(rope.rotate(x.row(0), position: 1_000_003)) }
  report("RotaryEmbedding.rotate(_:position:)") { $0.add(split.rotate(x.row(1), position: 0.25)) }
  report("RotaryEmbedding.rotate(_:positions:)") { $0.add(rope.rotate(x)) }
  report("RotaryEmbedding.rotate(_:positions:)") {
    $0.add(split.rotate(x, positions: [0, 0.5, 1.5, 7, 100, 1e4, 1e5]))
  }
  let sinusoidal = SinusoidalEncoding<T>(dimension: 10)
  report("SinusoidalEncoding.init(dimension:base:)") {
    $0.add(SinusoidalEncoding<T>(dimension: 6, base: 77).frequencies)
  }
  report("SinusoidalEncoding.callAsFunction(_:)") { $0.add(sinusoidal(12345)) }
  report("SinusoidalEncoding.table(_:)") { $0.add(sinusoidal.table(33)) }
  report("SinusoidalEncoding.shift(by:)") { $0.add(sinusoidal.shift(by: 7)) }
  report("LearnedPositions.init(table:)") { $0.add(LearnedPositions(table: x).table) }
  report("LearnedPositions.callAsFunction(_:start:)") { $0.add(LearnedPositions(table: x)(x.rows(0..<3), start: 2)) }
  let linear = LinearBias<T>(heads: 12)
  report("LinearBias.init(heads:slopes:)") { d in
    d.add(linear.slopes)
    d.add(LinearBias<T>(heads: 12, slopes: .authorsCode).slopes)
  }
  report("LinearBias.callAsFunction(head:queries:keys:)") { $0.add(linear(head: 4, queries: 7, keys: 7)) }
  report("LinearBias.callAsFunction(head:queries:keys:)") { $0.add(linear(head: 4, queries: [5], keys: [0, 3, 4, 5])) }
  report("attention(_:_:_:bias:scale:mask:)") { d in
    d.add(attention(x, x, x, bias: linear(head: 4, queries: 7, keys: 7), mask: .causal))
    d.add(attention(x, x, x, bias: linear(head: 1, queries: 7, keys: 7), scale: 0.5))
  }
  report("RotaryEmbedding.pairsWithoutFullTurn(trainedLength:)") {
    $0.add(rope.pairsWithoutFullTurn(trainedLength: 64))
  }
  report("interpolatedPositions(_:trainedLength:)") { $0.add(interpolatedPositions(100, trainedLength: 64)) }
}
