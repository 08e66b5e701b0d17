import Foundation
import Kernel
import Testing

/// The models in Fixtures/checkpoints, by transformers (see checkpoints.py), and their logits in float64.
@Suite struct CheckpointModelTests {
  private static let names = ["gpt2", "llama", "qwen2", "mixtral"]

  static func file(_ name: String) throws -> SafeTensors {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Fixtures/checkpoints"))
    return try SafeTensors([UInt8](Data(contentsOf: url)))
  }

  static func model<T: Real>(_ name: String, _ type: T.Type = Double.self) throws -> LanguageModel<T> {
    let file = try file(name)
    return switch name {
    case "gpt2": try .gpt2(file, heads: 3)
    case "llama": try .llama(file, heads: 4, groups: 2, base: 500, epsilon: 1e-5)
    case "qwen2": try .llama(file, heads: 2, groups: 1, base: 10000, epsilon: 1e-6)
    default: try .llama(file, heads: 2, groups: 1, base: 10000, epsilon: 1e-5, activeExperts: 2)
    }
  }

  private func expectReference<T: Real>(_ name: String, _ type: T.Type, within tolerance: Double) throws {
    let fixture = Fixture.named("checkpoints/logits"), expected = fixture[name], prompt = fixture["prompt"].ints
    let model = try Self.model(name, type)
    expectClose(model.logits(prompt), expected["logits"].matrix, within: tolerance, "\(name), \(type)")
    let hidden = fixture["hidden"].ints
    let masked = model.logits(prompt, mask: .allowed { _, key in hidden[key] == 1 })
    expectClose(masked, expected["masked"].matrix, within: tolerance, "\(name), \(type), masked")
    // Three tokens, then the others from position 7 on.
    let gap = fixture["gap"].ints
    var caches = model.emptyCaches()
    let first = model.step(Array(prompt[..<3]), caches: &caches)
    let rest = model.step(Array(prompt[3...]), caches: &caches, position: gap[3])
    #expect(caches.allSatisfy { $0.positions == gap && $0.nextPosition == gap[7] + 1 })
    expectClose(stacked(first, rest), expected["withGap"].matrix, within: tolerance, "\(name), \(type), with a gap")
  }

  @Test(arguments: names) func logitsAreThoseOfTransformers(_ name: String) throws {
    try expectReference(name, Double.self, within: 1e-13)
    try expectReference(name, Float.self, within: 1e-5)
  }

  @Test(arguments: names) func tokensOneByOneHaveTheBitsOfAllAtOnce(_ name: String) throws {
    let prompt = Fixture.named("checkpoints/logits")["prompt"].ints, model = try Self.model(name)
    let whole = model.logits(prompt)
    var caches = model.emptyCaches()
    for (place, token) in prompt.enumerated() {
      #expect(model.step([token], caches: &caches) == whole.rows(place..<place + 1))
    }
    // Rotary scores depend on differences of positions only; a table of positions is another place.
    let later = model.logits(prompt, position: 5)
    if name == "gpt2" {
      #expect(maxAbsDifference(later, whole) > 0.1)
    } else {
      expectClose(later, whole, within: 1e-12)
    }
  }

  @Test func aModelHoldsWhatItsFileHolds() throws {
    for name in Self.names {
      let model = try Self.model(name), held = try Self.file(name).entries.reduce(0) { $0 + $1.count }
      #expect(model.parameterCount == held && model.vocabulary == 31 && model.blocks.count == 2, "\(name)")
      #expect((model.head == nil) == (name == "gpt2" || name == "qwen2"))
    }
    let attention = try #require(Self.model("llama").blocks[0].attention)
    #expect(attention.headDimension == 6 && attention.dimension == 12 && attention.query.elements.count == 288)
    #expect(try Self.model("qwen2").blocks[1].attention?.keyBias?.count == 4)
    #expect(try Self.model("mixtral").blocks[1].experts?.experts.count == 4)
  }

