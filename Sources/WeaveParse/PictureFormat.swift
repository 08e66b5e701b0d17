import WeaveModel

/// What a picture's bytes are, and how large it is shown: by the file itself, whatever its name says.
struct PictureFormat {
  var format: PictureFile.Format
  var width = 0
  var height = 0

  enum Problem: Error {
    /// None of the formats that every browser shows.
    case unknown
    case cut(PictureFile.Format)
    case other(String)
  }

  init(_ bytes: [UInt8]) throws(Problem) {
    let file = PictureBytes(bytes)
    if file.holds([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10], at: 0) {
      format = .png
      try readPNG(file)
    } else if file.holds([0xFF, 0xD8, 0xFF], at: 0) {
      format = .jpeg
      try readJPEG(file)
    } else if file.holds("GIF87a", at: 0) || file.holds("GIF89a", at: 0) {
      format = .gif
      try readGIF(file)
    } else if file.holds("RIFF", at: 0), file.holds("WEBP", at: 8) {
      format = .webp
      try readWebP(file)
    } else if bytes.first(where: { !" \t\r\n\u{FEFF}".utf8.contains($0) }) == UInt8(ascii: "<") {
      format = .svg
      (width, height) = try SVGSize.of(bytes)
    } else {
      throw .unknown
    }
    if width < 1 || height < 1 { throw .other("it is \(width) × \(height) pixels large") }
  }

  /// A chunk after the other up to the last one, `IEND`.
  private mutating func readPNG(_ file: PictureBytes) throws(Problem) {
    var index = 8
    while let length = file.number(at: index, 4) {
      if file.holds("IHDR", at: index + 4), let width = file.number(at: index + 8, 4) {
        (self.width, height) = (width, file.number(at: index + 12, 4) ?? 0)
      }
      let end = index + 12 + length
      if end > file.bytes.count { break }
      if file.holds("IEND", at: index + 4) { return }
      index = end
    }
    throw .cut(.png)
  }

  /// A segment after the other up to the picture's data, which end with a mark of their own.
  private mutating func readJPEG(_ file: PictureBytes) throws(Problem) {
    var index = 2
    var isTurned = false
    while let mark = file.number(at: index, 2), mark >> 8 == 0xFF {
      let kind = mark & 0xFF
      if kind == 0xFF {
        index += 1
        continue
      }
      guard let length = file.number(at: index + 2, 2), length >= 2 else { break }
      switch kind {
      case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(kind):
        (height, width) = (file.number(at: index + 5, 2) ?? 0, file.number(at: index + 7, 2) ?? 0)
      case 0xE1: isTurned = isTurned || file.isTurned(at: index + 4)
      // Data of a camera's may follow the end.
      case 0xDA:
        guard (index..<file.bytes.count).reversed().contains(where: { file.holds([0xFF, 0xD9], at: $0) }) else {
          throw .cut(.jpeg)
        }
        if isTurned { swap(&width, &height) }
        return
      default: break
      }
      index += 2 + length
    }
    throw .cut(.jpeg)
  }

  private mutating func readGIF(_ file: PictureBytes) throws(Problem) {
    (width, height) = (file.littleNumber(at: 6, 2) ?? 0, file.littleNumber(at: 8, 2) ?? 0)
    func palette(_ flags: Int) -> Int { flags & 0x80 == 0 ? 0 : 3 << (flags & 7 + 1) }
    var index = 13 + palette(file.number(at: 10, 1) ?? 0)
    while let kind = file.number(at: index, 1) {
      switch kind {
      case 0x3B: return
      case 0x21: index += 2
      case 0x2C: index += 11 + palette(file.number(at: index + 9, 1) ?? 0)
      default: throw .cut(.gif)
      }
      // Pieces of data, each with its length, up to an empty one.
      while let length = file.number(at: index, 1) {
        index += 1 + length
        if length == 0 { break }
      }
    }
    throw .cut(.gif)
  }

  private mutating func readWebP(_ file: PictureBytes) throws(Problem) {
    guard let size = file.littleNumber(at: 4, 4), size + 8 <= file.bytes.count else { throw .cut(.webp) }
    if file.holds("VP8X", at: 12) {
      (width, height) = ((file.littleNumber(at: 24, 3) ?? -1) + 1, (file.littleNumber(at: 27, 3) ?? -1) + 1)
    } else if file.holds("VP8L", at: 12), let bits = file.littleNumber(at: 21, 4) {
      (width, height) = (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
    } else if file.holds("VP8 ", at: 12) {
      (width, height) = ((file.littleNumber(at: 26, 2) ?? 0) & 0x3FFF, (file.littleNumber(at: 28, 2) ?? 0) & 0x3FFF)
    }
  }
}

/// Bytes of a file that may be cut short anywhere.
struct PictureBytes {
  let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func holds(_ mark: [UInt8], at index: Int) -> Bool {
    index >= 0 && index + mark.count <= bytes.count && bytes[index..<index + mark.count].elementsEqual(mark)
  }

  func holds(_ mark: String, at index: Int) -> Bool { holds(Array(mark.utf8), at: index) }

  /// The most significant byte first; nil where it is cut.
  func number(at index: Int, _ count: Int) -> Int? {
    guard index >= 0, index + count <= bytes.count else { return nil }
    return bytes[index..<index + count].reduce(0) { $0 << 8 | Int($1) }
  }

  /// The least significant byte first.
  func littleNumber(at index: Int, _ count: Int) -> Int? {
    guard index >= 0, index + count <= bytes.count else { return nil }
    return bytes[index..<index + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Whether a camera's notes (Exif) say that the picture lies on its side: a browser sets it upright.
  func isTurned(at index: Int) -> Bool {
    guard holds("Exif\0\0", at: index) else { return false }
    let start = index + 6
    let isLittle = holds("II", at: start)
    func value(_ index: Int, _ count: Int) -> Int? {
      isLittle ? littleNumber(at: index, count) : number(at: index, count)
    }
    guard let offset = value(start + 4, 4), let count = value(start + offset, 2) else { return false }
    for entry in 0..<count where value(start + offset + 2 + 12 * entry, 2) == 0x0112 {
      return (5...8).contains(value(start + offset + 10 + 12 * entry, 2) ?? 1)
    }
    return false
  }
}
