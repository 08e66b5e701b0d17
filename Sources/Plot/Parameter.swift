// What a reader may move in a live figure. In the book each has its printed value; on the page the reader moves it by
// steps, and the same code computes the same bits from the step's number.

/// A number that a reader may move: `printed` in the book, and on the page what the reader makes of it.
///
/// It goes from the lower end of `range` in steps of `step`; the value of a step is the decimal that it is written as.
/// Refused: ends that are not finite, more than 10,000 steps, and a printed value or an upper end that is no step.
public func parameter(_ name: String, _ printed: Double, in range: ClosedRange<Double>, step: Double) -> Double {
  require(range.upperBound.isFinite && range.lowerBound.isFinite, "parameter “\(name)”: the range must be finite")
  require(step > 0 && step.isFinite, "parameter “\(name)”: a step is greater than 0")
  require(
    (range.upperBound - range.lowerBound) / step < 10_000.5, "parameter “\(name)”: a range has 10,000 steps at most")
  let scale = Steps(from: range.lowerBound, by: step)
  let last = scale.nearest(to: range.upperBound)
  let own = printed.isFinite ? scale.nearest(to: printed) : -1
  require(
    own >= 0 && own <= last && isNear(scale.value(own), printed, step)
      && isNear(scale.value(last), range.upperBound, step),
    "parameter “\(name)”: \(general(printed)) is not on the way from \(general(range.lowerBound)) to "
      + "\(general(range.upperBound)) by \(general(step)): choose a printed value and an upper end that are")
  let position = Parameters.declare(name, .slider, steps: last + 1, printed: own)
  let value = position == own ? printed : scale.value(position)
  Parameters.tell(fixed(value, decimals(of: step)))
  return value
}

/// A number that doubles every `perDoubling` steps, from the lower end of `range` to the upper: the slider of a
/// logarithmic scale. `perDoubling` is 1, 2, 4 or 8.
///
/// Refused: a lower end that is not positive, and a printed value or an upper end that is no step.
public func parameter(_ name: String, _ printed: Double, in range: ClosedRange<Double>, perDoubling: Int) -> Double {
  require(range.lowerBound > 0 && range.upperBound.isFinite, "parameter “\(name)”: the range must be positive")
  require(
    perDoubling == 1 || perDoubling == 2 || perDoubling == 4 || perDoubling == 8,
    "parameter “\(name)”: a doubling has 1, 2, 4 or 8 steps, not \(perDoubling)")
  var values: [Double] = []
  var own = -1
  // 2^(1/8) is the square root of the square root of the square root of 2.
  var root = 2.0
  var halved = perDoubling
  while halved > 1 {
    root = root.squareRoot()
    halved /= 2
  }
  var start = range.lowerBound
  while start <= range.upperBound * 1.0001 {
    var value = start
    for _ in 0..<perDoubling where value <= range.upperBound * 1.0001 {
      if isNear(value, printed, printed) { own = values.count }
      values.append(value)
      value *= root
    }
    start *= 2
  }
  require(
    own >= 0 && isNear(values[values.count - 1], range.upperBound, range.upperBound),
    "parameter “\(name)”: \(general(printed)) is not on the way from \(general(range.lowerBound)) to "
      + "\(general(range.upperBound)), \(perDoubling) steps to a doubling: choose a printed value and an upper end "
      + "that are")
  let position = Parameters.declare(name, .slider, steps: values.count, printed: own)
  let value = position == own ? printed : values[position]
  Parameters.tell(general(value, significant: 3))
  return value
}

/// A whole number that a reader may move within `range`.
///
/// Refused: a printed value outside it, and more than 10,000 steps.
public func parameter(_ name: String, _ printed: Int, in range: ClosedRange<Int>) -> Int {
  require(
    range.contains(printed),
    "parameter “\(name)”: \(printed) is not on the way from \(range.lowerBound) to \(range.upperBound): choose a "
      + "printed value that is")
  require(range.upperBound - range.lowerBound <= 10_000, "parameter “\(name)”: a range has 10,000 steps at most")
  let position = Parameters.declare(
    name, .slider, steps: range.upperBound - range.lowerBound + 1, printed: printed - range.lowerBound)
  let value = range.lowerBound + position
  Parameters.tell("\(value)")
  return value
}

