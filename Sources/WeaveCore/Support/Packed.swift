/// A value as bytes, for what is read at every build: a thousandth of the time that a text format takes.
protocol Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn)
  func pack(into writer: inout PackWriter)
}

struct PackWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ value: some Packed) { value.pack(into: &self) }

  mutating func add(_ word: UInt64) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ text: String.UTF8View) { bytes.append(contentsOf: text) }
}

struct PackReader {
  /// The bytes are not what a writer of this version left.
  struct Torn: Error {}

  private let bytes: ArraySlice<UInt8>
  private var offset: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    offset = bytes.startIndex
  }

  /// For how many of `count` elements of at least so many bytes there are bytes left: a torn count asks for no more room.
  func room(for count: UInt64, of size: Int) -> Int { Int(min(count, UInt64((bytes.endIndex - offset) / size))) }

  mutating func read<T: Packed>(_ type: T.Type = T.self) throws(Torn) -> T { try T(from: &self) }

  mutating func word() throws(Torn) -> UInt64 {
    guard bytes.endIndex - offset >= 8 else { throw Torn() }
    defer { offset += 8 }
    return bytes.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset - bytes.startIndex, as: UInt64.self))
    }
  }

  mutating func text() throws(Torn) -> ArraySlice<UInt8> {
    let count = try word()
    guard count <= UInt64(bytes.endIndex - offset) else { throw Torn() }
    defer { offset += Int(count) }
    return bytes[offset..<offset + Int(count)]
  }
}

extension UInt64: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) { self = try reader.word() }
  func pack(into writer: inout PackWriter) { writer.add(self) }
}

extension Int64: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) { self.init(bitPattern: try reader.word()) }
  func pack(into writer: inout PackWriter) { writer.add(UInt64(bitPattern: self)) }
}

extension Int: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) { self.init(truncatingIfNeeded: try Int64(from: &reader)) }
  func pack(into writer: inout PackWriter) { Int64(self).pack(into: &writer) }
}

extension String: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) { self.init(decoding: try reader.text(), as: UTF8.self) }
  func pack(into writer: inout PackWriter) {
    writer.add(UInt64(utf8.count))
    writer.add(utf8)
  }
}

extension Optional: Packed where Wrapped: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) { self = try reader.word() == 0 ? nil : Wrapped(from: &reader) }
  func pack(into writer: inout PackWriter) {
    writer.add(self == nil ? UInt64(0) : 1)
    if let value = self { writer.add(value) }
  }
}

extension Array: Packed where Element: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    self = []
    let count = try reader.word()
    reserveCapacity(reader.room(for: count, of: 8))
    for _ in 0..<count { append(try Element(from: &reader)) }
  }
  func pack(into writer: inout PackWriter) {
    writer.add(UInt64(count))
    for element in self { writer.add(element) }
  }
}

extension Dictionary: Packed where Key: Packed & Comparable, Value: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    self = [:]
    let count = try reader.word()
    reserveCapacity(reader.room(for: count, of: 16))
    for _ in 0..<count {
      let key = try Key(from: &reader)
      self[key] = try Value(from: &reader)
    }
  }
  /// By key, so that the same value gives the same bytes.
  func pack(into writer: inout PackWriter) {
    writer.add(UInt64(count))
    for (key, value) in sorted(by: { $0.key < $1.key }) {
      writer.add(key)
      writer.add(value)
    }
  }
}
