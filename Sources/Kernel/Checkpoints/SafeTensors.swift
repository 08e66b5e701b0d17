/// Named tensors in the format of safetensors files: a length in eight bytes, a header in JSON, the elements one after
/// the other, little-endian.
///
/// The caller reads and writes the file; here are its bytes. A tensor is decoded when it is asked for. What a file gets
/// wrong is a `Failure` with words, before anything is allocated that its length does not pay for.
/// Source: Hugging Face, "Safetensors", format description (2022), and the checks of its reference implementation: no
/// name twice, no hole and no overlap among the elements, a header of at most 100 MB.
public struct SafeTensors: Sendable {
  /// What is wrong with a file, or with what was asked of it.
  public struct Failure: Error, Sendable {
    /// The reason, in words.
    public let message: String

    init(_ message: String) { self.message = "SafeTensors: " + message }
  }

  /// One tensor of the file, without its elements.
  public struct Entry: Sendable {
    /// Its name.
    public let name: String
    /// How its elements are stored.
    public let type: ElementType
    /// Its sizes, the one that runs fastest last; empty for a single number.
    public let shape: [Int]
    /// Where its elements stand in the bytes.
    let place: Range<Int>

    /// The number of elements: the product of the sizes.
    public var count: Int { place.count / type.byteCount }
    /// The sizes as text, for messages.
    var sizes: String { sizesText(of: shape) }
  }

  /// The tensors, in the order in which the header names them.
  public private(set) var entries: [Entry] = []
  /// The header's texts for people, pairs of key and value.
  public var metadata: [(key: String, value: String)] = []
  private var bytes: [UInt8] = []
  /// The entries in the order of their names' bytes, to find one by halving.
  private var byName: [Int] = []

  /// No tensor yet.
  public init() {}

  /// The tensors of a file. Throws where its header is not what the format demands, or does not fit its length.
  /// Shape: the file's bytes. Cost: the header's length, and n log n comparisons of n names.
  public init(_ bytes: [UInt8]) throws(Failure) {
    let header = try SafeTensorsHeader(bytes)
    self.bytes = bytes
    entries = header.entries
    metadata = header.metadata
    byName = header.byName
  }

  /// The tensor of a name, nil where there is none. Cost: log n comparisons.
  public func entry(_ name: String) -> Entry? { place(of: name).map { entries[$0] } }

  /// Where in `entries` the tensor of a name stands.
  func place(of name: String) -> Int? {
    let place = firstPlace(notBefore: name)
    return place < byName.count && isSame(entries[byName[place]].name, name) ? byName[place] : nil
  }

