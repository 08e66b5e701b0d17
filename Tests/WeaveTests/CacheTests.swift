import Foundation
import Testing
import WeaveSupport

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

  /// Digests by coreutils' `b2sum --length 256`; with the entry's two quotes the lengths lie around those that fill
  /// whole blocks.
  @Test(arguments: [
    ("", "086802b5b3def1802882740cb91bac8929edd80901e5db4c95786389bfcf7ae4"),
    ("abc", "3ad4ee9510b85a2eb5b79e424dc3ff7135c90d77ac0c8df1694da55c6d68efda"),
    ("測量士", "5348ff4543b6b40205666805eb609db433b7070878b6ef0ed8934b77b7fa7ec0"),
    (String(repeating: "a", count: 125), "51e4505a3448c2ca5fded3aeb4db271c17fdd612036220fdffcf4eb18f075823"),
    (String(repeating: "a", count: 126), "d3c96e980beb2d8e288a2871d9b970b0d3199f67dfba4470f418d53ef2c3f8ee"),
    (String(repeating: "a", count: 127), "28670e51d8cd8ed3d9e4ed7bc03be2b3e821ff27755ebee71c1dbbd7c94b3554"),
    (String(repeating: "a", count: 253), "515336da7f3f335552e39f6e59662ed62f6dc67682f366f98632a78e04d79bf8"),
    (String(repeating: "a", count: 254), "2e0206a4e583c12b43e7704a67e5a6e91eb641942da210a8a34665627d8cae81"),
    (String(repeating: "a", count: 255), "0f1f25e5f5c15bf522bf611c175c1e7adb5add5e5df9b87f00540cbaec823407"),
    (String(repeating: "a", count: 1000), "da61f51cf7405478bd3e9c5620e9d1a89769156c9d81e8612723b0e8c43a3e2a"),
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
