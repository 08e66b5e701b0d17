import ChapterProtocol
import WeaveModel

/// Reads what a chapter's program says of itself, as it arrives, and holds it against the program: each block begins
/// and ends once, each expression has one value, all in their order. What is not sealed, or out of its turn, breaks
/// it off.
package struct RecordReader {
  /// What the program has to do, in order.
  package enum Step: Sendable, Equatable {
    case block(Int), trap(Int), link(Int)

    package var origin: CodeOrigin {
      switch self {
      case .block(let index), .trap(let index): .block(index)
      case .link(let index): .link(index)
      }
    }
  }

  /// Why nothing more is believed.
  package enum Breach: Sendable, Equatable {
    /// Bytes in the channel that the recorder did not write.
    case forged
    /// A step was left out, taken twice, or taken in another's place.
    case order
    /// A file came over the socket that is no block's.
    case files
  }

  package private(set) var record = RunRecord()
  /// The block that runs now.
  package private(set) var current: Int?
  /// The block that began last: it may have ended before anybody looked.
  private(set) var latest: Int?
  package private(set) var finished = false
  /// Blocks whose standard output was closed or changed by their own code.
  package private(set) var closed: Set<Int> = []
  /// By block index: what it had printed when it ended.
  package private(set) var outputs: [Int: OutputMark] = [:]
  /// By block index: the signal that ended a `trap` block, 0 where it came to its end.
  package private(set) var trapped: [Int: Int] = [:]
  /// By block index: how long each ran, by the clock, that came to its end.
  package private(set) var seconds: [Int: Double] = [:]
  private var began = ContinuousClock.now
  /// Expressions that showed a figure, which has no place in the page.
  package private(set) var strayFigures: [CodeOrigin] = []
  /// By step: the places of changes that it passed, in a run that tells them.
  package private(set) var passed: [CodeOrigin: Set<Int>] = [:]
  package private(set) var breach: Breach?
  /// How much has come.
  package private(set) var bytes = 0

  private let steps: [Step]
  /// How many of them are done.
  private var done = 0
  private var seal: Seal
  /// The longest record.
  private let limit: Int
  private var pending: [UInt8] = []
  private var start = 0

  package init(_ steps: [Step], key: [UInt8], limit: Int) {
    self.steps = steps
    seal = Seal(key: key)
    self.limit = limit
  }

  /// The first step that has not come to its end.
  package var next: Step? { done < steps.count ? steps[done] : nil }

  package mutating func feed(_ bytes: some Sequence<UInt8>) {
    guard breach == nil, !finished else { return }
    let before = pending.count
    pending += bytes
    self.bytes += pending.count - before
    while breach == nil, !finished, let frame = nextFrame() {
      guard let record = Record(frame) else {
        breach = .forged
        return
      }
      if !take(record) { breach = .order }
    }
    if start > 1 << 16 {
      pending.removeFirst(start)
      start = 0
    }
  }

  /// No more will come: what is left was written by somebody else.
  package mutating func close() {
    if !finished, breach == nil, start < pending.count { breach = .forged }
  }

  /// The bytes of the next record; nil where they are still on their way, or no record of the recorder's.
  private mutating func nextFrame() -> ArraySlice<UInt8>? {
    guard pending.count - start >= Frame.headSize else { return nil }
    let head = pending[start..<start + Frame.headSize]
    let length = Frame.length(in: head)
    guard length <= limit else {
      breach = .forged
      return nil
    }
    let end = start + Frame.headSize + length
    guard pending.count >= end else { return nil }
    let bytes = pending[start + Frame.headSize..<end]
    guard seal.next(bytes).elementsEqual(head.dropFirst(4)) else {
      breach = .forged
      return nil
    }
    start = end
    return bytes
  }

  /// False where the record is not what comes next.
  private mutating func take(_ new: Record) -> Bool {
    switch (new, next) {
    case (.begin(let index), .block(let due)?), (.begin(let index), .trap(let due)?):
      guard index == due, current == nil else { return false }
      (current, latest, began) = (index, index, .now)
    case (.end(let index, let output?), .block(let due)?):
      guard index == due, current == index else { return false }
      record.finished.insert(index)
      outputs[index] = output
      endBlock(index)
    case (.closed(let index), .block(let due)?):
      guard index == due, current == index else { return false }
      closed.insert(index)
      endBlock(index)
    case (.trapped(let index, let signal), .trap(let due)?):
      guard index == due, current == index, trapped[index] == nil else { return false }
      trapped[index] = signal
    case (.end(let index, nil), .trap(let due)?):
      guard index == due, current == index, trapped[index] != nil else { return false }
      record.finished.insert(index)
      endBlock(index)
    case (.figure, let step?) where current == nil: strayFigures.append(step.origin)
    case (.figure(let index, let svg, let table), .block(let due)?):
      guard index == due else { return false }
      record.figures[index, default: []].append(FigureRecord(svg: svg, table: Self.rows(table)))
    case (.parameter(let index, let cells), .block(let due)?):
      guard index == due, current == index, let parameter = LiveParameter(cells: cells) else { return false }
      record.parameters[index, default: []].append(parameter)
    case (.value(let link, let value), .link(let due)?):
      guard link == due, current == nil else { return false }
      record.values[link] = Value(value)
      done += 1
    case (.passed(let mutations), let step?): passed[step.origin, default: []].formUnion(mutations)
    case (.finish, nil): finished = true
    default: return false
    }
    return true
  }

  private mutating func endBlock(_ index: Int) {
    seconds[index] = began.duration(to: .now) / .seconds(1)
    (current, done) = (nil, done + 1)
  }

  private static func rows(_ table: String) -> [[String]] {
    guard !table.isEmpty else { return [] }
    return table.split(separator: Record.rowSeparator, omittingEmptySubsequences: false).map {
      $0.split(separator: Record.cellSeparator, omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// What `block` did shows that nothing more can be believed.
  mutating func breakOff(at block: Int?) {
    breach = .files
    guard let block else { return }
    current = block
    record.finished = record.finished.filter { $0 < block }
  }
}

extension Program {
  /// What a run of it has to do.
  package var steps: [RecordReader.Step] {
    pieces.compactMap { piece in
      switch (piece.origin, piece.mode.place) {
      case (.link(let index), _): .link(index)
      case (.block(let index), .script): .block(index)
      case (.block(let index), .child): .trap(index)
      case (.block, _): nil
      }
    }
  }
}

extension Value {
  fileprivate init(_ recorded: RecordedValue) {
    self =
      switch recorded {
      case .bool(let value): .bool(value)
      case .integer(let digits): .integer(digits)
      case .single(let bits): .single(Float(bitPattern: bits))
      case .real(let bits): .real(Double(bitPattern: bits))
      case .text(let text): .text(text)
      case .range(let low, let high): .range(Value(low), Value(high))
      }
  }
}
