import Foundation
import Testing
import WeaveCore

/// What is kept is believed only as long as it is whole.
struct CacheTests {
  private let scratch: ScratchFolder
  private let cache: Cache

  init() throws {
    scratch = try ScratchFolder()
    cache = Cache(folder: URL(fileURLWithPath: scratch.path))
  }

  private func entry(_ key: String) throws -> URL {
    let name = try #require(try scratch.files().first { $0.hasSuffix("/\(key)") })
    return URL(fileURLWithPath: "\(scratch.path)/\(name)")
  }

  /// Digests by coreutils' `sha256sum`; the lengths lie around those where SHA-256 pads with another block.
  @Test(arguments: [
    ("", "12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126"),
    ("abc", "6cc43f858fbb763301637b5af970e2a46b46f461f27e5a0f41e009c59b827b25"),
    ("測量士", "c9b43d9bad40fa2c2f717dc7fed3e0cba11a7034b5a09eac62019a57900f3961"),
    (String(repeating: "a", count: 53), "2ae89a8121a3f9d2709899b414da4c60234316951093ce35f41ce954a09533f4"),
    (String(repeating: "a", count: 54), "9b68496ab8c784a9ed22d25a7e3aada1736d7097061bb3149f3d66f1e22ceeef"),
    (String(repeating: "a", count: 61), "813662a26c997431c1990ca2424fad200f23983afe7b5543e2daf2748da424a2"),
    (String(repeating: "a", count: 62), "1cd1b6277a35426076612315059afa72e6903b84575ebdd1507d73697be9dbd3"),
    (String(repeating: "a", count: 63), "e7d55ca10614618e5755859f93ac280712a04f76466e7bc65e4f488f1153ec70"),
    (String(repeating: "a", count: 117), "9b40e0ad78bc52a3b16ada42ba7bb8f00e1ba071356abbcc1a159715b57f7ff8"),
    (String(repeating: "a", count: 118), "decf5e51fc0969aa2a06512dde0d3521a7ecd297ea81212ca626a65d2d4a1716"),
    (String(repeating: "a", count: 1000), "955d04731f2adae1d94c940c2b9f72677431310d92f650dc581251045f4dbcdb"),
  ]) func anEntryStandsBehindItsDigest(_ value: String, _ digest: String) throws {
    cache.store(value, "entry")
    let written = try String(contentsOf: try entry("entry"), encoding: .utf8)
    #expect(written == "\(digest)\n\"\(value)\"")
    #expect(cache.value("entry") == value)
  }

  @Test func anyDamageMakesAnEntryUnknown() throws {
    cache.store(["value": 0.1], "entry")
    let file = try entry("entry")
    let whole = try Data(contentsOf: file)
    for offset in whole.indices {
      var damaged = whole
      damaged[offset] ^= 1
      try damaged.write(to: file)
      #expect(cache.value("entry", as: [String: Double].self) == nil, "byte \(offset) does not count")
      try whole.prefix(offset).write(to: file)
      #expect(cache.value("entry", as: [String: Double].self) == nil, "\(offset) bytes are believed")
    }
    try (whole + [10]).write(to: file)
    #expect(cache.value("entry", as: [String: Double].self) == nil)
    try whole.write(to: file)
    #expect(cache.value("entry") == ["value": 0.1])
  }

  @Test func anotherFormIsUnknown() {
    cache.store("text", "entry")
    #expect(cache.value("entry", as: [Int].self) == nil)
    #expect(cache.value("other", as: String.self) == nil)
  }

  @Test func withoutAFolderNothingIsKept() {
    Cache.none.store(1, "entry")
    #expect(Cache.none.value("entry", as: Int.self) == nil)
  }
}
