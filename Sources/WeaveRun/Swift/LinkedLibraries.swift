import Synchronization
import WeaveSupport

/// The libraries that an object file asks for, by the modules that its source imports: asking the object itself starts
/// the whole compiler once more.
package final class LinkedLibraries: Sendable {
  private let cache: Cache
  private let known = Mutex<[String: [String]]>([:])

  package init(_ cache: Cache) { self.cache = cache }

  package subscript(imports: [String], toolchain: SwiftToolchain) -> [String]? {
    get {
      let key = Self.key(imports, toolchain)
      return known.withLock { $0[key] } ?? cache.value(key)
    }
    set {
      let key = Self.key(imports, toolchain)
      known.withLock { $0[key] = newValue }
      if let newValue { cache.store(newValue, key) }
    }
  }

  private static func key(_ imports: [String], _ toolchain: SwiftToolchain) -> String {
    Digest(["libraries", toolchain.key] + imports).hex
  }
}
