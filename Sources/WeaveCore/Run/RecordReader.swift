/// Reads what `BlockRecorder` sends, as it arrives.
struct RecordReader {
  private(set) var record = RunRecord()
  /// The block that runs now.
  private(set) var current: Int?
  /// The block that began last: it may have ended before anybody looked.
  private(set) var latest: Int?
  private(set) var finished = false
  /// Blocks whose standard output was closed or changed by their own code.
  private(set) var closed: Set<Int> = []
  /// By block index: the signal that ended a `trap` block, 0 where it came to its end.
  private(set) var trapped: [Int: Int] = [:]
  /// What does not follow the protocol: the program wrote into the channel.
  private(set) var isBroken = false

  /// How much has come.
  private(set) var bytes = 0

  private var pending: [UInt8] = []
  private var start = 0

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    let before = pending.count
    pending += bytes
    self.bytes += pending.count - before
    while !isBroken, let newline = pending[start...].firstIndex(of: 10) {
      let words = String(decoding: pending[start..<newline], as: UTF8.self).split(separator: " ")
      guard take(words, from: newline + 1) else { break }
    }
    if start > 1 << 16 {
      pending.removeFirst(start)
      start = 0
    }
  }

  /// False where the rest of the record is still on its way.
  private mutating func take(_ words: [Substring], from next: Int) -> Bool {
    guard let kind = words.first else { return broken() }
    let numbers = words.dropFirst().map { Int($0) ?? -1 }
    var end = next
    switch (kind, numbers.count) {
    case ("begin", 1): (current, latest) = (numbers[0], numbers[0])
    case ("end", 1):
      record.finished.insert(numbers[0])
      current = nil
    case ("closed", 1):
      closed.insert(numbers[0])
      current = nil
    case ("trapped", 2): trapped[numbers[0]] = numbers[1]
    case ("finish", 0): finished = true
    case ("bool", 2): record.values[numbers[0]] = .bool(numbers[1] == 1)
    case ("integer", 2):
      guard let value = Int64(words[2]) else { return broken() }
      record.values[numbers[0]] = .integer(value)
    case ("real", 2):
      guard let bits = UInt64(words[2], radix: 16) else { return broken() }
      record.values[numbers[0]] = .real(Double(bitPattern: bits))
    case ("single", 2):
      guard let bits = UInt32(words[2], radix: 16) else { return broken() }
      record.values[numbers[0]] = .single(Float(bitPattern: bits))
    case ("text", 2):
      guard numbers[1] >= 0 else { return broken() }
      end += numbers[1]
      guard pending.count >= end else { return false }
      record.values[numbers[0]] = .text(String(decoding: pending[next..<end], as: UTF8.self))
    case ("figure", 3):
      guard numbers.allSatisfy({ $0 >= 0 }) else { return broken() }
      end += numbers[1] + numbers[2]
      guard pending.count >= end else { return false }
      let svg = String(decoding: pending[next..<next + numbers[1]], as: UTF8.self)
      let table = String(decoding: pending[next + numbers[1]..<end], as: UTF8.self)
      record.figures[numbers[0], default: []].append(
        FigureRecord(
          svg: svg,
          table: table.isEmpty ? [] : table.split(separator: "\u{1E}", omittingEmptySubsequences: false).map {
            $0.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
          }))
    default: return broken()
    }
    start = end
    return true
  }

  private mutating func broken() -> Bool {
    isBroken = true
    return false
  }

  /// What `block` did shows that nothing more can be believed.
  mutating func breakOff(at block: Int?) {
    isBroken = true
    guard let block else { return }
    current = block
    record.finished = record.finished.filter { $0 < block }
  }
}
