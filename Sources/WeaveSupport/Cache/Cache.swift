import Foundation

/// A folder of results by key. What is missing, torn or from another version is computed again, never trusted.
package struct Cache: Sendable {
  /// The folder, beneath the one that holds all caches.
  private let folder: RootedFile?
  /// Raised when the form of an entry changes.
  private static let version = 3

  /// Without a folder nothing is kept: `weave check` works so.
  package init(folder: URL?) { self.init(folder.map { ($0.deletingLastPathComponent().path, $0.lastPathComponent) }) }

  /// - Parameter folder: its root, from which on no link is followed, and its path from there.
  package init(_ folder: (root: String, path: String)?) {
    self.folder = folder.map { RootedFile(root: $0.root, "\($0.path)/v\(Self.version)") }
  }

  package static let none = Cache(nil)

  package var keeps: Bool { folder != nil }

  package func value<T: Decodable>(_ key: String, as type: T.Type = T.self) -> T? {
    guard let contents = contents(key) else { return nil }
    return try? JSONDecoder().decode(T.self, from: Data(contents))
  }

  package func store(_ value: some Encodable, _ key: String) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    if let data = try? encoder.encode(value) { store(Array(data)[...], key) }
  }

  /// What was stored as it is.
  package func bytes(_ key: String) -> [UInt8]? { contents(key).map(Array.init) }

  package func store(bytes: [UInt8], _ key: String) { store(bytes[...], key) }

  /// An entry is its contents after a line with their digest.
  private func contents(_ key: String) -> ArraySlice<UInt8>? {
    guard let bytes = file(key)?.read(), bytes.count > 65, bytes[64] == 10 else { return nil }
    let contents = bytes.dropFirst(65)
    return bytes.prefix(64).elementsEqual(Digest(contents).hex.utf8) ? contents : nil
  }

  private func store(_ contents: ArraySlice<UInt8>, _ key: String) {
    // A cache that cannot be written costs time, not truth.
    _ = try? file(key)?.write(Array(Digest(contents).hex.utf8) + [10] + contents)
  }

  /// Where an entry stands; nil where nothing is kept.
  package func file(_ key: String) -> RootedFile? { folder.map { RootedFile(root: $0.root, "\($0.path)/\(key)") } }

  /// Takes away the entries that were written longest ago until no more than `limit` bytes are left.
  package func trim(to limit: Int = 256 << 20) {
    guard let any = file("any") else { return }
    var entries = any.neighbours.compactMap { name -> (file: RootedFile, stamp: FileStamp)? in
      let file = any.beside(name)
      return file.stamp.map { (file, $0) }
    }
    var total = entries.reduce(0) { $0 + Int($1.stamp.size) }
    entries.sort { $0.stamp.modified < $1.stamp.modified }
    for entry in entries where total > limit {
      try? entry.file.remove()
      total -= Int(entry.stamp.size)
    }
  }
}

/// What one build leaves for the next.
package struct Caches: Sendable {
  /// What came of the sources of books.
  package let book: Cache
  /// What the installed programs say of themselves, whatever the book.
  package let tools: Cache

  package init(folder: URL?) {
    func cache(_ name: String) -> Cache {
      Cache(folder.map { ($0.deletingLastPathComponent().path, "\($0.lastPathComponent)/\(name)") })
    }
    book = cache("book")
    tools = cache("tools")
  }
}
