import Foundation

/// A file that a chapter's program wrote, or put something else in the place of: read only where it is a plain file.
enum ProgramFile {
  /// Its first `limit` bytes. Neither a link nor a pipe leads the tool astray.
  static func bytes(_ file: URL, limit: Int) -> Data? {
    let descriptor = open(file.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return (try? handle.read(upToCount: limit)) ?? Data()
  }

  /// What stands there as text, bytes that are no UTF-8 replaced.
  static func text(_ file: URL, limit: Int = 1 << 20) -> String {
    bytes(file, limit: limit).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Bytes of the files below `folder`; past `enough` of them nothing more is added.
  static func size(of folder: URL, enough: Int) -> Int {
    var sum = 0
    for case let name as String in FileManager.default.enumerator(atPath: folder.path) ?? .init() {
      var status = stat()
      // The smallest file costs a block.
      if lstat(folder.appendingPathComponent(name).path, &status) == 0 { sum += max(4096, Int(status.st_blocks) * 512) }
      if sum > enough { break }
    }
    return sum
  }
}
