import Synchronization

/// The libraries that an object file asks for, by the modules that its source imports: asking the object itself starts
/// the whole compiler once more.
final class LinkedLibraries: Sendable {
  let cache: Cache
  private let known = Mutex<[String: [String]]>([:])

  init(_ cache: Cache) { self.cache = cache }

  subscript(imports: [String], toolchain: SwiftToolchain) -> [String]? {
    get {
      let key = Self.key(imports, toolchain)
      return known.withLock { $0[key] } ?? cache.packed(key)
    }
    set {
      let key = Self.key(imports, toolchain)
      known.withLock { $0[key] = newValue }
      if let newValue { cache.storePacked(newValue, key) }
    }
  }

  private static func key(_ imports: [String], _ toolchain: SwiftToolchain) -> String {
    Digest(["libraries", toolchain.key] + imports).hex
  }
}
