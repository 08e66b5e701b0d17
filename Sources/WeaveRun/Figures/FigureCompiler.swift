import Foundation
import WeaveModel
import WeaveSupport

/// Compiles a book's live figures for its pages: one WebAssembly module, by Embedded Swift and the compiler that the
/// chapters are compiled with.
package struct FigureCompiler: Sendable {
  /// What a book's chapters brought, by chapter, in the order of the book.
  package struct Source: Sendable {
    package var chapter: String
    package var text: String
    package init(chapter: String, text: String) { (self.chapter, self.text) = (chapter, text) }
  }

  /// Small is for readers, quick for an author who waits.
  package enum Level: String, Sendable { case small = "-Osize", quick = "-Onone" }

  /// What the compiler or the linker refuses. Without a chapter it is meant of them all.
  package struct Refusal: Error, Sendable {
    package var lines: [String: String] = [:]
    package var other: String?
  }

  private let modules: [PageModule]
  private let text: String
  private let level: Level
  /// Where compiled modules are kept that change seldom; nil where nothing is kept.
  private let cache: Cache
  /// Of all that the module is made of. The compiler is not among it: its version changes none of the bits that a
  /// figure shows, which the tests hold.
  package let key: String

  /// - Parameter kit: the folder of the chapters' library, in the build of a package that also has Plot's sources.
  package init(
    _ sources: [Source], kit: URL, modules: [BookModule], from chapters: URL, _ language: Language, _ level: Level,
    cache: Cache
  ) throws {
    self.level = level
    guard let end = kit.path.range(of: "/.build/") else {
      throw EnvironmentError("live figures need the sources of Plot, and \(kit.path) is in no package's .build")
    }
    let own = URL(fileURLWithPath: String(kit.path[..<end.lowerBound]))
    var found = try PageModule.found(["Plot"], in: own)
    guard found.contains(where: { $0.name == "Plot" }) else {
      throw EnvironmentError("live figures need the sources of Plot, which are not in \(own.path)/Sources")
    }
    for module in modules {
      let package = URL(fileURLWithPath: module.package, relativeTo: chapters.absoluteURL).standardizedFileURL
        .resolvingSymlinksInPath()
      for new in try PageModule.found(module.imports, in: package) where !found.contains(where: { $0.name == new.name })
      {
        found.append(new)
      }
    }
    self.modules = found
    self.cache = cache
    text = LiveProgram.head(modules.flatMap(\.imports), language) + sources.map(\.text).joined()
    key =
      Digest(
        ["figures", text] + Self.resources.map { $0.1.text } + found.map(\.digest.hex)
          + [Self.flags.joined(separator: " "), level.rawValue]
      ).hex
  }

  private static let resources: [(String, Resource)] = [
    ("runtime.swift", .figureRuntime), ("page.h", .figurePage), ("support.c", .figureSupport),
  ]

  private static let target = "wasm32-unknown-none-wasm"
  /// What is compiled has been compiled in Swift 6 already, as the chapter's program.
  private static let flags = [
    "-swift-version", "5", "-parse-as-library", "-wmo", "-target", target, "-enable-experimental-feature", "Embedded",
    "-package-name", "page", "-diagnostic-style", "llvm",
  ]

  /// The module's bytes. Throws `Refusal` for what the author has to mend.
  package func compile() async throws -> [UInt8] {
    let scratch = try Scratch.claim()
    defer { scratch.discard() }
    let folder = scratch.folder.appendingPathComponent("figures")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    let swiftc = try await SwiftToolchain.compiler()
    let tools = swiftc.resolvingSymlinksInPath().deletingLastPathComponent()
    func tool(_ name: String) -> String { tools.appendingPathComponent(name).path }

    for (name, resource) in Self.resources { try AtomicFile.writeAtOnce(resource.bytes, to: path(name)) }
    let maps =
      "module Page {\n  header \"\(path("page.h"))\"\n  export *\n}\n"
      + modules.filter { !$0.isSwift }.map(\.map).joined()
    try AtomicFile.writeAtOnce(maps.utf8, to: path("module.modulemap"))
    let swift =
      [swiftc.path] + Self.flags + ["-I", folder.path, "-Xcc", "-fmodule-map-file=\(path("module.modulemap"))"]

    // Their code is compiled with what calls it: only what it says of itself is wanted here, and no optimiser.
    for module in modules where module.isSwift {
      try await interface(of: module.name, module.swift.map(module.path), swift, in: folder)
    }
    try await interface(of: "ChapterRuntime", [path("runtime.swift")], swift, in: folder)

    try AtomicFile.writeAtOnce(text.utf8, to: path("figures.swift"))
    let outcome = try await Tool.run(
      swift + [level.rawValue, "-module-name", "Figures", "-c", path("figures.swift"), "-o", path("figures.o")],
      temporary: folder.path, limits: .forPackages)
    guard outcome.status == 0 else { throw Self.refusal(outcome) }

    var objects = [path("figures.o")]
    let freestanding = [tool("clang"), "--target=\(Self.target)", "-O2", "-ffreestanding", "-fno-builtin"]
    let sources = [path("support.c")] + modules.flatMap { module in module.c.map(module.path) }
    let includes = modules.filter { !$0.headers.isEmpty }.flatMap { ["-I", $0.path("include")] }
    for (number, source) in sources.enumerated() {
      try await succeed(freestanding + includes + ["-c", source, "-o", path("\(number).o")])
      objects.append(path("\(number).o"))
    }
    let linked = try await Tool.run(
      [tool("wasm-ld"), "--no-entry", "--gc-sections", "--strip-all", "-z", "stack-size=1048576"] + objects
        + ["-o", path("figures.wasm")], limits: .forPackages)
    guard linked.status == 0 else { throw Self.refusal(linked) }
    return Array(FileManager.default.contents(atPath: path("figures.wasm")) ?? Data())
  }

  /// Puts a module's interface into `folder`.
  private func interface(of name: String, _ files: [String], _ swift: [String], in folder: URL) async throws {
    let place = folder.appendingPathComponent("\(name).swiftmodule").path
    let key =
      Digest(
        ["interface", name, swift[0]] + Self.flags + modules.map(\.digest.hex)
          + (name == "ChapterRuntime" ? [Resource.figureRuntime.text] : [])
      ).hex
    if let kept = cache.file(key)?.read() {
      try AtomicFile.writeAtOnce(kept, to: place)
      return
    }
    try await succeed(swift + ["-Onone", "-module-name", name, "-emit-module", "-emit-module-path", place] + files)
    if let made = FileManager.default.contents(atPath: place) { try? cache.file(key)?.write(Array(made)) }
  }

  private func succeed(_ command: [String]) async throws {
    let outcome = try await Tool.run(command, limits: .forPackages)
    guard outcome.status == 0 else { throw Self.refusal(outcome) }
  }

  /// What is said of the chapters' pieces, by chapter: `lecture-06/block-3:2:5: error: …`.
  private static func refusal(_ outcome: Tool.Outcome) -> Refusal {
    var refusal = Refusal()
    let said = outcome.error + outcome.output
    for line in said.split(separator: "\n") where line.contains(": error: ") {
      let place = line.prefix { $0 != ":" }
      if let slash = place.lastIndex(of: "/"), CodeOrigin.named(place[place.index(after: slash)...]) != nil {
        let chapter = place[..<slash].split(separator: "/").last.map(String.init) ?? ""
        refusal.lines[chapter, default: ""] += line + "\n"
      } else if refusal.other == nil {
        refusal.other = String(line)
      }
    }
    if refusal.lines.isEmpty, refusal.other == nil {
      refusal.other = outcome.limit ?? String(said.split(separator: "\n").first { $0.contains("error") } ?? "no reason")
    }
    return refusal
  }
}

extension FigureCompiler.Refusal {
  /// What is said of a chapter's own pieces.
  package func diagnostics(in chapter: Chapter) -> [Diagnostic] {
    let said = CompilerMessage.read(lines[chapter.name] ?? "", Program(chapter))
    return said.filter { $0.kind == .error && $0.origin != nil }.map { message in
      var message = message
      // The group that the message belongs to, for a compiler's options.
      if let group = message.text.range(of: " [#", options: .backwards), message.text.hasSuffix("]") {
        message.text.removeSubrange(group.lowerBound...)
      }
      var diagnostic = CompilerDiagnostic(message).diagnostic(in: chapter)
      diagnostic.message =
        "cannot be compiled for the page: \(diagnostic.message): write it another way, or take live out of the figure "
        + "that rests on it"
      return diagnostic
    }
  }

  /// What the linker does not find: a function of the C library, say.
  package var missing: String? {
    guard let other, let mark = other.range(of: "undefined symbol: ") else { return nil }
    return String(other[mark.upperBound...])
  }
}
