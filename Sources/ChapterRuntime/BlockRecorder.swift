internal import ChapterProtocol
import Plot

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// What a chapter's program says of itself while it runs.
///
/// Each block's standard output goes to a file of its own that has no name. What stood in it when the block ended is
/// what the block printed: a child that prints late, or a later block that kept a way to the file, is told of. `weave`
/// is handed each file through a socket, with the block's index, before the block starts. Records go through a private
/// duplicate of the standard output that the program was started with, each sealed with a key that comes over the
/// socket before any block runs. A program that was started by hand records nothing.
enum BlockRecorder {
  /// -1 where nothing is recorded.
  nonisolated(unsafe) private static var channel: Int32 = -1
  nonisolated(unsafe) private static var key = [UInt8](repeating: 0, count: Seal.keySize)
  nonisolated(unsafe) private static var seal = Seal(key: key)
  /// Where files are handed over; -1 in a program that was started by hand, which prints all to one place.
  nonisolated(unsafe) private static var socket: Int32 = -1
  /// The process that may speak: a child that a block forked and let run on must not finish the chapter.
  nonisolated(unsafe) private static var speaker: pid_t = 0
  /// The folder in which the program was started.
  nonisolated(unsafe) private static var folder = "."
  /// Sealed values that go with what is sent next.
  nonisolated(unsafe) private static var pending: [UInt8] = []

  /// The block that runs, or ran last.
  nonisolated(unsafe) private static var block = 0
  nonisolated(unsafe) private static var isOpen = false
  nonisolated(unsafe) private static var outputFile: (device: UInt, inode: UInt) = (0, 0)

  /// How many figures a program that runs by itself has shown; nil in any other.
  nonisolated(unsafe) private static var figuresAlone: Int?

  // MARK: Blocks

  static func begin(_ index: Int) {
    end()
    block = index
    isOpen = true
    replace(STDOUT_FILENO, .output)
    outputFile = identity(STDOUT_FILENO)
    Parameters.begin(asked: LiveSteps.of(block: index))
    send(.begin(block: index))
  }

  /// The block that runs, if any, has come to its end.
  static func end() {
    guard isOpen else {
      flush()
      return
    }
    isOpen = false
    fflush(nil)
    tellPassed()
    for parameter in Parameters.declared { enqueue(.parameter(block: block, cells: LiveSteps.cells(of: parameter))) }
    let intact = identity(STDOUT_FILENO) == outputFile && outputFile.inode != 0
    if intact, let mark = outputMark() {
      send(.end(block: block, output: mark))
    } else {
      send(.closed(block: block))
    }
    if socket >= 0 { discardOutput() }
  }

  static func finish() {
    end()
    send(.finish)
  }

  /// True in the child, which is expected to die; false in the program, which goes on.
  static func fork(_ index: Int) -> Bool {
    end()
    fflush(nil)
    send(.begin(block: index))
    let report = "\(folder)/crash.json"
    unlink(report)
    let child = forkProcess()
    if child == 0 {
      // What it shows and claims is nobody's concern.
      close(channel)
      channel = -1
      key = [UInt8](repeating: 0, count: Seal.keySize)
      seal = Seal(key: key)
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
      if !BlockFile.hand(file, .crash, of: index, over: socket) { _exit(ProgramExit.channelClosed) }
      close(file)
      unlink(report)
    }
    send(.trapped(block: index, signal: Int(status & 0x7f)))
    send(.end(block: index))
    return false
  }

  static func survive() {
    fflush(nil)
    _exit(0)
  }

  // MARK: Values and figures

  static func record(_ link: Int, _ value: some BoundValue) {
    guard channel >= 0 else { return }
    tellPassed()
    enqueue(.value(link: link, value._recorded.value))
  }

  static func record(_ link: Int, _ low: some BoundValue, _ high: some BoundValue) {
    guard channel >= 0 else { return }
    tellPassed()
    enqueue(.value(link: link, .range(low._recorded.value, high._recorded.value)))
  }

  /// What the step has passed that ends now.
  private static func tellPassed() {
    let passed = MutationSwitch.take()
    if channel >= 0, !passed.isEmpty { enqueue(.passed(passed)) }
  }

