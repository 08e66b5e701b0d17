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
  report("RotaryEmbedding.rotate(_:positions:)") { $0.add(split.rotate(x, positions: [0, 0.5, 1.5, 7, 100, 1e4, 1e5])) }
}
