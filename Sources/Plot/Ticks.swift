/// A step of 1, 2 or 5 times a power of ten. Ticks are integer multiples of it, each rounded once.
struct TickStep {
  let digit: Int
  let exponent: Int

  /// The smallest step that puts at most about `count` intervals between `low` and `high`.
  init(low: Double, high: Double, count: Int) {
    let raw = (high - low) / Double(count < 1 ? 1 : count)
    var e = decimalExponent(raw)
    var d = 1
    while Self.size(d, e) < raw * 0.999 {
      switch d {
      case 1: d = 2
      case 2: d = 5
      default:
        d = 1
        e += 1
      }
    }
    digit = d
    exponent = e
  }

  private static func size(_ d: Int, _ e: Int) -> Double {
    e < 0 ? Double(d) / powerOfTen(-e) : Double(d) * powerOfTen(e)
  }

  var decimals: Int { exponent < 0 ? -exponent : 0 }

  func value(at index: Int64) -> Double {
    let multiple = Double(index * Int64(digit))
    return exponent < 0 ? multiple / powerOfTen(-exponent) : multiple * powerOfTen(exponent)
  }

  /// The last multiple at or below v.
  func index(below v: Double) -> Int64 {
    var k = Int64(v / value(at: 1))
    while value(at: k) > v { k -= 1 }
    while value(at: k + 1) <= v { k += 1 }
    return k
  }

  func index(above v: Double) -> Int64 {
    let k = index(below: v)
    return value(at: k) == v ? k : k + 1
  }
}

/// Where an axis is marked, and how.
struct Ticks {
  var values: [Double] = []
  var labels: [String] = []
  var minor: [Double] = []
  /// Labels are in units of this power of ten; 0 when they stand as they are.
  var exponent = 0

  init(_ axis: Axis, low: Double, high: Double, count: Int) {
    if let given = axis.ticks {
      for value in given where value >= low && value <= high {
        values.append(value)
        labels.append(general(value))
      }
      return
    }
    switch axis.scale {
    case .linear: linear(low, high, count)
    case .log: powers(low, high, base: 10, count)
    case .log2: powers(low, high, base: 2, count)
    }
  }

  private mutating func linear(_ low: Double, _ high: Double, _ count: Int) {
    let step = TickStep(low: low, high: high, count: count)
    let slack = (high - low) * 1e-9
    let first = step.index(above: low - slack)
    let last = step.index(below: high + slack)
    let magnitude = low < 0 && -low > high ? -low : (high < 0 ? -high : high)
    let top = magnitude == 0 ? 0 : decimalExponent(magnitude)
    if top >= 5 || top <= -4 { exponent = (top < 0 ? top - 2 : top) / 3 * 3 }
    let decimals = step.exponent - exponent < 0 ? exponent - step.exponent : 0
    var k = first
    while k <= last {
      let value = step.value(at: k)
      values.append(value)
      let shown = exponent < 0 ? value * powerOfTen(-exponent) : value / powerOfTen(exponent)
      labels.append(fixed(shown, decimals > 15 ? 15 : decimals))
      k += 1
    }
  }

  private mutating func powers(_ low: Double, _ high: Double, base: Int, _ count: Int) {
    var powers: [Int] = []
    var k = Int(log10(low) / log10(Double(base))) - 2
    while power(base, k) <= high * 1.000000001 {
      if power(base, k) >= low * 0.999999999 { powers.append(k) }
      k += 1
    }
    if base == 10 && powers.count < 3 {
      mantissas(low, high)
      return
    }
    if powers.isEmpty {
      linear(low, high, count)
      return
    }
    let stride = (powers.count + count) / (count + 1)
    let short = base == 10 && (powers[powers.count - 1] > 4 || powers[0] < -3)
    for (i, k) in powers.enumerated() {
      if i % stride == 0 {
        values.append(power(base, k))
        labels.append(short ? "10" + superscript(k) : plain(power(base, k), base: base, k))
      } else {
        minor.append(power(base, k))
      }
    }
    if base == 10 && stride == 1 {
      for k in (powers[0] - 1)...powers[powers.count - 1] {
        for m in 2...9 where power(10, k) * Double(m) > low && power(10, k) * Double(m) < high {
          minor.append(power(10, k) * Double(m))
        }
      }
    }
  }

  /// Less than three decades: ticks at 1, 2 and 5 times powers of ten.
  private mutating func mantissas(_ low: Double, _ high: Double) {
    var k = decimalExponent(low)
    while powerOfTen(k) <= high {
      for m in 1...9 {
        let value = k < 0 ? Double(m) / powerOfTen(-k) : Double(m) * powerOfTen(k)
        if value < low * 0.999999999 || value > high * 1.000000001 { continue }
        if m == 1 || m == 2 || m == 5 {
          values.append(value)
          labels.append(general(value))
        } else {
          minor.append(value)
        }
      }
      k += 1
    }
  }

  private func power(_ base: Int, _ k: Int) -> Double {
    if base == 10 { return powerOfTen(k) }
    var value = 1.0
    for _ in 0..<(k < 0 ? -k : k) { value *= 2 }
    return k < 0 ? 1 / value : value
  }

  private func plain(_ value: Double, base: Int, _ k: Int) -> String {
    if base == 2 && (k > 16 || k < -6) { return "2" + superscript(k) }
    return general(value)
  }
}
