import Foundation
import Subprocess
import SystemPackage
import WeaveModel
import WeaveSupport

/// The compiler and the library that chapters link, found once; the commands that turn a program into an executable.
package struct SwiftToolchain: Sendable, Codable {
  /// `swift-frontend`, `swift-autolink-extract` and the linker with their arguments, as `swiftc -###` tells them;
  /// calling them directly saves the driver's own start, a third of the time.
  private var frontend: [String]
  private var autolink: [String]
  private var linker: [String]
  /// Contents of what every executable is made of: compiler, flags, library.
  package private(set) var key: String
  package private(set) var version: String
  /// Whether the compiler checks its own work between two of its stages, a tenth of its time: `weave check` has it do
  /// so, a build while the author waits does not.
  private var verifiesItself = false
  /// The chapters' library, and those of the book's modules.
  package private(set) var libraries: [String] = []

  /// Placeholders in the commands.
  private static let sourceMark = "SOURCE.swift"
  private static let objectMark = "OBJECT.o"
  private static let autolinkMark = "AUTOLINK"
  private static let outputMark = "EXECUTABLE"

  /// Which line each instruction is from, and no more.
  private static let places = "-gline-tables-only"
  private static let language = ["-swift-version", "6", "-default-isolation", "MainActor", "-module-name", "Chapter"]

  /// What `swiftc` is called with, source and result left out.
  private static func options(_ kit: URL, _ modules: [ModuleLibrary]) -> [String] {
    var options = language + ["-Onone", places, "-diagnostic-style", "llvm", "-use-ld=lld"]
    var folders: [String] = []
    // A module's own folder comes first: where the tool was built there may be another library of its name.
    for folder in modules.map(\.folder) + [kit.path] where !folders.contains(folder) { folders.append(folder) }
    for folder in folders {
      options += ["-I", "\(folder)/Modules", "-L", folder, "-Xlinker", "-rpath", "-Xlinker", folder]
    }
    for map in Set(modules.flatMap(\.maps)).sorted() { options += ["-Xcc", "-fmodule-map-file=\(map)"] }
    return options + ["-lChapterKit"] + modules.map { "-l\($0.module.product)" } + ["-lm"] + moduleCache
  }

  /// The compiler keeps C's modules in the user's home; where that cannot be written, beside the scratch folders.
  private static let moduleCache: [String] = {
    let home = FileManager.default.homeDirectoryForCurrentUser.path
    let places = ["\(home)/.cache/clang/ModuleCache", "\(home)/.cache/clang", "\(home)/.cache", home]
    let nearest = places.first { access($0, F_OK) == 0 }
    if let nearest, access(nearest, W_OK) == 0 { return [] }
    return (try? Scratch.base().appendingPathComponent("modules").path).map { ["-module-cache-path", $0] } ?? []
  }()

  /// `kit` is the folder of the library's binary and its `Modules`; what `swiftc` says is kept in `cache`.
  /// - Parameter chapters: the folder from which the modules' packages are named.
  package static func find(
    kit: URL, modules: [BookModule] = [], from chapters: URL, cache: Cache, files: KnownFiles
  ) async throws -> SwiftToolchain {
    let swiftc = try await compiler()
    let swift = swiftc.deletingLastPathComponent().appendingPathComponent("swift").path
    var linked: [ModuleLibrary] = []
    for module in modules {
      linked.append(try await ModuleLibrary.find(module, from: chapters, kit: kit, swift: swift, cache))
    }
    let library = kit.appendingPathComponent("libChapterKit.so")
    let dynamic =
      FileManager.default.fileExists(atPath: library.path)
      ? library : kit.appendingPathComponent("libChapterKit.dylib")
    guard let binary = files.digest(of: dynamic.path) else {
      throw EnvironmentError("the chapters' library is not built: run ./build.sh, or 'swift build -c release'")
    }
    var parts = [binary]
    for library in linked { parts.append(files.digest(of: library.library) ?? "") }
    let interfaces =
      ["ChapterRuntime", "Plot"].map { (kit.path, $0) }
      + linked.flatMap { library in library.module.imports.map { (library.folder, $0) } }
    for (folder, module) in interfaces {
      guard let interface = files.digest(of: "\(folder)/Modules/\(module).swiftmodule") else {
        throw EnvironmentError("\(module).swiftmodule is not in \(folder): run 'swift build -c release' in its package")
      }
      parts.append(interface)
    }
    // A compiler is hundreds of megabytes: its place, size and time stand for its contents.
    let real = swiftc.resolvingSymlinksInPath()
    let attributes = try FileManager.default.attributesOfItem(atPath: real.path)
    let stamp =
      "\(real.path) \(attributes[.size] ?? 0) \((attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)"
    let commandsKey = Digest(["commands", stamp] + options(kit, linked)).hex
    let libraries = [dynamic.path] + linked.map(\.library)
    if var known: SwiftToolchain = cache.value(commandsKey) {
      known.key = Digest(parts + [known.version] + language).hex
      known.verifiesItself = !cache.keeps
      known.libraries = libraries
      return known
    }
    var found = try await ask(swiftc, options(kit, linked))
    cache.store(found, commandsKey)
    found.key = Digest(parts + [found.version] + language).hex
    found.verifiesItself = !cache.keeps
    found.libraries = libraries
    return found
  }

  static func compiler() async throws -> URL {
    let name = ProcessInfo.processInfo.environment["SWIFTC"] ?? "swiftc"
    let executable: Executable = name.contains("/") ? .path(FilePath(name)) : .name(name)
    guard let path = try? await executable.resolveExecutablePath(in: .inherit) else {
      throw EnvironmentError("swiftc is not on the PATH: install Swift 6.3 (swift.org/install), or name it in SWIFTC")
    }
    return URL(fileURLWithPath: path.string)
  }

  private static func ask(_ swiftc: URL, _ options: [String]) async throws -> SwiftToolchain {
    let scratch = try Scratch.claim()
    defer { withExtendedLifetime(scratch) {} }
    let folder = scratch.folder
    let source = folder.appendingPathComponent("main.swift")
    try AtomicFile.writeAtOnce([], to: source.path)
    async let asked = Tool.output(swiftc.path, ["--version"], temporary: folder.path)
    let plan = try await Tool.output(
      swiftc.path,
      ["-###"] + options + [source.path, "-o", folder.appendingPathComponent(outputMark).path],
      temporary: folder.path)
    let version = try await asked
    let commands = plan.split(separator: "\n").map { Shell.words(String($0)) }.filter { !$0.isEmpty }
    func command(_ name: String) throws -> [String] {
      guard let found = commands.first(where: { ($0[0] as NSString).lastPathComponent == name }) else {
        throw EnvironmentError("swiftc -### names no \(name): Swift 6.3 is needed, this is \(version)")
      }
      return found
    }
    let frontend = try command("swift-frontend")
    guard let output = frontend.lastIndex(of: "-o"), output + 1 < frontend.count else {
      throw EnvironmentError("swiftc -### says nothing of an object file: Swift 6.3 is needed, this is \(version)")
    }
    let object = frontend[output + 1]
    let clang = try command("clang")
    var autolink: [String] = []
    if let extract = try? command("swift-autolink-extract") { autolink = extract }
    let autolinkFile = autolink.last ?? ""
    // clang, asked in its turn, names the linker; it wants to see the files that it would pass on.
    let work = URL(fileURLWithPath: object).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: work) }
    try AtomicFile.writeAtOnce([], to: object)
    if !autolinkFile.isEmpty { try AtomicFile.writeAtOnce("-lWeaveAutolink".utf8, to: autolinkFile) }
    let linkPlan = try await Tool.output(clang[0], ["-###"] + clang.dropFirst(), temporary: folder.path, both: true)
    let linker =
      linkPlan.split(separator: "\n").map { Shell.words(String($0)) }
      .last { $0.contains("-o") && !$0[0].hasSuffix("clang") } ?? clang
    func marked(_ words: [String]) -> [String] {
      words.map { word in
        switch word {
        case source.path: sourceMark
        case object: objectMark
        case autolinkFile, "-lWeaveAutolink", "@" + autolinkFile: autolinkMark
        case folder.appendingPathComponent(outputMark).path: outputMark
        default: word
        }
      }
    }
    return SwiftToolchain(
      frontend: marked(frontend), autolink: marked(autolink), linker: marked(linker), key: "", version: version)
  }

  /// What an executable loads besides the system's libraries: the chapters' own, Swift's, and what tells of a crash.
  package var loaded: [String] {
    let words = linker.filter { $0 != "-Xlinker" }
    let paths = zip(words, words.dropFirst()).filter { $0.0 == "-rpath" }.map(\.1)
    let swift = paths.filter { FileManager.default.fileExists(atPath: "\($0)/libswiftCore.so") }
    let crashes = swift.map {
      URL(fileURLWithPath: $0).appendingPathComponent("../../../libexec/swift").standardizedFileURL.path
    }
    return libraries + swift + crashes
  }

  // MARK: Commands

  enum Action {
    case object(String, withPlaces: Bool)
    /// Through the SIL diagnostics, which type checking alone does not reach.
    case diagnose
    case typecheck
    /// Only the parser, over these files.
    case parse([String])
  }

  /// `swift-frontend` on `source`; without `macros` it does not load their plugins, a twelfth of its time.
  func compileCommand(source: String, action: Action, macros: Bool) -> [String] {
    var words = frontend.map { $0 == Self.sourceMark ? source : $0 }
    while !macros,
      let option = words.firstIndex(where: { $0 == "-plugin-path" || $0 == "-in-process-plugin-server-path" })
    {
      words.removeSubrange(option...option + 1)
    }
    if !verifiesItself { words += ["-disable-llvm-verify", "-sil-verify-none"] }
    let output = words.lastIndex(of: Self.objectMark)!
    let mode = words.firstIndex(of: "-c")!
    switch action {
    case .object(let path, let withPlaces):
      words[output] = path
      // There is no earlier object that could be kept.
      words.append("-disable-incremental-llvm-codegen")
      if !withPlaces {
        words.removeAll { $0 == Self.places || $0.hasPrefix("-debug-info-format=") || $0.hasPrefix("-dwarf-version=") }
      }
    case .diagnose:
      words[output] = "/dev/null"
      words[mode] = "-emit-sil"
    case .typecheck:
      words.removeSubrange(output - 1...output)
      words[mode] = "-typecheck"
    case .parse(let files):
      words.removeSubrange(output - 1...output)
      words[mode] = "-parse"
      let place = words.firstIndex(of: source)!
      words.replaceSubrange(place...place, with: files)
      words.removeAll { $0 == "-primary-file" }
    }
    return words
  }

  /// Whether an object names the libraries that it wants.
  var mayAutolink: Bool { !autolink.isEmpty }

  func autolinkCommand(object: String, list: String) -> [String]? {
    autolink.isEmpty ? nil : autolink.map { $0 == Self.objectMark ? object : $0 == Self.autolinkMark ? list : $0 }
  }

  /// Links in `folder`.
  func linkCommand(objects: [String], libraries: [String], executable: String) -> [String] {
    linker.flatMap { word -> [String] in
      switch word {
      case Self.objectMark: objects
      case Self.autolinkMark: libraries
      case Self.outputMark: [executable]
      default: [word]
      }
    }
  }
}
