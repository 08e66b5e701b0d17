import FlyingSocks
import Foundation
import WeaveParse
import WeaveRender
import WeaveRun
import WeaveSupport

/// Shows the book while it is written: builds, watches, builds again, and tells the open pages.
package struct PreviewServer: Sendable {
  /// What the command says of it.
  package enum Event: Sendable {
    /// The address that the book can be read at.
    case listening(String)
    /// Files that changed; empty for the first build.
    case building(Set<String>)
    case built(Pipeline.Outcome, OutputFolder.Report, seconds: Double)
    /// A build that came to no end: an environment that is not as it must be, a list that cannot be read.
    case failed(any Error)
  }

  private let pipeline: Pipeline
  private let output: OutputFolder
  private let port: UInt16
  private let report: @Sendable (Event) throws -> Void

  /// - Parameters:
  ///   - port: 0 for any that is free.
  ///   - report: told of each event; what it throws ends the server.
  package init(_ pipeline: Pipeline, port: UInt16, report: @escaping @Sendable (Event) throws -> Void) {
    self.pipeline = pipeline
    self.port = port
    self.report = report
    output = pipeline.output
  }

  /// Serves until the task is cancelled. Throws where the first build finds the environment wanting, and where the port
  /// cannot be had.
  package func run() async throws {
    let name = String(UInt64.random(in: 0..<1 << 40), radix: 36)
    let board = PreviewBoard(PreviewState(build: "\(name)-0"))
    // Before the first build reads anything: an edit while it runs is an edit that follows.
    let watch = FolderWatch(folder: pipeline.places.chapters.path, besides: libraries)
    let notices = watch.notices()
    let pages = PreviewPages(site: SiteFolder(folder: output), board: board)
    let (ports, listening) = AsyncStream<UInt16>.makeStream()

    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { listening.finish() }
          try await serve(pages) { listening.yield($0) }
        }
        group.addTask {
          for await port in ports {
            try report(.listening("http://127.0.0.1:\(port)/"))
            try await buildForever(watch, notices, board, name)
          }
        }
        defer { group.cancelAll() }
        // Neither ends but by an error or because all of it is cancelled.
        try await group.next()
      }
    } catch {
      // What a cancelled server says of its sockets is no news.
      try Task.checkCancellation()
      throw error
    }
  }

  private func serve(_ pages: PreviewPages, listening: @Sendable (UInt16) -> Void) async throws {
    do {
      try await HTTPServer(port: port).run(listening: listening) { pages.answer(to: $0) }
    } catch let SocketError.failed(_, code, message) {
      switch code {
      case EADDRINUSE:
        throw EnvironmentError(
          "port \(port) is in use: end what uses it, name another with --port N, or take any with --port 0")
      case EACCES:
        throw EnvironmentError("port \(port) may not be used: name one from 1024 with --port N")
      default: throw EnvironmentError("cannot listen on 127.0.0.1:\(port): \(message)")
      }
    }
  }

  /// A module that is built anew, or whose sources are edited, changes what chapters compute.
  private var libraries: [String] {
    let kit = pipeline.places.kit, chapters = pipeline.places.chapters
    let modules = (try? BookReader(folder: chapters, shownAs: ""))?.book.modules ?? []
    return ["ChapterKit"].flatMap { ModuleLibrary.places(of: $0, in: kit) }.map(\.path)
      + modules.flatMap { ModuleLibrary.files(of: $0, from: chapters, kit: kit) }
  }

  // MARK: Builds

  /// One build after the other; edits that come while one runs are together the next one's.
  private func buildForever(_ watch: FolderWatch, _ notices: AsyncStream<Void>, _ board: PreviewBoard, _ name: String)
    async throws
  {
    var count = 1
    // Live figures take longer than an author waits: they follow, until the next edit.
    var figures: Task<Void, any Error>?
    func start(_ changed: Set<String>) async throws {
      guard try await build("\(count)", changed, board, name, .later) else { return }
      figures = Task { [count] in _ = try await build("\(count)-figures", [], board, name, .quickly) }
    }
    defer { figures?.cancel() }
    try await start([])
    for await _ in notices {
      let changed = watch.take()
      if changed.isEmpty { continue }
      count += 1
      figures?.cancel()
      _ = await figures?.result
      try await start(changed)
    }
    throw CancellationError()
  }

  /// Whether the live figures are still to follow. Throws where nothing could be shown at all, and when it is cancelled.
  private func build(
    _ count: String, _ changed: Set<String>, _ board: PreviewBoard, _ name: String,
    _ figures: Pipeline.FigureCompiling
  ) async throws -> Bool {
    var pipeline = pipeline
    pipeline.figureCompiling = figures
    try report(.building(changed))
    board.update { $0.isBuilding = true }
    let clock = ContinuousClock.now
    let result: (outcome: Pipeline.Outcome, files: OutputFolder.Report)
    do {
      result = try await pipeline.build()
    } catch {
      try Task.checkCancellation()
      if count == "1", error is EnvironmentError { throw error }
      board.update {
        $0 = PreviewState(build: "\(name)-\(count)", errors: [PreviewState.Fault(error)], language: $0.language)
      }
      try report(.failed(error))
      return false
    }
    let errors = result.outcome.diagnostics.filter { $0.severity == .error }.map(PreviewState.Fault.init)
    board.update {
      $0 = PreviewState(build: "\(name)-\(count)", errors: errors, language: result.outcome.frame.language)
    }
    try report(.built(result.outcome, result.files, seconds: (ContinuousClock.now - clock) / .seconds(1)))
    return result.outcome.figuresAreStale
  }
}
