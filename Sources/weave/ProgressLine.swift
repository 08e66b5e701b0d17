import Foundation
import Synchronization
import WeaveBuild
import WeaveModel

/// What is being worked on, in one line on a terminal that later lines replace; elsewhere nothing.
final class ProgressLine: Sendable {
  private struct Work {
    var done = 0
    /// In the order in which they began.
    var active: [(chapter: String, step: String)] = []
    var isShown = false
  }

  private let work = Mutex(Work())
  private let isOnTerminal = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  var tell: @Sendable (String, Pipeline.Step, Int) -> Void {
    guard isOnTerminal else { return { _, _, _ in } }
    return { chapter, step, count in
      self.work.withLock { work in
        switch step {
        case .compiling: work.active.append((chapter, "compiling"))
        case .running:
          if let index = work.active.firstIndex(where: { $0.chapter == chapter }) {
            work.active[index].step = "running"
          }
        case .done:
          work.active.removeAll { $0.chapter == chapter }
          work.done += 1
        }
        // Chapters that are known go by without a word.
        if work.active.isEmpty, !work.isShown { return }
        let names = work.active.map { "\($0.step) \($0.chapter)" }.joined(separator: ", ")
        Self.write("\r\u{1B}[K" + Line.plain("[\(work.done)/\(count)] \(names)").prefix(Self.width - 1))
        work.isShown = true
      }
    }
  }

  func count(_ done: Int, of all: Int, _ noun: String) {
    guard isOnTerminal else { return }
    work.withLock { work in
      Self.write("\r\u{1B}[K" + "[\(done)/\(all)] \(noun)".prefix(Self.width - 1))
      work.isShown = true
    }
  }

  func erase() {
    work.withLock { work in
      if work.isShown { Self.write("\r\u{1B}[K") }
      work = Work()
    }
  }

  private static var width: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
  }

  private static func write(_ text: String) { try? StandardStream.error.write(text) }
}
