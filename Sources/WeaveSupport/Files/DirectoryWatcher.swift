import Foundation

/// Sleeps until something happens in a folder, or for a while.
package struct DirectoryWatcher: ~Copyable {
  private let folder: String
  /// Microseconds between two looks where the system gives no notice.
  private let pause: UInt32

  #if os(Linux)
    private let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))

    package init(folder: String, pause: UInt32) {
      self.folder = folder
      self.pause = pause
      _ = arm()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Again each time, for the folder may be another one by now; for the same one it changes nothing.
    private func arm() -> Bool {
      let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ATTRIB
      return descriptor >= 0 && inotify_add_watch(descriptor, folder, UInt32(events)) >= 0
    }

    package func wait() {
      var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard arm(), poll(&polled, 1, 1000) >= 0 else {
        usleep(pause)
        return
      }
      withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 8) { buffer in
        while read(descriptor, buffer.baseAddress!, buffer.count) > 0 {}
      }
    }
  #else
    package init(folder: String, pause: UInt32) { (self.folder, self.pause) = (folder, pause) }

    package func wait() { usleep(pause) }
  #endif
}
