/// The header of a safetensors file: JSON, as much of it as the format has, read once from left to right.
///
/// Nothing recurses and nothing is allocated but what the header spells out, so that no header takes more than its
/// length pays for.
struct SafeTensorsHeader {
  typealias Failure = SafeTensors.Failure
  typealias Entry = SafeTensors.Entry

  private(set) var entries: [Entry] = []
  private(set) var metadata: [(key: String, value: String)] = []
  private(set) var byName: [Int] = []

  private let bytes: [UInt8]
  private let end: Int
  private var at = 8

  /// The most bytes of a header, as in the reference implementation.
  private static let longest = 100_000_000

  /// Reads the header of a file and holds it against the file's length.
  init(_ bytes: [UInt8]) throws(Failure) {
    if bytes.count < 8 { throw Failure("\(bytes.count) bytes are not even the length of a header") }
    var length: UInt64 = 0
    for i in 0..<8 { length |= UInt64(bytes[i]) << UInt64(8 * i) }
    if length > UInt64(Self.longest) {
      throw Failure("a header of \(String(length)) bytes is longer than \(Self.longest)")
    }
    if length > UInt64(bytes.count - 8) {
      throw Failure("a header of \(String(length)) bytes in a file of \(bytes.count)")
    }
    self.bytes = bytes
    end = 8 + Int(length)
    if end == 8 || bytes[8] != UInt8(ascii: "{") { throw Failure("the header does not begin with {") }
    try members { header, name throws(Failure) in
      if isSame(name, metadataName) { try header.readMetadata() } else { try header.readEntry(name) }
    }
    skipSpace()
    if at < end { throw failure("something stands after the header's last }") }
    try checkNames()
    try checkPlaces()
  }

  // MARK: What the format has

  private mutating func readMetadata() throws(Failure) {
    if !metadata.isEmpty { throw failure("a second \(metadataName)") }
    try members { header, key throws(Failure) in
      header.metadata.append((key, try header.string("the value of \(quoted(key))")))
    }
  }

  private mutating func readEntry(_ name: String) throws(Failure) {
    var type: SafeTensors.ElementType?, shape: [Int64]?, offsets: [Int64]?
    try members { header, key throws(Failure) in
      if isSame(key, "dtype"), type == nil {
        let given = try header.string("the dtype of \(quoted(name))")
        type = SafeTensors.ElementType.allCases.first { isSame($0.name, given) }
        if type == nil { throw Failure("tensor \(quoted(name)) has elements of the unknown type \(quoted(given))") }
      } else if isSame(key, "shape"), shape == nil {
        shape = try header.wholeNumbers("the shape of \(quoted(name))")
      } else if isSame(key, "data_offsets"), offsets == nil {
        offsets = try header.wholeNumbers("the data_offsets of \(quoted(name))")
      } else {
        throw Failure(
          "tensor \(quoted(name)) has a key \(quoted(key)) too many: dtype, shape and data_offsets, once each")
      }
    }
    guard let type, let shape, let offsets else {
      throw Failure("tensor \(quoted(name)) lacks one of dtype, shape and data_offsets")
    }
    entries.append(try entry(name, type, shape, offsets))
  }

  /// The entry, once its sizes fit its place, and its place the file.
  private func entry(
    _ name: String, _ type: SafeTensors.ElementType, _ shape: [Int64], _ offsets: [Int64]
  ) throws(Failure) -> Entry {
    var needed: Int64? = Int64(type.byteCount)
    for size in shape {
      if size > Int64(mostElements) { throw Failure("tensor \(quoted(name)) has a size of \(String(size))") }
      needed = needed.flatMap { checkedProduct($0, size) }
    }
    let sizes = shape.map { Int($0) }, available = Int64(bytes.count - end)
    guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= available else {
      throw Failure("the data_offsets of \(quoted(name)) are not two places within \(String(available)) bytes")
    }
    let size = offsets[1] - offsets[0]
    guard needed == size else {
      let what = "\(quoted(name)) of shape \(sizesText(of: sizes)) in \(type.name)"
      throw Failure("tensor \(what) has \(String(size)) bytes")
    }
    return Entry(name: name, type: type, shape: sizes, place: end + Int(offsets[0])..<end + Int(offsets[1]))
  }

  private mutating func checkNames() throws(Failure) {
    byName = entries.indices.sorted { precedes(entries[$0].name, entries[$1].name) }
    for (a, b) in zip(byName, byName.dropFirst()) where isSame(entries[a].name, entries[b].name) {
      throw Failure("there are two tensors \(quoted(entries[a].name))")
    }
  }

  /// The tensors fill what stands after the header, without a hole and without sharing.
  private func checkPlaces() throws(Failure) {
    var filled = end
    let places = entries.map { $0.place }
    let order = entries.indices.sorted { a, b in
      places[a].lowerBound == places[b].lowerBound
        ? places[a].upperBound < places[b].upperBound : places[a].lowerBound < places[b].lowerBound
    }
    for e in order {
      if places[e].lowerBound != filled {
        throw Failure("tensor \(quoted(entries[e].name)) does not begin where the one before it ends")
      }
      filled = places[e].upperBound
    }
    if filled != bytes.count { throw Failure("\(bytes.count - filled) bytes at the end belong to no tensor") }
  }

