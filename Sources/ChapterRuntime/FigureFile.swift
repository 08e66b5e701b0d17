#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A figure of a program that runs by itself.
enum FigureFile {
  /// Writes `svg` into the current folder, or stops the program with the reason.
  static func store(_ svg: String, _ name: String) {
    let file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else { fatalError("\(name) cannot be written: \(String(cString: strerror(errno)))") }
    defer { close(file) }
    let bytes = Array(svg.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + done, $0.count - done) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { fatalError("\(name) cannot be written: \(String(cString: strerror(errno)))") }
      done += count
    }
  }
}
