extension LanguageModel {
  /// A model of Llama's layout by the names of Hugging Face: `model.embed_tokens`, `model.layers.0.self_attn.q_proj`,
  /// …; with biases of the projections where the file has them (Qwen2), with experts where it has `block_sparse_moe`
  /// (Mixtral), and with the embeddings for a head where it has no `lm_head`.
  ///
  /// What a file does not tell stands in config.json: `num_attention_heads`, `num_key_value_heads`, `rope_theta`,
  /// `rms_norm_eps`, `num_experts_per_tok`. The width of a head is that of the query's rows over the heads, and need
  /// not be d/h. Hugging Face's weights are permuted for half-split pairs; Meta's own are for interleaved ones.
  /// Scaled rotary frequencies, windows and norms of queries and keys are not read: a file with such norms is refused,
  /// but the others stand in config.json alone.
  /// Throws where a tensor is missing, has another shape than those before it demand, or has no place in the layout.
  /// Source: Touvron et al., "LLaMA" (2023); Jiang et al., "Mixtral of experts" (2024); Hugging Face transformers.
  public static func llama(
    _ file: SafeTensors, heads: Int, groups: Int, base: Double, epsilon: T,
    layout: RotaryEmbedding<T>.Layout = .halfSplit, activeExperts: Int = 2
  ) throws(SafeTensors.Failure) -> LanguageModel {
    var weights = NamedWeights<T>(file, prefix: "model.")
    let (vocabulary, d) = try weights.embedding("embed_tokens.weight")
    let tokens = try weights.matrix("embed_tokens.weight", vocabulary, d)
    let attended = try weights.sizes("layers.0.self_attn.q_proj.weight").rows
    if heads < 1 || groups < 1 || heads % groups != 0 || attended < heads || attended % heads != 0
      || attended / heads % 2 != 0
    {
      throw SafeTensors.Failure("\(heads) heads in \(groups) groups do not fit queries of width \(attended)")
    }
    let rotary = RotaryEmbedding<T>(headDimension: attended / heads, base: base, layout: layout)
    var blocks: [TransformerBlock<T>] = []
    while blocks.isEmpty || weights.has("layers.\(blocks.count).input_layernorm.weight") {
      let name = "layers.\(blocks.count)."
      let attention = try llamaAttention(name + "self_attn.", d, heads, groups, rotary, &weights)
      let layer = try perToken(name, d, activeExperts, &weights)
      blocks.append(
        TransformerBlock(
          mixer: .attention(attention),
          mixerNorm: .rms(RMSNorm(gain: try weights.vector(name + "input_layernorm.weight", d), epsilon: epsilon)),
          feedForward: layer,
          feedForwardNorm: .rms(
            RMSNorm(gain: try weights.vector(name + "post_attention_layernorm.weight", d), epsilon: epsilon))))
    }
    let norm = RMSNorm(gain: try weights.vector("norm.weight", d), epsilon: epsilon)
    let head = try weights.head(vocabulary, d)
    try weights.requireAllTaken(layout: "Llama", idle: [".rotary_emb.inv_freq"])
    return LanguageModel(tokens: tokens, blocks: blocks, finalNorm: .rms(norm), head: head)
  }

  private static func llamaAttention(
    _ name: String, _ d: Int, _ heads: Int, _ groups: Int, _ rotary: RotaryEmbedding<T>,
    _ weights: inout NamedWeights<T>
  ) throws(SafeTensors.Failure) -> GroupedQueryAttention<T> {
    let own = heads * rotary.headDimension, shared = groups * rotary.headDimension
    return GroupedQueryAttention(
      query: try weights.matrix(name + "q_proj.weight", own, d),
      key: try weights.matrix(name + "k_proj.weight", shared, d),
      value: try weights.matrix(name + "v_proj.weight", shared, d),
      output: try weights.matrix(name + "o_proj.weight", d, own),
      heads: heads, groups: groups, rotary: rotary,
      queryBias: try weights.vectorIfAny(name + "q_proj.bias", own),
      keyBias: try weights.vectorIfAny(name + "k_proj.bias", shared),
      valueBias: try weights.vectorIfAny(name + "v_proj.bias", shared),
      outputBias: try weights.vectorIfAny(name + "o_proj.bias", d))
  }

  private static func perToken(
    _ name: String, _ d: Int, _ active: Int, _ weights: inout NamedWeights<T>
  ) throws(SafeTensors.Failure) -> TransformerBlock<T>.PerToken {
    let sparse = name + "block_sparse_moe."
    guard weights.has(sparse + "gate.weight") else {
      return .gated(try swiGLU(name + "mlp.", ("gate_proj", "up_proj", "down_proj"), d, &weights))
    }
    let count = try weights.sizes(sparse + "gate.weight").rows
    if active < 1 || active > count { throw SafeTensors.Failure("top \(active) of \(count) experts") }
    let router = Router(weights: try weights.matrix(sparse + "gate.weight", count, d))
    var experts: [SwiGLU<T>] = []
    for e in 0..<count { experts.append(try swiGLU(sparse + "experts.\(e).", ("w1", "w3", "w2"), d, &weights)) }
    return .experts(MixtureOfExperts(router: router, experts: experts, active: active))
  }

  private static func swiGLU(
    _ name: String, _ parts: (gate: String, up: String, down: String), _ d: Int, _ weights: inout NamedWeights<T>
  ) throws(SafeTensors.Failure) -> SwiGLU<T> {
    let hidden = try weights.sizes(name + parts.gate + ".weight").rows
    return SwiGLU(
      gate: try weights.matrix(name + parts.gate + ".weight", hidden, d),
      up: try weights.matrix(name + parts.up + ".weight", hidden, d),
      down: try weights.matrix(name + parts.down + ".weight", d, hidden))
  }
}
