import Kernel
import Testing

@Suite struct SafeTensorsTests {
  /// A file of a header and what stands after it.
  private func file(_ header: String, _ data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
    let text = Array(header.utf8), length = length ?? UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(8 * $0)) } + text + data
  }

  private func message(_ bytes: [UInt8]) -> String? {
    do throws(SafeTensors.Failure) {
      _ = try SafeTensors(bytes)
      return nil
    } catch {
      return error.message
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    let matrix = randomMatrix(3, 5, seed: 60), floats = single(matrix)
    var written = SafeTensors()
    written.add("matrix", matrix)
    written.add("λ \"quoted\"\\\n\u{1}", floats)
    written.add("cube", elements: matrix.elements, shape: [3, 1, 5], as: .float32)
    written.add("single", elements: [2.5], shape: [])
    written.add("none", elements: [Double](), shape: [0, 7])
    written.add("numbers", integers: [.min, -1, 0, .max])
    written.add("bytes", integers: [0, 255], as: .uint8)
    written.metadata = [("format", "pt"), ("by \t", "😀")]
    let bytes = written.fileBytes()
    // A file of eight-byte alignment, so that each tensor stands at a multiple of its width.
    let length = bytes[..<8].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    #expect(length % 8 == 0 && bytes[8] == UInt8(ascii: "{"))
    let read = try SafeTensors(bytes)
    #expect(read.entries.map(\.name).sorted() == written.entries.map(\.name).sorted())
    #expect(read.metadata.map { [$0.key, $0.value] } == [["format", "pt"], ["by \t", "😀"]])
    #expect(try read.matrix("matrix") == matrix)
    #expect(try read.matrix("λ \"quoted\"\\\n\u{1}", of: Float.self) == floats)
    #expect(try read.elements("cube", of: Float.self) == floats.elements)
    #expect(try read.elements("single") == [2.5] && read.entry("single")?.shape == [])
    #expect(try read.matrix("none") == zeros(0, 7))
    #expect(try read.integers("numbers") == [.min, -1, 0, .max] && read.elements("numbers")[1] == -1)
    #expect(try read.vector("bytes") == [0, 255] && read.entry("bytes")?.type == .uint8)
    #expect(read.fileBytes() == bytes && read.entry("matrix ") == nil && SafeTensors().fileBytes().count == 16)
  }

  @Test func everyHalfPrecisionNumberIsItsOwn() throws {
    #if !arch(x86_64) || os(Linux)
      let all = (0...UInt16.max).map { $0 }
      let bytes = all.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
      let header =
        #"{"h":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]},"#
        + #""b":{"dtype":"BF16","shape":[65536],"data_offsets":[131072,262144]}}"#
      let read = try SafeTensors(file(header, bytes + bytes))
      let halves = try read.vector("h", of: Float.self), brains = try read.vector("b", of: Float.self)
      var copy = SafeTensors()
      copy.add("h", elements: halves, as: .float16)
      copy.add("b", elements: brains, as: .bfloat16)
      let (h, b): ([Double], [Double]) = (try copy.vector("h"), try copy.vector("b"))
      func same(_ read: Float, _ copied: Double, _ expected: Float) -> Bool {
        if expected.isNaN { return read.isNaN && copied.isNaN }
        return read == expected && read.sign == expected.sign && copied == Double(expected) && copied.sign == read.sign
      }
      let wrong = all.indices.filter { i in
        let half = Float(Float16(bitPattern: all[i])), brain = Float(bitPattern: UInt32(all[i]) << 16)
        return !same(halves[i], h[i], half) || !same(brains[i], b[i], brain)
      }
      #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    #endif
  }

  @Test func numbersBetweenRoundToNearestTiesToEven() throws {
    #if !arch(x86_64) || os(Linux)
      var generator = Random(seed: 61), numbers: [Double] = []
      // Of all exponents, and exactly between two neighbours.
      for exponent in -30...20 {
        for _ in 0..<40 {
          let x = (1 + generator.uniform()) * (exponent < 0 ? 1 / Double(1 << -exponent) : Double(1 << exponent))
          let half = Double(Float16(x))
          numbers += [x, -x, (half + Double(Float16(x).nextUp)) / 2, half + 1e-9 * half]
        }
      }
      numbers += [65519.99, 65520, 65504, 1e300, -1e300, 5e-324, 0x1p-25, 0x1.0000001p-25, .infinity, -.infinity, -0.0]
      var file = SafeTensors()
      file.add("h", elements: numbers, as: .float16)
      file.add("b", elements: numbers, as: .bfloat16)
      let (h, b): ([Double], [Double]) = (try file.vector("h"), try file.vector("b"))
      for (i, x) in numbers.enumerated() {
        #expect(h[i] == Double(Float16(x)) && h[i].sign == x.sign, "\(x) as F16")
        // The nearest of the two neighbours with seven bits of fraction, by their distances.
        let below = Double(Float(bitPattern: Float(x.magnitude).bitPattern & 0xffff_0000))
        if b[i].isFinite && below.isFinite && Float(x.magnitude).isNormal {
          let above = below + Double(Float(below).ulp) * 65536
          let distance = (b[i].magnitude - x.magnitude).magnitude
          #expect(distance <= min((below - x.magnitude).magnitude, (above - x.magnitude).magnitude), "\(x) as BF16")
        }
      }
    #endif
  }

  @Test func eightBitNumbersAreTheirs() throws {
    let all = (0...UInt8.max).map { $0 }
    let header =
      #"{"e5":{"dtype":"F8_E5M2","shape":[256],"data_offsets":[0,256]},"#
      + #""e4":{"dtype":"F8_E4M3","shape":[2,128],"data_offsets":[256,512]},"#
      + #""t":{"dtype":"BOOL","shape":[4],"data_offsets":[512,516]}}"#
    let read = try SafeTensors(file(header, all + all + [0, 1, 0, 1]))
    let five = try read.elements("e5"), four = try read.elements("e4")
    // 5 and 2 bits are the upper half of a binary16, which is read above.
    let upper = try SafeTensors(
      file(#"{"h":{"dtype":"F16","shape":[256],"data_offsets":[0,512]}}"#, all.flatMap { [0, $0] })
    ).vector("h")
    for i in 0..<256 { #expect(five[i] == upper[i] || five[i].isNaN && upper[i].isNaN) }
    // The numbers of table 1 of Micikevicius et al. (2022).
    #expect(four[0x7e] == 448 && four[0x7f].isNaN && four[0xff].isNaN && four[0x08] == 0x1p-6)
    #expect(four[0x07] == 0.875 * 0x1p-6 && four[0x01] == 0x1p-9 && four[0x38] == 1 && four[0xb8] == -1)
    #expect(four[0x80] == 0 && four[0x80].sign == .minus && four[0x78] == 256)
    #expect(try read.elements("t") == [0, 1, 0, 1])
  }

  @Test(arguments: [
    (#"{"#, "a key is not a text"), ("{}x", "after the header's last }"), (" {}", "does not begin with {"),
    ("", "does not begin"),
    (#"{"a":1}"#, "{ is missing"), (#"{"a":{}}"#, "lacks one of"), (#"{"a":{},}"#, "lacks one of"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}"#, "a key is not a text"),
    (#"{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}"#, "unknown type \"F31\""),
    (#"{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,4]}}"#, "unknown type"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "of shape 2 in F32 has 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,5]}}"#, "not two places within 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "not two places"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, "not two places"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}"#, "not two places"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "not a list of whole numbers"),
    (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, "] is missing"),
    (#"{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}"#, "] is missing"),
    (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, "not a list of whole numbers"),
    (#"{"a":{"dtype":"F32","shape":[1,],"data_offsets":[0,4]}}"#, "not a list of whole numbers"),
    (#"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#, "not a list of whole numbers"),
    (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, "has 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[1099511627776,0],"data_offsets":[0,0]}}"#, "has a size of 1099511627776"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"shape":[1]}}"#, "a key \"shape\" too many"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":[1]}}"#, "a key \"x\" too many"),
    (
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#,
      "two tensors \"a\""
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      "does not begin where"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
      "does not begin where"
    ),
    (#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#, "1 bytes at the end belong to no tensor"),
    ("{}", "4 bytes at the end"),
    (#"{"__metadata__":{"a":1}}"#, "is not a text"),
    (#"{"__metadata__":{"a":"b"},"__metadata__":{"a":"b"}}"#, "a second"),
    (#"{"\ud83d":{}}"#, "half a surrogate pair"), (#"{"\ud83dx":{}}"#, "half a surrogate pair"),
    (#"{"\ude00":{}}"#, "half a surrogate"),
    (#"{"\ud83d\u0041":{}}"#, "half a surrogate"), (#"{"\x":{}}"#, "before a character that needs none"),
    (#"{"\u00g0":{}}"#, "four hexadecimal"),
    ("{\"a\n\":{}}", "control character"), (#"{"a"#, "missing"), (#"{"a\"#, "ends within a text"),
    (#"{"a\u00"#, "ends within a text"),
    (#"{"a":[]}"#, "{ is missing"), (String(repeating: "[", count: 100_000), "does not begin with {"),
    ("{" + String(repeating: "\"a\":{", count: 100_000), "too many"),
  ])
  func aHeaderThatIsWrongIsSaidTo(_ header: String, _ says: String) {
    let said = message(file(header, [0, 0, 0, 0]))
    #expect(said?.contains(says) == true, "\(header.prefix(90)) said \(said ?? "nothing")")
  }

  @Test func aLengthThatIsWrongIsSaidTo() {
    #expect(message([])?.contains("0 bytes") == true && message([1, 2, 3])?.contains("3 bytes") == true)
    for length in [3, 5, 1 << 20, 100_000_000] as [UInt64] {
      #expect(message(file("{}", [], length: length))?.contains("in a file of 10") == true, "\(length)")
    }
    for length in [100_000_001, 1 << 40, 1 << 63, .max] as [UInt64] {
      #expect(message(file("{}", [], length: length))?.contains("is longer than") == true, "\(length)")
    }
    #expect(message(file("{}")) == nil && message(file("{} \n\t ")) == nil)
    #expect(message(file("{}").dropLast() + [0xff])?.contains("a key is not a text") == true)
    #expect(message(file("{\"a", [0xff, 0x22], length: 5)) != nil)
  }

  @Test func theEscapesOfJSONAreRead() throws {
    let name = #""\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\uDE00""#
    let read = try SafeTensors(
      file("{\(name) : { \"shape\" : [ ] , \"data_offsets\" : [ 0 , 1 ] , \"dtype\" : \"U8\" } } ", [7]))
    #expect(try read.integers("\"\\/\u{8}\u{c}\n\r\té€😀") == [7])
  }

  /// Files cut short, and files with bytes changed, are read or refused: nothing stops, nothing hangs.
  @Test func damagedFilesAreReadOrRefused() throws {
    var whole = SafeTensors(), generator = Random(seed: 62)
    whole.add("a.weight", randomMatrix(2, 3, seed: 63))
    whole.add("b", elements: [1.0, 2, 3], as: .float16)
    whole.add("c", integers: [1, 2], as: .int16)
    whole.metadata = [("format", "pt")]
    let bytes = whole.fileBytes()
    for count in 0..<bytes.count { #expect(message(Array(bytes[..<count])) != nil) }
    let letters = Array("{}[]\",:\\0123456789eE-. \u{0}\u{7f}au".utf8) + [0xff, 0xc3]
    var refused = 0, read = 0
    for _ in 0..<20_000 {
      var damaged = bytes
      for _ in 0...generator.integer(below: 3) {
        damaged[generator.integer(below: damaged.count)] = letters[generator.integer(below: letters.count)]
      }
      do throws(SafeTensors.Failure) {
        let file = try SafeTensors(damaged)
        for entry in file.entries { #expect(try file.elements(entry.name).count == entry.count) }
        read += 1
      } catch {
        refused += 1
        #expect(error.message.hasPrefix("SafeTensors: "))
      }
    }
    #expect(refused > 5000 && read > 1000)
  }

  /// Names that come again and again cost no square of their number.
  @Test func manyTensorsAreReadInTheirOwnTime() throws {
    var header = "{"
    for i in 0..<50_000 {
      header += (i == 0 ? "" : ",") + "\"t\(i)\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}"
    }
    let read = try SafeTensors(file(header + "}"))
    #expect(read.entries.count == 50_000 && read.entry("t49999") != nil && read.entry("t50000") == nil)
  }

  @Test func whatATensorIsNotIsSaid() throws {
    var file = SafeTensors()
    file.add("m", zeros(2, 3))
    file.add("v", elements: [1.0])
    file.add("big", integers: [1, -1], as: .int64)
    let big = file.fileBytes()
    let unsigned = try SafeTensors(replacing("\"I64\"", by: "\"U64\"", in: big))
    func message(_ read: () throws(SafeTensors.Failure) -> Void) -> String {
      do throws(SafeTensors.Failure) {
        try read()
        return "nothing"
      } catch {
        return error.message
      }
    }
    #expect(
      message { () throws(SafeTensors.Failure) in _ = try file.elements("x") }
        == "SafeTensors: there is no tensor \"x\"")
    #expect(
      message { () throws(SafeTensors.Failure) in _ = try file.vector("m") }.contains(
        "\"m\" of shape 2×3 is not a vector"))
    #expect(
      message { () throws(SafeTensors.Failure) in _ = try file.matrix("v") }.contains(
        "\"v\" of shape 1 is not a matrix"))
    #expect(
      message { () throws(SafeTensors.Failure) in _ = try file.integers("v") }.contains(
        "F64 does not hold whole numbers"))
    #expect(message { () throws(SafeTensors.Failure) in _ = try unsigned.integers("big") }.contains("above 2⁶³ − 1"))
    #expect(try unsigned.elements("big") == [1, 0x1p64])
    let long = String(repeating: "n", count: 100)
    #expect(message { () throws(SafeTensors.Failure) in _ = try file.elements(long) }.utf8.count < 110)
    #expect(message { () throws(SafeTensors.Failure) in _ = try file.elements("a\u{1b}[2J") }.contains("a?[2J"))
  }

  private func replacing(_ old: String, by new: String, in bytes: [UInt8]) -> [UInt8] {
    let old = Array(old.utf8)
    for start in 0..<bytes.count - old.count where Array(bytes[start..<start + old.count]) == old {
      return bytes[..<start] + Array(new.utf8) + bytes[(start + old.count)...]
    }
    return bytes
  }

  private static let refusals: [Refusal] = [
    ("SafeTensors: a second tensor \"a\"", { add { $0.add("a", zeros(1, 1)) } }),
    ("SafeTensors: the name __metadata__ belongs", { add { $0.add("__metadata__", zeros(1, 1)) } }),
    ("SafeTensors: 2 elements for \"b\" of shape 3", { add { $0.add("b", elements: [1.0, 2], shape: [3]) } }),
    (
      "SafeTensors: 2 elements for \"b\" of shape -1×-2", { add { $0.add("b", elements: [1.0, 2], shape: [-1, -2]) } }
    ),
    ("SafeTensors: 0 elements for \"b\" of shape", { add { $0.add("b", integers: [], shape: [1 << 32, 1 << 32]) } }),
    ("SafeTensors: I8 for numbers", { add { $0.add("b", zeros(1, 1), as: .int8) } }),
    ("SafeTensors: F8_E4M3 for numbers", { add { $0.add("b", zeros(1, 1), as: .float8E4M3) } }),
    ("SafeTensors: F32 for whole numbers", { add { $0.add("b", integers: [1], as: .float32) } }),
    ("SafeTensors: 256 as U8", { add { $0.add("b", integers: [256], as: .uint8) } }),
    ("SafeTensors: -1 as U64", { add { $0.add("b", integers: [-1], as: .uint64) } }),
    ("SafeTensors: 32768 as I16", { add { $0.add("b", integers: [32768], as: .int16) } }),
  ]

  @Test(arguments: refusals.indices) func refusalsHaveTheirWords(_ place: Int) async throws {
    let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) { [place] in
      Self.refusals[place].call()
    }
    expectRefused(Self.refusals[place], result)
  }
}

private func add(_ change: (inout SafeTensors) -> Void) {
  var file = SafeTensors()
  file.add("a", zeros(1, 1))
  change(&file)
}