  static func figure(svg: String, table: [[String]]) {
    if let count = figuresAlone {
      figuresAlone = count + 1
      FigureFile.store(svg, ProgramFigure.file(count + 1))
      return
    }
    let rows = table.map { $0.joined(separator: String(Record.cellSeparator)) }.joined(
      separator: String(Record.rowSeparator))
    send(.figure(block: block, svg: svg, table: rows))
  }

  // MARK: Files

  /// Before anything else: what the program was started with becomes the tool's own.
  static func start() {
    prepare()
    var status = stat()
    guard fstat(ProgramDescriptor.socket, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
    speaker = getpid()
    key = readKey()
    seal = Seal(key: key)
    channel = duplicate(STDOUT_FILENO)
    socket = duplicate(ProgramDescriptor.socket)
    close(ProgramDescriptor.socket)
    if let path = getcwd(nil, 0) {
      folder = String(cString: path)
      free(path)
    }
    discardOutput()
  }

  /// The same for a program that records nothing.
  static func startAlone() {
    prepare()
    figuresAlone = 0
  }

  private static func prepare() {
    setvbuf(stdout, nil, _IOLBF, 0)
    MutationSwitch.start()
    if let language = getenv(ProgramEnvironment.language) { FigureWords.choose(language: String(cString: language)) }
  }

  private static func readKey() -> [UInt8] {
    var key: [UInt8] = []
    var byte: UInt8 = 0
    while key.count < Seal.keySize {
      let count = read(ProgramDescriptor.socket, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count == 1 else { _exit(ProgramExit.channelClosed) }
      key.append(byte)
    }
    return key
  }

  /// A descriptor far from those that the blocks' own files get, where the system allows as many.
  private static func duplicate(_ descriptor: Int32) -> Int32 {
    let far = fcntl(descriptor, F_DUPFD_CLOEXEC, 200)
    return far < 0 ? fcntl(descriptor, F_DUPFD_CLOEXEC, 4) : far
  }

  /// Gives a descriptor a file of the block's own.
  private static func replace(_ descriptor: Int32, _ kind: ProgramFileKind) {
    fflush(nil)
    guard socket >= 0 else { return }
    stopUnlessSpeaker()
    let file = BlockFile.make()
    if file < 0 { _exit(ProgramExit.noDescriptor) }
    if !BlockFile.hand(file, kind, of: block, over: socket) { _exit(ProgramExit.channelClosed) }
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

  /// Of what the block has printed: another block could keep a way to its file.
  private static func outputMark() -> OutputMark? {
    var status = stat()
    guard fstat(STDOUT_FILENO, &status) == 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(STDOUT_FILENO, $0.baseAddress! + done, $0.count - done, off_t(done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return nil }
      done += count
    }
    return OutputMark(of: bytes, key: key)
  }

  private static func stopUnlessSpeaker() { if getpid() != speaker { _exit(0) } }

  private static func identity(_ descriptor: Int32) -> (device: UInt, inode: UInt) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return (0, 0) }
    return (UInt(status.st_dev), UInt(status.st_ino))
  }

  private static func send(_ record: Record) {
    guard channel >= 0 else { return }
    stopUnlessSpeaker()
    enqueue(record)
    flush()
  }

  private static func enqueue(_ record: Record) {
    let size =
      switch record {
      case .value(_, .text(let text)): text.utf8.count
      case .figure(_, let svg, let table): svg.utf8.count + table.utf8.count
      default: 0
      }
    if size > Frame.longest { _exit(ProgramExit.recordTooLong) }
    pending += Frame.bytes(of: record, &seal)
  }

  private static func flush() {
    guard channel >= 0, !pending.isEmpty else { return }
    stopUnlessSpeaker()
    var offset = 0
    while offset < pending.count {
      let written = pending.withUnsafeBytes { write(channel, $0.baseAddress! + offset, $0.count - offset) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { _exit(ProgramExit.channelClosed) }
      offset += written
    }
    pending = []
  }
}

/// Swift hides `fork`; a program of one thread may call it.
@_silgen_name("fork") private func forkProcess() -> Int32