/// A switch that a reader may turn.
public func parameter(_ name: String, _ printed: Bool) -> Bool {
  Parameters.declare(name, .toggle, steps: 2, printed: printed ? 1 : 0) == 1
}

/// One of `choices`: which, counted from 0.
///
/// Refused: fewer than two, and a printed one that is none of them.
public func parameter(_ name: String, _ printed: Int, of choices: [String]) -> Int {
  require(choices.count > 1, "parameter “\(name)”: a choice has at least two")
  require(
    printed >= 0 && printed < choices.count,
    "parameter “\(name)”: \(printed) is not on the way from 0 to \(choices.count - 1): choose a printed value that is")
  return Parameters.declare(name, .choice, steps: choices.count, printed: printed, choices: choices)
}

/// Steps whose values are decimals: multiplying by 0.1 would give 0.30000000000000004 for the third.
private struct Steps {
  private let low: Double
  private let step: Double
  /// How many steps make 1, where that is a whole number.
  private let perUnit: Double?

  init(from low: Double, by step: Double) {
    (self.low, self.step) = (low, step)
    let count = Double(whole(1 / step))
    perUnit =
      count > 0 && isNear(count * step, 1, 1) && isNear(Double(whole(low * count)), low * count, 1) ? count : nil
  }

  func nearest(to value: Double) -> Int { whole((value - low) / step) }

  func value(_ position: Int) -> Double {
    if let perUnit { return (Double(whole(low * perUnit)) + Double(position)) / perUnit }
    return low + Double(position) * step
  }
}

/// The nearest whole number.
private func whole(_ x: Double) -> Int {
  if !(x > -1e9 && x < 1e9) { return -1 }
  return x < 0 ? -Int(0.5 - x) : Int(x + 0.5)
}

private func isNear(_ a: Double, _ b: Double, _ unit: Double) -> Bool {
  let apart = a < b ? b - a : a - b
  return apart <= 1e-6 * (unit < 0 ? -unit : unit)
}

/// How many digits after the point write a step.
private func decimals(of step: Double) -> Int {
  var decimals = 0
  var scaled = step
  while decimals < 6, !isNear(Double(whole(scaled)), scaled, 1) || whole(scaled) == 0 {
    scaled *= 10
    decimals += 1
  }
  return decimals
}

/// What a live figure's code has declared, and at which step each parameter is to stand.
package enum Parameters {
  package enum Kind: String, Sendable { case slider, toggle, choice }

  package struct Declaration: Sendable {
    package var name: String
    package var kind: Kind
    /// How many values it may have.
    package var steps: Int
    /// The step at which the book prints it.
    package var printed: Int
    /// The value that it has now, in words.
    package var text: String
    package var choices: [String]
  }

  /// In the order in which the code came to them.
  nonisolated(unsafe) package private(set) static var declared: [Declaration] = []
  /// The steps of the block's own, in that order; where there is none, the printed one.
  nonisolated(unsafe) private static var asked: [Int] = []

  /// A block begins: what it declares is counted anew.
  package static func begin(asked steps: [Int]) {
    declared = []
    asked = steps
  }

  fileprivate static func declare(
    _ name: String, _ kind: Kind, steps: Int, printed: Int, choices: [String] = []
  ) -> Int {
    let place = declared.count
    let step = place < asked.count ? asked[place] : printed
    require(step >= 0 && step < steps, "parameter “\(name)” has no step \(step): it has \(steps)")
    declared.append(
      Declaration(
        name: name, kind: kind, steps: steps, printed: printed, text: choices.isEmpty ? "" : choices[step],
        choices: choices))
    return step
  }

  /// What the value is called that was declared last.
  fileprivate static func tell(_ text: String) { declared[declared.count - 1].text = text }
}
