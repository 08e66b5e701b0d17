import FlyingSocks
import Foundation
import Synchronization
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

  /// One build after the other. An edit of a chapter's code that comes while one runs stops its programs: what they
  /// would show is of yesterday.
  private func buildForever(_ watch: FolderWatch, _ notices: AsyncStream<Void>, _ board: PreviewBoard, _ name: String)
    async throws
  {
    let edits = Edits()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var codes: [String: String] = [:]
        for await _ in notices {
          let changed = watch.take(), running = edits.add(changed), new = pipeline.codes(in: changed)
          if changed.contains(where: { new[$0] == nil || new[$0] != codes[$0] }) { running.set() }
          codes.merge(new) { $1 }
        }
      }
      group.addTask {
        let prepared = PreparedChapters()
        var count = 0
        // Live figures take longer than an author waits: they follow, until the next edit.
        var figures: Task<Void, any Error>?
        defer { figures?.cancel() }
        for await _ in edits.notices {
          let (changed, stop) = edits.begin()
          if changed.isEmpty, count > 0 { continue }
          count += 1
          figures?.cancel()
          _ = await figures?.result
          do {
            if try await build("\(count)", changed, stop, board, name, .later) {
              figures = Task { [count] in
                _ = try await build("\(count)-figures", [], StopSign(), board, name, .quickly)
              }
            }
            pipeline.prepare(prepared)
          } catch is Stopped {
            edits.returning(changed)
          }
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
    throw CancellationError()
  }

  /// Whether the live figures are still to follow. Throws where nothing could be shown at all, when it is stopped and
  /// when it is cancelled.
  private func build(
    _ count: String, _ changed: Set<String>, _ stop: StopSign, _ board: PreviewBoard, _ name: String,
    _ figures: Pipeline.FigureCompiling
  ) async throws -> Bool {
    var pipeline = pipeline
    pipeline.figureCompiling = figures
    pipeline.stop = stop
    try report(.building(changed))
    board.update { $0.isBuilding = true }
    let clock = ContinuousClock.now
    let result: (outcome: Pipeline.Outcome, files: OutputFolder.Report)
    do {
      result = try await pipeline.build()
    } catch {
      try Task.checkCancellation()
      if error is Stopped { throw error }
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

/// Names of files that changed and are in no build yet.
private final class Edits: Sendable {
  private struct State {
    var changed: Set<String> = []
    /// Of the build that runs.
    var stop = StopSign()
  }
  private let state = Mutex(State())
  private let channel = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  /// The first build is about all.
  init() { channel.continuation.yield() }

  /// Speaks up when there is something to build.
  var notices: AsyncStream<Void> { channel.stream }

  /// - Returns: what stops the build that runs.
  func add(_ names: Set<String>) -> StopSign {
    defer { if !names.isEmpty { channel.continuation.yield() } }
    return state.withLock {
      $0.changed.formUnion(names)
      return $0.stop
    }
  }

  /// Those of a build that was stopped: another one follows already.
  func returning(_ names: Set<String>) { state.withLock { $0.changed.formUnion(names) } }

  /// What the next build is about, and what stops it.
  func begin() -> (changed: Set<String>, stop: StopSign) {
    state.withLock { state in
      defer { state.changed = [] }
      state.stop = StopSign()
      return (state.changed, state.stop)
    }
  }
}
