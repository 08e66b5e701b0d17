import CVector

// Sixteen queries side by side are the lanes of every vector here: a key's or a value's element meets them by
// broadcast, read where it stands, and no sum runs across lanes.

/// Keys that enter the online softmax together: a constant of the arithmetic, since it fixes where sums are rescaled.
let flashKeyBlock = 64

/// Queries whose state one task holds.
let flashQueryBlock = 128

/// One head's operands: n×d queries, m×d keys, m×d_v values, and n×d_v outputs.
struct FlashHead {
  let q, k, v: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let queries, keys, width, valueWidth: Int
  /// What a score is multiplied by, in units of log₂ e: the softmax is taken in powers of two.
  let scale: Float
  let mask: AttentionMask
}

/// What a task holds besides its operands: 4·(128·(d + d_v + 2) + 16·64) bytes, whatever the number of keys.
struct FlashScratch {
  /// The task's queries by panels of sixteen, d×16 each; the outputs likewise, d_v×16 each.
  let queries, outputs: UnsafeMutablePointer<Float>
  /// The largest score of each query and the sum of its weights.
  let highest, totals: UnsafeMutablePointer<float16>
  /// The scores of one panel with one key block, 64×16, then its weights.
  let scores: UnsafeMutablePointer<Float>

  init(width d: Int, valueWidth dv: Int) {
    queries = allocateVectors(flashQueryBlock * d)
    outputs = allocateVectors(flashQueryBlock * dv)
    highest = .allocate(capacity: flashQueryBlock / 16)
    totals = .allocate(capacity: flashQueryBlock / 16)
    scores = allocateVectors(flashKeyBlock * 16)
  }

  func deallocate() {
    queries.deallocate()
    outputs.deallocate()
    highest.deallocate()
    totals.deallocate()
    scores.deallocate()
  }
}

/// Attention for queries `first` ..< first + 128 of a head, as far as they exist.
func attendTask(_ head: FlashHead, from first: Int, _ scratch: FlashScratch) {
  let count = min(flashQueryBlock, head.queries - first), panels = (count + 15) / 16
  load(head, from: first, count: count, scratch)
  for start in stride(from: 0, to: head.keys, by: flashKeyBlock) {
    for panel in 0..<panels { attendBlock(head, from: first, panel, keysFrom: start, scratch) }
  }
  for panel in 0..<panels {
    let outputs = scratch.outputs + panel * 16 * head.valueWidth
    // A query without a key keeps its zeros.
    let totals = replace_float16(scratch.totals[panel], float16(repeating: 0), float16(repeating: 1))
    for c in 0..<head.valueWidth {
      store(divide_float16(load(outputs + c * 16, as: float16.self), totals), to: outputs + c * 16)
    }
    packLines(
      StridedMatrix(base: outputs, rowStride: 1, columnStride: 16), depth: min(16, count - panel * 16),
      count: head.valueWidth, width: head.valueWidth, into: head.output + (first + panel * 16) * head.valueWidth)
  }
}

/// Scaled queries into panels, zeros in the lanes beyond the last, and states that have seen no key.
private func load(_ head: FlashHead, from first: Int, count: Int, _ scratch: FlashScratch) {
  let d = head.width
  scratch.queries.initialize(repeating: 0, count: flashQueryBlock * d)
  scratch.outputs.initialize(repeating: 0, count: flashQueryBlock * head.valueWidth)
  scratch.highest.initialize(repeating: float16(repeating: -.infinity), count: flashQueryBlock / 16)
  scratch.totals.initialize(repeating: float16(repeating: 0), count: flashQueryBlock / 16)
  for start in stride(from: 0, to: count, by: 16) {
    let panel = scratch.queries + start * d
    packLines(
      StridedMatrix(base: head.q + (first + start) * d, rowStride: 1, columnStride: d), depth: d,
      count: min(16, count - start), width: 16, into: panel)
    for c in 0..<d {
      store(
        multiply_float16(load(panel + c * 16, as: float16.self), float16(repeating: head.scale)), to: panel + c * 16)
    }
  }
}

/// Sixteen queries meet the keys `start` ..< start + 64, as far as they exist and the mask lets one of them see.
@inline(__always)
private func attendBlock(_ head: FlashHead, from first: Int, _ panel: Int, keysFrom start: Int, _ scratch: FlashScratch)
{
  let d = head.width, dv = head.valueWidth, query = first + panel * 16
  var count = min(flashKeyBlock, head.keys - start), masked = false
  switch head.mask.extent {
  case .all: break
  case .prefix(let offset):
    count = min(count, query + 15 + offset + 1 - start)
    masked = start + count - 1 > query + offset
  case .rule: masked = true
  }
  if count <= 0 { return }

  let scores = scratch.scores, outputs = scratch.outputs + panel * 16 * dv
  scores.update(repeating: 0, count: count * 16)
  multiply(
    StridedMatrix(base: head.k + start * d, rowStride: d, columnStride: 1), rows: count,
    scratch.queries + panel * 16 * d, into: scores, depth: d)
  if masked { forbid(head.mask, query: query, keysFrom: start, count: count, scores) }

  let before = scratch.highest[panel]
  var highest = before
  for j in 0..<count { highest = larger_float16(load(scores + j * 16, as: float16.self), highest) }
  // Queries that have seen no key subtract 0, so that −∞ stays −∞.
  let subtracted = replace_float16(highest, float16(repeating: -.infinity), float16(repeating: 0))
  let rescale = powerOfTwo(subtract_float16(before, subtracted))
  var total = multiply_float16(rescale, scratch.totals[panel])
  // Two keys side by side: each power is a long chain of operations that wait for each other.
  for j in stride(from: 0, to: count - 1, by: 2) {
    let weights = powersOfTwo(
      InlineArray<2, float16> { subtract_float16(load(scores + (j + $0) * 16, as: float16.self), subtracted) })
    for l in 0..<2 {
      total = add_float16(total, weights[l])
      store(weights[l], to: scores + (j + l) * 16)
    }
  }
  if count % 2 == 1 {
    let last = scores + (count - 1) * 16
    let weight = powerOfTwo(subtract_float16(load(last, as: float16.self), subtracted))
    total = add_float16(total, weight)
    store(weight, to: last)
  }
  scratch.highest[panel] = highest
  scratch.totals[panel] = total

  for c in 0..<dv { store(multiply_float16(rescale, load(outputs + c * 16, as: float16.self)), to: outputs + c * 16) }
  multiply(
    StridedMatrix(base: head.v + start * dv, rowStride: 1, columnStride: dv), rows: dv, scores, into: outputs,
    depth: count)
}

/// c += a·b for a (rows×depth), b (depth×16) and c (rows×16).
@inline(__always)
private func multiply(
  _ a: StridedMatrix<Float>, rows: Int, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, depth: Int
) {
  let tile = ProductTile()
  var i = 0
  while i < rows {
    let height = tile.height(rows - i)
    multiplyTile(
      rows: height, columns: 16, a.from(i, 0), b, bStride: 16, into: c + i * 16, cStride: 16, depth: depth)
    i += height
  }
}

/// −∞ where the mask forbids.
private func forbid(
  _ mask: AttentionMask, query: Int, keysFrom start: Int, count: Int, _ scores: UnsafeMutablePointer<Float>
) {
  for j in 0..<count {
    if case .prefix(let offset) = mask.extent {
      // Lanes before the key's own position.
      for l in 0..<max(0, min(16, start + j - query - offset)) { scores[j * 16 + l] = -.infinity }
    } else {
      for l in 0..<16 where !mask.allows(query + l, start + j) { scores[j * 16 + l] = -.infinity }
    }
  }
}
