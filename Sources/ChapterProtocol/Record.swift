/// What a chapter's program says of itself while it runs, one record after another.
///
/// A record's bytes are a line of words and, where it has one, a body. On the way it stands after its length and its
/// seal.
package enum Record: Sendable, Equatable {
  /// The block's code starts.
  case begin(block: Int)
  /// … and has come to its end; a `run` block tells what stood in its output then.
  case end(block: Int, output: OutputMark? = nil)
  /// The same, but its standard output is not what it was.
  case closed(block: Int)
  /// The child that ran a `trap` block ended by this signal; 0: it came to the block's end.
  case trapped(block: Int, signal: Int)
  case value(link: Int, RecordedValue)
  /// `table`: rows and cells, see `rowSeparator`.
  case figure(block: Int, svg: String, table: String)
  /// What a block declared that a reader may move: cells, see `cellSeparator`.
  case parameter(block: Int, cells: String)
  /// Of a run that tells it: the places of changes that the step passed which ends with the next record.
  case passed([Int])
  /// The program has come to its last line.
  case finish

  /// Unit and record separators: no figure's text holds them.
  package static let cellSeparator: Character = "\u{1F}"
  package static let rowSeparator: Character = "\u{1E}"
}

/// What a file held when a block ended: its length and a keyed hash. What changes it afterwards is no block's output.
package struct OutputMark: Sendable, Equatable {
  package var length: Int
  package var hash: UInt64

  package init(length: Int, hash: UInt64) { (self.length, self.hash) = (length, hash) }

  /// Never begins as a record's number does.
  package init(of bytes: some Collection<UInt8>, key: [UInt8]) {
    self.init(length: bytes.count, hash: Seal.sipHash([UInt8](repeating: 0xff, count: 8) + bytes, key: key))
  }
}

/// A value as it crosses from the program to the tool, exact.
package enum RecordedValue: Sendable, Equatable {
  case bool(Bool)
  /// In decimal digits: an integer of any width.
  case integer(String)
  case single(UInt32)
  case real(UInt64)
  case text(String)
  /// The two ends of a range; both are numbers.
  indirect case range(RecordedValue, RecordedValue)
}

extension Record {
  package var bytes: [UInt8] {
    switch self {
    case .begin(let block): Array("begin \(block)\n".utf8)
    case .end(let block, nil): Array("end \(block)\n".utf8)
    case .end(let block, let output?): Array("end \(block) \(output.length) \(String(output.hash, radix: 16))\n".utf8)
    case .closed(let block): Array("closed \(block)\n".utf8)
    case .trapped(let block, let signal): Array("trapped \(block) \(signal)\n".utf8)
    case .value(let link, .bool(let value)): Array("bool \(link) \(value ? 1 : 0)\n".utf8)
    case .value(let link, .integer(let digits)): Array("integer \(link) \(digits)\n".utf8)
    case .value(let link, .single(let bits)): Array("single \(link) \(String(bits, radix: 16))\n".utf8)
    case .value(let link, .real(let bits)): Array("real \(link) \(String(bits, radix: 16))\n".utf8)
    case .value(let link, .text(let text)): Array("text \(link)\n\(text)".utf8)
    case .value(let link, .range(let low, let high)): Array("range \(link) \(low.word) \(high.word)\n".utf8)
    case .figure(let block, let svg, let table): Array("figure \(block) \(svg.utf8.count)\n\(svg)\(table)".utf8)
    case .parameter(let block, let cells): Array("parameter \(block)\n\(cells)".utf8)
    case .passed(let mutations): Array("passed \(mutations.map(String.init).joined(separator: ","))\n".utf8)
    case .finish: Array("finish\n".utf8)
    }
  }

