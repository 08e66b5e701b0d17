import Foundation
import Synchronization
import WeaveModel
import WeaveSupport

/// Compiles chapter programs; takes out what does not compile and goes on with the rest.
struct Compiler: Sendable {
  private let toolchain: SwiftToolchain
  private let libraries: LinkedLibraries

  init(_ toolchain: SwiftToolchain, _ libraries: LinkedLibraries) {
    self.toolchain = toolchain
    self.libraries = libraries
  }

  /// A program of sections that were compiled apart. Throws `AsOneFile` where the whole has to be compiled.
  private func link(
    sectionsOf program: Program, in folder: URL, _ cache: Cache
  ) async throws -> (executable: URL, sections: CompiledChapter.Sections) {
    let segments = try Segments(program)
    guard let names = toolchain.mayAutolink ? libraries[segments.imports, toolchain] : [] else {
      throw AsOneFile("its libraries are not known yet")
    }
    let made = try await SegmentCompiler(toolchain: toolchain, cache: cache).objects(segments, in: folder)
    let executable = Scratch.executable(in: folder)
    // What two sections declare alike is refused here; the compiler of the whole says it in its words.
    let outcome = try await Tool.run(
      toolchain.linkCommand(objects: made.files, libraries: names, executable: executable.path))
    guard outcome.status == 0 else { throw AsOneFile("its sections do not link") }
    return (executable, CompiledChapter.Sections(compiled: made.compiled, all: segments.segments.count))
  }

  /// Compiles the sections of a chapter that are not known yet, for a later `compile`.
  func prepare(_ chapter: Chapter, in folder: URL, keeping cache: Cache) async throws {
    guard cache.keeps else { return }
    try await SegmentCompiler(toolchain: toolchain, cache: cache, isIdle: true)
      .prepare(Segments(Program(chapter)), in: folder)
  }

  /// What the compiler says to `fail` blocks, and those at which it crashes.
  fileprivate struct Judgement {
    var refusals: [Int: String] = [:]
    var crashes: [CompilerDiagnostic] = []
  }

  /// Compiles `chapter` in `folder`.
  /// - Parameter withPlaces: whether a crash of the program is to tell its line and its kind; it takes a twelfth of
  ///   the time.
  /// - Parameters:
  ///   - cache: sections that were compiled earlier and may be used; none where the whole is the judge.
  ///   - asWhole: called when that is not enough, and the whole is compiled.
  func compile(
    _ chapter: Chapter, in folder: URL, withPlaces: Bool, reusing cache: Cache, asWhole: @Sendable () -> Void
  ) async throws -> CompiledChapter {
    var product = CompiledChapter()
    let whole = Program(chapter)
    var program = whole
    async let judged = judge(whole, in: folder, cache)
    // Most programs have none of these, so the whole is built meanwhile.
    async let incomplete = incompletePieces(whole, in: folder)
    if cache.keeps {
      do {
        let linked = try await link(sectionsOf: whole, in: folder, cache)
        if try await incomplete.isEmpty {
          (product.executable, product.sections) = (linked.executable, linked.sections)
          product.take(try await judged)
          product.diagnostics = product.diagnostics.map { $0.worded(for: chapter) }
          return product
        }
      } catch let refusal as AsOneFile { product.asOneFile = refusal.reason }
    }
    asWhole()
    async let early = usesBeforeDeclaration(whole, in: folder)
    var built = try await build(whole, in: folder, withPlaces)
    let found = try await incomplete + early
    if !found.isEmpty {
      product.diagnostics += found
      product.removed = Dependents.closure(of: Set(found.compactMap(\.origin)), in: whole)
      program = Program(chapter, without: product.removed)
      built = try await build(program, in: folder, withPlaces)
    }
    var first = true
    while built.status != 0 {
      let errors = built.messages.filter { $0.kind == .error }
      // Errors that name no piece, or none that is left, leave nothing to take out.
      var culprits = Set(errors.compactMap(\.origin)).intersection(program.pieces.map(\.origin))
      // After the first round, a name that is gone is no fault of who uses it.
      let fresh = Self.ownFaults(errors).filter {
        $0.origin != nil && (first || !isFollowOn($0, removed: product.removed, in: whole))
      }
      product.diagnostics += Self.unique(fresh.map { CompilerDiagnostic($0) })
      if culprits.isEmpty {
        guard let culprit = try await culprit(of: built, in: program, folder, withPlaces) else {
          throw Scratch.shortage(in: folder)
            ?? EnvironmentError(
              "no chapter can be compiled: \(errors.first?.text ?? built.complaint); if the library of the chapters "
                + "is older than the tool, run 'swift build -c release'"
            )
        }
        product.diagnostics.append(culprit)
        culprits = [culprit.origin!]
      }
      product.removed.formUnion(Dependents.closure(of: culprits.union(product.removed), in: whole))
      program = Program(chapter, without: product.removed)
      built = try await build(program, in: folder, withPlaces)
      first = false
    }
    product.diagnostics += built.messages.compactMap { warning($0, in: program) }
    product.executable = built.executable
    product.take(try await judged)
    if !product.removed.isEmpty {
      // After a broken block the compiler does not come to what only the SIL diagnostics find.
      product.take(try await judge(program, in: folder, cache, except: product.refusals))
    }
    product.diagnostics = product.diagnostics.map { $0.worded(for: chapter) }
    return product
  }

