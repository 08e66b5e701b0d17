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
}
