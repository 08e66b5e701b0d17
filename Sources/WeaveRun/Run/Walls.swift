import Foundation

/// What bubblewrap builds the walls of: namespaces, and a file system that has what programs need to run and nothing
/// else. No home, no sockets of the system's services, no book: what a chapter does not declare is not there.
enum Walls {
  static func namespaces(isRoot: Bool) -> [String] {
    // As root there is no user namespace: setpriv changes the user inside.
    (isRoot
      ? ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
      : ["--unshare-all", "--cap-drop", "ALL"])
      + ["--die-with-parent", "--new-session"]
  }

  /// - Parameter libraries: files and folders besides the system's, seen at their own places.
  static func root(with libraries: [String]) -> [String] {
    var options = ["--dev", "/dev", "--proc", "/proc", "--size", "\(64 << 20)", "--tmpfs", "/dev/shm"]
    var bound: [String] = []
    // Not /usr/local and not /usr/src, which are people's own.
    for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec", "share"] {
      options += seen("/usr/\(name)", &bound)
      options += seen("/\(name)", &bound)
    }
    options += way(to: "/etc/ld.so.cache", bound) + ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    options += ["--dir", "/tmp"]
    for place in libraries { options += seen(place, &bound) }
    return options
  }

  /// A link stays a link; what is not there is not missed.
  private static func seen(_ place: String, _ bound: inout [String]) -> [String] {
    var status = stat()
    guard !bound.contains(where: { place == $0 || place.hasPrefix($0 + "/") }), lstat(place, &status) == 0 else {
      return []
    }
    let way = way(to: place, bound)
    if status.st_mode & S_IFMT == S_IFLNK,
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place)
    {
      return way + ["--symlink", target, place]
    }
    bound.append(place)
    return way + ["--ro-bind", place, place]
  }

  /// The folders above `place`, made by name: what bubblewrap makes by itself only root may pass.
  private static func way(to place: String, _ bound: [String]) -> [String] {
    var way = ""
    return place.split(separator: "/").dropLast().flatMap { part in
      way += "/\(part)"
      return ["--dir", way]
    }
  }
}
