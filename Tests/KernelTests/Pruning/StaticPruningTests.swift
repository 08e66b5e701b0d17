import Kernel
import Testing

@Test func saliencyIsTheRiseOfADiagonalQuadraticLoss() {
  let w = [0.5, -2.0, 0.1, 1.0], h = [8.0, 0.1, 100.0, 1.0]
  let saliencies = optimalBrainDamageSaliencies(w, hessianDiagonal: h)
  func loss(_ v: [Double]) -> Double {
    var total = 0.0
    for k in 0..<4 { total += h[k] * (v[k] - w[k]) * (v[k] - w[k]) / 2 }
    return total
  }
  for k in 0..<4 {
    var pruned = w
    pruned[k] = 0
    expectClose(saliencies[k], loss(pruned) - loss(w), within: 1e-15)
  }
  // The two measures disagree: the largest weight is the least salient.
  #expect(PruningMask.keeping(3, highest: saliencies).keeps == [true, false, true, true])
  #expect(PruningMask.keeping(2, highest: magnitudeSaliencies(w)).keeps == [false, true, false, true])
}

@Test func aMaskIsTheSameForEveryInput() {
  let mask = PruningMask.keeping(3, highest: [1.0, 5, 5, 2, 5, 5])
  #expect(mask.keeps == [false, true, true, false, true, false], "ties go to the earlier weight")
  #expect(mask([1.0, 2, 3, 4, 5, 6]) == [0, 2, 3, 0, 5, 0])
  #expect(mask(Matrix([[1, 2, 3], [4, 5, 6]])) == Matrix([[0, 2, 3], [0, 5, 0]]))
}
