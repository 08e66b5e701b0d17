import Foundation
import WeaveSupport

/// Compiles segments, each once for its text and for what it sees of others.
struct SegmentCompiler: Sendable {
  let toolchain: SwiftToolchain
  /// What came of earlier compiling.
  let cache: Cache
  /// Whether nobody waits for it: what is needed at once goes before it.
  var isIdle = false

  /// What came of a segment.
  fileprivate struct Compiled {
    var object: [UInt8]
    /// What it shows to others.
    var module: [UInt8]
    var lookedUp: LookedUpNames
  }

  /// The object files of `segments` and of what runs them, in `folder`. Throws `AsOneFile` where something is said of
  /// one, which the whole program's compiler has to say, where one file could mean something else, or where compiling
  /// what is not known takes as long as the whole.
  func objects(_ segments: Segments, in folder: URL) async throws -> (files: [String], compiled: Int) {
    let all = segments.segments
    // What was never compiled has to be, whatever the others show.
    let new = all.filter { cache.value(textKey($0)) != true }
    let enough = all.reduce(0) { $0 + $1.size } / 2
    if new.reduce(0, { $0 + $1.size }) > enough { throw Self.tooMany }
    async let head = compiledHead(segments, in: folder)
    let made = try await compile(segments, in: folder, atMost: enough)
    return ([try await head] + made.files, made.compiled)
  }

  private static let tooMany = AsOneFile("more than half of it is to be compiled")

  /// Compiles what is not known yet, for a later `objects`.
  func prepare(_ segments: Segments, in folder: URL) async throws {
    _ = try await compile(segments, in: folder, atMost: .max)
    _ = try await compiledHead(segments, in: folder)
  }

  /// As many at a time as there are processors, each after those that it needs.
  /// - Parameter limit: bytes of code that may be compiled.
  private func compile(
    _ segments: Segments, in folder: URL, atMost limit: Int
  ) async throws -> (files: [String], compiled: Int) {
    let modules = folder.appendingPathComponent("segments")
    try FileManager.default.createDirectory(at: modules, withIntermediateDirectories: true)
    let all = segments.segments
    let width = isIdle ? 1 : ProcessInfo.processInfo.activeProcessorCount
    return try await withThrowingTaskGroup(of: (Int, Compiled).self) { group in
      var done: [Int: (shown: String, lookedUp: LookedUpNames)] = [:]
      var waiting = Array(all.indices), running = 0, left = limit, compiled = 0
      func start() throws {
        var isFurther = true
        while isFurther, running < width {
          isFurther = false
          for place in waiting where running < width && all[place].needs.allSatisfy({ done[$0] != nil }) {
            let segment = all[place], key = key(segment, shown: segment.needs.map { done[$0]!.shown })
            waiting.removeAll { $0 == place }
            if let known = cache.bytes(key).flatMap(Compiled.init) {
              try AtomicFile.writeAtOnce(known.object, to: object(segment, in: modules))
              try AtomicFile.writeAtOnce(known.module, to: module(segment, in: modules))
              done[place] = (Digest(known.module).hex, known.lookedUp)
              isFurther = true
            } else {
              left -= segment.size
              if left < 0 { throw Self.tooMany }
              (running, compiled) = (running + 1, compiled + 1)
              group.addTask { (place, try await self.compile(segment, key, in: modules)) }
            }
          }
        }
      }
      defer { group.cancelAll() }
      try start()
      while let (place, new) = try await group.next() {
        running -= 1
        done[place] = (Digest(new.module).hex, new.lookedUp)
        try start()
      }
      // In one file what stands further down is found as well.
      var declared: Set<String> = []
      for (place, segment) in all.enumerated().reversed() {
        if let name = done[place]!.lookedUp.first(of: declared) {
          throw AsOneFile("'\(name)' is used above the section that declares it, where one file has it already")
        }
        declared.formUnion(segment.declares)
      }
      return (all.map { object($0, in: modules) }, compiled)
    }
  }

  private func object(_ segment: Segments.Segment, in modules: URL) -> String {
    modules.appendingPathComponent("\(segment.name).o").path
  }

  private func module(_ segment: Segments.Segment, in modules: URL) -> String {
    modules.appendingPathComponent("\(segment.name).swiftmodule").path
  }

