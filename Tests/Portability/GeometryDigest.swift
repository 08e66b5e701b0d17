#if !hasFeature(Embedded)
  import Kernel
#endif

func geometryDigest() {
  geometryDigest(Double.self)
  geometryDigest(Float.self)
  report("incompleteBeta(_:_:_:)") { d in
    for x in [0, 0.01, 0.3, 0.9, 1] {
      for (a, b) in [(0.5, 4.5), (1e-3, 200), (300, 0.7), (1000, 2000)] { d.add(incompleteBeta(x, a, b)) }
    }
  }
  report("logGamma(_:)") { d in for x in [0.1, 0.75, 1.0000001, 1.5, 2.25, 9.99, 50.5, 1e300] { d.add(logGamma(x)) } }
  report("equatorProbability(dimension:within:)") { d in
    for n in [2, 10, 1000] { d.add(equatorProbability(dimension: n, within: 0.1)) }
  }
}

private func geometryDigest<T: Real>(_ type: T.Type) {
  let points = l2NormalizeRows(sample(7, 3, type, seed: 140)) * 0.7, tiny = points * 1e-4
  let edge = PoincareBall.exponentialMap(points.row(0).map { $0 * 40 })
  report("PoincareBall.add(_:_:)") { d in
    d.add(PoincareBall.add(points.row(0), points.row(1)))
    d.add(PoincareBall.add(edge, points.row(0)))
  }
  report("PoincareBall.distance(_:_:)") { d in
    d.add(PoincareBall.distance(points.row(0), points.row(1)))
    d.add(PoincareBall.distance(tiny.row(0), tiny.row(1)))
    d.add(PoincareBall.distance(edge, points.row(1)))
    d.add(PoincareBall.distance(edge, edge.map { -$0 }))
  }
  report("PoincareBall.exponentialMap(_:)") { d in
    d.add(PoincareBall.exponentialMap(points.row(0)))
    d.add(edge)
  }
  report("PoincareBall.logarithmicMap(_:)") { d in
    d.add(PoincareBall.logarithmicMap(points.row(0)))
    d.add(PoincareBall.logarithmicMap(edge))
  }
  let p = LorentzModel.fromBall(points.row(0)), q = LorentzModel.fromBall(points.row(1))
  report("LorentzModel.fromBall(_:)") { $0.add(p) }
  report("LorentzModel.product(_:_:)") { $0.add(LorentzModel.product(p, q)) }
  report("LorentzModel.lifted(_:)") { $0.add(LorentzModel.lifted(points.row(2))) }
  report("LorentzModel.distance(_:_:)") { $0.add(LorentzModel.distance(p, q)) }
  report("LorentzModel.lowRankUpdate(_:down:up:alpha:)") {
    $0.add(LorentzModel.lowRankUpdate(p, down: points.rows(0..<2), up: points.rows(2..<4).transposed(), alpha: 4))
  }
  report("fastGradientSign(_:gradient:epsilon:)") {
    $0.add(fastGradientSign(points.row(0), gradient: points.row(1), epsilon: 0.1))
  }
  let basis = orthonormalBasis(points.rows(0..<2))
  report("orthonormalBasis(_:)") { $0.add(basis) }
  report("capturedFraction(of:in:)") { $0.add(capturedFraction(of: points.row(4), in: basis)) }
  report("subspaceOverlap(_:_:)") { $0.add(subspaceOverlap(basis, orthonormalBasis(points.rows(3..<5)))) }
}
