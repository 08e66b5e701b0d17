import Foundation
import Synchronization

/// What a page in a browser is told of the book: which build it would see now, and what is wrong.
struct PreviewState: Sendable, Encodable {
  struct Fault: Sendable, Encodable {
    var file: String?
    var line: Int?
    var column: Int?
    var category: String
    var message: String
  }

  /// Names this server's run and the build in it: a page of another run is never taken for a current one.
  var build: String
  var isBuilding = false
  var errors: [Fault] = []

  /// As an event of `text/event-stream`.
  var event: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(self)) ?? Data("{}".utf8)
    return Array("event: state\ndata: ".utf8) + data + Array("\n\n".utf8)
  }
}

extension PreviewState.Fault {
  init(_ diagnostic: Diagnostic) {
    self.init(
      file: diagnostic.file, line: diagnostic.position.line, column: diagnostic.position.column,
      category: diagnostic.category.rawValue, message: diagnostic.message)
  }

  /// What stops a build as a whole.
  init(_ error: any Error) {
    if let diagnostic = error as? Diagnostic {
      self.init(diagnostic)
    } else {
      self.init(file: nil, line: nil, column: nil, category: "environment", message: "\(error)")
    }
  }
}

/// The current state, and everyone who wants to hear of the next one.
final class PreviewBoard: Sendable {
  private struct Contents {
    var state: PreviewState
    var listeners: [Int: AsyncStream<PreviewState>.Continuation] = [:]
    var count = 0
  }

  private let contents: Mutex<Contents>

  init(_ state: PreviewState) { contents = Mutex(Contents(state: state)) }

  var state: PreviewState { contents.withLock { $0.state } }

  func update(_ change: (inout PreviewState) -> Void) {
    contents.withLock { contents in
      change(&contents.state)
      for listener in contents.listeners.values { listener.yield(contents.state) }
    }
  }

  /// The state now and after each change; a listener that is behind gets the newest one only.
  func states() -> AsyncStream<PreviewState> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let number = contents.withLock { contents in
        contents.count += 1
        contents.listeners[contents.count] = continuation
        continuation.yield(contents.state)
        return contents.count
      }
      continuation.onTermination = { _ in self.contents.withLock { _ = $0.listeners.removeValue(forKey: number) } }
    }
  }
}
