import Foundation

/// What tells one state of a file from the next without reading it.
package struct FileStamp: Sendable, Hashable, Codable {
  package var inode: UInt64
  package var size: Int64
  /// Nanoseconds.
  package var modified: Int64
  /// Nanoseconds; no program can set this time, so contents that changed under an old date show.
  package var changed: Int64

  package init(inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
    (self.inode, self.size, self.modified, self.changed) = (inode, size, modified, changed)
  }

  package init(_ status: stat) {
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    #if canImport(Darwin)
      let times = (status.st_mtimespec, status.st_ctimespec)
    #else
      let times = (status.st_mtim, status.st_ctim)
    #endif
    modified = Int64(times.0.tv_sec) * 1_000_000_000 + Int64(times.0.tv_nsec)
    changed = Int64(times.1.tv_sec) * 1_000_000_000 + Int64(times.1.tv_nsec)
  }

  /// Nil where there is nothing.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}
