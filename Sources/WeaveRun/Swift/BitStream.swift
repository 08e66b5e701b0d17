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
    var reader = Reader(bits: Bits(bytes: bytes, place: 8 * magic.utf8.count))
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
    var bits: Bits
    var records: [Record] = []

    /// What a file's own blocks define for others is not looked at: the compiler's notes have none.
    mutating func readBlock(width: Int, isOutermost: Bool = false) -> Bool {
      var forms: [[Operand]] = []
      while !bits.isOver {
        if isOutermost, bits.isAtEnd { return true }
        switch bits.fixed(width) {
        case 0:
          bits.align()
          return !isOutermost
        case 1:
          let block = bits.variable(8), inner = Int(bits.variable(4))
          bits.align()
          let words = Int(bits.fixed(32))
          if block == 0 {
            bits.place += 32 * words
          } else if !readBlock(width: inner) {
            return false
          }
        case 2: forms.append(readForm())
        case 3:
          var record = Record(code: bits.variable(6))
          for _ in 0..<bits.variable(6) where !bits.isOver { record.numbers.append(bits.variable(6)) }
          records.append(record)
        case let form:
          guard forms.indices.contains(Int(form) - 4), read(forms[Int(form) - 4]) else { return false }
        }
      }
      return false
    }

    private mutating func readForm() -> [Operand] {
      var form: [Operand] = []
      for _ in 0..<bits.variable(5) where !bits.isOver {
        if bits.fixed(1) == 1 {
          form.append(.literal(bits.variable(8)))
          continue
        }
        switch bits.fixed(3) {
        case 1: form.append(.fixed(Int(bits.variable(5))))
        case 2: form.append(.variable(Int(bits.variable(5))))
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
          for _ in 0..<bits.variable(6) where !bits.isOver {
            guard let number = scalar(form[place + 1]) else { return false }
            numbers.append(number)
          }
        case .blob:
          let count = Int(truncatingIfNeeded: bits.variable(6))
          bits.align()
          let start = bits.place / 8
          guard count >= 0, count <= bits.bytes.count - start else { return false }
          blob = Array(bits.bytes[start..<start + count])
          bits.place += 8 * count
          bits.align()
        default:
          guard let number = scalar(operand) else { return false }
          numbers.append(number)
        }
      }
      guard let code = numbers.first, !bits.isOver else { return false }
      records.append(Record(code: code, numbers: Array(numbers.dropFirst()), blob: blob))
      return true
    }

    private mutating func scalar(_ operand: Operand) -> UInt64? {
      switch operand {
      case .literal(let value): value
      case .fixed(let width): bits.fixed(width)
      case .variable(let width) where width > 0: bits.variable(width)
      case .character: bits.fixed(6)
      default: nil
      }
    }
  }
}
