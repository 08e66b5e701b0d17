/// A file that a page offers: `[the rows](data/rows.csv)`.
package struct Download: Sendable, Hashable {
  /// Its file's way from the chapters' folder, and from the output folder.
  package var path: String
  package var position: Position
  /// Nil where it cannot be had.
  package var bytes: [UInt8]?

  package init(path: String, position: Position) { (self.path, self.position) = (path, position) }

  /// How the addresses of such files begin.
  package static let folder = "data/"

  /// A browser shows or runs such files as if they were pages of the book.
  package static let pageKinds: Set<String> = [
    "html", "htm", "xhtml", "xht", "xml", "svg", "js", "mjs", "css", "wasm",
  ]
}
