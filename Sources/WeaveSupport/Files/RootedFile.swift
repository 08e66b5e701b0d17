import Foundation

/// A file of a folder that somebody else may have filled: on the way from the folder to the file no link is followed,
/// and what is no plain file (a FIFO, a device, a socket) is never opened.
///
/// The folder itself, the root, is what its user called it, a link or not.
package struct RootedFile: Sendable, Hashable {
  package let root: String
  /// From the root, with `/` between folders.
  package let path: String

  /// Why a file cannot be had.
  package enum Obstacle: Error {
    case missing
    /// What stands in the place of the file, or of a folder on the way to it.
    case link(String)
    case notFile(String)
    case notFolder(String)
    /// The path is empty or leads out of the root.
    case outside
    case system(Int32)
  }

  package init(root: String, _ path: String) { (self.root, self.path) = (root, path) }

  /// A file that the user names, wherever its links lead.
  package init(following path: String) {
    let real = realpath(path, nil).map { real in
      defer { free(real) }
      return String(cString: real)
    }
    let place = (real ?? path) as NSString
    self.init(root: place.deletingLastPathComponent, place.lastPathComponent)
  }

  /// As messages and other programs know it.
  package var full: String { root.isEmpty ? path : "\(root)/\(path)" }

  // MARK: Looking and reading

  /// Nil where there is no plain file.
  package var stamp: FileStamp? { (try? status()).map(FileStamp.init) }

  package func status() throws(Obstacle) -> stat {
    let (folder, name) = try walk()
    defer { close(folder) }
    return try status(name, in: folder)
  }

  /// Whether anything at all stands there.
  package var isThere: Bool {
    guard let (folder, name) = try? walk() else { return false }
    defer { close(folder) }
    var status = stat()
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0
  }

  /// The contents; nil where there is no plain file or it cannot be read.
  package func read() -> [UInt8]? { try? contents(atMost: .max)?.bytes }

  /// The contents and the stamp of what was opened; nil where there are more than `limit` bytes.
  package func contents(atMost limit: Int) throws(Obstacle) -> (bytes: [UInt8], stamp: FileStamp)? {
    let (folder, name) = try walk()
    defer { close(folder) }
    // Opening a device may do something already.
    _ = try status(name, in: folder)
    let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .system(errno) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .system(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notFile(path) }
    if status.st_size > limit { return nil }
    guard let bytes = Self.bytes(of: file, Int(status.st_size)) else { throw .system(EIO) }
    return (bytes, FileStamp(status))
  }

  /// Nil where there are not so many.
  private static func bytes(of file: Int32, _ size: Int) -> [UInt8]? {
    var isWhole = true
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = pread(file, buffer.baseAddress! + count, size - count, off_t(count))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { break }
        count += got
      }
      isWhole = count == size
    }
    return isWhole ? bytes : nil
  }

  /// The names in the file's folder.
  package var neighbours: [String] {
    guard let (folder, _) = try? walk() else { return [] }
    // The stream closes it.
    guard let stream = fdopendir(folder) else {
      close(folder)
      return []
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Another file of the same folder.
  package func beside(_ name: String) -> RootedFile {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return RootedFile(root: root, name) }
    return RootedFile(root: root, path[...slash] + name)
  }

  private func status(_ name: String, in folder: Int32) throws(Obstacle) -> stat {
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw errno == ENOENT ? .missing : .system(errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status
    case S_IFLNK: throw .link(path)
    default: throw .notFile(path)
    }
  }

  // MARK: The way

  /// The folder that holds the file, open until the caller closes it, and the file's name in it.
  /// - Parameter making: whether folders that are missing are made, the root among them.
  func walk(making: Bool = false) throws(Obstacle) -> (folder: Int32, name: String) {
    var parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String($0)! }
    guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.utf8.contains(0) }) else {
      throw .outside
    }
    let name = parts.removeLast()
    if making { try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) }
    var folder = open(root.isEmpty ? "." : root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw errno == ENOENT ? .missing : .system(errno) }
    for (index, part) in parts.enumerated() {
      if making { mkdirat(folder, part, 0o777) }
      let next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      let code = errno
      if next >= 0 {
        close(folder)
        folder = next
        continue
      }
      var status = stat()
      let kind = fstatat(folder, part, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_mode & S_IFMT : 0
      close(folder)
      let way = parts[...index].joined(separator: "/")
      switch kind {
      case S_IFLNK: throw .link(way)
      case S_IFDIR: throw .system(code)
      default: throw code == ENOENT ? .missing : kind == 0 ? .system(code) : .notFolder(way)
      }
    }
    return (folder, name)
  }
}

extension RootedFile.Obstacle {
  /// What stands in the way of `file`, and what to do about it.
  /// - Parameter root: as messages call it.
  package func reason(_ file: RootedFile, root: String? = nil) -> String {
    let root = root ?? file.root
    func shown(_ path: String) -> String { RootedFile(root: root, path).full }
    return switch self {
    case .missing: "there is no such file"
    case .link(let path): "\(shown(path)) is a link, and links are not followed: put what it leads to in its place"
    case .notFile(let path): "\(shown(path)) is not a plain file: take it away"
    case .notFolder(let path): "\(shown(path)) is not a folder: take it away"
    case .outside: "it is not a file in \(root)"
    case .system(let code): String(cString: strerror(code))
    }
  }
}
