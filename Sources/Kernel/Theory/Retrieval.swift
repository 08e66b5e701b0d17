/// A stored vector that a search found: its row and its inner product with the query.
public struct Retrieved<T: Real>: Equatable, Sendable {
  /// The row.
  public let index: Int
  /// Its inner product with the query.
  public let score: T
}

/// What a search found, best first, and how many inner products it took.
public struct SearchResult<T: Real>: Equatable, Sendable {
  /// The best rows, the best one first.
  public let found: [Retrieved<T>]
  /// Inner products computed.
  public let products: Int64
}

/// The k rows with the largest inner product with the query, all n computed; of equal ones the earlier row first.
///
/// Shapes: n×d and d. Refused: widths that differ, k outside 0…n. Cost: 2nd FLOP.
/// Source: Lewis et al., "Retrieval-augmented generation for knowledge-intensive NLP tasks" (2020), section 2.2.
@specialized(where T == Double)
@specialized(where T == Float)
public func largestInnerProducts<T: Real>(_ store: Matrix<T>, _ query: [T], top k: Int) -> SearchResult<T> {
  requireSameWidth(store, query, "retrieval: store", "a query")
  let scores = matmul(store, query)
  return SearchResult(
    found: topIndices(scores, k).map { Retrieved(index: $0, score: scores[$0]) }, products: Int64(store.rows))
}

/// An approximate index: rows gathered in cells around the centres of a k-means clustering; a search computes the inner
/// products with all centres and then only with the rows of the best cells.
///
/// Source: Sivic and Zisserman, "Video Google" (2003); Jégou, Douze and Schmid, "Product quantization" (2011), section
/// 4.
public struct InvertedIndex<T: Real>: Sendable {
  /// n×d.
  public let store: Matrix<T>
  /// cells×d.
  public let centres: Matrix<T>
  /// The rows of each cell, in order.
  public let cells: [[Int]]

  /// `rounds` of Lloyd's algorithm from rows drawn at random; an empty cell keeps its centre.
  /// Shape: n×d.
  /// Refused: a number of cells outside 1…n, fewer than one round. Cost: rounds × n × cells × 3d FLOP.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(_ store: Matrix<T>, cells count: Int, rounds: Int = 10, using generator: inout Random) {
    require(
      count >= 1 && count <= store.rows && rounds >= 1,
      "InvertedIndex: \(count) cells for \(store.rows) rows, \(rounds) rounds")
    let start = generator.permutation(store.rows).prefix(count)
    var centres = Matrix(start.map { store.row($0) }), cells: [[Int]] = []
    for _ in 0..<rounds {
      cells = Self.assigned(store, centres)
      for (c, members) in cells.enumerated() where !members.isEmpty {
        var total = [T](repeating: 0, count: store.columns)
        for i in members {
          for k in total.indices { total[k] += store.elements[i * store.columns + k] }
        }
        for k in total.indices { centres.elements[c * store.columns + k] = total[k] / T(members.count) }
      }
    }
    self.store = store
    self.centres = centres
    self.cells = Self.assigned(store, centres)
  }

  /// Each row's nearest centre: the largest x·c − ‖c‖²/2, of equal ones the first.
  private static func assigned(_ store: Matrix<T>, _ centres: Matrix<T>) -> [[Int]] {
    let half = centres.rowVectors.map { dot($0, $0) / 2 }, products = matmul(store, transposed: centres)
    var cells = [[Int]](repeating: [], count: centres.rows)
    for i in 0..<store.rows {
      var best = 0
      for c in 1..<max(centres.rows, 1) where products[i, c] - half[c] > products[i, best] - half[best] { best = c }
      cells[best].append(i)
    }
    return cells
  }

  /// The k best rows of the `probes` cells whose centres have the largest inner product with the query; fewer when
  /// those cells hold fewer. With all cells probed it is `largestInnerProducts`. Refused: widths that differ, probes
  /// outside 1…cells.
  /// Shape: d.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func search(_ query: [T], top k: Int, probes: Int) -> SearchResult<T> {
    requireSameWidth(store, query, "retrieval: store", "a query")
    require(
      probes >= 1 && probes <= cells.count && k >= 0, "InvertedIndex: top \(k) in \(probes) of \(cells.count) cells")
    let chosen = topIndices(matmul(centres, query), probes)
    let members = chosen.flatMap { cells[$0] }.sorted()
    let scores = members.map { dot(store.row($0), query) }
    let best = topIndices(scores, min(k, members.count))
    return SearchResult(
      found: best.map { Retrieved(index: members[$0], score: scores[$0]) }, products: Int64(cells.count + members.count)
    )
  }
}

/// The share of the wanted rows that were found. Refused: nothing wanted.
@specialized(where T == Double)
@specialized(where T == Float)
public func recall<T: Real>(_ found: SearchResult<T>, of wanted: SearchResult<T>) -> Double {
  require(!wanted.found.isEmpty, "recall: nothing is wanted")
  let hits = wanted.found.filter { want in found.found.contains { $0.index == want.index } }
  return Double(hits.count) / Double(wanted.found.count)
}
