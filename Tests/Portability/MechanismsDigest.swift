#if !hasFeature(Embedded)
  import Kernel
#endif

func mechanismsDigest() {
  scalarMechanisms()
  attentionMechanisms(Double.self)
  attentionMechanisms(Float.self)
  sequenceMechanisms(Double.self)
  sequenceMechanisms(Float.self)
  spaceMechanisms(Double.self)
  spaceMechanisms(Float.self)
  learningMechanisms(Double.self)
  learningMechanisms(Float.self)
}

private func scalarMechanisms() {
  report("balancedSpans(pages:workers:)") { d in
    for share in balancedSpans(pages: [3, 0, 7, 1], workers: 4) {
      for span in share {
        d.add(span.request)
        d.add(span.pages.lowerBound)
        d.add(span.pages.upperBound)
      }
    }
  }
  report("PagedRequest.init(pages:length:queries:)") {
    $0.add(PagedRequest(pages: [3, 1], length: 4, queries: 1).pages)
  }
  report("PageSpan.init(request:pages:)") { $0.add(PageSpan(request: 2, pages: 1..<4).pages.count) }
  report("randomPackingBound(count:dimension:)") { $0.add(randomPackingBound(count: 2000, dimension: 256)) }
  report("welchBound(count:dimension:)") { $0.add(welchBound(count: 2000, dimension: 256)) }
  let signal = SignalInNoise(signal: 3, dimension: 7), weights = sample(7, Double.self, seed: 400)
  report("SignalInNoise.init(signal:dimension:)") { d in
    d.add(signal.energyRatioBeside)
    d.add(signal.readOut)
  }
  report("SignalInNoise.sample(using:)") { d in
    var generator = Random(seed: 401)
    d.add(signal.sample(using: &generator))
  }
  report("SignalInNoise.readOut(weights:)") { $0.add(signal.readOut(weights: weights)) }
  report("SignalInNoise.simulatedReadOut(weights:draws:using:)") { d in
    var generator = Random(seed: 402)
    d.add(signal.simulatedReadOut(weights: weights, draws: 50, using: &generator))
  }
  let fine = ExpertGranularity(experts: 16, active: 2, dimension: 64, hidden: 256)
  report("ExpertGranularity.init(experts:active:dimension:hidden:)") { $0.add(fine.subsets) }
  report("ExpertGranularity.split(into:)") { d in
    d.add(fine.split(into: 4).subsets)
    d.add(fine.split(into: 4).parameters)
  }
  let model = EmergenceModel(scale: 1e6, exponent: 0.4)
  report("EmergenceModel.init(scale:exponent:)") { $0.add(model.exponent) }
  report("EmergenceModel.tokenAccuracy(parameters:)") { $0.add(model.tokenAccuracy(parameters: 3e7)) }
  report("EmergenceModel.exactMatch(parameters:length:)") { $0.add(model.exactMatch(parameters: 3e7, length: 20)) }
  report("EmergenceModel.wrongTokens(parameters:length:)") { $0.add(model.wrongTokens(parameters: 3e7, length: 20)) }
  report("EmergenceModel.parameters(exactMatch:length:)") { $0.add(model.parameters(exactMatch: 0.3, length: 20)) }
  report("exactMatchSlope(tokenAccuracy:length:)") { $0.add(exactMatchSlope(tokenAccuracy: 0.9, length: 20)) }
  let noisy = Channel.symmetric(symbols: 3, error: 0.2), merge = Channel.deterministic([0, 1, 1], outputs: 2)
  report("Channel.symmetric(symbols:error:)") { $0.add(noisy.transition) }
  report("Channel.deterministic(_:outputs:)") { $0.add(merge.transition) }
  report("Channel.init(transition:)") { $0.add(Channel(transition: noisy.transition).transition) }
  report("Channel.then(_:)") { $0.add(noisy.then(merge).transition) }
  report("Channel.output(_:)") { $0.add(noisy.output([0.2, 0.3, 0.5])) }
  report("Channel.mutualInformation(_:)") { $0.add(noisy.mutualInformation([0.2, 0.3, 0.5])) }
  report("TrainingRun.init(parameters:tokens:loss:)") { $0.add(TrainingRun(parameters: 1, tokens: 2, loss: 3).loss) }
  report("ScalingLaw.fit(_:)") { d in
    var generator = Random(seed: 403), runs: [TrainingRun] = []
    for _ in 0..<9 {
      let n = exp(20 + generator.normal()), t = exp(23 + generator.normal())
      runs.append(TrainingRun(parameters: n, tokens: t, loss: 1.7 + 400 / pow(n, 0.34) + 410 / pow(t, 0.28)))
    }
    let law = ScalingLaw.fit(runs)
    d.add([law.irreducible, law.parameterFactor, law.parameterExponent, law.tokenFactor, law.tokenExponent])
  }
  report("ConstantCurvatureSpace.init(curvature:)") { $0.add(ConstantCurvatureSpace(curvature: 0.5).curvature) }
  report("ProductSpace.init(curvatures:dimensions:)") {
    $0.add(ProductSpace(curvatures: [1, -1], dimensions: [2, 3]).dimensions)
  }
  let block = BlockShape(dimension: 24, heads: 6, hidden: 96, tokens: 20)
  report("BlockShape.init(dimension:heads:hidden:tokens:)") { $0.add(block.hidden) }
  report("BlockShape.cost(_:)") { d in
    for pruning in [
      BlockPruning.none, .weights(kept: 9), .keyHeads(groups: 2), .keys(kept: 5), .experts(count: 4, active: 2),
      .tokens(kept: 7), .update(rank: 3),
    ] {
      let cost = block.cost(pruning)
      d.add(cost.flops)
      d.add(cost.parameters)
      d.add(cost.trained)
      d.add(cost.cached)
    }
  }
  report("Work.init()") { $0.add(Work().scratch) }
}

