extension SafeTensors {
  /// How the elements of a tensor are stored. Types narrower than a byte, powers of two alone and complex numbers are
  /// not read.
  public enum ElementType: Sendable, CaseIterable {
    /// True or false, a byte each; as a number 1 or 0.
    case bool
    /// Whole numbers without a sign.
    case uint8, uint16, uint32, uint64
    /// Whole numbers in two's complement.
    case int8, int16, int32, int64
    /// IEEE 754 binary64, binary32 and binary16.
    case float64, float32, float16
    /// The upper half of a binary32: 8 bits of exponent, 7 of fraction.
    case bfloat16
    /// Eight bits: 5 of exponent and 2 of fraction as IEEE would have it; 4 and 3 without infinities.
    /// Source: Micikevicius et al., "FP8 formats for deep learning" (2022).
    case float8E5M2, float8E4M3

    /// Its name in a file.
    public var name: String {
      switch self {
      case .bool: "BOOL"
      case .uint8: "U8"
      case .uint16: "U16"
      case .uint32: "U32"
      case .uint64: "U64"
      case .int8: "I8"
      case .int16: "I16"
      case .int32: "I32"
      case .int64: "I64"
      case .float64: "F64"
      case .float32: "F32"
      case .float16: "F16"
      case .bfloat16: "BF16"
      case .float8E5M2: "F8_E5M2"
      case .float8E4M3: "F8_E4M3"
      }
    }

    /// The bytes of one element.
    public var byteCount: Int {
      switch self {
      case .bool, .uint8, .int8, .float8E5M2, .float8E4M3: 1
      case .uint16, .int16, .float16, .bfloat16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64: 8
      }
    }

    var isFloat: Bool {
      switch self {
      case .float64, .float32, .float16, .bfloat16, .float8E5M2, .float8E4M3: true
      default: false
      }
    }

    var isInteger: Bool {
      switch self {
      case .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64: true
      default: false
      }
    }

    /// Whether the type has a value for a whole number.
    func holds(_ number: Int64) -> Bool {
      switch self {
      case .uint8: UInt8(exactly: number) != nil
      case .uint16: UInt16(exactly: number) != nil
      case .uint32: UInt32(exactly: number) != nil
      case .uint64: number >= 0
      case .int8: Int8(exactly: number) != nil
      case .int16: Int16(exactly: number) != nil
      case .int32: Int32(exactly: number) != nil
      case .int64: true
      default: false
      }
    }
  }
}

// Decoding and encoding.
extension SafeTensors.ElementType {
  /// The numbers in some bytes, each rounded once to T.
  @specialized(where T == Double)
  @specialized(where T == Float)
  func numbers<T: Real>(_ bytes: UnsafeRawBufferPointer) -> [T] {
    switch self {
    case .bool: each(bytes, UInt8.self) { $0 == 0 ? 0 : 1 }
    case .uint8: each(bytes, UInt8.self) { T($0) }
    case .uint16: each(bytes, UInt16.self) { T($0) }
    case .uint32: each(bytes, UInt32.self) { T($0) }
    case .uint64: each(bytes, UInt64.self) { T($0) }
    case .int8: each(bytes, Int8.self) { T($0) }
    case .int16: each(bytes, Int16.self) { T($0) }
    case .int32: each(bytes, Int32.self) { T($0) }
    case .int64: each(bytes, Int64.self) { T($0) }
    case .float64: each(bytes, UInt64.self) { T(Double(bitPattern: $0)) }
    case .float32: each(bytes, UInt32.self) { T(Float(bitPattern: $0)) }
    case .float16: each(bytes, UInt16.self) { T(Narrow.float16.value(UInt32($0))) }
    case .bfloat16: each(bytes, UInt16.self) { T(Narrow.bfloat16.value(UInt32($0))) }
    case .float8E5M2: each(bytes, UInt8.self) { T(Narrow.float8E5M2.value(UInt32($0))) }
    case .float8E4M3: each(bytes, UInt8.self) { T(Narrow.float8E4M3.value(UInt32($0))) }
    }
  }

  /// The whole numbers in some bytes; nil where one is above 2⁶³ − 1.
  func integers(_ bytes: UnsafeRawBufferPointer) -> [Int64]? {
    switch self {
    case .uint8: return each(bytes, UInt8.self) { Int64($0) }
    case .uint16: return each(bytes, UInt16.self) { Int64($0) }
    case .uint32: return each(bytes, UInt32.self) { Int64($0) }
    case .int8: return each(bytes, Int8.self) { Int64($0) }
    case .int16: return each(bytes, Int16.self) { Int64($0) }
    case .int32: return each(bytes, Int32.self) { Int64($0) }
    case .int64: return each(bytes, Int64.self) { $0 }
    case .uint64:
      let numbers = each(bytes, Int64.self) { $0 }
      return numbers.contains { $0 < 0 } ? nil : numbers
    default: return nil
    }
  }