  @Test func weightsCanBeReadAndSet() throws {
    let prompt = Fixture.named("checkpoints/logits")["prompt"].ints
    for name in Self.names {
      var model = try Self.model(name)
      let before = model.logits(prompt), value = try #require(model.blocks[1].attention?.value)
      model.blocks[1].attention?.value = value * 2
      #expect(maxAbsDifference(model.logits(prompt), before) > 1e-3, "\(name)")
      model.blocks[1].attention?.value = value
      #expect(model.logits(prompt) == before, "\(name)")
    }
    var gated = try Self.model("qwen2").blocks[0], mixed = try Self.model("mixtral").blocks[0]
    let tokens = randomMatrix(3, 8, seed: 41), one = gated(tokens), other = mixed(tokens)
    gated.swiGLU?.up = zeros(12, 8)
    mixed.experts?.router.weights = zeros(4, 8)
    #expect(maxAbsDifference(gated(tokens), one) > 0.01 && maxAbsDifference(mixed(tokens), other) > 0.01)
    #expect(gated.dense == nil && gated.experts == nil && mixed.swiGLU == nil)
    var block = try Self.model("gpt2").blocks[0]
    let x = randomMatrix(3, 12, seed: 40), before = block(x)
    block.dense?.downBias[0] += 1
    let moved = block(x)
    #expect(
      (0..<3).allSatisfy { (moved[$0, 0] - before[$0, 0] - 1).magnitude < 1e-12 && moved[$0, 1] == before[$0, 1] })
    block.swiGLU = nil
    #expect(block.swiGLU == nil && block(x) == moved)
  }

  /// Meta's own files have the rows of each head's queries and keys in the order of interleaved pairs.
  @Test func interleavedPairsAreTheSameModel() throws {
    let file = try Self.file("llama"), rotary = RotaryEmbedding<Double>(headDimension: 6)
    var other = SafeTensors()
    for entry in file.entries {
      let elements = try file.elements(entry.name)
      let turned = entry.name.contains("q_proj") || entry.name.contains("k_proj")
      if turned {
        let rows = Matrix(rows: entry.shape[0], columns: entry.shape[1], elements: elements).rowVectors
        var permuted = rows
        for row in rows.indices {
          permuted[row / 6 * 6 + rotary.halfSplitOrder[row % 6]] = rows[row]
        }
        other.add(entry.name, Matrix(permuted))
      } else {
        other.add(entry.name, elements: elements, shape: entry.shape)
      }
    }
    let prompt = Fixture.named("checkpoints/logits")["prompt"].ints
    let model = try LanguageModel<Double>.llama(
      try SafeTensors(other.fileBytes()), heads: 4, groups: 2, base: 500, epsilon: 1e-5, layout: .interleaved)
    expectClose(model.logits(prompt), try Self.model("llama").logits(prompt), within: 1e-12)
    let mistaken = try LanguageModel<Double>.llama(other, heads: 4, groups: 2, base: 500, epsilon: 1e-5)
    #expect(maxAbsDifference(mistaken.logits(prompt), model.logits(prompt)) > 0.01)
  }

  @Test func whatAFileLacksOrHasTooMuchIsSaid() throws {
    func copy(
      _ name: String, without: String = "", adding: String? = nil, renaming: (String) -> String = { $0 }
    ) throws -> SafeTensors {
      let file = try Self.file(name)
      var copy = SafeTensors()
      for entry in file.entries where entry.name != without {
        copy.add(renaming(entry.name), elements: try file.elements(entry.name), shape: entry.shape)
      }
      if let adding { copy.add(adding, elements: [1.0, 2]) }
      return copy
    }
    func message(_ load: () throws(SafeTensors.Failure) -> LanguageModel<Double>) -> String {
      do throws(SafeTensors.Failure) {
        _ = try load()
        return "nothing"
      } catch {
        return error.message
      }
    }
    func gpt2(_ file: SafeTensors, heads: Int = 3) -> String {
      message { () throws(SafeTensors.Failure) in try .gpt2(file, heads: heads) }
    }
    func llama(_ file: SafeTensors, heads: Int = 4, groups: Int = 2) -> String {
      message { () throws(SafeTensors.Failure) in
        try .llama(file, heads: heads, groups: groups, base: 500, epsilon: 1e-5)
      }
    }
    // Older files have no prefix, and a buffer that holds no weight.
    let bare = try copy("gpt2", adding: "h.0.attn.bias") { String($0.dropFirst("transformer.".count)) }
    #expect(gpt2(bare) == "nothing")
    #expect(gpt2(try copy("gpt2"), heads: 5).contains("5 heads do not divide the width 12"))
    #expect(gpt2(try copy("llama")).contains("there is no tensor \"wte.weight\""))
    #expect(
      gpt2(try copy("gpt2", without: "transformer.h.1.mlp.c_fc.bias")).contains(
        "there is no tensor \"transformer.h.1.mlp.c_fc.bias\""))
    // A layer that is missing leaves the next one over.
    #expect(
      gpt2(try copy("gpt2", without: "transformer.h.1.ln_1.weight")).contains(
        "has no place in a model of GPT-2's layout"))
    #expect(
      llama(try copy("llama", adding: "model.layers.0.self_attn.q_norm.weight")).contains(
        "\"model.layers.0.self_attn.q_norm.weight\" has no place in a model of Llama's layout"))
    #expect(
      llama(try copy("llama", without: "model.layers.0.self_attn.k_proj.weight")).contains("there is no tensor"))
    for (heads, groups) in [(5, 5), (0, 1), (4, 3), (8, 8), (.max, 1), (4, 0)] {
      #expect(llama(try copy("llama"), heads: heads, groups: groups).contains("do not fit queries of width 24"))
    }
    #expect(llama(try copy("llama"), heads: 4, groups: 4).contains("k_proj.weight\" is 12×12 and should be 24×12"))
    var empty = SafeTensors()
    empty.add("model.embed_tokens.weight", zeros(3, 0))
    #expect(llama(empty).contains("has no columns"))
  }
}
