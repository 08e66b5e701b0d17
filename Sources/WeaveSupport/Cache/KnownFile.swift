import Foundation

/// A file's contents by their digest, and the stamp by which the file is known to still hold them.
package struct KnownFile: Sendable, Hashable, Codable {
  package var digest: Digest
  package private(set) var stamp: FileStamp
  /// Whether any later change shows in the stamp: the file system's clock ticks every few milliseconds, and a file
  /// that is written twice within a tick may keep its stamp.
  private(set) var isSettled: Bool

  package init(digest: Digest, stamp: FileStamp, isSettled: Bool) {
    (self.digest, self.stamp, self.isSettled) = (digest, stamp, isSettled)
  }

  /// Nil where there is no file that can be read.
  package init?(_ file: RootedFile) {
    guard let (contents, stamp) = try? file.contents(atMost: .max) else { return nil }
    self.init(stamp, contents)
  }

  /// `stamp` was taken before `contents` were read: if the file changed in between, the next look shows it.
  package init(_ stamp: FileStamp, _ contents: [UInt8]) {
    isSettled = AtomicFile.now - max(stamp.modified, stamp.changed) >= 50_000_000
    self.stamp = stamp
    digest = Digest(contents)
  }

  /// Whether `file` still holds these contents. What had to be read for it is known better from then on.
  package mutating func isCurrent(_ file: RootedFile) -> Bool {
    guard let now = file.stamp else { return false }
    if now == stamp, isSettled { return true }
    guard now.size == stamp.size, let known = KnownFile(file), known.digest == digest else { return false }
    self = known
    return true
  }
}