  // MARK: JSON

  private func failure(_ reason: String) -> Failure { Failure("\(reason) (byte \(at))") }

  private mutating func skipSpace() {
    while at < end, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0a || bytes[at] == 0x0d { at += 1 }
  }

  /// Whether `character` comes next, after white space; if so it is passed.
  private mutating func pass(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard at < end, bytes[at] == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
    if !pass(character) { throw failure("\(String(character)) is missing in the header") }
  }

  /// An object: `read` is given each key, and reads its value.
  private mutating func members(
    _ read: (inout SafeTensorsHeader, String) throws(Failure) -> Void
  ) throws(Failure) {
    try expect("{")
    if pass("}") { return }
    repeat {
      let key = try string("a key")
      try expect(":")
      try read(&self, key)
    } while pass(",")
    try expect("}")
  }

  private mutating func wholeNumbers(_ what: @autoclosure () -> String) throws(Failure) -> [Int64] {
    try expect("[")
    var numbers: [Int64] = []
    if pass("]") { return numbers }
    repeat {
      skipSpace()
      let start = at
      var number: Int64? = 0
      while at < end, bytes[at] >= 0x30, bytes[at] <= 0x39 {
        let digit = Int64(bytes[at] - 0x30)
        number = number.flatMap { checkedProduct($0, 10) }.flatMap { $0 > .max - digit ? nil : $0 + digit }
        at += 1
      }
      guard let number, at > start, bytes[start] != 0x30 || at == start + 1 else {
        throw failure("\(what()) is not a list of whole numbers from 0 to 2⁶³ − 1")
      }
      numbers.append(number)
    } while pass(",")
    try expect("]")
    return numbers
  }

  private mutating func string(_ what: @autoclosure () -> String) throws(Failure) -> String {
    if !pass("\"") { throw failure("\(what()) is not a text") }
    var text: [UInt8] = []
    while at < end, bytes[at] != UInt8(ascii: "\"") {
      let byte = bytes[at]
      at += 1
      if byte < 0x20 { throw failure("\(what()) has a control character") }
      if byte == UInt8(ascii: "\\") { try escape(into: &text) } else { text.append(byte) }
    }
    try expect("\"")
    let result = String(decoding: text, as: UTF8.self)
    // Decoding puts a mark where the bytes are not UTF-8.
    if !result.utf8.elementsEqual(text) { throw failure("\(what()) is not UTF-8") }
    return result
  }

  private mutating func escape(into text: inout [UInt8]) throws(Failure) {
    guard at < end else { throw failure("the header ends within a text") }
    let letter = bytes[at]
    at += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var value = try hexadecimal()
      if value >> 10 == 0x36 {
        guard at + 1 < end, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
          throw failure("half a surrogate pair")
        }
        at += 2
        let low = try hexadecimal()
        guard low >> 10 == 0x37 else { throw failure("half a surrogate pair") }
        value = 0x10000 + (value & 0x3ff) << 10 + low & 0x3ff
      }
      guard let scalar = Unicode.Scalar(value) else { throw failure("half a surrogate pair") }
      text += Array(String(scalar).utf8)
    default: throw failure("\\ before a character that needs none")
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard at < end else { throw failure("the header ends within a text") }
      let digit: UInt8
      switch bytes[at] {
      case 0x30...0x39: digit = bytes[at] - 0x30
      case 0x41...0x46: digit = bytes[at] - 0x41 + 10
      case 0x61...0x66: digit = bytes[at] - 0x61 + 10
      default: throw failure("\\u without four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }

  // MARK: Writing

  /// The header of tensors in the order in which their elements follow, padded to a multiple of eight bytes.
  static func bytes(_ entries: [Entry], _ metadata: [(key: String, value: String)]) -> [UInt8] {
    var text = "{", start = 0
    func separator() -> String { text.utf8.count > 1 ? "," : "" }
    if !metadata.isEmpty {
      text += "\"\(metadataName)\":{"
      for (i, pair) in metadata.enumerated() {
        text += (i == 0 ? "" : ",") + escaped(pair.key) + ":" + escaped(pair.value)
      }
      text += "}"
    }
    for entry in entries {
      var sizes = ""
      for size in entry.shape { sizes += (sizes.utf8.isEmpty ? "" : ",") + "\(size)" }
      text += separator() + escaped(entry.name) + ":{\"dtype\":\"\(entry.type.name)\",\"shape\":[\(sizes)],"
      text += "\"data_offsets\":[\(start),\(start + entry.place.count)]}"
      start += entry.place.count
    }
    var bytes = Array((text + "}").utf8)
    while bytes.count % 8 != 0 { bytes.append(0x20) }
    return bytes
  }

  private static func escaped(_ text: String) -> String {
    var bytes = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      if byte < 0x20 {
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      } else {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
        bytes.append(byte)
      }
    }
    return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
  }
}
