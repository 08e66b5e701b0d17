import Kernel
import Testing

private let shape = BlockShape(dimension: 4, heads: 2, hidden: 8, tokens: 3)

private let refusals: [Refusal] = [
  (
    "BlockShape: dimension 4, heads 3, hidden 8, tokens 3",
    { _ = BlockShape(dimension: 4, heads: 3, hidden: 8, tokens: 3) }
  ),
  (
    "BlockShape: dimension 4, heads 2, hidden 0, tokens 3",
    { _ = BlockShape(dimension: 4, heads: 2, hidden: 0, tokens: 3) }
  ),
  ("BlockPruning: 129 of 128 weights", { _ = shape.cost(.weights(kept: 129)) }),
  ("BlockPruning: 3 groups of 2 heads", { _ = shape.cost(.keyHeads(groups: 3)) }),
  ("BlockPruning: 4 of 3 keys", { _ = shape.cost(.keys(kept: 4)) }),
  ("BlockPruning: top 3 of 2 experts", { _ = shape.cost(.experts(count: 2, active: 3)) }),
  ("BlockPruning: 0 of 3 tokens", { _ = shape.cost(.tokens(kept: 0)) }),
  ("BlockPruning: rank 5 in a block of 4 and 8", { _ = shape.cost(.update(rank: 5)) }),
]

@Test(arguments: refusals.indices) func refusedBlocksStop(_ index: Int) async throws {
  let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
    refusals[index].call()
  }
  expectRefused(refusals[index], result)
}
