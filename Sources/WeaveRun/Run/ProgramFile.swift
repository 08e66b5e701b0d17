import Foundation
import WeaveSupport

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

  /// Folders within folders that a program may make: whoever looks at them has each open.
  static let deepest = 64

  /// Bytes of the files below `folder`; past `enough` of them nothing more is added. More than can be where folders
  /// are too deep.
  static func size(of folder: URL, enough: Int) -> Int {
    let top = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    if top < 0 { return 0 }
    defer { close(top) }
    return size(in: top, depth: 1, enough)
  }

  private static func size(in folder: Int32, depth: Int, _ enough: Int) -> Int {
    if depth > deepest { return .max }
    var sum = 0
    for name in OpenFolder.names(in: folder) {
      var status = stat()
      guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      // The smallest file costs a block.
      sum += max(4096, Int(status.st_blocks) * 512)
      if status.st_mode & S_IFMT == S_IFDIR {
        let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        if inner >= 0 {
          let own = size(in: inner, depth: depth + 1, enough - sum)
          close(inner)
          if own > enough { return .max }
          sum += own
        }
      }
      if sum > enough { break }
    }
    return sum
  }
}
