extension LowRankAdapter {
  /// Trains A and B with Adam on the mean squared error of the layer's outputs; W stays as it is.
  ///
  /// Shapes: inputs t×n, targets t×m. Refused: other shapes, no step. Cost: about 6t(mn + r(m + n)) FLOP a step.
  /// Source: Hu et al., "LoRA" (2022), section 4.1.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func trained(
    inputs: Matrix<T>, targets: Matrix<T>, steps: Int, rate: T
  ) -> (adapter: LowRankAdapter, losses: [T]) {
    require(
      inputs.columns == weight.columns && targets.columns == weight.rows && inputs.rows == targets.rows
        && inputs.rows > 0,
      "LowRankAdapter: inputs \(inputs.shape), targets \(targets.shape) for a weight \(weight.shape)")
    require(steps > 0, "LowRankAdapter: \(steps) steps")
    var parameters = [down, up], adam = Adam<T>(rate: rate), losses: [T] = []
    let scale = alpha / T(down.rows), base = matmul(inputs, transposed: weight)
    for _ in 0..<steps {
      let result = valueAndGradient(parameters) { tape, p in
        let update = matmul(matmul(tape.constant(inputs), transposed: p[0]), transposed: p[1]) * scale
        return meanSquaredError(tape.constant(base) + update, targets)
      }
      losses.append(result.value)
      adam.step(&parameters, result.gradient)
    }
    var adapter = self
    adapter.down = parameters[0]
    adapter.up = parameters[1]
    return (adapter, losses)
  }
}