private func attentionMechanisms<T: Real>(_ type: T.Type) {
  let q = sample(6, 8, type, seed: 410, scale: 2), k = sample(9, 8, type, seed: 411), v = sample(9, 5, type, seed: 412)
  let store = PagedKeyValues(pageSize: 3, keys: k, values: v)
  let requests = [PagedRequest(pages: [2, 0], length: 5, queries: 4), PagedRequest(pages: [1], length: 3, queries: 2)]
  report("PagedKeyValues.init(pageSize:keys:values:)") { $0.add(store.keys) }
  report("pagedAttention(_:_:_:causal:workers:scale:)") { d in
    d.add(pagedAttention(q, store, requests))
    d.add(pagedAttention(q, store, requests, causal: false, workers: 3))
  }
  report("quantizedPerBlock(_:bits:block:)") { d in
    for bits in [2, 5, 16] { d.add(quantizedPerBlock(q, bits: bits, block: 4)) }
  }
  var generator = Random(seed: 413)
  let rotation = IncoherentRotation<T>(dimension: 8, using: &generator)
  report("IncoherentRotation.init(dimension:using:)") { $0.add(rotation.signs) }
  report("IncoherentRotation.callAsFunction(_:)") { $0.add(rotation(q)) }
  report("lowPrecisionAttention(_:_:_:bits:block:rotation:mask:)") { d in
    d.add(lowPrecisionAttention(q, k, v, bits: 6, block: 4, rotation: rotation, mask: .causal))
  }
  report("tiledAttentionGradient(_:_:_:output:logSumExp:gradient:scale:mask:queryBlock:keyBlock:)") { d in
    let forward = flashAttention(q, k, v, mask: .causal)
    let tiled = tiledAttentionGradient(
      q, k, v, output: forward.output, logSumExp: forward.logSumExp, gradient: sample(6, 5, type, seed: 414),
      mask: .causal, queryBlock: 4,
      keyBlock: 2)
    d.add([tiled.gradient.q, tiled.gradient.k, tiled.gradient.v])
    d.add(tiled.traffic.total)
  }
  func add(_ work: Work, _ d: inout Digest) {
    d.add(work.productFlops)
    d.add(work.exponentials)
    d.add(work.traffic.read)
    d.add(work.traffic.written)
    d.add(work.largestResident)
  }
  report("countedStandardAttention(_:_:_:mask:)") { d in
    let run = countedStandardAttention(q, k, v, mask: .causal)
    d.add(run.output)
    add(run.work, &d)
  }
  report("countedTiledAttention(_:_:_:mask:queryBlock:keyBlock:)") { d in
    let run = countedTiledAttention(q, k, v, mask: .causal, queryBlock: 4, keyBlock: 2)
    d.add(run.output)
    add(run.work, &d)
  }
  report("FeedForward.split(into:)") { d in
    var generator = Random(seed: 415)
    for part in FeedForward<T>(dimension: 3, hidden: 6, activation: .gelu, using: &generator).split(into: 3) {
      d.add(part.down)
    }
  }
}

private func sequenceMechanisms<T: Real>(_ type: T.Type) {
  let k = sample(9, 3, type, seed: 420, scale: 4), v = sample(9, 3, type, seed: 421)
  report("wkvRecurrence(_:_:decay:bonus:)") { $0.add(wkvRecurrence(k, v, decay: [0, 0.5, 2], bonus: [0, 1, -1])) }
  report("wkvParallel(_:_:decay:bonus:)") { $0.add(wkvParallel(k, v, decay: [0, 0.5, 2], bonus: [0, 1, -1])) }
  report("fourierTransform(real:imaginary:inverse:)") { d in
    let y = fourierTransform(real: sample(16, type, seed: 422), imaginary: sample(16, type, seed: 423))
    d.add(y.real)
    d.add(y.imaginary)
    d.add(fourierTransform(real: y.real, imaginary: y.imaginary, inverse: true).real)
  }
  report("StateSpaceModel.convolvedByFourier(_:)") { d in
    let model = StateSpaceModel<T>(a: [-0.5, -2], b: [1, -0.5], c: [0.7, 1.1], skip: 0.5, step: 0.1)
    d.add(model.convolvedByFourier(sample(13, type, seed: 424)))
  }
  var generator = Random(seed: 425)
  let stack = HybridStack<T>(
    dimension: 4, layers: 4, period: 4, heads: 2, groups: 1, inner: 6, state: 2, using: &generator)
  let x = sample(5, 4, type, seed: 426)
  report("HybridStack.init(dimension:layers:period:heads:groups:inner:state:using:)") { $0.add(stack.layers.count) }
  report("HybridStack.callAsFunction(_:)") { $0.add(stack(x)) }
  report("HybridStack.run(_:)") { d in
    d.add(stack.run(x).cacheElements)
    d.add(stack.run(x).stateElements)
  }
}

