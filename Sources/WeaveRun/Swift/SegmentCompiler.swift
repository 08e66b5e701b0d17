import Foundation
import WeaveSupport

/// Compiles segments, each once for its text and for what it sees of others.
struct SegmentCompiler: Sendable {
  let toolchain: SwiftToolchain
  /// What came of earlier compiling.
  let cache: Cache
  /// Whether nobody waits for it: what is needed at once goes before it.
  var isIdle = false

  /// A segment's object file and what its module shows to others.
  private struct Compiled {
    var object: [UInt8]
    var module: [UInt8]

    init(object: [UInt8], module: [UInt8]) { (self.object, self.module) = (object, module) }

    /// As it is kept: the object's length in eight bytes, the object, the module.
    init?(_ bytes: [UInt8]) {
      guard bytes.count >= 8 else { return nil }
      let count = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
      guard 0...bytes.count - 8 ~= count else { return nil }
      (object, module) = (Array(bytes[8..<8 + count]), Array(bytes[(8 + count)...]))
    }

    var bytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: object.count >> (8 * $0)) } + object + module }
  }

  /// The object files of `segments` and of what runs them, in `folder`; nil where something is said of one, which the
  /// whole program's compiler has to say, or where compiling what is not known takes as long as the whole.
  func objects(_ segments: Segments, in folder: URL) async throws -> (files: [String], compiled: Int)? {
    let all = segments.segments
    let whole = all.reduce(0) { $0 + $1.size }
    var left = whole / 2, compiled = 0
    // What was never compiled has to be, whatever the others show.
    let new = all.filter { cache.value(textKey($0)) != true }
    if new.reduce(0, { $0 + $1.size }) > left { return nil }
    async let head = compiledHead(segments, in: folder)
    let made = try await compile(segments, in: folder) { segment in
      left -= segment.size
      compiled += 1
      return left >= 0
    }
    guard let made, let head = try await head else { return nil }
    return ([head] + made, compiled)
  }

  /// Compiles what is not known yet, for a later `objects`.
  func prepare(_ segments: Segments, in folder: URL) async throws {
    _ = try await compile(segments, in: folder) { _ in true }
    _ = try await compiledHead(segments, in: folder)
  }

  /// - Parameter mayCompile: asked before a segment is compiled.
  private func compile(
    _ segments: Segments, in folder: URL, mayCompile: (Segments.Segment) -> Bool
  ) async throws -> [String]? {
    let modules = folder.appendingPathComponent("segments")
    try FileManager.default.createDirectory(at: modules, withIntermediateDirectories: true)
    var objects: [String] = [], shown: [String] = []
    for segment in segments.segments {
      let key = Digest(["segment", toolchain.key, segment.name, segment.text] + segment.needs.map { shown[$0] }).hex
      let module = modules.appendingPathComponent("\(segment.name).swiftmodule").path
      let object = modules.appendingPathComponent("\(segment.name).o").path
      let known = cache.bytes(key).flatMap(Compiled.init)
      if let known {
        try AtomicFile.writeAtOnce(known.object, to: object)
        try AtomicFile.writeAtOnce(known.module, to: module)
        shown.append(Digest(known.module).hex)
      } else {
        guard mayCompile(segment), try await compile(segment, object, module, in: modules),
          let made = FileManager.default.contents(atPath: object),
          let interface = FileManager.default.contents(atPath: module)
        else { return nil }
        let compiled = Compiled(object: Array(made), module: Array(interface))
        cache.store(bytes: compiled.bytes, key)
        cache.store(true, textKey(segment))
        shown.append(Digest(compiled.module).hex)
      }
      objects.append(object)
    }
    return objects
  }

  private func textKey(_ segment: Segments.Segment) -> String {
    Digest(["segment text", toolchain.key, segment.name, segment.text]).hex
  }

  /// False where the compiler says anything.
  private func compile(
    _ segment: Segments.Segment, _ object: String, _ module: String, in modules: URL
  ) async throws -> Bool {
    let source = try source(segment.text, segment.name, in: modules)
    var command = toolchain.compileCommand(
      source: source, action: .object(object, withPlaces: true), macros: segment.mayUseMacros)
    // The module is made of the whole of this source, which is one file.
    command.removeAll { $0 == "-primary-file" }
    let name = command.firstIndex(of: "-module-name")! + 1
    let shared = command[name]
    command[name] = segment.name
    command += [
      "-module-abi-name", shared, "-enable-testing", "-emit-module-path", module,
      // Where it was compiled would be in what others see of it.
      "-no-serialize-debugging-options",
      "-entry-point-function-name", Segments.entry(segment.name), "-I", modules.path,
    ]
    return try await isSilent(command)
  }

  private func compiledHead(_ segments: Segments, in folder: URL) async throws -> String? {
    let own = folder.appendingPathComponent("head")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    let object = own.appendingPathComponent("head.o").path
    let key = Digest(["segments' head", toolchain.key, segments.head]).hex
    if let known = cache.bytes(key) {
      try AtomicFile.writeAtOnce(known, to: object)
      return object
    }
    let source = try source(segments.head, "head", in: own)
    let command = toolchain.compileCommand(source: source, action: .object(object, withPlaces: true), macros: false)
    guard try await isSilent(command), let made = FileManager.default.contents(atPath: object) else { return nil }
    cache.store(bytes: Array(made), key)
    return object
  }

  /// The compiler treats `main.swift` as the program.
  private func source(_ text: String, _ name: String, in folder: URL) throws -> String {
    let own = folder.appendingPathComponent("\(name)-source")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    let source = own.appendingPathComponent("main.swift").path
    try AtomicFile.writeAtOnce(text.utf8, to: source)
    return source
  }

  private func isSilent(_ command: [String]) async throws -> Bool {
    let limits = ToolLimits.usual(for: command[0])
    let nice = isIdle ? Tool.place(of: "nice").map { [$0, "-n", "19"] } ?? [] : []
    let outcome = try await Tool.run(nice + command, limits: limits)
    return outcome.status == 0 && outcome.error.isEmpty && outcome.output.isEmpty
  }
}
