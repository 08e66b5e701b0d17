#if !hasFeature(Embedded)
  import Kernel
#endif

func costDigest() {
  report("ParameterCount.attention(dimension:)") { $0.add(ParameterCount.attention(dimension: 12288)) }
  report("ParameterCount.groupedAttention(dimension:heads:groups:headDimension:)") {
    $0.add(ParameterCount.groupedAttention(dimension: 4096, heads: 32, groups: 8, headDimension: 128))
  }
  report("ParameterCount.feedForward(dimension:hidden:)") {
    $0.add(ParameterCount.feedForward(dimension: 12288, hidden: 49152))
  }
  report("ParameterCount.swiGLU(dimension:hidden:)") { $0.add(ParameterCount.swiGLU(dimension: 4096, hidden: 14336)) }
  report("ParameterCount.gpt2Block(dimension:)") { $0.add(ParameterCount.gpt2Block(dimension: 768)) }
  let shape = ExpertModelShape(
    dimension: 4096, layers: 32, heads: 32, groups: 8, headDimension: 128, hidden: 14336, experts: 8, active: 2,
    vocabulary: 32000)
  report("ExpertModelShape.init(dimension:layers:heads:groups:headDimension:hidden:experts:active:vocabulary:)") { d in
    d.add(shape.total)
    d.add(shape.activePerToken)
  }
  report("AttentionMemory.projections(tokens:width:bytes:)") {
    $0.add(AttentionMemory.projections(tokens: 1 << 20, width: 12288, bytes: 4))
  }
  report("AttentionMemory.scores(tokens:bytes:)") { $0.add(AttentionMemory.scores(tokens: 1 << 20, bytes: 4)) }
  report("AttentionMemory.cache(tokens:layers:groups:headDimension:bytes:)") {
    $0.add(AttentionMemory.cache(tokens: 1 << 20, layers: 96, groups: 96, headDimension: 128, bytes: 2))
  }
  report("AttentionMemory.standardTraffic(tokens:width:)") {
    $0.add(AttentionMemory.standardTraffic(tokens: 1 << 20, width: 64))
  }
  report("AttentionMemory.tiledTraffic(tokens:width:queryBlock:)") {
    $0.add(AttentionMemory.tiledTraffic(tokens: 1 << 20, width: 64, queryBlock: 100))
  }
  let machine = Roofline(name: "test", peak: 312e12, bandwidth: 1.555e12)
  report("Roofline.init(name:peak:bandwidth:)") { $0.add(machine.ridge) }
  report("Roofline.seconds(flops:bytes:)") { $0.add(machine.seconds(flops: 1e12, bytes: 1e9)) }
  report("Roofline.memoryShare(flops:bytes:)") { $0.add(machine.memoryShare(flops: 1e12, bytes: 1e9)) }
}
