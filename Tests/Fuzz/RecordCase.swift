import ChapterProtocol
import WeaveModel
import WeaveRun

/// What a chapter's program says of itself: forged, cut, put in another order, huge; and as it should be.
struct RecordCase {
  private let steps: [RecordReader.Step]
  /// As the recorder writes it.
  private let honest: [UInt8]
  private let key: [UInt8]
  /// What arrives, in pieces.
  private(set) var arriving: [UInt8]
  /// Whether it was changed by somebody who knows the key.
  private var isSealed = false
  private let pieces: [Int]

  private static let limit = 1 << 16

  init(_ mutator: inout Mutator) {
    var steps: [RecordReader.Step] = [], records: [Record] = []
    var blocks = 0, links = 0
    for _ in 0..<mutator.below(24) {
      switch mutator.below(4) {
      case 0:
        steps.append(.trap(blocks))
        records += [.begin(block: blocks), .trapped(block: blocks, signal: mutator.below(32)), .end(block: blocks)]
        blocks += 1
      case 1:
        steps.append(.block(blocks))
        records.append(.begin(block: blocks))
        for _ in 0..<mutator.below(3) {
          records.append(.figure(block: blocks, svg: mutator.pick(Hostile.svg), table: Self.table(&mutator)))
        }
        records.append(
          mutator.below(8) == 0
            ? .closed(block: blocks) : .end(block: blocks, output: OutputMark(length: links, hash: 7)))
        blocks += 1
      default:
        steps.append(.link(links))
        records.append(.value(link: links, Self.value(&mutator)))
        links += 1
      }
    }
    records.append(.finish)
    self.steps = steps
    key = (0..<Seal.keySize).map { _ in UInt8(truncatingIfNeeded: mutator.next()) }
    honest = Self.sealed(records.map(\.bytes), key)
    arriving = honest
    pieces = (0..<8).map { _ in 1 + mutator.below(mutator.pick([3, 50, 5000])) }
    for _ in 0..<mutator.below(3) { change(&mutator, records) }
  }

  private static func value(_ mutator: inout Mutator) -> RecordedValue {
    // NaN equals nothing, so a run with one could not be compared with itself.
    switch mutator.below(5) {
    case 0: .bool(mutator.below(2) == 0)
    case 1: .integer(mutator.pick(["0", "-0", "7", "-9223372036854775809", String(repeating: "9", count: 5000)]))
    case 2: .single(UInt32(truncatingIfNeeded: mutator.next()) & 0xff7f_ffff)
    case 3: .real(mutator.next() & 0xffef_ffff_ffff_ffff)
    default: .text(mutator.pick(Hostile.markdown))
    }
  }

  private static func table(_ mutator: inout Mutator) -> String {
    (0..<mutator.below(4)).map { _ in "a\(Record.cellSeparator)\(mutator.pick(Hostile.html))" }.joined(
      separator: String(Record.rowSeparator))
  }

  private static func sealed(_ records: [[UInt8]], _ key: [UInt8]) -> [UInt8] {
    var seal = Seal(key: key)
    return records.flatMap { bytes in head(bytes.count, seal.next(bytes)) + bytes }
  }

  private static func head(_ length: Int, _ seal: [UInt8]) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + seal
  }

  private mutating func change(_ mutator: inout Mutator, _ records: [Record]) {
    let place = mutator.below(arriving.count + 1)
    switch mutator.below(9) {
    case 0: mutator.damage(&arriving, with: honest)
    case 1: arriving = Array(arriving[..<place])
    case 2:
      // Sealed with another key.
      arriving.insert(
        contentsOf: Self.sealed([mutator.pick(records).bytes], [UInt8](repeating: 7, count: Seal.keySize)),
        at: mutator.below(2) == 0 ? 0 : place)
    case 3:
      let length = mutator.pick([Int(UInt32.max), Self.limit, Self.limit + 1, 1 << 31, 0, 1 << 24])
      arriving.insert(
        contentsOf: Self.head(length, [UInt8](repeating: 0, count: Seal.size)), at: mutator.below(2) == 0 ? 0 : place)
    case 4:
      arriving.insert(
        contentsOf: mutator.pick([
          "begin 0\nend 0\ninteger 0 5\nbool 1 1\nfinish\n", "finish\n", "begin 99999\n", "\n\n\n",
        ]).utf8, at: mutator.below(2) == 0 ? 0 : place)
    case 5: arriving += arriving
    case 6: arriving += [UInt8](repeating: UInt8(mutator.below(256)), count: mutator.pick([1, 100, 300_000]))
    case 7:
      // In another order, one left out or taken twice, sealed as the recorder would.
      isSealed = true
      var other = records
      for _ in 0...mutator.below(3) {
        let index = mutator.below(other.count)
        switch mutator.below(3) {
        case 0: other.swapAt(index, mutator.below(other.count))
        case 1: other.insert(other[index], at: mutator.below(other.count))
        default: if other.count > 1 { other.remove(at: index) }
        }
      }
      arriving = Self.sealed(other.map(\.bytes), key)
    default:
      // Whatever it likes, sealed.
      isSealed = true
      var other = records.map(\.bytes)
      let words = [
        "begin", "end", "closed", "trapped", "bool", "integer", "single", "real", "text", "figure", "finish",
      ]
      let numbers = [
        "0", "-1", "99999", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "x", "", "1e9",
        "fffffffffffffffff",
      ]
      for _ in 0...mutator.below(2) {
        var line = mutator.pick(words)
        for _ in 0..<mutator.below(4) { line += " " + mutator.pick(numbers) }
        var bytes = Array((line + "\n").utf8)
        if mutator.below(3) == 0 { mutator.damage(&bytes, with: honest) }
        other.insert(bytes, at: mutator.below(other.count))
      }
      arriving = Self.sealed(other, key)
    }
  }

  // MARK: What comes of it

  private func reader(of bytes: [UInt8], in pieces: [Int]) -> RecordReader {
    var reader = RecordReader(steps, key: key, limit: Self.limit)
    var start = 0, turn = 0
    while start < bytes.count {
      let end = min(bytes.count, start + pieces[turn % pieces.count])
      reader.feed(bytes[start..<end])
      (start, turn) = (end, turn + 1)
    }
    reader.close()
    return reader
  }

  func judged() -> Case.Outcome {
    let reader = reader(of: arriving, in: pieces), plain = self.reader(of: honest, in: [honest.count])
    var faults: [String] = []
    if !plain.finished || plain.breach != nil { faults.append("an honest program is not believed") }
    var links: Set<Int> = [], blocks: Set<Int> = []
    for step in steps {
      switch step {
      case .link(let index): links.insert(index)
      case .block(let index), .trap(let index): blocks.insert(index)
      }
    }
    let record = reader.record
    if !links.isSuperset(of: record.values.keys) { faults.append("a value of no expression") }
    if !blocks.isSuperset(of: record.finished) || !blocks.isSuperset(of: record.figures.keys) {
      faults.append("something of no block")
    }
    if reader.finished, reader.breach == nil {
      if Set(record.values.keys) != links || record.finished.union(reader.closed) != blocks || reader.next != nil {
        faults.append("finished, and a step is missing")
      }
      if !isSealed, record != plain.record { faults.append("somebody without the key is believed") }
    }
    return Case.Outcome(
      kind: "records", fate: reader.finished ? .woven : reader.breach == nil ? .read : .refused, faults: faults)
  }
}
