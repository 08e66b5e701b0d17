#if !hasFeature(Embedded)
  import Kernel
#endif

func modelsDigest() {
  modelsDigest(Double.self)
  modelsDigest(Float.self)
  checkpointsDigest()
}

private func modelsDigest<T: Real>(_ type: T.Type) {
  let x = sample(7, 6, type, seed: 190)
  var generator = Random(seed: 191)
  let old = TransformerBlock<T>.gpt2(dimension: 6, heads: 2, using: &generator)
  let new = TransformerBlock<T>.modern(dimension: 8, heads: 2, groups: 1, hidden: 12, using: &generator)
  report("TransformerBlock.gpt2(dimension:heads:using:)") { $0.add(old.parameterCount) }
  report("TransformerBlock.modern(dimension:heads:groups:hidden:using:)") { $0.add(new(sample(5, 8, type, seed: 193))) }
  report("TransformerBlock.callAsFunction(_:)") { $0.add(old(x)) }
  report("TransformerBlock.step(_:cache:position:mask:)") { d in
    var cache = KeyValueCache<T>(groups: 2, headDimension: 3)
    d.add(old.step(x.rows(0..<3), cache: &cache))
    d.add(old.step(x.rows(3..<7), cache: &cache, position: 5, mask: .window(4)))
  }
  let norm = RMSNorm<T>(dimension: 6)
  report("TransformerBlock.init(mixer:mixerNorm:feedForward:feedForwardNorm:placement:parameterCount:)") { d in
    let block = TransformerBlock<T>(
      mixer: { $0 * 2 }, mixerNorm: { norm($0) }, feedForward: { $0 * 3 }, feedForwardNorm: { norm($0) },
      placement: .post, parameterCount: 0)
    d.add(block(x))
  }
  report("TransformerBlock.init(mixer:mixerNorm:feedForward:feedForwardNorm:placement:parameterCount:)") { d in
    d.add(
      TransformerBlock<T>(
        mixer: old.mixer, mixerNorm: .rms(norm), feedForward: old.feedForward, feedForwardNorm: .map { $0 })(
          x))
  }
  report("TransformerBlock.Norm.callAsFunction(_:)") { $0.add(old.mixerNorm(x)) }
  report("TransformerBlock.PerToken.callAsFunction(_:)") { $0.add(old.feedForward(x)) }

  let model = LanguageModel(
    tokens: sample(11, 6, type, seed: 194), positions: LearnedPositions(table: sample(20, 6, type, seed: 195)),
    blocks: [old, old], finalNorm: .rms(norm), head: sample(11, 6, type, seed: 196))
  report("LanguageModel.init(tokens:positions:blocks:finalNorm:head:)") { $0.add(model.parameterCount) }
  report("LanguageModel.emptyCaches()") { $0.add(model.emptyCaches().count) }
  report("LanguageModel.logits(_:position:mask:)") { $0.add(model.logits([1, 10, 0], position: 2)) }
  report("LanguageModel.step(_:caches:position:mask:)") { d in
    var caches = model.emptyCaches()
    d.add(model.step([3, 4], caches: &caches))
    d.add(model.step([5], caches: &caches, position: 9, mask: .window(8)))
  }
  report("LanguageModel.generate(_:count:temperature:topK:using:)") { d in
    d.add(model.generate([1, 2], count: 8, temperature: 0.9, topK: 5, using: &generator))
  }
  report("sampledToken(_:temperature:topK:using:)") { d in
    d.add((0..<50).map { _ in sampledToken(model.tokens.row(0), temperature: 0.5, using: &generator) })
  }
  report("LanguageModel.gpt2(_:heads:epsilon:)") { d in
    guard let read = try? LanguageModel<T>.gpt2(gpt2File(), heads: 2) else { return }
    d.add(read.logits([0, 4, 2]))
  }
  report("LanguageModel.llama(_:heads:groups:base:epsilon:layout:activeExperts:)") { d in
    guard let read = try? LanguageModel<T>.llama(llamaFile(), heads: 2, groups: 1, base: 100, epsilon: 1e-5) else {
      return
    }
    d.add(read.logits([0, 4, 2]))
  }
}