  /// Of what is said to one expression, what its own text is blamed for: an argument that could not be read is
  /// missing in the call around it as well.
  private static func ownFaults(_ errors: [CompilerMessage]) -> [CompilerMessage] {
    func distance(_ message: CompilerMessage) -> Int { message.after ? 1 : message.line == 2 ? 0 : 2 }
    var nearest: [CodeOrigin: Int] = [:]
    for message in errors {
      guard let origin = message.origin, case .link = origin else { continue }
      nearest[origin] = min(nearest[origin] ?? 2, distance(message))
    }
    return errors.filter { message in message.origin.flatMap { nearest[$0] }.map { $0 == distance(message) } ?? true }
  }

  /// Compiles a program that stands by itself, in one piece; `said` is what the compiler or the linker refuses it with.
  func compile(loose program: String, file: String, in folder: URL) async throws -> (executable: URL?, said: String) {
    let source = folder.appendingPathComponent("main.swift")
    let object = folder.appendingPathComponent("main.o").path
    let text = LooseText.started(program, file: file)
    try AtomicFile.writeAtOnce(text.utf8, to: source.path)
    let outcome = try await Tool.run(
      toolchain.compileCommand(source: source.path, action: .object(object, withPlaces: true), macros: true))
    guard outcome.status == 0 else { return (nil, outcome.limit ?? outcome.error + outcome.output) }
    do {
      return (try await link(LooseText.imports(text), object, in: folder), "")
    } catch let refusal as LinkRefusal {
      return (nil, refusal.outcome.limit ?? refusal.outcome.error + refusal.outcome.output)
    }
  }

  private static func unique(_ list: [CompilerDiagnostic]) -> [CompilerDiagnostic] {
    var seen: Set<CompilerDiagnostic> = []
    return list.filter { seen.insert($0).inserted }
  }

  /// "cannot find 'x' in scope", where a removed piece had declared `x`.
  private func isFollowOn(_ message: CompilerMessage, removed: Set<CodeOrigin>, in program: Program) -> Bool {
    guard message.text.hasPrefix("cannot find") else { return false }
    let name = message.text.split(separator: "'").dropFirst().first ?? ""
    return program.pieces.contains { removed.contains($0.origin) && $0.code.contains(name) }
  }

  /// Warnings of code that never runs, or that the tool wrote, are no concern of the author's.
  private func warning(_ message: CompilerMessage, in program: Program) -> CompilerDiagnostic? {
    guard message.kind == .warning, let origin = message.origin, !message.after,
      program.pieces.contains(where: { $0.origin == origin && $0.mode.place == .script })
    else { return nil }
    return CompilerDiagnostic(message)
  }

  /// Pieces that use a name above its declaration: told by the compiler, to which the chapter is one function's body,
  /// since in there a name is not known before its line.
  private func usesBeforeDeclaration(_ program: Program, in folder: URL) async throws -> [CompilerDiagnostic] {
    guard Dependents.mayUseEarly(program.pieces) else { return [] }
    let own = folder.appendingPathComponent("early")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    let source = own.appendingPathComponent("main.swift")
    try AtomicFile.writeAtOnce(program.asOneFunction.utf8, to: source.path)
    let outcome = try await Tool.run(
      toolchain.compileCommand(source: source.path, action: .typecheck, macros: program.mayUseMacros))
    return CompilerMessage.read(outcome.error + outcome.output, program).compactMap { message in
      let text = message.text
      guard message.kind == .error, CompilerMessage.tellsOfEarlyUse(text),
        let name = text.split(separator: "'").dropFirst().first
      else { return nil }
      var diagnostic = CompilerDiagnostic(message)
      diagnostic.text = "'\(name)' is used here and declared only below: move this after the block that declares it"
      return diagnostic
    }
  }

