#if !hasFeature(Embedded)
  import Kernel
#endif

func transformerDigest() {
  transformerDigest(Double.self)
  transformerDigest(Float.self)
}

private func transformerDigest<T: Real>(_ type: T.Type) {
  let inputs = edges(type) + sample(200, type, seed: 90, scale: 4)
  report("relu(_:)") { $0.add(inputs.map { relu($0) }) }
  report("sigmoid(_:)") { $0.add(inputs.map { sigmoid($0) }) }
  report("softplus(_:)") { $0.add(inputs.map { softplus($0) }) }
  report("gelu(_:)") { $0.add(inputs.map { gelu($0) }) }
  report("geluTanh(_:)") { $0.add(inputs.map { geluTanh($0) }) }
  report("swish(_:)") { $0.add(inputs.map { swish($0) }) }
  let x = sample(7, 6, type, seed: 91)
  var generator = Random(seed: 92)
  let layer = FeedForward<T>(dimension: 6, hidden: 9, activation: .geluTanh, using: &generator)
  report("FeedForward.init(dimension:hidden:activation:using:)") { $0.add(layer.up) }
  report("FeedForward.init(up:upBias:down:downBias:activation:)") { d in
    let own = FeedForward(up: x, upBias: x.column(0), down: x.transposed(), downBias: x.row(0), activation: .relu)
    d.add(own.parameterCount)
  }
  report("FeedForward.Activation.callAsFunction(_:)") { $0.add(FeedForward<T>.Activation.swish(0.7)) }
  report("FeedForward.callAsFunction(_:)") { $0.add(layer(x)) }
  report("FeedForward.callAsFunction(_:)") { $0.add(layer(x.row(1))) }
  let gated = SwiGLU<T>(dimension: 6, hidden: 4, using: &generator)
  report("SwiGLU.init(dimension:hidden:using:)") { $0.add(gated.gate) }
  report("SwiGLU.init(gate:up:down:)") { $0.add(SwiGLU(gate: x, up: x, down: x.transposed()).down) }
  report("SwiGLU.callAsFunction(_:)") { $0.add(gated(x)) }
  report("TokenwiseLayer.callAsFunction(_:)") { $0.add(through(gated, x)) }
}

private func through<Layer: TokenwiseLayer>(_ layer: Layer, _ x: Matrix<Layer.Scalar>) -> Matrix<Layer.Scalar> {
  layer(x)
}
