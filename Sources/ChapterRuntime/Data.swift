#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of `data/NAME`, a file that the chapter's front matter lists: `data: [NAME]`.
///
/// Refused, with the reason: a name that is not listed, and a file that cannot be read.
public func dataBytes(_ name: String) -> [UInt8] {
  let path = "data/\(name)"
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else {
    if errno == ENOENT { fatalError("\(path) is not there: list it in the chapter's front matter, data: [\(name)]") }
    fatalError("\(path) cannot be read: \(String(cString: strerror(errno)))")
  }
  defer { close(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(file, &buffer, buffer.count)
    if count < 0 && errno == EINTR { continue }
    if count < 0 { fatalError("\(path) cannot be read: \(String(cString: strerror(errno)))") }
    if count == 0 { return bytes }
    bytes += buffer[..<count]
  }
}

/// The text of `data/NAME`, which must be UTF-8.
public func dataText(_ name: String) -> String {
  let bytes = dataBytes(name)
  guard let text = String(validating: bytes, as: UTF8.self) else {
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
    fatalError("data/\(name) is not UTF-8 (line \(bad + 1)): read it with dataBytes")
  }
  return text
}