  @inline(__always)
  private func each<Stored: FixedWidthInteger & BitwiseCopyable, Result>(
    _ bytes: UnsafeRawBufferPointer, _ stored: Stored.Type, _ f: (Stored) -> Result
  ) -> [Result] {
    let size = MemoryLayout<Stored>.size, count = bytes.count / size
    return [Result](unsafeUninitializedCapacity: count) { result, initialized in
      for i in 0..<count {
        let bits = Stored(littleEndian: bytes.loadUnaligned(fromByteOffset: i * size, as: Stored.self))
        result.initializeElement(at: i, to: f(bits))
      }
      initialized = count
    }
  }

  /// Appends numbers, each rounded once to this type, which is one of F64, F32, F16, BF16.
  @specialized(where T == Double)
  @specialized(where T == Float)
  func append<T: Real>(_ numbers: [T], to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + numbers.count * byteCount)
    for number in numbers {
      let x = number._asDouble
      let bits: UInt64 =
        switch self {
        case .float32: UInt64(Float(x).bitPattern)
        case .float16: UInt64(Narrow.float16.bits(x))
        case .bfloat16: UInt64(Narrow.bfloat16.bits(x))
        default: x.bitPattern
        }
      appendLittleEndian(bits, count: byteCount, to: &bytes)
    }
  }
}

/// A binary floating-point format narrower than `Float`: a sign, an exponent, a fraction.
struct Narrow {
  let exponentBits: Int
  let fractionBits: Int
  /// Whether the highest exponent means infinity and NaN, as in IEEE 754; else only all ones means NaN.
  let hasInfinity: Bool

  static let float16 = Narrow(exponentBits: 5, fractionBits: 10, hasInfinity: true)
  static let bfloat16 = Narrow(exponentBits: 8, fractionBits: 7, hasInfinity: true)
  static let float8E5M2 = Narrow(exponentBits: 5, fractionBits: 2, hasInfinity: true)
  static let float8E4M3 = Narrow(exponentBits: 4, fractionBits: 3, hasInfinity: false)

  private var bias: Int { 1 << (exponentBits - 1) - 1 }

  /// 2ᵏ for k in −1022…1023.
  private func powerOfTwo(_ k: Int) -> Double { Double(bitPattern: UInt64(k + 1023) << 52) }

  /// The number of some bits, exactly.
  func value(_ bits: UInt32) -> Double {
    let exponent = Int(bits >> UInt32(fractionBits)) & (1 << exponentBits - 1)
    let fraction = Int(bits) & (1 << fractionBits - 1)
    var magnitude = 0.0
    if exponent == 1 << exponentBits - 1 && (hasInfinity || fraction == 1 << fractionBits - 1) {
      magnitude = hasInfinity && fraction == 0 ? .infinity : .nan
    } else {
      let whole = exponent == 0 ? fraction : 1 << fractionBits + fraction
      magnitude = Double(whole) * powerOfTwo(max(exponent, 1) - bias - fractionBits)
    }
    return bits >> UInt32(exponentBits + fractionBits) & 1 == 1 ? -magnitude : magnitude
  }

  /// The bits of the nearest number, of two the even one; for a format that has infinities.
  func bits(_ x: Double) -> UInt32 {
    let sign: UInt32 = x.sign == .minus ? 1 << UInt32(exponentBits + fractionBits) : 0
    let highest = UInt32(1 << exponentBits - 1) << UInt32(fractionBits)
    if x.isNaN { return sign | highest | 1 << UInt32(fractionBits - 1) }
    let magnitude = x.magnitude
    if magnitude == .infinity { return sign | highest }
    var exponent = max(Int(magnitude.bitPattern >> 52) - 1023, 1 - bias)
    if exponent > bias { return sign | highest }
    // Below 2⁵² the sum with 2⁵² rounds to a whole number, ties to even.
    var whole = Int(magnitude / powerOfTwo(exponent - fractionBits) + 0x1p52 - 0x1p52)
    if whole == 1 << (fractionBits + 1) {
      whole >>= 1
      exponent += 1
      if exponent > bias { return sign | highest }
    }
    if whole < 1 << fractionBits { return sign | UInt32(whole) }
    return sign | UInt32(exponent + bias) << UInt32(fractionBits) | UInt32(whole - 1 << fractionBits)
  }
}
