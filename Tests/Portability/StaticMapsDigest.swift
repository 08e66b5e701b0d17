#if !hasFeature(Embedded)
  import Kernel
#endif

func staticMapsDigest() {
  staticMapsDigest(Double.self)
  staticMapsDigest(Float.self)
  report("receptiveField(taps:dilations:)") { $0.add(receptiveField(taps: 3, dilations: [1, 2, 4])) }
}

private func staticMapsDigest<T: Real>(_ type: T.Type) {
  let x = sample(13, 4, type, seed: 70), taps = (0..<3).map { sample(5, 4, type, seed: 71 + UInt64($0)) }
  let layer = Convolution(taps: taps, dilation: 2)
  report("Convolution.init(taps:dilation:)") { $0.add(Convolution(taps: taps).dilation) }
  report("Convolution.callAsFunction(_:)") { $0.add(layer(x)) }
  report("Convolution.flops(positions:)") { $0.add(layer.flops(positions: 13)) }
  let block = SqueezeExcitation(squeeze: sample(2, 4, type, seed: 74), excite: sample(4, 2, type, seed: 75))
  report("SqueezeExcitation.init(squeeze:excite:)") { $0.add(block.parameterCount) }
  report("SqueezeExcitation.gate(_:)") { $0.add(block.gate(x)) }
  report("SqueezeExcitation.callAsFunction(_:)") { $0.add(block(x)) }
  let cell = RecurrentCell(
    input: sample(3, 4, type, seed: 76), recurrent: sample(3, 3, type, seed: 77), bias: sample(3, type, seed: 78))
  report("RecurrentCell.init(input:recurrent:bias:)") { $0.add(cell.bias) }
  report("RecurrentCell.step(_:_:)") { $0.add(cell.step(x.row(0), [0.1, 0.2, 0.3])) }
  report("RecurrentCell.callAsFunction(_:)") { $0.add(cell(x)) }
  report("RecurrentCell.jacobian(at:)") { $0.add(cell.jacobian(at: [0.1, 0.2, 0.3])) }
  let memory = LSTMCell(
    input: sample(8, 4, type, seed: 79), recurrent: sample(8, 2, type, seed: 80), bias: sample(8, type, seed: 81))
  report("LSTMCell.init(input:recurrent:bias:)") { $0.add(memory.bias) }
  report("LSTMCell.step(_:hidden:cell:)") { $0.add(memory.step(x.row(0), hidden: [0.1, 0.2], cell: [1, -1]).cell) }
  report("LSTMCell.callAsFunction(_:)") { $0.add(memory(x)) }
  let topics = TopicMixture(topics: softmax(rows: sample(3, 7, type, seed: 82)))
  report("TopicMixture.init(topics:)") { $0.add(topics.topics) }
  report("TopicMixture.words(_:)") { $0.add(topics.words([0.5, 0.25, 0.25])) }
  report("TopicMixture.mixture(counts:steps:)") { $0.add(topics.mixture(counts: [1, 2, 3, 4, 5, 6, 7])) }
  report("nearestRow(_:to:)") { $0.add(nearestRow(x, to: [0.3, -0.2, 0.1, 0])) }
  report("largestInnerProductRow(_:with:)") { $0.add(largestInnerProductRow(x, with: [0.3, -0.2, 0.1, 0])) }
  let saliencies = magnitudeSaliencies(x.elements), mask = PruningMask.keeping(20, highest: saliencies)
  report("magnitudeSaliencies(_:)") { $0.add(saliencies) }
  report("optimalBrainDamageSaliencies(_:hessianDiagonal:)") {
    $0.add(optimalBrainDamageSaliencies(x.row(0), hessianDiagonal: x.row(1)))
  }
  report("PruningMask.init(keeps:)") { $0.add(PruningMask(keeps: [true, false]).keeps) }
  report("PruningMask.keeping(_:highest:)") { $0.add(mask.keeps) }
  report("PruningMask.callAsFunction(_:)") { $0.add(mask(x)) }
  report("PruningMask.callAsFunction(_:)") { $0.add(mask(x.elements)) }
  var generator = Random(seed: 83)
  let adapter = LowRankAdapter(weight: x, rank: 2, alpha: 3, using: &generator)
  report("LowRankAdapter.init(weight:rank:alpha:using:)") { $0.add(adapter.down) }
  report("LowRankAdapter.init(weight:down:up:alpha:)") { d in
    let trained = LowRankAdapter(weight: x, down: adapter.down, up: x.columns(0..<2), alpha: 3)
    d.add(trained.trainableParameterCount)
    d.add(trained(x.row(0)))
  }
  report("LowRankAdapter.callAsFunction(_:)") { $0.add(adapter(x.row(0))) }
  report("LowRankAdapter.merged()") { $0.add(adapter.merged()) }
  let depths = MixtureOfDepths(router: x.row(0), capacity: 5) { $0 * 2 }
  report("MixtureOfDepths.init(router:capacity:block:)") { $0.add(depths.capacity) }
  report("MixtureOfDepths.selected(_:)") { $0.add(depths.selected(x)) }
  report("MixtureOfDepths.callAsFunction(_:)") { $0.add(depths(x)) }
}
