import CZlib
import WeaveModel
import WeaveSupport

/// A ZIP file whose bytes depend on nothing but its entries, their order and zlib: no dates, no owners.
///
/// PKWARE's APPNOTE, without encryption, splitting and the 64-bit forms; names are UTF-8.
package struct ZipArchive {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// The first day that the format knows.
  private static let day: UInt16 = 1 << 5 | 1

  /// Adds a file; `stored` leaves it as it is, otherwise it is deflated.
  mutating func add(_ path: String, _ contents: [UInt8], stored: Bool = false) throws {
    let packed = stored ? contents : try Self.deflated(contents)
    guard contents.count < 1 << 31, bytes.count + packed.count < 1 << 31, count < 1 << 16 - 1 else {
      throw EnvironmentError("the EPUB would be larger than 2 GiB or hold more than 65534 files")
    }
    let start = bytes.count
    let name = Array(path.utf8)
    var fields: [UInt8] = []
    // Needs version 2.0; a name outside ASCII is marked as UTF-8.
    fields.put16(20)
    fields.put16(name.allSatisfy { $0 < 128 } ? 0 : 1 << 11)
    fields.put16(stored ? 0 : 8)
    fields.put16(0)
    fields.put16(Self.day)
    fields.put32(UInt32(CZlib.crc32(0, contents, UInt32(contents.count))))
    fields.put32(UInt32(packed.count))
    fields.put32(UInt32(contents.count))
    fields.put16(UInt16(name.count))
    fields.put16(0)

    bytes.put32(0x0403_4B50)
    bytes += fields
    bytes += name
    bytes += packed

    directory.put32(0x0201_4B50)
    directory.put16(20)
    directory += fields
    // No comment, the first disk, no attributes.
    for _ in 0..<3 { directory.put16(0) }
    directory.put32(0)
    directory.put32(UInt32(start))
    directory += name
    count += 1
  }

  /// The archive with its directory.
  var finished: [UInt8] {
    var all = bytes + directory
    all.put32(0x0605_4B50)
    all.put32(0)
    all.put16(UInt16(count))
    all.put16(UInt16(count))
    all.put32(UInt32(directory.count))
    all.put32(UInt32(bytes.count))
    all.put16(0)
    return all
  }

  /// Deflate without zlib's own header, as the format wants it.
  package static func deflated(_ contents: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw EnvironmentError("zlib is another one than the tool was built with: build the tool again") }
    defer { deflateEnd(&stream) }
    var source = contents
    var packed = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(contents.count))))
    let result = source.withUnsafeMutableBufferPointer { input in
      packed.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return deflate(&stream, Z_FINISH)
      }
    }
    guard result == Z_STREAM_END else { throw EnvironmentError("zlib could not pack a file (\(result))") }
    packed.removeLast(packed.count - Int(stream.total_out))
    return packed
  }
}

extension [UInt8] {
  fileprivate mutating func put16(_ value: UInt16) {
    for shift in [0, 8] { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
  fileprivate mutating func put32(_ value: UInt32) {
    for shift in [0, 8, 16, 24] { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}
