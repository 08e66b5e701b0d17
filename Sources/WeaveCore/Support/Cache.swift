import Foundation

/// A folder of results by key. What is missing, torn or from another version is computed again, never trusted.
public struct Cache: Sendable {
  private let folder: URL?
  /// Raised when the form of an entry changes.
  private static let version = 3

  /// Without a folder nothing is kept: `weave check` works so.
  public init(folder: URL?) {
    self.folder = folder?.appendingPathComponent("v\(Self.version)")
    if let folder = self.folder {
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
  }

  public static let none = Cache(folder: nil)

  var keeps: Bool { folder != nil }

  public func value<T: Decodable>(_ key: String, as type: T.Type = T.self) -> T? {
    guard let contents = contents(key) else { return nil }
    return try? JSONDecoder().decode(T.self, from: Data(contents))
  }

  public func store(_ value: some Encodable, _ key: String) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    if let data = try? encoder.encode(value) { store(Array(data)[...], key) }
  }

  func packed<T: Packed>(_ key: String, as type: T.Type = T.self) -> T? {
    guard let contents = contents(key) else { return nil }
    var reader = PackReader(contents)
    return try? reader.read(T.self)
  }

  func storePacked(_ value: some Packed, _ key: String) {
    var writer = PackWriter()
    writer.add(value)
    store(writer.bytes[...], key)
  }

  /// An entry is its contents behind a line with their digest.
  private func contents(_ key: String) -> ArraySlice<UInt8>? {
    guard let file = path(key), let bytes = AtomicFile.read(file), bytes.count > 65, bytes[64] == 10 else { return nil }
    let contents = bytes.dropFirst(65)
    return bytes.prefix(64).elementsEqual(Digest(contents).hex.utf8) ? contents : nil
  }

  private func store(_ contents: ArraySlice<UInt8>, _ key: String) {
    guard let file = path(key) else { return }
    // A cache that cannot be written costs time, not truth.
    _ = try? AtomicFile.write(Array(Digest(contents).hex.utf8) + [10] + contents, to: file)
  }

  /// Where an entry stands; nil where nothing is kept.
  func path(_ key: String) -> String? { folder.map { "\($0.path)/\(key)" } }

  /// Takes away the entries that were written longest ago until no more than `limit` bytes are left.
  func trim(to limit: Int = 256 << 20) {
    guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { return }
    var entries = names.compactMap { name -> (path: String, stamp: FileStamp)? in
      let path = folder.appendingPathComponent(name).path
      return FileStamp(path: path).map { (path, $0) }
    }
    var total = entries.reduce(0) { $0 + Int($1.stamp.size) }
    entries.sort { $0.stamp.modified < $1.stamp.modified }
    for entry in entries where total > limit {
      unlink(entry.path)
      total -= Int(entry.stamp.size)
    }
  }
}

/// What one build leaves for the next.
struct Caches: Sendable {
  /// What came of the sources of books.
  let book: Cache
  /// What the installed programs say of themselves, whatever the book.
  let tools: Cache

  init(folder: URL?) {
    book = Cache(folder: folder?.appendingPathComponent("book"))
    tools = Cache(folder: folder?.appendingPathComponent("tools"))
  }
}
