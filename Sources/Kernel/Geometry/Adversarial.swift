/// The fast gradient sign step x + ε·sign(∇L): the best step for a linear loss among those with no coordinate moved
/// by more than ε. It raises a linear loss by exactly ε‖∇L‖₁.
///
/// Where the gradient is NaN the result is. The gradient is with respect to the input x, in whose units ε is; the
/// result is not clipped to a range of x.
/// Shapes: n and n → n. Refused: lengths that differ, ε < 0.
/// Source: Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples" (2015).
@specialized(where T == Double)
@specialized(where T == Float)
public func fastGradientSign<T: Real>(_ x: [T], gradient: [T], epsilon: T) -> [T] {
  require(x.count == gradient.count, "fastGradientSign: \(x.count) elements and a gradient of \(gradient.count)")
  require(epsilon >= 0, "fastGradientSign: epsilon is negative")
  return zip(x, gradient).map { $0 + epsilon * ($1 > 0 ? 1 : ($1 < 0 ? -1 : ($1.isNaN ? $1 : 0))) }
}
