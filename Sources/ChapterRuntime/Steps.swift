// What stands between the blocks of a chapter's program: calls with no argument but the author's expression. The
// compiler looks up each place in the source anew, so these lines would otherwise cost it as much as the author's.

/// The program's plan: what each call of `_nextStep` does, in order. `2>5` records the value it is given as link 2's,
/// then block 5 starts; either may be left out.
public func _planSteps(_ steps: StaticString) {
  if Plan.isMade { Plan.isBroken() }
  Plan.isMade = true
  Plan.steps = Plan.parse(steps)
  BlockRecorder.start()
}

/// The next step. The block that runs comes to its end as soon as this is named, before the argument is evaluated: what
/// a bound expression prints belongs to no block.
public var _nextStep: _Step {
  BlockRecorder.end()
  return _Step()
}

public struct _Step {
  public func callAsFunction<Value: BoundValue>(_ value: Value) {
    let step = Plan.next()
    guard let link = step.link else { Plan.isBroken() }
    BlockRecorder.record(link, value)
    if let block = step.block { BlockRecorder.begin(block) }
  }

  /// The two ends of a range.
  public func callAsFunction<Low: BoundValue & Numeric, High: BoundValue & Numeric>(_ low: Low, _ high: High) {
    let step = Plan.next()
    guard let link = step.link else { Plan.isBroken() }
    BlockRecorder.record(link, low, high)
    if let block = step.block { BlockRecorder.begin(block) }
  }

  public func callAsFunction() {
    let step = Plan.next()
    guard step.link == nil else { Plan.isBroken() }
    if let block = step.block { BlockRecorder.begin(block) }
  }
}

/// Runs a `trap` block apart: true in the child, which is expected to die; false in the program, which goes on.
public func _forkBlock(_ block: Int) -> Bool { BlockRecorder.fork(block) }

/// The child has come to the block's end.
public func _surviveBlock() { BlockRecorder.survive() }

/// The program has come to its last line.
public func _finishBlocks() { BlockRecorder.finish() }

/// The program runs by itself, as a reader has it: nothing is recorded. What it prints comes a line at a time, and each
/// figure goes into a file of the current folder.
public func _runAlone() { BlockRecorder.startAlone() }

private enum Plan {
  nonisolated(unsafe) static var steps: [(link: Int?, block: Int?)] = []
  nonisolated(unsafe) private static var taken = 0
  nonisolated(unsafe) static var isMade = false

  static func parse(_ text: StaticString) -> [(link: Int?, block: Int?)] {
    text.description.split(separator: " ").map { step in
      let parts = step.split(separator: ">", omittingEmptySubsequences: false)
      return (Int(parts[0]), parts.count > 1 ? Int(parts[1]) : nil)
    }
  }

  static func next() -> (link: Int?, block: Int?) {
    guard taken < steps.count else { isBroken() }
    taken += 1
    return steps[taken - 1]
  }

  static func isBroken() -> Never {
    fatalError("the chapter's code took a step of the program around it: leave _nextStep alone")
  }
}