  /// The elements of a tensor, in order, each rounded once to the type asked for.
  /// Throws where there is no tensor of the name. Shape: as many as the product of its sizes.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func elements<T: Real>(_ name: String, of type: T.Type = Double.self) throws(Failure) -> [T] {
    let entry = try existing(name)
    return bytes.withUnsafeBytes { entry.type.numbers(UnsafeRawBufferPointer(rebasing: $0[entry.place])) }
  }

  /// A tensor of two sizes. Shape: m×n as stored. Throws where there is none of the name, or with other sizes.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func matrix<T: Real>(_ name: String, of type: T.Type = Double.self) throws(Failure) -> Matrix<T> {
    let entry = try existing(name)
    if entry.shape.count != 2 { throw Failure("tensor \(quoted(name)) of shape \(entry.sizes) is not a matrix") }
    return Matrix(rows: entry.shape[0], columns: entry.shape[1], elements: try elements(name, of: type))
  }

  /// A tensor of one size. Shape: n. Throws where there is none of the name, or with other sizes.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func vector<T: Real>(_ name: String, of type: T.Type = Double.self) throws(Failure) -> [T] {
    let entry = try existing(name)
    if entry.shape.count != 1 { throw Failure("tensor \(quoted(name)) of shape \(entry.sizes) is not a vector") }
    return try elements(name, of: type)
  }

  /// The elements of a tensor of whole numbers, exactly. Shape: as many as the product of its sizes.
  /// Throws where there is none of the name, of other elements, or with one above 2⁶³ − 1.
  public func integers(_ name: String) throws(Failure) -> [Int64] {
    let entry = try existing(name)
    guard entry.type.isInteger else {
      throw Failure("tensor \(quoted(name)) of \(entry.type.name) does not hold whole numbers")
    }
    let numbers = bytes.withUnsafeBytes {
      entry.type.integers(UnsafeRawBufferPointer(rebasing: $0[entry.place]))
    }
    guard let numbers else { throw Failure("tensor \(quoted(name)) holds a number above 2⁶³ − 1") }
    return numbers
  }

  private func existing(_ name: String) throws(Failure) -> Entry {
    guard let entry = entry(name) else { throw Failure("there is no tensor \(quoted(name))") }
    return entry
  }

  /// The first place of `byName` whose name does not come before.
  private func firstPlace(notBefore name: String) -> Int {
    var low = 0, high = byName.count
    while low < high {
      let middle = (low + high) / 2
      if precedes(entries[byName[middle]].name, name) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

// Writing.
extension SafeTensors {
  /// Adds a matrix, stored as its own type unless another is named: a narrower one rounds to nearest, ties to even.
  /// Shape: m×n, stored m×n. Refused: a name that is there already or is `__metadata__`, a type of whole numbers.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public mutating func add<T: Real>(_ name: String, _ matrix: Matrix<T>, as type: ElementType? = nil) {
    add(name, elements: matrix.elements, shape: [matrix.rows, matrix.columns], as: type)
  }

  /// Adds a tensor of any sizes; of one size unless they are given.
  /// Shape: as many elements as the product of the sizes. Refused: another number, and as for a matrix.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public mutating func add<T: Real>(
    _ name: String, elements: [T], shape: [Int]? = nil, as type: ElementType? = nil
  ) {
    let type = type ?? (T.isFloat ? .float32 : .float64)
    require(
      type.isFloat && type.byteCount > 1, "SafeTensors: \(type.name) for numbers, not F64, F32, F16 or BF16")
    let start = bytes.count
    type.append(elements, to: &bytes)
    register(name, type, shape ?? [elements.count], elements: elements.count, from: start)
  }

  /// Adds whole numbers, stored as `type`; of one size unless sizes are given.
  /// Shape: as many elements as the product of the sizes. Refused: another number, a type that does not hold one of the
  /// numbers, and as for a matrix.
  public mutating func add(
    _ name: String, integers: [Int64], shape: [Int]? = nil, as type: ElementType = .int64
  ) {
    require(type.isInteger, "SafeTensors: \(type.name) for whole numbers")
    let start = bytes.count
    for number in integers {
      require(type.holds(number), "SafeTensors: \(String(number)) as \(type.name)")
      appendLittleEndian(UInt64(bitPattern: number), count: type.byteCount, to: &bytes)
    }
    register(name, type, shape ?? [integers.count], elements: integers.count, from: start)
  }

  private mutating func register(
    _ name: String, _ type: ElementType, _ shape: [Int], elements: Int, from start: Int
  ) {
    var count: Int64? = 1
    for size in shape { count = size < 0 ? nil : count.flatMap { checkedProduct($0, Int64(size)) } }
    require(
      count == Int64(elements), "SafeTensors: \(elements) elements for \(quoted(name)) of shape \(sizesText(of: shape))"
    )
    require(!isSame(name, metadataName), "SafeTensors: the name \(metadataName) belongs to the format")
    require(entry(name) == nil, "SafeTensors: a second tensor \(quoted(name))")
    byName.insert(entries.count, at: firstPlace(notBefore: name))
    entries.append(Entry(name: name, type: type, shape: shape, place: start..<bytes.count))
  }

  /// The bytes of the file: the tensors with the widest elements first, so that each stands at a multiple of its width,
  /// then by name. Cost: the file's length.
  public func fileBytes() -> [UInt8] {
    let order = byName.enumerated().sorted { a, b in
      let left = entries[a.element].type.byteCount, right = entries[b.element].type.byteCount
      return left == right ? a.offset < b.offset : left > right
    }
    let header = SafeTensorsHeader.bytes(order.map { entries[$0.element] }, metadata)
    var file: [UInt8] = []
    file.reserveCapacity(8 + header.count + order.reduce(0) { $0 + entries[$1.element].place.count })
    appendLittleEndian(UInt64(header.count), count: 8, to: &file)
    file += header
    for place in order { file += bytes[entries[place.element].place] }
    return file
  }
}

/// The key under which the header keeps its texts.
let metadataName = "__metadata__"

// Names are compared by their bytes: `==` of strings would bring Unicode's tables along, which Embedded Swift lacks.

/// Whether two names have the same bytes.
func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

/// Whether a name's bytes come before another's.
func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

/// A name for a message: at most sixty bytes of it, none that would move the cursor.
func quoted(_ name: String) -> String {
  let bytes = name.utf8.prefix(60).map { $0 < 0x20 || $0 == 0x7f ? UInt8(ascii: "?") : $0 }
  return "\"" + String(decoding: bytes, as: UTF8.self) + (name.utf8.count > 60 ? "…\"" : "\"")
}

/// "3×4"; "a single number" without a size.
func sizesText(of shape: [Int]) -> String {
  if shape.isEmpty { return "a single number" }
  var text = ""
  for size in shape.prefix(8) { text += (text.utf8.isEmpty ? "" : "×") + "\(size)" }
  return shape.count > 8 ? text + "×…" : text
}

/// The product, nil where it overflows.
func checkedProduct(_ a: Int64, _ b: Int64) -> Int64? {
  let (result, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? nil : result
}

/// The lowest bytes of a number, the lowest first.
func appendLittleEndian(_ bits: UInt64, count: Int, to bytes: inout [UInt8]) {
  for i in 0..<count { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * i))) }
}
