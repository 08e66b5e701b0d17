extension LanguageModel {
  /// A model of GPT-2's layout by the names of Hugging Face: `wte`, `wpe`, `h.0.attn.c_attn`, …, also
  /// below `transformer.`, with a head of its own where the file has `lm_head`. Matrices lie in × out there, and are
  /// turned.
  ///
  /// A file does not tell the number of heads: `n_head` of config.json, beside `layer_norm_epsilon`.
  /// Throws where a tensor is missing, has another shape than those before it demand, or has no place in the layout.
  /// Source: Radford et al. (2019); Hugging Face transformers, `GPT2LMHeadModel`.
  public static func gpt2(
    _ file: SafeTensors, heads: Int, epsilon: T = 1e-5
  ) throws(SafeTensors.Failure) -> LanguageModel {
    let below = file.place(of: "transformer.wte.weight") != nil
    var weights = NamedWeights<T>(file, prefix: below ? "transformer." : "")
    let (vocabulary, d) = try weights.embedding("wte.weight")
    if heads < 1 || d % heads != 0 { throw SafeTensors.Failure("\(heads) heads do not divide the width \(d)") }
    let tokens = try weights.matrix("wte.weight", vocabulary, d)
    let table = try weights.matrix("wpe.weight", try weights.sizes("wpe.weight").rows, d)
    var blocks: [TransformerBlock<T>] = []
    while blocks.isEmpty || weights.has("h.\(blocks.count).ln_1.weight") {
      blocks.append(try gpt2Block("h.\(blocks.count).", d, heads, epsilon, &weights))
    }
    let norm = LayerNorm(
      gain: try weights.vector("ln_f.weight", d), bias: try weights.vector("ln_f.bias", d), epsilon: epsilon)
    let head = try weights.head(vocabulary, d)
    // Older files hold the causal mask, too.
    try weights.requireAllTaken(layout: "GPT-2", idle: [".attn.bias", ".attn.masked_bias"])
    return LanguageModel(
      tokens: tokens, positions: LearnedPositions(table: table), blocks: blocks, finalNorm: .layer(norm), head: head)
  }

  private static func gpt2Block(
    _ name: String, _ d: Int, _ heads: Int, _ epsilon: T, _ weights: inout NamedWeights<T>
  ) throws(SafeTensors.Failure) -> TransformerBlock<T> {
    let projections = try weights.matrix(name + "attn.c_attn.weight", d, 3 * d).transposed()
    let biases = try weights.vector(name + "attn.c_attn.bias", 3 * d)
    let attention = GroupedQueryAttention(
      query: projections.rows(0..<d), key: projections.rows(d..<2 * d), value: projections.rows(2 * d..<3 * d),
      output: try weights.matrix(name + "attn.c_proj.weight", d, d).transposed(),
      heads: heads, groups: heads, queryBias: Array(biases[..<d]), keyBias: Array(biases[d..<2 * d]),
      valueBias: Array(biases[(2 * d)...]), outputBias: try weights.vector(name + "attn.c_proj.bias", d))
    let hidden = try weights.sizes(name + "mlp.c_fc.weight").columns
    let layer = FeedForward(
      up: try weights.matrix(name + "mlp.c_fc.weight", d, hidden).transposed(),
      upBias: try weights.vector(name + "mlp.c_fc.bias", hidden),
      down: try weights.matrix(name + "mlp.c_proj.weight", hidden, d).transposed(),
      downBias: try weights.vector(name + "mlp.c_proj.bias", d), activation: .geluTanh)
    let first = LayerNorm(
      gain: try weights.vector(name + "ln_1.weight", d), bias: try weights.vector(name + "ln_1.bias", d),
      epsilon: epsilon)
    let second = LayerNorm(
      gain: try weights.vector(name + "ln_2.weight", d), bias: try weights.vector(name + "ln_2.bias", d),
      epsilon: epsilon)
    return TransformerBlock(
      mixer: .attention(attention), mixerNorm: .layer(first), feedForward: .dense(layer),
      feedForwardNorm: .layer(second))
  }
}
