/// The weight-sharing error of a grouping of heads: the sum over groups of the squared distances of the heads'
/// projections from their group's mean. Zero when the heads of each group are the same.
///
/// Shapes: heads as vectors of equal length; each group a list of heads. Refused: a head that does not exist, lengths
/// that differ.
/// Source: Joshi et al., "QCQA: Quality and capacity-aware grouped query attention" (2024), section 3.
@specialized(where T == Double)
@specialized(where T == Float)
public func weightSharingError<T: Real>(_ heads: [[T]], groups: [[Int]]) -> T {
  for head in heads {
    require(
      head.count == heads[0].count,
      "weightSharingError: heads of lengths \(heads[0].count) and \(head.count) differ")
  }
  var total: T = 0
  for group in groups where !group.isEmpty {
    for head in group { require(heads.indices.contains(head), "weightSharingError: head \(head) of \(heads.count)") }
    let centre = heads[group[0]].indices.map { c in mean(group.map { heads[$0][c] }) }
    for head in group {
      let apart = zip(heads[head], centre).map { $0 - $1 }
      total += dot(apart, apart)
    }
  }
  return total
}

/// The grouping of neighbours: h heads in G runs of equal length, as GQA shares them. Refused: G that does not divide
/// h, h negative or above 2³².
public func neighbouringGroups(heads h: Int, groups g: Int) -> [[Int]] {
  require(h >= 0 && h <= mostElements && g > 0 && h % g == 0, "neighbouringGroups: \(g) groups of \(h) heads")
  return (0..<g).map { Array($0 * (h / g)..<($0 + 1) * (h / g)) }
}

/// The best grouping of heads into at most G groups of any size, by exhaustive search. Refused: no head, G < 1, more
/// than 10 heads.
/// Shapes: as `weightSharingError`. Cost: as many errors as there are such groupings.
@specialized(where T == Double)
@specialized(where T == Float)
public func bestGrouping<T: Real>(_ heads: [[T]], groups limit: Int) -> [[Int]] {
  require(
    !heads.isEmpty && heads.count <= 10 && limit >= 1, "bestGrouping: \(heads.count) heads in \(limit) groups")
  var best = [Array(heads.indices)], lowest = weightSharingError(heads, groups: best)
  var current: [[Int]] = []
  func place(_ head: Int) {
    if head == heads.count {
      let error = weightSharingError(heads, groups: current)
      if error < lowest { (best, lowest) = (current, error) }
      return
    }
    for g in current.indices {
      current[g].append(head)
      place(head + 1)
      current[g].removeLast()
    }
    if current.count < limit {
      current.append([head])
      place(head + 1)
      current.removeLast()
    }
  }
  place(0)
  return best
}
