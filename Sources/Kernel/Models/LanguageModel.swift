/// A causal language model: a table of tokens, learned positions or none, blocks, a last norm, and logits against the
/// same table or one of their own.
///
/// GPT-2, Llama, Qwen2 and Mixtral are such models; `gpt2(_:heads:epsilon:)` and
/// `llama(_:heads:groups:base:epsilon:layout:activeExperts:)` read them from files. Weights are values to be read and
/// set; what trains is `CausalTransformer`. Sources: Radford et al. (2019); Touvron et al., "LLaMA" (2023).
public struct LanguageModel<T: Real> {
  /// The embeddings, one row a token: V×d.
  public var tokens: Matrix<T>
  /// What is added at each position; nil where positions are rotary.
  public var positions: LearnedPositions<T>?
  /// The blocks, the first one first.
  public var blocks: [TransformerBlock<T>]
  /// The norm before the logits.
  public var finalNorm: TransformerBlock<T>.Norm
  /// The rows against which logits are taken, V×d; nil where they are those of `tokens` (tied).
  public var head: Matrix<T>?

  /// Shapes: tokens V×d, head V×d. Refused: a head of another shape, a block whose mixer is not attention, no block.
  public init(
    tokens: Matrix<T>, positions: LearnedPositions<T>? = nil, blocks: [TransformerBlock<T>],
    finalNorm: TransformerBlock<T>.Norm, head: Matrix<T>? = nil
  ) {
    require(!blocks.isEmpty, "LanguageModel: no block")
    for block in blocks { require(block.attention != nil, "LanguageModel: a block whose mixer is not attention") }
    if let head {
      require(head.hasShape(of: tokens), "LanguageModel: head \(head.shape) for tokens \(tokens.shape)")
    }
    self.tokens = tokens
    self.positions = positions
    self.blocks = blocks
    self.finalNorm = finalNorm
    self.head = head
  }

  /// V.
  public var vocabulary: Int { tokens.rows }

  /// All weights; a tied head counts once.
  public var parameterCount: Int {
    tokens.elements.count + (positions?.table.elements.count ?? 0) + (head?.elements.count ?? 0)
      + blocks.reduce(finalNorm.parameterCount) { $0 + $1.parameterCount }
  }

  /// An empty cache for each block.
  public func emptyCaches() -> [KeyValueCache<T>] {
    blocks.map { block in
      let attention = block.attention!
      return KeyValueCache(groups: attention.groups, headDimension: attention.headDimension)
    }
  }

  /// The logits of the next token after each of a sequence that begins at a position. The mask is one of positions, and
  /// no token sees a later one whatever it says.
  /// Shape: n tokens → n×V. Refused: a token that does not exist, a position beyond the table of positions. Cost: 2ndV
  /// FLOP, and that of the blocks.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func logits(_ sequence: [Int], position: Int = 0, mask: AttentionMask = .causal) -> Matrix<T> {
    var caches = emptyCaches()
    return step(sequence, caches: &caches, position: position, mask: mask)
  }

  /// The same for tokens after those in the caches, which they join: at the next position, or at a later one. In parts
  /// the logits have the bits of the whole.
  /// Shape: t tokens → t×V. Refused: caches of another number than of blocks, an earlier position, and as for `logits`.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func step(
    _ sequence: [Int], caches: inout [KeyValueCache<T>], position: Int? = nil, mask: AttentionMask = .causal
  ) -> Matrix<T> {
    require(caches.count == blocks.count, "LanguageModel: \(caches.count) caches for \(blocks.count) blocks")
    for token in sequence {
      require(token >= 0 && token < vocabulary, "LanguageModel: token \(token) of \(vocabulary)")
    }
    var x = Matrix<T>(
      rows: sequence.count, columns: tokens.columns,
      elements: sequence.flatMap { tokens.elements[$0 * tokens.columns..<($0 + 1) * tokens.columns] })
    if let positions { x = positions(x, start: position ?? caches[0].nextPosition) }
    for (place, block) in blocks.enumerated() {
      x = block.step(x, cache: &caches[place], position: position, mask: mask)
    }
    return matmul(finalNorm(x), transposed: head ?? tokens)
  }

  /// `count` tokens after a prompt, each drawn by `sampledToken` from the logits that those before it give.
  /// Shape: n tokens → count. Refused: no prompt, a count that is negative or above 2³², and as `step` and
  /// `sampledToken`. Cost: a step for the prompt and one for each token but the last.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func generate(
    _ prompt: [Int], count: Int, temperature: T = 1, topK: Int? = nil, using generator: inout Random
  ) -> [Int] {
    require(!prompt.isEmpty, "LanguageModel: nothing to go on from")
    requireCount(count, "LanguageModel: tokens to generate")
    var caches = emptyCaches(), generated: [Int] = [], next = prompt
    while generated.count < count {
      let logits = step(next, caches: &caches)
      next = [
        sampledToken(logits.row(logits.rows - 1), temperature: temperature, topK: topK, using: &generator)
      ]
      generated += next
    }
    return generated
  }
}

/// A token drawn with the probabilities softmax(logits/τ), of the k largest logits only where k is given.
///
/// At temperature zero the largest, without a draw; of equal ones the earlier. NaN counts as −∞ (see
/// NotANumber.swift). One uniform number a draw, held against the probabilities added up from the largest on, so that a
/// seed gives the same token on every machine.
/// Shape: V logits. Refused: no logit, a temperature below zero or NaN, k outside 1…V. Cost: a sort of V logits.
/// Source of top-k: Fan, Lewis and Dauphin, "Hierarchical neural story generation" (2018).
@specialized(where T == Double)
@specialized(where T == Float)
public func sampledToken<T: Real>(
  _ logits: [T], temperature: T = 1, topK: Int? = nil, using generator: inout Random
) -> Int {
  require(!logits.isEmpty, "sampledToken: no logits")
  require(temperature >= 0, "sampledToken: a temperature is not below zero")
  let k = topK ?? logits.count
  require(k >= 1 && k <= logits.count, "sampledToken: the best \(k) of \(logits.count)")
  if temperature == 0 { return topIndices(logits, 1)[0] }
  let chosen = topIndices(logits, k)
  let weights = softmaxOfRow(chosen.map { logits[$0].isNaN ? -.infinity : logits[$0] }, temperature)
  let drawn = generator.uniform()
  var token = chosen[0], total = 0.0
  for (place, weight) in weights.enumerated() where weight > 0 {
    token = chosen[place]
    total += weight._asDouble
    if drawn < total { break }
  }
  return token
}
