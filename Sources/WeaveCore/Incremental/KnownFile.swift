import Foundation

/// A file's contents by their digest, and the stamp by which the file is known to still hold them.
struct KnownFile: Sendable, Hashable {
  var digest: String
  private(set) var stamp: FileStamp
  /// When the stamp was taken, in nanoseconds since 1970.
  private(set) var seen: Int64

  init(digest: String, stamp: FileStamp, seen: Int64) {
    (self.digest, self.stamp, self.seen) = (digest, stamp, seen)
  }

  /// Nil where there is no file that can be read.
  init?(path: String) {
    guard let stamp = FileStamp(path: path), let contents = AtomicFile.read(path) else { return nil }
    self.init(stamp, contents)
  }

  /// `stamp` was taken before `contents` were read: if the file changed in between, the next look shows it.
  /// Taken just after they were written, it is young, and the next look reads the file again.
  init(_ stamp: FileStamp, _ contents: [UInt8]) {
    self.stamp = stamp
    seen = Self.now
    digest = Digest(contents).hex
  }

  /// Whether the file at `path` still holds these contents. What had to be read for it is known better from then on.
  mutating func isCurrent(_ path: String) -> Bool {
    guard let now = FileStamp(path: path) else { return false }
    if now == stamp, !isYoung { return true }
    guard now.size == stamp.size, let file = KnownFile(path: path), file.digest == digest else { return false }
    self = file
    return true
  }

  /// The file system's clock ticks every few milliseconds: a file that was written just before it was looked at may be
  /// written again and keep its stamp.
  private var isYoung: Bool { seen - max(stamp.modified, stamp.changed) < 50_000_000 }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
