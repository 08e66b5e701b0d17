/// Bytes of attention's parts, in 64 bits on every machine. Refused: a negative size, a number beyond 64 bits.
public enum AttentionMemory {
  /// Q, K and V of n tokens and width d: 3·n·d.
  public static func projections(tokens n: Int64, width d: Int64, bytes b: Int64) -> Int64 {
    (3 * count(n) * count(d) * count(b)).value
  }

  /// The scores, or the weights, of n tokens: n².
  public static func scores(tokens n: Int64, bytes b: Int64) -> Int64 { (count(n) * count(n) * count(b)).value }

  /// The key–value cache: 2·layers·G·d_k·n.
  public static func cache(tokens n: Int64, layers: Int64, groups g: Int64, headDimension k: Int64, bytes b: Int64)
    -> Int64
  {
    (2 * count(layers) * count(g) * count(k) * count(n) * count(b)).value
  }

  /// Elements that attention moves between memory and processor when S and P are written out:
  /// read Q, K, V, S, P and write S, P, O: 4n² + 4nd.
  public static func standardTraffic(tokens n: Int64, width d: Int64) -> Int64 {
    (4 * count(n) * count(n) + 4 * count(n) * count(d)).value
  }

  /// Elements that tiled attention moves with query blocks outside: Q and O once, K and V once a query block,
  /// where a block of queries is what fits: ⌈n/block⌉·2nd + 2nd. Refused besides: a block that is not positive.
  public static func tiledTraffic(tokens n: Int64, width d: Int64, queryBlock: Int64) -> Int64 {
    require(queryBlock > 0, "AttentionMemory: a query block of \(queryBlock)")
    let blocks = n / queryBlock + (n % queryBlock > 0 ? 1 : 0)
    return (count(blocks) * 2 * count(n) * count(d) + 2 * count(n) * count(d)).value
  }

  private static func count(_ size: Int64) -> Count { Count(size, "AttentionMemory") }
}

/// A machine's roofline: no program runs faster than its arithmetic or its memory allows.
/// Source: Williams, Waterman and Patterson, "Roofline" (2009).
public struct Roofline: Sendable {
  /// The machine.
  public let name: String
  /// FLOP a second.
  public let peak: Double
  /// Bytes a second.
  public let bandwidth: Double

  /// Refused: a rate that is not positive.
  public init(name: String, peak: Double, bandwidth: Double) {
    require(peak > 0 && bandwidth > 0, "Roofline: rates must be positive")
    self.name = name
    self.peak = peak
    self.bandwidth = bandwidth
  }

  /// An NVIDIA A100 40 GB at half precision: 312 TFLOP/s, 1.555 TB/s. Source: NVIDIA A100 datasheet (2020).
  public static var a100: Roofline { Roofline(name: "NVIDIA A100 40GB", peak: 312e12, bandwidth: 1.555e12) }

  /// max(FLOP/peak, bytes/bandwidth): the least time in seconds.
  public func seconds(flops: Double, bytes: Double) -> Double { max(flops / peak, bytes / bandwidth) }

  /// The share of memory in the sum of both times.
  public func memoryShare(flops: Double, bytes: Double) -> Double {
    let memory = bytes / bandwidth
    return memory / (memory + flops / peak)
  }

  /// FLOP a byte above which arithmetic is the bound.
  public var ridge: Double { peak / bandwidth }
}
