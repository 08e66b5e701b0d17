import ChapterProtocol
import Foundation
import Synchronization
import SystemPackage
import WeaveSupport

/// What a program waits for that has its walls already: a socket on which it reads a line before it starts, then the
/// key of its records' seals, and over which it hands out the files that its blocks print into.
package final class Gate: Sendable {
  private struct State {
    var isDecided = false
    var opened: (time: ContinuousClock.Instant, program: Program)?
  }

  /// The end that the waiting process reads. It stays open here as well: nobody is there to be written to only when
  /// nobody cares.
  package let inside: DescriptorSocket
  package let outside: DescriptorSocket
  /// Of this run alone.
  package let key: [UInt8] = {
    var source = SystemRandomNumberGenerator()
    return (0..<Seal.keySize).map { _ in UInt8.random(in: 0...255, using: &source) }
  }()
  private let state = Mutex(State())
  private let decision = AsyncStream.makeStream(of: Void.self)

  package init() throws { (inside, outside) = try DescriptorSocket.pair() }

  deinit {
    close()
    inside.close()
    outside.close()
  }

  /// Lets the process go on, to become `program`.
  package func open(for program: Program) { decide(program) }

  /// The process ends without having become anything.
  package func close() { decide(nil) }

  private func decide(_ program: Program?) {
    state.withLock { state in
      if state.isDecided { return }
      state.isDecided = true
      if let program {
        state.opened = (.now, program)
        _ = try? outside.descriptor.writeAll([UInt8(ascii: "\n")] + key)
        decision.continuation.yield()
      } else {
        outside.endWriting()
      }
      decision.continuation.finish()
    }
  }

  /// When it was opened, and for what; nil before.
  package var opened: (time: ContinuousClock.Instant, program: Program)? { state.withLock(\.opened) }

  /// Whether it is opened, as soon as that is decided; to be asked once.
  func isOpened() async -> Bool { await decision.stream.first { _ in true } != nil }
}