  /// Nil where the bytes are no record.
  package init?(_ bytes: ArraySlice<UInt8>) {
    guard let end = bytes.firstIndex(of: 10) else { return nil }
    let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
    let body = bytes[(end + 1)...]
    guard let kind = words.first else { return nil }
    func number(_ place: Int) -> Int? { words.count > place ? Int(words[place]) : nil }
    func text(_ bytes: ArraySlice<UInt8>) -> String? { String(validating: bytes, as: UTF8.self) }
    switch (kind, words.count, number(1)) {
    case ("finish", 1, nil) where body.isEmpty: self = .finish
    case ("begin", 2, let block?) where body.isEmpty: self = .begin(block: block)
    case ("end", 2, let block?) where body.isEmpty: self = .end(block: block)
    case ("end", 4, let block?) where body.isEmpty:
      guard let length = number(2), length >= 0, let hash = UInt64(words[3], radix: 16) else { return nil }
      self = .end(block: block, output: OutputMark(length: length, hash: hash))
    case ("closed", 2, let block?) where body.isEmpty: self = .closed(block: block)
    case ("trapped", 3, let block?) where body.isEmpty:
      guard let signal = number(2) else { return nil }
      self = .trapped(block: block, signal: signal)
    case ("bool", 3, let link?) where body.isEmpty && ["0", "1"].contains(words[2]):
      self = .value(link: link, .bool(words[2] == "1"))
    case ("integer", 3, let link?) where body.isEmpty && Self.isDecimal(words[2]):
      self = .value(link: link, .integer(String(words[2])))
    case ("single", 3, let link?) where body.isEmpty:
      guard let bits = UInt32(words[2], radix: 16) else { return nil }
      self = .value(link: link, .single(bits))
    case ("real", 3, let link?) where body.isEmpty:
      guard let bits = UInt64(words[2], radix: 16) else { return nil }
      self = .value(link: link, .real(bits))
    case ("range", 4, let link?) where body.isEmpty:
      guard let low = RecordedValue(word: words[2]), let high = RecordedValue(word: words[3]) else { return nil }
      self = .value(link: link, .range(low, high))
    case ("parameter", 2, let block?):
      guard let cells = text(body) else { return nil }
      self = .parameter(block: block, cells: cells)
    case ("passed", 2, _) where body.isEmpty:
      let mutations = words[1].split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard !mutations.contains(nil) else { return nil }
      self = .passed(mutations.compactMap(\.self))
    case ("text", 2, let link?):
      guard let text = text(body) else { return nil }
      self = .value(link: link, .text(text))
    case ("figure", 3, let block?):
      guard let length = number(2), 0...body.count ~= length, let svg = text(body.prefix(length)),
        let table = text(body.dropFirst(length))
      else { return nil }
      self = .figure(block: block, svg: svg, table: table)
    default: return nil
    }
  }

  fileprivate static func isDecimal(_ word: Substring) -> Bool {
    let digits = word.first == "-" ? word.dropFirst() : word
    return !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
  }
}

extension RecordedValue {
  /// A number among others: `integer:42`, `real:3fe…`.
  fileprivate var word: String {
    switch self {
    case .integer(let digits): "integer:\(digits)"
    case .single(let bits): "single:\(String(bits, radix: 16))"
    case .real(let bits): "real:\(String(bits, radix: 16))"
    case .bool, .text, .range: "none:"
    }
  }

  fileprivate init?(word: Substring) {
    let parts = word.split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "integer" where Record.isDecimal(parts[1]): self = .integer(String(parts[1]))
    case "single":
      guard let bits = UInt32(parts[1], radix: 16) else { return nil }
      self = .single(bits)
    case "real":
      guard let bits = UInt64(parts[1], radix: 16) else { return nil }
      self = .real(bits)
    default: return nil
    }
  }
}

/// A record on its way: the length of its bytes (four bytes, the least significant first), its seal, its bytes.
package enum Frame {
  package static let headSize = 4 + Seal.size
  /// What figures and values of a chapter may come to, and so each of them.
  package static let longest = 64 << 20

  package static func bytes(of record: Record, _ seal: inout Seal) -> [UInt8] {
    let bytes = record.bytes
    let length = UInt32(bytes.count)
    return (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + seal.next(bytes) + bytes
  }

  /// The length of what follows the head.
  package static func length(in head: ArraySlice<UInt8>) -> Int {
    head.prefix(4).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
  }
}
