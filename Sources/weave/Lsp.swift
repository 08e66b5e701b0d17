import ArgumentParser
import Foundation
import Plot
import Synchronization
import WeaveBuild
import WeaveSupport

struct Lsp: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp",
    abstract: "Speaks to an editor: the Language Server Protocol.",
    discussion: """
      Reads requests from standard input and answers on standard output, as editors start it; the folder editors/ of \
      the tool's sources has what to write into Neovim, Helix and VS Code. What is wrong with a chapter is told while \
      it is typed; its program is compiled and run when the file is opened and when it is saved, behind the same walls \
      as in a build, and not at all where none can be built. A book is known by the book.yml beside the file that is \
      opened.
      """)

  func run() async throws {
    let kit = URL(fileURLWithPath: CommandLine.executablePath ?? ".").deletingLastPathComponent()
    let requests = RequestQueue()
    let server = LanguageServer { folder in
      let place = URL(fileURLWithPath: folder)
      var pipeline = Pipeline(
        Pipeline.Places(
          chapters: place, shownAs: place.lastPathComponent,
          output: place.deletingLastPathComponent().appendingPathComponent("Output"), kit: kit,
          cache: kit.appendingPathComponent("weave-cache")),
        figureStyle: Figure.stylesheet)
      // An editor opens what somebody else has written.
      pipeline.mayRunUnwalled = false
      return pipeline
    } send: { message in
      let text = String(decoding: FrameReader.framed(message.bytes), as: UTF8.self)
      // An editor that has gone also closes what it would send on.
      try? StandardStream.output.write(text)
    } isCancelled: {
      requests.isCancelled($0)
    }
    for await frame in requests.frames() {
      switch frame {
      case .message(let bytes):
        if let status = await server.receive(bytes) { throw ExitCode(status) }
      case .fault(let problem): await server.receive(fault: problem)
      }
      if requests.done() { await server.publish() }
    }
    // The editor has gone without a word.
    throw ExitCode(1)
  }
}

/// What the editor has sent and nobody has looked at yet.
private final class RequestQueue: Sendable {
  private struct State {
    var waiting = 0
    var cancelled: Set<JSON> = []
  }

  private let state = Mutex(State())

  /// Reads standard input on a thread of its own: a request may be taken back while another is being answered.
  func frames() -> AsyncStream<FrameReader.Frame> {
    AsyncStream { continuation in
      let thread = Thread {
        var reader = FrameReader()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
          let count = read(STDIN_FILENO, &buffer, buffer.count)
          if count < 0, errno == EINTR { continue }
          guard count > 0 else { break }
          reader.add(buffer[..<count])
          while let frame = reader.next() {
            self.take(frame)
            continuation.yield(frame)
          }
        }
        continuation.finish()
      }
      thread.name = "editor"
      thread.start()
    }
  }

  private func take(_ frame: FrameReader.Frame) {
    var taken: JSON?
    if case .message(let bytes) = frame, bytes.count < 512, let message = JSON(bytes),
      message["method"]?.string == "$/cancelRequest"
    {
      taken = message["params"]?["id"]
    }
    state.withLock {
      $0.waiting += 1
      if let taken { $0.cancelled.insert(taken) }
    }
  }

  /// Once: an editor may use a number again.
  func isCancelled(_ id: JSON) -> Bool { state.withLock { $0.cancelled.remove(id) != nil } }

  /// A frame has been looked at; whether it was the last.
  func done() -> Bool {
    state.withLock {
      $0.waiting -= 1
      // What was taken back and has been answered before is forgotten.
      if $0.waiting == 0 { $0.cancelled = [] }
      return $0.waiting == 0
    }
  }
}