private func file(_ tensors: [(name: String, shape: [Int])]) -> SafeTensors {
  var file = SafeTensors(), generator = Random(seed: 197)
  for tensor in tensors {
    let values = normalVector(tensor.shape.reduce(1, *), of: Float.self, using: &generator)
    file.add(tensor.name, elements: values, shape: tensor.shape, as: .bfloat16)
  }
  return file
}

private func gpt2File() -> SafeTensors {
  file([
    ("wte.weight", [5, 4]), ("wpe.weight", [6, 4]), ("ln_f.weight", [4]), ("ln_f.bias", [4]),
    ("h.0.ln_1.weight", [4]), ("h.0.ln_1.bias", [4]), ("h.0.ln_2.weight", [4]), ("h.0.ln_2.bias", [4]),
    ("h.0.attn.c_attn.weight", [4, 12]), ("h.0.attn.c_attn.bias", [12]), ("h.0.attn.c_proj.weight", [4, 4]),
    ("h.0.attn.c_proj.bias", [4]), ("h.0.mlp.c_fc.weight", [4, 7]), ("h.0.mlp.c_fc.bias", [7]),
    ("h.0.mlp.c_proj.weight", [7, 4]), ("h.0.mlp.c_proj.bias", [4]),
  ])
}

private func llamaFile() -> SafeTensors {
  let layer = "model.layers.0.", sparse = layer + "block_sparse_moe."
  var tensors: [(name: String, shape: [Int])] = [
    ("model.embed_tokens.weight", [5, 4]), ("model.norm.weight", [4]), ("lm_head.weight", [5, 4]),
    (layer + "input_layernorm.weight", [4]), (layer + "post_attention_layernorm.weight", [4]),
    (layer + "self_attn.q_proj.weight", [8, 4]), (layer + "self_attn.k_proj.weight", [4, 4]),
    (layer + "self_attn.v_proj.weight", [4, 4]), (layer + "self_attn.o_proj.weight", [4, 8]),
    (layer + "self_attn.k_proj.bias", [4]), (sparse + "gate.weight", [3, 4]),
  ]
  for e in 0..<3 {
    let expert = sparse + "experts.\(e)."
    tensors += [(expert + "w1.weight", [5, 4]), (expert + "w2.weight", [4, 5]), (expert + "w3.weight", [5, 4])]
  }
  return file(tensors)
}

private func checkpointsDigest() {
  let values = edges(Double.self) + sample(60, Double.self, seed: 198, scale: 1000)
  var file = SafeTensors()
  report("SafeTensors.init()") { $0.add(file.entries.count) }
  report("SafeTensors.add(_:_:as:)") { d in
    file.add("m", Matrix(rows: 3, columns: 23, elements: values))
    d.add(file.entries[0].count)
  }
  report("SafeTensors.add(_:elements:shape:as:)") { d in
    file.add("half", elements: values, as: .float16)
    file.add("brain \"é\"", elements: values, shape: [69, 1], as: .bfloat16)
    file.add("single", elements: values, as: .float32)
    d.add(file.entries[2].shape)
  }
  report("SafeTensors.add(_:integers:shape:as:)") { d in
    file.add("n", integers: [-3, 0, 127], as: .int8)
    d.add(file.entries.count)
  }
  file.metadata = [("made", "here\n")]
  let bytes = file.fileBytes()
  report("SafeTensors.fileBytes()") { d in
    d.add(bytes.map { Int($0) })
  }
  guard let read = try? SafeTensors(bytes) else { return }
  report("SafeTensors.init(_:)") { $0.add(read.entries.count) }
  report("SafeTensors.entry(_:)") { $0.add(read.entry("n")?.count ?? -1) }
  report("SafeTensors.elements(_:of:)") { d in
    for name in ["half", "single", "n"] {
      guard let numbers = try? read.elements(name, of: Float.self) else { return }
      d.add(numbers)
    }
  }
  report("SafeTensors.matrix(_:of:)") { d in
    guard let m: Matrix<Double> = try? read.matrix("brain \"é\"") else { return }
    d.add(m)
  }
  report("SafeTensors.vector(_:of:)") { d in
    guard let v: [Double] = try? read.vector("half") else { return }
    d.add(v)
  }
  report("SafeTensors.integers(_:)") { d in
    guard let n = try? read.integers("n") else { return }
    for number in n { d.add(number) }
  }
}
