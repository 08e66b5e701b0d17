import WeaveSupport

/// A picture that a chapter shows: `![what it shows](map.png)`.
package struct Picture: Sendable, Hashable {
  /// Its file's way from the chapters' folder.
  package var path: String
  package var id: String?
  package var caption: Prose?
  /// Where the label above it stands, or the picture itself, and where its `![` does.
  package var line: Int
  package var position: Position
  /// Nil where it cannot be had.
  package var file: PictureFile?
  /// What stands in its place on dark paper.
  package var dark: PictureFile?

  package init(path: String, id: String? = nil, caption: Prose? = nil, position: Position) {
    (self.path, self.id, self.caption, self.position) = (path, id, caption, position)
    line = position.line
  }

  /// `map.dark.png` beside `map.png`.
  package static func darkTwin(of path: String) -> String {
    let end = path.lastIndex(of: ".") ?? path.endIndex
    return path[..<end] + ".dark" + path[end...]
  }
}

/// A picture's file as it was read.
package struct PictureFile: Sendable, Hashable {
  package enum Format: String, Sendable, CaseIterable {
    case png, jpeg, webp, gif, svg

    /// How a file's name may end, in small letters; the first is how a book's own files end.
    package var endings: [String] { self == .jpeg ? ["jpg", "jpeg"] : [rawValue] }

    package var mediaType: String { self == .svg ? "image/svg+xml" : "image/\(rawValue)" }

    /// As a sentence calls it.
    package var name: String { self == .webp ? "WebP" : rawValue.uppercased() }
  }

  package var path: String
  package var format: Format
  /// In pixels of CSS, as a browser shows it.
  package var width: Int
  package var height: Int
  package var bytes: [UInt8]
  /// What it is called in the book: two files of one name are two, and the same picture in two folders is one.
  package let name: String

  package init(path: String, format: Format, width: Int, height: Int, bytes: [UInt8]) {
    (self.path, self.format, self.width, self.height, self.bytes) = (path, format, width, height, bytes)
    name = "\(Digest(bytes).hex.prefix(16)).\(format.endings[0])"
  }
}

extension Chapter {
  /// Every file that its pictures show, once.
  package var pictureFiles: [PictureFile] {
    var seen: Set<String> = []
    return pictures.flatMap { [$0.file, $0.dark] }.compactMap { $0 }.filter { seen.insert($0.name).inserted }
  }
}