  private func key(_ segment: Segments.Segment, shown: [String]) -> String {
    Digest(["segment", toolchain.key, segment.name, segment.text] + shown).hex
  }

  private func textKey(_ segment: Segments.Segment) -> String {
    Digest(["segment text", toolchain.key, segment.name, segment.text]).hex
  }

  private func compile(_ segment: Segments.Segment, _ key: String, in modules: URL) async throws -> Compiled {
    let source = try source(segment.text, segment.name, in: modules)
    let object = object(segment, in: modules), module = module(segment, in: modules)
    let notes = modules.appendingPathComponent("\(segment.name).swiftdeps").path
    var command = toolchain.compileCommand(
      source: source, action: .object(object, withPlaces: true), macros: segment.mayUseMacros)
    let name = command.firstIndex(of: "-module-name")! + 1
    let shared = command[name]
    command[name] = segment.name
    command += [
      "-module-abi-name", shared, "-enable-testing", "-emit-module-path", module,
      "-emit-reference-dependencies-path", notes,
      // Where it was compiled would be in what others see of it.
      "-no-serialize-debugging-options",
      "-entry-point-function-name", Segments.entry(segment.name), "-I", modules.path,
    ]
    async let isEarly = usesEarly(segment, in: modules)
    if let said = try await said(command) { throw AsOneFile("the compiler says of a section: \(said)") }
    if try await isEarly { throw AsOneFile("a section uses a variable above its declaration") }
    guard let made = FileManager.default.contents(atPath: object),
      let shown = FileManager.default.contents(atPath: module),
      let lookedUp = FileManager.default.contents(atPath: notes).flatMap({ LookedUpNames(compilerNotes: Array($0)) })
    else { throw AsOneFile("the compiler's notes cannot be read") }
    let compiled = Compiled(object: Array(made), module: Array(shown), lookedUp: lookedUp)
    cache.store(bytes: compiled.bytes, key)
    cache.store(true, textKey(segment))
    return compiled
  }

  /// Whether it uses a variable above its declaration.
  private func usesEarly(_ segment: Segments.Segment, in modules: URL) async throws -> Bool {
    guard let text = segment.asOneFunction else { return false }
    let source = try source(text, "\(segment.name)-function", in: modules)
    let command = toolchain.compileCommand(source: source, action: .typecheck, macros: segment.mayUseMacros)
    let outcome = try await run(command + ["-I", modules.path])
    return (outcome.error + outcome.output).split(separator: "\n").contains {
      $0.contains(": error: ") && CompilerMessage.tellsOfEarlyUse(String($0))
    }
  }

  private func compiledHead(_ segments: Segments, in folder: URL) async throws -> String {
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
    guard try await said(command) == nil, let made = FileManager.default.contents(atPath: object) else {
      throw AsOneFile("the steps of the sections do not compile")
    }
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

  /// The first thing that a compiler says; nil where it compiles and has nothing to say.
  private func said(_ command: [String]) async throws -> String? {
    let outcome = try await run(command)
    let said = outcome.error + outcome.output
    if outcome.status == 0, said.isEmpty { return nil }
    return said.split(separator: "\n").first.map(String.init) ?? "status \(outcome.status)"
  }

  private func run(_ command: [String]) async throws -> Tool.Outcome {
    let nice = isIdle ? Tool.place(of: "nice").map { [$0, "-n", "19"] } ?? [] : []
    return try await Tool.run(nice + command, limits: .usual(for: command[0]))
  }
}

extension SegmentCompiler.Compiled {
  /// As it is kept: each part after its length in eight bytes.
  var bytes: [UInt8] {
    [object, module, Array(lookedUp.text.utf8)].flatMap { part in
      (0..<8).map { UInt8(truncatingIfNeeded: part.count >> (8 * $0)) } + part
    }
  }

  init?(_ bytes: [UInt8]) {
    var parts: [[UInt8]] = [], rest = bytes[...]
    while rest.count >= 8 {
      let count = rest.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
      guard 0...rest.count - 8 ~= count else { return nil }
      parts.append(Array(rest.dropFirst(8).prefix(count)))
      rest = rest.dropFirst(8 + count)
    }
    guard parts.count == 3 else { return nil }
    self.init(
      object: parts[0], module: parts[1], lookedUp: LookedUpNames(text: String(decoding: parts[2], as: UTF8.self)))
  }
}
