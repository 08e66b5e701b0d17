/// Rendered fragments, kept between builds: a folder with one file per fragment.
///
/// An entry holds its whole key beside the value and a checksum over both, so an entry that is torn,
/// damaged or belongs to another key (two keys may share a file name) counts as absent.
public struct FragmentCache: Sendable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  public func value(for key: String) -> String? {
    guard let bytes = AtomicFile.read(path(of: key)),
      let newline = bytes.firstIndex(of: UInt8(ascii: "\n"))
    else { return nil }
    let body = bytes[(newline + 1)...]
    let keyBytes = Array(key.utf8)
    guard Self.header(keyCount: keyBytes.count, body: body) == String(decoding: bytes[..<newline], as: UTF8.self),
      body.starts(with: keyBytes)
    else { return nil }
    return String(decoding: body.dropFirst(keyBytes.count), as: UTF8.self)
  }

  public func store(_ value: String, for key: String) throws {
    let body = Array(key.utf8) + Array(value.utf8)
    let header = Self.header(keyCount: key.utf8.count, body: body[...]) + "\n"
    try AtomicFile.write(Array(header.utf8) + body, to: path(of: key))
  }

  private static func header(keyCount: Int, body: ArraySlice<UInt8>) -> String {
    "weave-fragment-1 \(keyCount) \(body.count) \(String(fnv1a(body), radix: 16))"
  }

  func path(of key: String) -> String {
    let bytes = Array(key.utf8)[...]
    let halves: [UInt64] = [0xcbf2_9ce4_8422_2325, 0x6c62_272e_07bb_0142]
    let name = halves.map { String(fnv1a(bytes, from: $0), radix: 36) }.joined(separator: "-")
    return "\(folder)/\(name)"
  }

}

/// Fowler–Noll–Vo 1a, 64 bits: names files and notices damage; correctness rests on the kept key.
func fnv1a(_ bytes: ArraySlice<UInt8>, from basis: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64 {
  bytes.reduce(basis) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
