import Foundation
import WeaveSupport

/// The two places where the command speaks. What cannot be written is an error and neither a crash nor a silence: a
/// buffer would learn of a full disk, a closed descriptor or a reader that has gone when it is too late, or never.
enum StandardStream: Int32 {
  case output = 1
  case error = 2

  /// To be called before any file is opened.
  static func prepare() {
    // The first files to be opened would take the numbers of closed descriptors, and what is said would end in them.
    // What is open for reading only keeps the number and refuses every word.
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
    // A reader that has gone is told as an error. A handler, for programs that are started would inherit a signal
    // that is ignored.
    signal(SIGPIPE) { _ in }
  }

  func write(_ text: String) throws(EnvironmentError) {
    var text = text
    let problem = text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Foundation.write(rawValue, $0.baseAddress, $0.count) }
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          var place = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
          poll(&place, 1, -1)
        } else if errno != EINTR {
          return errno
        }
      }
      return 0
    }
    if problem != 0 { throw EnvironmentError("cannot write to \(name): \(String(cString: strerror(problem)))") }
  }

  private var name: String { self == .output ? "standard output" : "standard error" }
}
