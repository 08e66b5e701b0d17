/// The keys and values of the tokens so far, one matrix t×d_k a group, and where each token stood.
///
/// A place is a row of `keys`; a position is where the token stands in the text. They differ once `keep` has evicted
/// tokens: keys stay turned to the positions they had, and the next token's position is that after the last one
/// appended. (StreamingLLM numbers positions anew within the cache instead: turn the keys again for that, or cache them
/// unturned.)
public struct KeyValueCache<T: Real>: Equatable, Sendable {
  /// The keys of each group, t×d_k.
  public private(set) var keys: [Matrix<T>]
  /// The values of each group, t×d_k.
  public private(set) var values: [Matrix<T>]
  /// The position of the token at each place.
  public private(set) var positions: [Int] = []
  /// The position of the next token, unless it is given one: that after the last token appended.
  public private(set) var nextPosition = 0

  /// Refused: no group, no width, more than 2³² of either.
  public init(groups: Int, headDimension: Int) {
    require(groups > 0 && headDimension > 0, "KeyValueCache: \(groups) groups of width \(headDimension)")
    requireCount(groups, "KeyValueCache: groups")
    let empty = Matrix<T>(rows: 0, columns: headDimension, repeating: 0)
    keys = [Matrix<T>](repeating: empty, count: groups)
    values = keys
  }

  /// The number of tokens held.
  public var count: Int { keys[0].rows }

  /// 2·G·d_k·t elements.
  public var elementCount: Int { 2 * keys.count * keys[0].columns * count }

  /// Adds tokens at the next positions, or from a later one on. Shapes: t×(G·d_k) both. Refused: other shapes, a
  /// position before the next one or above 2³².
  @specialized(where T == Double)
  @specialized(where T == Float)
  public mutating func append(keys newKeys: Matrix<T>, values newValues: Matrix<T>, position: Int? = nil) {
    let first = position ?? nextPosition
    require(
      first >= nextPosition && first <= mostElements - newKeys.rows,
      "KeyValueCache: position \(first), where the next is \(nextPosition)")
    let width = keys[0].columns
    require(
      newKeys.columns == keys.count * width && newValues.hasShape(of: newKeys),
      "KeyValueCache: keys \(newKeys.shape) and values \(newValues.shape) for \(keys.count) groups of width \(width)")
    for g in keys.indices {
      let own = g * width..<(g + 1) * width
      keys[g].append(rows: newKeys.columns(own))
      values[g].append(rows: newValues.columns(own))
    }
    positions += first..<first + newKeys.rows
    nextPosition = first + newKeys.rows
  }

  /// Keeps the tokens at the given places, in the order given, with their positions; the next token's position stays.
  /// Refused: a place that does not exist.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public mutating func keep(_ places: [Int]) {
    for place in places { require(place >= 0 && place < count, "KeyValueCache: place \(place) of \(count)") }
    positions = places.map { positions[$0] }
    for g in keys.indices {
      let (k, v) = (keys[g], values[g])
      keys[g] = Matrix(rows: places.count, columns: k.columns, elements: places.flatMap { k.row($0) })
      values[g] = Matrix(rows: places.count, columns: v.columns, elements: places.flatMap { v.row($0) })
    }
  }

  /// What queries of h heads read: head i attends to group ⌊i·G/h⌋, with the bits of `attention` on that head alone.
  /// The mask is asked by places: query 0, 1, … of this call and key 0, 1, … of the cache; `AttentionMask.placed` makes
  /// it one of positions.
  ///
  /// The heads of a group meet its keys and values together, so that the cache is read once however many heads share
  /// it.
  /// Shape: t×(h·d_k) → t×(h·d_k). Refused: another width, groups that do not divide the heads.
  /// Cost: 4t·h·d_k FLOP a cached token, 2·G·d_k elements of it read, and t·h scores of it kept while it is computed.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func attend(_ q: Matrix<T>, heads: Int, mask: AttentionMask = .none) -> Matrix<T> {
    let groups = keys.count, width = keys[0].columns, t = q.rows
    require(
      heads > 0 && heads % groups == 0 && q.columns % width == 0 && q.columns / width == heads,
      "KeyValueCache: queries \(q.shape) of \(heads) heads for \(groups) groups of width \(width)")
    let sharing = heads / groups, cost = mask.isRule ? 0 : 4 * Int64(t * heads) * Int64(width) * Int64(count)
    var outputs = [T](repeating: 0, count: t * heads * width)
    outputs.withUnsafeMutableBufferPointer { outputs in
      let target = outputs
      parallel(groups, cost: cost) { g in
        // The rows of a group: its first head's tokens, its second's, ….
        let together = Matrix<T>(
          rows: sharing * t, columns: width,
          elements: (0..<sharing * t).flatMap { row in
            let start = row % t * q.columns + (g * sharing + row / t) * width
            return q.elements[start..<start + width]
          })
        let read = attention(together, keys[g], values[g], mask: mask.repeated(every: t, keys: count))
        for row in 0..<sharing * t {
          let start = row % t * q.columns + (g * sharing + row / t) * width
          for c in 0..<width { target[start + c] = read.elements[row * width + c] }
        }
      }
    }
    return Matrix(rows: t, columns: heads * width, elements: outputs)
  }
}

extension AttentionMask {
  /// The mask for queries that stand several times below each other, t at a time.
  func repeated(every t: Int, keys: Int) -> AttentionMask {
    switch extent {
    case .all: .none
    case .prefix(let offset) where t == 1 && keys <= offset + 1: .none
    default: .allowed { allows($0 % t, $1) }
    }
  }
}
