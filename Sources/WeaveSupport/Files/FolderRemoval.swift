import Foundation

/// Takes a folder away with all that is in it, however deep it is and whoever closed its folders to everybody: a
/// program may have made a path that is longer than any that the system takes.
enum FolderRemoval {
  /// - Parameter base: an open folder, in which `name` stands.
  static func remove(_ name: String, in base: Int32) {
    fchmodat(base, name, 0o700, 0)
    let folder = openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard folder >= 0 else {
      unlinkat(base, name, 0)
      return
    }
    var number = 0
    // Each folder within moves up beside the first ones before it is emptied, so that no path grows.
    var waiting = empty(folder, in: folder, &number)
    while let next = waiting.popLast() {
      fchmodat(folder, next, 0o700, 0)
      let inner = openat(folder, next, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
      if inner >= 0 {
        waiting += empty(inner, in: folder, &number)
        close(inner)
      }
      unlinkat(folder, next, AT_REMOVEDIR)
    }
    close(folder)
    unlinkat(base, name, AT_REMOVEDIR)
  }

  /// Removes what is no folder, and moves the folders that are not empty into `top`. Gives their names there.
  private static func empty(_ folder: Int32, in top: Int32, _ number: inout Int) -> [String] {
    var moved: [String] = []
    for name in OpenFolder.names(in: folder) {
      if unlinkat(folder, name, 0) == 0 || unlinkat(folder, name, AT_REMOVEDIR) == 0 { continue }
      number += 1
      // One of its own within may have this name already.
      var place = ".weave-\(number)"
      while faccessat(top, place, F_OK, AT_SYMLINK_NOFOLLOW) == 0 { place += "-" }
      // A folder that is closed to its owner cannot be moved.
      fchmodat(folder, name, 0o700, 0)
      if renameat(folder, name, top, place) == 0 { moved.append(place) }
    }
    return moved
  }
}
