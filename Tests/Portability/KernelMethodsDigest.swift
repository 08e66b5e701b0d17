#if !hasFeature(Embedded)
  import Kernel
#endif

func kernelMethodsDigest() {
  let points = sample(7, 3, Double.self, seed: 40), single = sample(7, 3, Float.self, seed: 40)
  report("RBFKernel.init(bandwidth:)") { $0.add(RBFKernel(bandwidth: 0.7).bandwidth) }
  report("RBFKernel.callAsFunction(_:_:)") { d in
    d.add(RBFKernel(bandwidth: 0.7)(points.row(0), points.row(1)))
    d.add(RBFKernel(bandwidth: 0.7)(single.row(0), single.row(1)))
  }
  report("MercerKernel.gram(_:)") { $0.add(RBFKernel(bandwidth: 0.7).gram(points)) }
  report("MercerKernel.gram(_:)") { $0.add(PolynomialKernel(degree: 3, constant: 1).gram(single.rowVectors)) }
  func applied<K: MercerKernel>(_ kernel: K, _ x: [K.T], _ y: [K.T]) -> K.T { kernel(x, y) }
  report("MercerKernel.callAsFunction(_:_:)") { $0.add(applied(RBFKernel(bandwidth: 2), points.row(2), points.row(3))) }
  report("PolynomialKernel.init(degree:constant:)") { $0.add(PolynomialKernel(degree: 2, constant: 0.5).degree) }
  report("PolynomialKernel.callAsFunction(_:_:)") { d in
    d.add(PolynomialKernel(degree: 5, constant: 0.5)(points.row(0), points.row(1)))
    d.add(PolynomialKernel(degree: 5, constant: 0.5)(single.row(0), single.row(1)))
  }
  report("PolynomialKernel.features(_:)") { d in
    d.add(PolynomialKernel(degree: 4, constant: 0.5).features(points.row(0)))
    d.add(PolynomialKernel(degree: 4, constant: 0.5).features(single.row(0)))
  }
  func features<T: Real>(_ type: T.Type) -> RandomFourierFeatures<T> {
    var generator = Random(seed: 41)
    return RandomFourierFeatures(count: 33, dimension: 3, bandwidth: 0.7, using: &generator)
  }
  report("RandomFourierFeatures.init(count:dimension:bandwidth:using:)") { d in
    d.add(features(Double.self).frequencies)
    d.add(features(Float.self).phases)
  }
  report("RandomFourierFeatures.init(frequencies:phases:)") { d in
    d.add(RandomFourierFeatures(frequencies: points, phases: points.column(0))(points.row(1)))
  }
  report("RandomFourierFeatures.callAsFunction(_:)") { d in
    d.add(features(Double.self)(points.row(0)))
    d.add(features(Float.self)(single.row(0)))
  }
}
