import Foundation
import WeaveModel
import WeaveSupport

/// A book's module as the compiler and the linker need it, built where its package's sources are newer.
package struct ModuleLibrary: Sendable, Codable, Hashable {
  var module: BookModule
  /// The folder of the library and of the package's `Modules`.
  var folder: String
  var library: String
  /// Module maps of the package's C targets, which SwiftPM writes beside the library.
  var maps: [String]

  /// - Parameters:
  ///   - kit: where this tool and the chapters' library were built. Where that is the package's own build, what stands
  ///     there is the module's library: whoever built the one has built the other.
  ///   - swift: the command that builds packages.
  static func find(
    _ module: BookModule, from chapters: URL, kit: URL, swift: String, _ cache: Cache
  ) async throws -> ModuleLibrary {
    var (package, folder) = folders(of: module, from: chapters, kit: kit)
    let isOwn = folder == kit
    func built() -> URL? {
      places(of: module.product, in: folder).first { FileManager.default.fileExists(atPath: $0.path) }
    }

    // A package has hundreds of files: where nobody asks for its build, its library stands for them.
    lazy var sources = Sources(of: package)
    let state = isOwn ? built().flatMap { FileStamp(path: $0.path) }.map { "\($0)" } ?? "" : sources.digest.hex
    let key = Digest(["module", package.path, module.product, state]).hex
    if var known: ModuleLibrary = cache.value(key), known.folder == folder.path,
      FileManager.default.fileExists(atPath: known.library)
    {
      known.module = module
      return known
    }
    if !isOwn, built().flatMap({ FileStamp(path: $0.path) }).map({ $0.modified < sources.newest }) ?? true {
      try await build(module, in: package, with: swift)
      // Only now is it known where the system's name for the build leads.
      (package, folder) = folders(of: module, from: chapters, kit: kit)
    }
    guard let library = built() else {
      throw EnvironmentError(
        "\(module.product) of \(module.package) is not a dynamic library: declare "
          + ".library(name: \"\(module.product)\", type: .dynamic, targets: […]) in its Package.swift")
    }
    let maps = sources.imports.sorted().map { folder.appendingPathComponent("\($0).build/module.modulemap").path }
      .filter(FileManager.default.fileExists)
    let found = ModuleLibrary(
      module: module, folder: folder.path, library: library.resolvingSymlinksInPath().path, maps: maps)
    cache.store(found, key)
    return found
  }

  /// The package, and where it is built.
  private static func folders(of module: BookModule, from chapters: URL, kit: URL) -> (package: URL, build: URL) {
    let package = URL(fileURLWithPath: module.package, relativeTo: chapters.absoluteURL).standardizedFileURL
      .resolvingSymlinksInPath()
    let isOwn = kit.resolvingSymlinksInPath().path.hasPrefix(package.path + "/.build/")
    return (package, isOwn ? kit : package.appendingPathComponent(".build/release").resolvingSymlinksInPath())
  }

  /// Where a dynamic library is, on one system or another.
  package static func places(of product: String, in folder: URL) -> [URL] {
    ["so", "dylib"].map { folder.appendingPathComponent("lib\(product).\($0)") }
  }

  /// The library, and where `weave` builds it, what it is made of.
  package static func files(of module: BookModule, from chapters: URL, kit: URL) -> [String] {
    let (package, folder) = folders(of: module, from: chapters, kit: kit)
    let libraries = places(of: module.product, in: folder).map(\.path)
    return folder == kit ? libraries : libraries + Sources(of: package).files.map(\.path)
  }

  private static func build(_ module: BookModule, in package: URL, with swift: String) async throws {
    guard FileManager.default.fileExists(atPath: package.appendingPathComponent("Package.swift").path) else {
      throw EnvironmentError(
        "there is no Swift package in \(module.package), which book.yml names from the chapters' folder on")
    }
    let outcome = try await Tool.run(
      [swift, "build", "-c", "release", "--package-path", package.path, "--product", module.product],
      limits: .forPackages)
    if let limit = outcome.limit { throw EnvironmentError("\(module.package) cannot be built: \(limit)") }
    guard outcome.status == 0 else {
      let said = (outcome.output + outcome.error).split(separator: "\n")
      let reason = said.first { $0.contains("error:") } ?? said.last ?? "no reason is given"
      throw EnvironmentError(
        "\(module.package) does not build: \(reason): see 'swift build --package-path \(package.path)'")
    }
  }

  /// What a package is made of, by the stamps of its files.
  private struct Sources {
    private(set) var digest = Digest([])
    /// Nanoseconds.
    private(set) var newest: Int64 = 0
    let files: [URL]

    init(of package: URL) {
      let folder = package.appendingPathComponent("Sources")
      let found = FileManager.default.enumerator(atPath: folder.path)
      files = (found?.compactMap { $0 as? String } ?? []).sorted().map(folder.appendingPathComponent)
      var parts: [String] = []
      for file in files + [package.appendingPathComponent("Package.swift")] {
        guard let stamp = FileStamp(path: file.path) else { continue }
        newest = max(newest, stamp.modified)
        parts.append("\(file.path) \(stamp)")
      }
      digest = Digest(parts)
    }

    /// The modules that its Swift files import.
    var imports: Set<String> {
      var names: Set<String> = []
      for file in files where file.pathExtension == "swift" {
        guard let text = try? String(contentsOf: file, encoding: .utf8), text.has("import ") else { continue }
        for line in text.split(separator: "\n") {
          let words = line.split(separator: " ")
          if let place = words.firstIndex(of: "import"), place < 3, place + 1 < words.count {
            names.insert(String(words[place + 1]))
          }
        }
      }
      return names
    }
  }
}
