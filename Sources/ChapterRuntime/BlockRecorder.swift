#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// What a chapter's program says of itself while it runs.
///
/// Standard output goes to files in the working folder, `N.out` by the first block in it; records go through a private
/// duplicate of the standard output that the program was started with:
///
///     begin 3 0 512      block 3's code starts, and prints into 0.out from byte 512 on
///     end 3 540          … and has come to its end at byte 540, at -1: the rest of the file is its own
///     closed 3           … its standard output is not what it was
///     real 17 3fe5…      the bound value 17: real, single (bit patterns), integer, bool; text by its length
///     figure 3 812 40    lengths of the SVG and of its table, which follow
///     trapped 5 4        the child that ran block 5 ended by signal 4 (0: it did not)
///     finish
public enum BlockRecorder {
  nonisolated(unsafe) private static var channel: Int32 = -1
  /// The working folder that the program was started in.
  nonisolated(unsafe) private static var folder: Int32 = -1
  /// The process that may speak: a child that a block forked and let run on must not finish the chapter.
  nonisolated(unsafe) private static var speaker: pid_t = 0
  /// Values that go with what is sent next.
  nonisolated(unsafe) private static var pending = ""

  /// The block that runs, or ran last.
  nonisolated(unsafe) private static var block = 0
  nonisolated(unsafe) private static var isOpen = false
  nonisolated(unsafe) private static var output: Output?

  /// The file that takes what blocks print.
  private struct Output {
    var name: String
    var file: Int
    var device: UInt
    var inode: UInt
    var start: off_t = 0

    init?(_ index: Int) {
      name = "\(index).out"
      file = index
      redirect(STDOUT_FILENO, to: name)
      var status = stat()
      guard fstat(STDOUT_FILENO, &status) == 0 else { return nil }
      (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
    }

    /// How long it is; nil where standard output, or the name, is not this file any more, or where it was cut.
    var size: off_t? {
      var open = stat(), named = stat()
      guard fstat(STDOUT_FILENO, &open) == 0, fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0, isThis(open), isThis(named), open.st_size >= start else { return nil }
      return open.st_size
    }

    private func isThis(_ status: stat) -> Bool { UInt(status.st_dev) == device && UInt(status.st_ino) == inode }
  }

  // MARK: Blocks

  static func begin(_ index: Int) {
    if channel < 0 { open() }
    end()
    fflush(nil)
    // A long file would leave little of the limit of one file's size.
    if let size = output?.size, size < 1 << 16 { output!.start = size } else { output = Output(index) }
    block = index
    isOpen = true
    send("begin \(index) \(output?.file ?? index) \(output?.start ?? 0)\n")
  }

  /// The block that runs, if any, has come to its end.
  static func end() {
    guard isOpen else {
      if !pending.isEmpty { send("") }
      return
    }
    isOpen = false
    fflush(nil)
    let size = output?.size
    let isShared = size != nil && hasChildren
    send(size.map { "end \(block) \(isShared ? -1 : $0)\n" } ?? "closed \(block)\n")
    if isShared || size == nil {
      // What children still print belongs to their block.
      output = nil
      redirect(STDOUT_FILENO, to: "/dev/null")
    }
  }

  static func finish() {
    end()
    send("finish\n")
  }

  /// Whether some child lives, or waits to be asked how it ended.
  private static var hasChildren: Bool {
    var child = siginfo_t()
    return waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) == 0
  }

  /// Runs a `trap` block apart: true in the child, which is expected to die; false in the program, which goes on.
  public static func fork(_ index: Int) -> Bool {
    if channel < 0 { open() }
    end()
    fflush(nil)
    send("begin \(index) \(index) 0\n")
    let child = forkProcess()
    if child == 0 {
      speaker = getpid()
      block = index
      redirect(STDOUT_FILENO, to: "\(index).out")
      redirect(STDERR_FILENO, to: "\(index).err")
      return true
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    rename("crash.json", "\(index).crash")
    send("trapped \(index) \(status & 0x7f)\n")
    send("end \(index) -1\n")
    return false
  }

  public static func survive(_ index: Int) {
    fflush(nil)
    _exit(0)
  }

  // MARK: Values and figures

  static func record(_ link: Int, _ value: some BoundValue) { pending += value.record(of: link) }

  static func figure(svg: String, table: [[String]]) {
    // Unit and record separators: no figure's text holds them.
    let rows = table.map { $0.joined(separator: "\u{1F}") }.joined(separator: "\u{1E}")
    send("figure \(block) \(svg.utf8.count) \(rows.utf8.count)\n\(svg)\(rows)")
  }

  // MARK: Files

  private static func open() {
    speaker = getpid()
    channel = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 200)
    let here = openFile(".", O_RDONLY | O_DIRECTORY)
    folder = fcntl(here, F_DUPFD_CLOEXEC, 200)
    close(here)
    setvbuf(stdout, nil, _IOLBF, 0)
    redirect(STDOUT_FILENO, to: "/dev/null")
  }

  private static func redirect(_ descriptor: Int32, to path: String) {
    fflush(nil)
    let file = openFile(path, O_WRONLY | O_CREAT | O_APPEND, in: folder)
    if file >= 0 {
      dup2(file, descriptor)
      if file != descriptor { close(file) }
    }
  }

  private static func send(_ text: String) {
    // An expression may stand above the first block.
    if channel < 0 { open() }
    if getpid() != speaker { _exit(0) }
    var text = pending + text
    pending = ""
    text.withUTF8 { bytes in
      var offset = 0
      while offset < bytes.count {
        let written = write(channel, bytes.baseAddress! + offset, bytes.count - offset)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { _exit(120) }
        offset += written
      }
    }
  }
}

/// Swift hides `fork`; a program of one thread may call it.
@_silgen_name("fork") private func forkProcess() -> Int32

private func openFile(_ path: String, _ how: Int32, in folder: Int32 = AT_FDCWD) -> Int32 {
  path.withCString { openat(folder, $0, how, 0o644) }
}
