import Foundation
import Synchronization
import SystemPackage

/// What a program waits behind that has its walls already: a socket on which it reads a line before it starts, and over
/// which it then hands out the files that its blocks print into.
final class Gate: Sendable {
  private struct State {
    var isDecided = false
    var opened: ContinuousClock.Instant?
  }

  /// The end that the waiting process reads. It stays open here as well: nobody is there to be written to only when
  /// nobody cares.
  let inside: DescriptorSocket
  let outside: DescriptorSocket
  private let state = Mutex(State())
  private let decision = AsyncStream.makeStream(of: Program.self)

  init() throws { (inside, outside) = try DescriptorSocket.pair(.stream) }

  deinit {
    close()
    inside.close()
    outside.close()
  }

  /// Lets the process go on, to become `program`.
  func open(for program: Program) { decide(program) }

  /// The process ends without having become anything.
  func close() { decide(nil) }

  private func decide(_ program: Program?) {
    state.withLock { state in
      if state.isDecided { return }
      state.isDecided = true
      if let program {
        state.opened = .now
        _ = try? outside.descriptor.writeAll("\n".utf8)
        decision.continuation.yield(program)
      } else {
        outside.endWriting()
      }
      decision.continuation.finish()
    }
  }

  /// When it was opened; nil before.
  var opened: ContinuousClock.Instant? { state.withLock(\.opened) }

  /// What the process became, as soon as that is decided; to be asked once.
  func program() async -> Program? { await decision.stream.first { _ in true } }
}