  // MARK: What a piece alone can do to all

  /// Pieces that are no complete Swift by themselves.
  private func incompletePieces(_ program: Program, in folder: URL) async throws -> [CompilerDiagnostic] {
    let pieces = CompletePieces(program)
    if pieces.pieces.isEmpty { return [] }
    let own = folder.appendingPathComponent("pieces")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    func parse(_ files: [(name: String, text: String)]) async throws -> String {
      let paths = files.map { own.appendingPathComponent($0.name).path }
      for (path, file) in zip(paths, files) { try AtomicFile.writeAtOnce(file.text.utf8, to: path) }
      let outcome = try await Tool.run(toolchain.compileCommand(source: paths[0], action: .parse(paths), macros: false))
      return outcome.error + outcome.output
    }
    if try await pieces.areMarked(parse([(name: "all", text: pieces.text)])) { return [] }
    let said = try await parse(pieces.pieces.map { (name: $0.origin.name, text: CompletePieces.alone($0)) })
    let faults = pieces.faults(CompilerMessage.read(said, program))
    return Self.unique(Self.ownFaults(faults).map { CompilerDiagnostic($0) })
  }

  /// The first piece without which the compiler does not end as it did: it crashed, or said something of no piece. Nil
  /// where it does so without any.
  private func culprit(
    of built: Build, in program: Program, _ folder: URL, _ withPlaces: Bool
  ) async throws -> CompilerDiagnostic? {
    func fails(_ count: Int) async throws -> Bool {
      // What came to a limit came to it long after all else was done.
      var limits = ToolLimits.usual(for: "swift-frontend")
      if built.isStopped { limits.seconds = min(30, limits.seconds) }
      let build = try await ToolLimits.$current.withValue(built.isStopped ? limits : ToolLimits.current) {
        try await self.build(program.prefix(count), in: folder, withPlaces, linking: built.isLinkRefused)
      }
      return build.status != 0 && !build.messages.contains { $0.kind == .error && $0.origin != nil }
    }
    // What compiles stays below, what does not above.
    var (good, bad) = (0, program.pieces.count)
    guard bad > 0, try await !fails(0) else { return nil }
    while bad - good > 1 {
      let middle = (good + bad) / 2
      if try await fails(middle) { bad = middle } else { good = middle }
    }
    return CompilerDiagnostic(program.pieces[bad - 1].origin, built.complaint)
  }

  // MARK: Steps

  /// What came of compiling and linking.
  private struct Build {
    var status: Int
    var messages: [CompilerMessage]
    /// Nil where the compiler refuses, or where there is nothing to run.
    var executable: URL?
    /// In words, where nothing is said of a piece.
    var complaint = ""
    /// The compiler came to a limit.
    var isStopped = false
    var isLinkRefused = false
  }

  private func build(_ program: Program, in folder: URL, _ withPlaces: Bool, linking: Bool = true) async throws -> Build
  {
    // A name of its own: the compiler treats `main.swift` as the program.
    let source = folder.appendingPathComponent("main.swift")
    let object = folder.appendingPathComponent("main.o")
    try AtomicFile.writeAtOnce(program.text.utf8, to: source.path)
    unlink(object.path)
    let links = linking && !program.isEmpty
    async let executable = links ? link(program.imports, object.path, in: folder) : nil
    let outcome = try await Tool.run(
      toolchain.compileCommand(
        source: source.path, action: .object(object.path, withPlaces: withPlaces), macros: program.mayUseMacros))
    if outcome.status == 0, !program.isEmpty, access(object.path, R_OK) != 0 {
      throw Scratch.shortage(in: folder) ?? EnvironmentError("the compiler wrote no object file: run it again")
    }
    let said = outcome.error + outcome.output
    var build = Build(
      status: outcome.status, messages: CompilerMessage.read(said, program),
      complaint: Self.complaint("compiler", outcome),
      isStopped: outcome.limit != nil)
    if outcome.status != 0 { return build }
    do { build.executable = try await executable } catch let refusal as LinkRefusal {
      build.status = refusal.outcome.status
      build.isLinkRefused = true
      if let shortage = Scratch.shortage(in: folder) { throw shortage }
      build.complaint = Self.complaint("linker", refusal.outcome)
    }
    return build
  }

