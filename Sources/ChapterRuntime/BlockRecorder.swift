#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// What a chapter's program says of itself while it runs.
///
/// Each block's standard output goes to a file of its own that has no name: a later block does not reach it, and what a
/// child prints late is still its own block's. `weave` is handed each file through the socket at descriptor 3, with the
/// block's index, before the block starts. Records go through a private duplicate of the standard output that the program
/// was started with:
///
///     begin 3            the block's code starts
///     end 3              … and has come to its end; `closed 3`: its standard output is not what it was
///     real 17 3fe5…      the bound value 17: real, single (bit patterns), integer, bool; text by its length
///     figure 3 812 40    lengths of the SVG and of its table, which follow
///     trapped 5 4        the child that ran block 5 ended by signal 4 (0: it did not)
///     finish
enum BlockRecorder {
  nonisolated(unsafe) private static var channel: Int32 = -1
  /// Where files are handed over; -1 in a program that was started by hand, which prints all to one place.
  nonisolated(unsafe) private static var socket: Int32 = -1
  /// The process that may speak: a child that a block forked and let run on must not finish the chapter.
  nonisolated(unsafe) private static var speaker: pid_t = 0
  /// The folder in which the program was started.
  nonisolated(unsafe) private static var folder = "."
  /// Values that go with what is sent next.
  nonisolated(unsafe) private static var pending = ""

  /// The block that runs, or ran last.
  nonisolated(unsafe) private static var block = 0
  nonisolated(unsafe) private static var isOpen = false
  nonisolated(unsafe) private static var outputFile: (device: UInt, inode: UInt) = (0, 0)

  // MARK: Blocks

  static func begin(_ index: Int) {
    end()
    block = index
    isOpen = true
    replace(STDOUT_FILENO, .output)
    outputFile = identity(STDOUT_FILENO)
    send("begin \(index)\n")
  }

  /// The block that runs, if any, has come to its end.
  static func end() {
    guard isOpen else {
      if !pending.isEmpty { send("") }
      return
    }
    isOpen = false
    fflush(nil)
    let intact = identity(STDOUT_FILENO) == outputFile && outputFile.inode != 0
    send("\(intact ? "end" : "closed") \(block)\n")
    if socket >= 0 { discardOutput() }
  }

  static func finish() {
    end()
    send("finish\n")
  }

  /// True in the child, which is expected to die; false in the program, which goes on.
  static func fork(_ index: Int) -> Bool {
    end()
    fflush(nil)
    send("begin \(index)\n")
    let report = "\(folder)/crash.json"
    unlink(report)
    let child = forkProcess()
    if child == 0 {
      speaker = getpid()
      block = index
      replace(STDOUT_FILENO, .output)
      replace(STDERR_FILENO, .errors)
      return true
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    block = index
    if socket >= 0, case let file = open(report, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), file >= 0 {
      if !BlockFile.hand(file, .crash, of: index, over: socket) { _exit(120) }
      close(file)
      unlink(report)
    }
    send("trapped \(index) \(status & 0x7f)\n")
    send("end \(index)\n")
    return false
  }

  static func survive() {
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

  /// Before anything else: what the program was started with becomes the tool's own.
  static func start() {
    speaker = getpid()
    channel = duplicate(STDOUT_FILENO)
    setvbuf(stdout, nil, _IOLBF, 0)
    var status = stat()
    guard fstat(3, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
    socket = duplicate(3)
    close(3)
    if let path = getcwd(nil, 0) {
      folder = String(cString: path)
      free(path)
    }
    discardOutput()
  }

  /// A descriptor far from those that the blocks' own files get, where the system allows as many.
  private static func duplicate(_ descriptor: Int32) -> Int32 {
    let far = fcntl(descriptor, F_DUPFD_CLOEXEC, 200)
    return far < 0 ? fcntl(descriptor, F_DUPFD_CLOEXEC, 4) : far
  }

  /// Gives a descriptor a file of the block's own.
  private static func replace(_ descriptor: Int32, _ kind: BlockFile.Kind) {
    fflush(nil)
    guard socket >= 0 else { return }
    stopUnlessSpeaker()
    let file = BlockFile.make()
    if file < 0 { _exit(121) }
    if !BlockFile.hand(file, kind, of: block, over: socket) { _exit(120) }
    dup2(file, descriptor)
    if file != descriptor { close(file) }
  }

  /// What is printed from here on belongs to no block.
  private static func discardOutput() {
    fflush(nil)
    let nowhere = open("/dev/null", O_WRONLY)
    if nowhere < 0 { close(STDOUT_FILENO) }
    if nowhere >= 0, nowhere != STDOUT_FILENO {
      dup2(nowhere, STDOUT_FILENO)
      close(nowhere)
    }
  }

  private static func stopUnlessSpeaker() { if getpid() != speaker { _exit(0) } }

  private static func identity(_ descriptor: Int32) -> (device: UInt, inode: UInt) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return (0, 0) }
    return (UInt(status.st_dev), UInt(status.st_ino))
  }

  private static func send(_ text: String) {
    stopUnlessSpeaker()
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
