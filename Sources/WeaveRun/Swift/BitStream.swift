/// LLVM's container of records, as much of it as the compiler's notes need.
enum BitStream {
  struct Record {
    var code: UInt64
    var numbers: [UInt64] = []
    var blob: [UInt8] = []
  }

  /// All records of all blocks; nil where the bytes are no such stream.
  static func records(_ bytes: [UInt8], magic: String) -> [Record]? {
    guard bytes.starts(with: magic.utf8) else { return nil }
    var reader = Reader(source: Bits(bytes: bytes, place: 8 * magic.utf8.count))
    return reader.readBlock(width: 2, isOutermost: true) ? reader.records : nil
  }

  private struct Bits {
    let bytes: [UInt8]
    var place: Int
    var isOver = false
    var isAtEnd: Bool { place >= 8 * bytes.count }

    mutating func fixed(_ width: Int) -> UInt64 {
      guard width <= 64, place + width <= 8 * bytes.count else {
        isOver = true
        return 0
      }
      var value: UInt64 = 0
      for bit in 0..<width { value |= UInt64(bytes[(place + bit) / 8] >> ((place + bit) % 8) & 1) << bit }
      place += width
      return value
    }

    /// Groups of bits, whose highest says whether another one follows.
    mutating func variable(_ width: Int) -> UInt64 {
      var value: UInt64 = 0, shift = 0
      while !isOver {
        let group = fixed(width)
        value |= (group & (1 << (width - 1) - 1)) << shift
        if group >> (width - 1) == 0 || shift > 57 { break }
        shift += width - 1
      }
      return value
    }

    mutating func align() { place = (place + 31) / 32 * 32 }
  }

  private enum Operand { case literal(UInt64), fixed(Int), variable(Int), array, character, blob }

  private struct Reader {
    var source: Bits
    var records: [Record] = []

    /// What a file's own blocks define for others is not looked at: the compiler's notes have none.
    mutating func readBlock(width: Int, isOutermost: Bool = false) -> Bool {
      var forms: [[Operand]] = []
      while !source.isOver {
        if isOutermost, source.isAtEnd { return true }
        switch source.fixed(width) {
        case 0:
          source.align()
          return !isOutermost
        case 1:
          let block = source.variable(8), inner = Int(source.variable(4))
          source.align()
          let words = Int(source.fixed(32))
          if block == 0 {
            source.place += 32 * words
          } else if !readBlock(width: inner) {
            return false
          }
        case 2: forms.append(readForm())
        case 3:
          var record = Record(code: source.variable(6))
          for _ in 0..<source.variable(6) where !source.isOver { record.numbers.append(source.variable(6)) }
          records.append(record)
        case let form:
          guard forms.indices.contains(Int(form) - 4), read(forms[Int(form) - 4]) else { return false }
        }
      }
      return false
    }

    private mutating func readForm() -> [Operand] {
      var form: [Operand] = []
      for _ in 0..<source.variable(5) where !source.isOver {
        if source.fixed(1) == 1 {
          form.append(.literal(source.variable(8)))
          continue
        }
        switch source.fixed(3) {
        case 1: form.append(.fixed(Int(source.variable(5))))
        case 2: form.append(.variable(Int(source.variable(5))))
        case 3: form.append(.array)
        case 4: form.append(.character)
        default: form.append(.blob)
        }
      }
      return form
    }

    private mutating func read(_ form: [Operand]) -> Bool {
      var numbers: [UInt64] = [], blob: [UInt8] = [], isElement = false
      for (place, operand) in form.enumerated() where !isElement {
        switch operand {
        case .array:
          guard place + 1 < form.count else { return false }
          isElement = true
          for _ in 0..<source.variable(6) where !source.isOver {
            guard let number = scalar(form[place + 1]) else { return false }
            numbers.append(number)
          }
        case .blob:
          let count = Int(truncatingIfNeeded: source.variable(6))
          source.align()
          let start = source.place / 8
          guard count >= 0, count <= source.bytes.count - start else { return false }
          blob = Array(source.bytes[start..<start + count])
          source.place += 8 * count
          source.align()
        default:
          guard let number = scalar(operand) else { return false }
          numbers.append(number)
        }
      }
      guard let code = numbers.first, !source.isOver else { return false }
      records.append(Record(code: code, numbers: Array(numbers.dropFirst()), blob: blob))
      return true
    }

    private mutating func scalar(_ operand: Operand) -> UInt64? {
      switch operand {
      case .literal(let value): value
      case .fixed(let width): source.fixed(width)
      case .variable(let width) where width > 0: source.variable(width)
      case .character: source.fixed(6)
      default: nil
      }
    }
  }
}