private func spaceMechanisms<T: Real>(_ type: T.Type) {
  let m = sample(7, 4, type, seed: 430), x: [T] = [0.2, -0.3, 0.1], y: [T] = [0.4, 0.1, -0.2]
  report("largestCosine(_:)") { $0.add(largestCosine(m)) }
  report("distanceSpread(_:)") { d in
    let spread = distanceSpread(m)
    d.add([spread.mean, spread.smallest, spread.largest, spread.variation, spread.ratio])
  }
  report("singularValues(_:)") { $0.add(singularValues(m)) }
  report("principalAngles(_:_:)") {
    $0.add(principalAngles(orthonormalBasis(m.rows(0..<2)), orthonormalBasis(m.rows(2..<5))))
  }
  report("ConstantCurvatureSpace.add(_:_:)") { d in
    for k in [-1, 0, 2] as [Double] { d.add(ConstantCurvatureSpace(curvature: k).add(x, y)) }
  }
  report("ConstantCurvatureSpace.distance(_:_:)") { d in
    for k in [-1, 0, 2] as [Double] { d.add(ConstantCurvatureSpace(curvature: k).distance(x, y)) }
  }
  let product = ProductSpace(curvatures: [-1, 1], dimensions: [1, 2])
  report("ProductSpace.distances(_:_:)") { $0.add(product.distances(x, y)) }
  report("ProductSpace.distance(_:_:)") { $0.add(product.distance(x, y)) }
  let a = sample(2, 3, type, seed: 431), b = sample(4, 2, type, seed: 432)
  report("LorentzModel.exponentialMap(_:)") { d in
    d.add(LorentzModel.exponentialMap(x))
    d.add(LorentzModel.exponentialMap(x.map { 5 * $0 }))
  }
  report("LorentzModel.logarithmicMap(_:)") { $0.add(LorentzModel.logarithmicMap(LorentzModel.exponentialMap(x))) }
  report("LorentzModel.cancellingAdapter(_:down:up:alpha:)") {
    $0.add(LorentzModel.cancellingAdapter(x, down: a, up: b, alpha: 4))
  }
  report("LorentzModel.hyperbolicAdapter(_:down:up:alpha:)") {
    $0.add(LorentzModel.hyperbolicAdapter(x, down: a, up: b, alpha: 4))
  }
  report("entropyBits(_:)") { $0.add(entropyBits([0.2, 0.3, 0.5] as [T])) }
  report("attentionBits(_:)") { $0.add(attentionBits(softmax(rows: m))) }
  let store = sample(40, 4, type, seed: 433), exact = largestInnerProducts(store, m.row(0), top: 5)
  report("largestInnerProducts(_:_:top:)") { d in
    d.add(exact.found.map { $0.index })
    d.add(exact.found.map { $0.score })
  }
  var generator = Random(seed: 434)
  let index = InvertedIndex(store, cells: 5, using: &generator)
  report("InvertedIndex.init(_:cells:rounds:using:)") { d in
    d.add(index.centres)
    for cell in index.cells { d.add(cell) }
  }
  let found = index.search(m.row(0), top: 5, probes: 2)
  report("InvertedIndex.search(_:top:probes:)") { d in
    d.add(found.found.map { $0.index })
    d.add(found.products)
  }
  report("recall(_:of:)") { $0.add(recall(found, of: exact)) }
}

private func learningMechanisms<T: Real>(_ type: T.Type) {
  report("gradientByDepth(_:layers:width:tokens:finalNorm:of:using:)") { d in
    for placement in [NormPlacement.pre, .post] {
      var generator = Random(seed: 440)
      let profile = gradientByDepth(placement, layers: 3, width: 4, tokens: 5, of: type, using: &generator)
      d.add(profile.gradientNorms)
      d.add(profile.streamSizes)
    }
  }
  report("LowRankAdapter.trained(inputs:targets:steps:rate:)") { d in
    var generator = Random(seed: 441)
    let adapter = LowRankAdapter<T>(weight: sample(3, 4, type, seed: 442), rank: 2, alpha: 4, using: &generator)
    let run = adapter.trained(
      inputs: sample(6, 4, type, seed: 443), targets: sample(6, 3, type, seed: 444), steps: 5, rate: 0.05)
    d.add(run.losses)
    d.add(run.adapter.merged())
  }
}
