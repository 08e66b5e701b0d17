import Foundation

/// The digest that the linker left in a program or a library of its contents (the note NT_GNU_BUILD_ID of an ELF file).
enum BuildID {
  /// Nil where the file is no 64-bit little-endian ELF file or the linker left none.
  static func read(_ path: String) -> String? {
    guard let file = Elf(path: path) else { return nil }
    let (start, size, count) = (Int(file.word64(32)), Int(file.word16(54)), Int(file.word16(56)))
    for index in 0..<count {
      let header = start &+ index * size
      guard file.holds(header, 56), file.word32(header) == 4 else { continue }
      if let id = note(file, Int(file.word64(header + 8)), Int(file.word64(header + 32))) { return id }
    }
    return nil
  }

  /// Notes stand one after the other: the lengths of name and contents, a type, then both, each padded to four bytes.
  private static func note(_ file: Elf, _ start: Int, _ count: Int) -> String? {
    var offset = start
    while offset >= 0, offset + 12 <= start &+ count, file.holds(offset, 12) {
      let (name, size, type) = (Int(file.word32(offset)), Int(file.word32(offset + 4)), file.word32(offset + 8))
      let contents = offset + 12 + (name + 3) / 4 * 4
      guard file.holds(contents, size) else { return nil }
      if type == 3, name == 4, file.bytes(offset + 12, 4) == Array("GNU\0".utf8), size > 0 {
        return file.bytes(contents, size).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      }
      offset = contents + (size + 3) / 4 * 4
    }
    return nil
  }
}

/// The first bytes of an ELF file, where its headers and notes stand.
private struct Elf {
  private let head: [UInt8]

  init?(path: String) {
    guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: 1 << 16) else {
      return nil
    }
    head = Array(data)
    // The magic number, 64 bits, little-endian.
    guard holds(0, 64), bytes(0, 6) == [0x7F, 0x45, 0x4C, 0x46, 2, 1] else { return nil }
  }

  func holds(_ offset: Int, _ count: Int) -> Bool { offset >= 0 && count >= 0 && offset <= head.count - count }
  func bytes(_ offset: Int, _ count: Int) -> [UInt8] { Array(head[offset..<offset + count]) }

  private func word(_ offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(head[offset + $1]) << UInt64(8 * $1) }
  }
  func word16(_ offset: Int) -> UInt64 { word(offset, 2) }
  func word32(_ offset: Int) -> UInt64 { word(offset, 4) }
  func word64(_ offset: Int) -> UInt64 { word(offset, 8) & UInt64(Int64.max) }
}
