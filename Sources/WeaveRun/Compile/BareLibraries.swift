import Foundation
import WeaveSupport

/// Shared libraries that are a name and the first bytes of a file.
///
/// The linker writes the names of its libraries into the program; reading all their symbols, only to find that each one
/// is there, takes it half of its time. A symbol that is in none of them stops the program where it is first used.
enum BareLibraries {
  /// What comes before the flags of `linker` and behind them, with the libraries written into a folder of the cache, or
  /// else into `folder`; nothing where the linker is another one, or files are no 64-bit ELF as `library` is.
  static func flags(
    for linker: [String], like library: String, in folder: URL, _ cache: Cache
  ) throws -> (before: [String], behind: [String]) {
    guard linker[0].hasSuffix("ld.lld"), let header = header(of: library) else { return ([], []) }
    let names = Set(
      linker.filter { $0.hasPrefix("-lswift") || $0 == "-lChapterKit" }.map { "lib\($0.dropFirst(2)).so" }
    ).sorted()
    let own = RootedFile(root: folder.path, "names")
    var place = cache.file("names") ?? own
    if (try? write(header, names, in: place)) == nil {
      place = own
      try write(header, names, in: place)
    }
    return (["-L\(place.full)"], ["--unresolved-symbols=ignore-all", "--threads=1"])
  }

  private static func write(_ header: Data, _ names: [String], in folder: RootedFile) throws {
    for name in names {
      let file = RootedFile(root: folder.root, "\(folder.path)/\(name)")
      if file.read().map({ $0.elementsEqual(header) }) != true { try file.write(Array(header)) }
    }
  }

  /// The header of a shared library that has neither segments nor sections.
  private static func header(of library: String) -> Data? {
    guard let file = FileHandle(forReadingAtPath: library), var bytes = try? file.read(upToCount: 64),
      bytes.count == 64,
      bytes.starts(with: [0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F"), 2])
    else { return nil }
    // Where it begins, its segments and sections; how many segments, sections, and which one has their names.
    for range in [24..<48, 56..<58, 60..<64] {
      bytes.replaceSubrange(range, with: repeatElement(0, count: range.count))
    }
    return bytes
  }
}