  private struct LinkRefusal: Error { var outcome: Tool.Outcome }

  /// What the end of a program without a message of a piece comes to.
  private static func complaint(_ program: String, _ outcome: Tool.Outcome) -> String {
    if let limit = outcome.limit { return "\(limit) here: write it another way" }
    let said = outcome.error + outcome.output
    let reason = said.split(separator: "\n").first.map { " (\($0.prefix(120)))" } ?? ""
    let end = said.contains("Stack dump:") || outcome.status >= 128 ? "crashes" : "ends with status \(outcome.status)"
    return "the \(program) \(end) here\(reason): write it another way"
  }

  /// Links as soon as the object is there: it appears whole, and the compiler is still some time giving back its
  /// memory.
  private func link(_ imports: [String], _ object: String, in folder: URL) async throws -> URL {
    let executable = Scratch.executable(in: folder)
    func command(_ names: [String]) -> [String] {
      toolchain.linkCommand(objects: [object], libraries: names, executable: executable.path)
    }
    let list = folder.appendingPathComponent("autolink").path
    let asking = toolchain.autolinkCommand(object: object, list: list)
    let known = asking == nil ? [] : libraries[imports, toolchain]
    // What is known is put together while the compiler works.
    let prepared = known.map(command)
    try await Self.appearance(of: object, in: folder)
    if let prepared {
      try await succeed(prepared)
      return executable
    }
    try await succeed(asking!)
    let names = Shell.words((try? String(contentsOfFile: list, encoding: .utf8)) ?? "")
    libraries[imports, toolchain] = names
    try await succeed(command(names))
    return executable
  }

  /// Comes back as soon as the file is there. Asking every few milliseconds would take the compiler a fortieth of its
  /// time.
  private static func appearance(of file: String, in folder: URL) async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    let isOver = Over()
    continuation.onTermination = { _ in isOver.flag.store(true, ordering: .relaxed) }
    Thread {
      let alarm = DirectoryWatcher(folder: folder.path, pause: 2000)
      while access(file, R_OK) != 0, !isOver.flag.load(ordering: .relaxed) { alarm.wait() }
      continuation.finish()
    }.start()
    for await _ in stream {}
    try Task.checkCancellation()
  }

  private func succeed(_ command: [String]) async throws {
    let outcome = try await Tool.run(command)
    guard outcome.status == 0 else { throw LinkRefusal(outcome: outcome) }
  }

  // MARK: Blocks that must not compile

  /// Judges each `fail` block after what runs above it, through the SIL diagnostics.
  private func judge(
    _ program: Program, in folder: URL, _ cache: Cache, except known: [Int: String] = [:]
  ) async throws -> Judgement {
    var judgement = Judgement()
    for piece in program.pieces where piece.mode.place == .apart {
      guard case .block(let index) = piece.origin, known[index] == nil else { continue }
      let own = folder.appendingPathComponent("fail-\(index)")
      try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
      let source = own.appendingPathComponent("main.swift")
      let judged = program.judging(index)
      let key = Digest(["refused", toolchain.key, judged.text]).hex
      if let refusal: String = cache.value(key) {
        judgement.refusals[index] = refusal
        continue
      }
      try AtomicFile.writeAtOnce(judged.text.utf8, to: source.path)
      let outcome = try await Tool.run(
        toolchain.compileCommand(source: source.path, action: .diagnose, macros: judged.mayUseMacros))
      let output = outcome.error + outcome.output
      let messages = CompilerMessage.read(output, judged)
      let said = messages.filter { $0.origin == .block(index) && $0.kind != .warning }
      // No entry means that it compiled.
      if messages.contains(where: { $0.origin == .block(index) && $0.kind == .error }) {
        let refusal = said.map { "\($0.kind.rawValue): \($0.text)" }.joined(separator: "\n") + "\n"
        judgement.refusals[index] = refusal
        cache.store(refusal, key)
      } else if outcome.status != 0, !messages.contains(where: { $0.kind == .error && $0.origin != nil }) {
        judgement.crashes.append(CompilerDiagnostic(piece.origin, Self.complaint("compiler", outcome)))
      }
    }
    return judgement
  }
}

private final class Over: Sendable { let flag = Atomic(false) }

extension CompiledChapter {
  fileprivate mutating func take(_ judged: Compiler.Judgement) {
    refusals.merge(judged.refusals) { first, _ in first }
    diagnostics += judged.crashes.filter { removed.insert($0.origin!).inserted }
  }
}
