import Foundation
import Synchronization
import WeaveModel
import WeaveRender
import WeaveSupport

/// What a page in a browser is told of the book: which build it would see now, and what is wrong.
package struct PreviewState: Sendable, Encodable {
  package struct Fault: Sendable, Encodable {
    package var file: String?
    package var line: Int?
    package var column: Int?
    package var category: String
    package var message: String
  }

  /// Names this server's run and the build in it: a page of another run is never taken for a current one.
  package var build: String
  package var isBuilding = false
  package var errors: [Fault] = []
  /// The book's: the preview's own words are in it.
  package var language: Language

  package init(build: String, isBuilding: Bool = false, errors: [Fault] = [], language: Language = .standard) {
    (self.build, self.isBuilding, self.errors, self.language) = (build, isBuilding, errors, language)
  }

  /// As an event of `text/event-stream`, after whose loss a browser asks again in half a second.
  package var event: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(self)) ?? Data("{}".utf8)
    return Array("retry: 500\nevent: state\ndata: ".utf8) + data + Array("\n\n".utf8)
  }
}

extension PreviewState.Fault {
  package init(_ diagnostic: Diagnostic) {
    self.init(
      file: diagnostic.file, line: diagnostic.position.line, column: diagnostic.position.column,
      category: diagnostic.category.rawValue, message: diagnostic.message)
  }

  /// What stops a build as a whole.
  package init(_ error: any Error) {
    if let diagnostic = error as? Diagnostic {
      self.init(diagnostic)
    } else {
      self.init(file: nil, line: nil, column: nil, category: "environment", message: "\(error)")
    }
  }
}

/// The current state, and everyone who wants to hear of the next one.
package final class PreviewBoard: Sendable {
  private struct Contents {
    var state: PreviewState
    var listeners: [Int: AsyncStream<PreviewState>.Continuation] = [:]
    var count = 0
  }

  private let contents: Mutex<Contents>

  package init(_ state: PreviewState) { contents = Mutex(Contents(state: state)) }

  package var state: PreviewState { contents.withLock { $0.state } }

  package func update(_ change: (inout PreviewState) -> Void) {
    contents.withLock { contents in
      change(&contents.state)
      for listener in contents.listeners.values { listener.yield(contents.state) }
    }
  }

  /// The state now, after each change, and again after each pause: only by writing does a server learn that a reader
  /// has gone. A listener that is after gets the newest one only.
  package func states(pause: Duration = .seconds(15)) -> AsyncStream<PreviewState> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let number = contents.withLock { contents in
        contents.count += 1
        contents.listeners[contents.count] = continuation
        continuation.yield(contents.state)
        return contents.count
      }
      let pulse = Task {
        while (try? await Task.sleep(for: pause)) != nil {
          self.contents.withLock { _ = $0.listeners[number]?.yield($0.state) }
        }
      }
      continuation.onTermination = { _ in
        pulse.cancel()
        self.contents.withLock { _ = $0.listeners.removeValue(forKey: number) }
      }
    }
  }
}
