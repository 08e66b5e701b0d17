import ChapterProtocol
import Foundation
import WeaveSupport

/// The walls around a chapter's program: resource limits always, its own namespaces where bubblewrap is there.
package struct Sandbox: Sendable {
  package struct Limits: Sendable, Hashable, Codable {
    /// Processor seconds for a block without `timeout=`, of all its processes and threads together.
    package var seconds = 30.0
    /// A block that waits is stopped after so many times its processor seconds, and this many seconds.
    package var wallFactor = 10.0
    package var wallSeconds = 30.0
    package var memoryBytes = 4 << 30
    /// Processes and threads together.
    var processes = 64
    /// For each file, a block's output among them.
    package var outputBytes = 16 << 20
    /// For all files together.
    var folderBytes = 256 << 20
    /// For figures and values together.
    var recordBytes = Frame.longest
    package init() {}

    /// The wall-clock seconds of a block that may use `seconds` of a processor: a busy machine stops no book.
    package func wall(_ seconds: Double) -> Double { wallFactor * seconds + wallSeconds }
  }

  package var limits: Limits
  private var bubblewrap: String?
  private let prlimit: String?
  private let setpriv: String?
  private let isRoot = getuid() == 0

  /// An unprivileged user, one for each program that runs: the kernel exempts root from the process limit, and counts
  /// the processes of a user, whoever started them. Below `nobody`, in the range that no system gives to anybody.
  private static func user(_ slot: Int) -> uid_t { uid_t(65533 - slot) }

  /// A descriptor may hold as much memory as a file may be long.
  private static let openFiles: UInt64 = {
    var limit = rlimit()
    #if os(Linux)
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #else
      getrlimit(RLIMIT_NOFILE, &limit)
    #endif
    return min(256, UInt64(limit.rlim_max))
  }()

  /// What programs load besides the system's: the chapters' library and the folders of Swift's own.
  private let libraries: [String]

  /// - Parameters:
  ///   - libraries: files and folders that programs load besides the system's.
  ///   - cache: remembers that the walls stand on this machine, until it starts anew.
  package init(libraries: [String], limits: Limits = Limits(), cache: Cache = .none) async {
    self.limits = limits
    self.libraries = libraries
    prlimit = Tool.place(of: "prlimit")
    setpriv = Tool.place(of: "setpriv")
    bubblewrap = Tool.place(of: "bwrap")
    if bubblewrap == nil {
      lack = "bubblewrap is not installed (apt-get install bubblewrap)"
      return
    }
    let trial = Digest(["walls", "3", Self.machine] + libraries + [bubblewrap, setpriv, prlimit].map(Self.stamp)).hex
    if cache.value(trial) == true { return }
    if let refusal = await refusal() {
      // A container may forbid namespaces.
      bubblewrap = nil
      lack = "bubblewrap cannot build its walls here (\(refusal))"
    } else {
      cache.store(true, trial)
    }
  }

  /// This start of this machine, and the container in it.
  private static var machine: String {
    let namespaces = ["user", "mnt", "pid", "net"].map { name in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(name)")) ?? "none"
    }
    let start = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data()
    return "\(String(decoding: start, as: UTF8.self)) \(namespaces) \(getuid())"
  }

  private static func stamp(_ program: String?) -> String {
    program.map { "\($0) \(FileStamp(path: $0).map { "\($0)" } ?? "")" } ?? "none"
  }

  /// What bubblewrap says where it does not work.
  private func refusal() async -> String? {
    do {
      let scratch = try Scratch.claim()
      defer { withExtendedLifetime(scratch) {} }
      // Bubblewrap that is killed before it lets its child go on leaves the child waiting for ever: it takes the
      // signal of its parent's death upon itself only just before that.
      let outcome = try await Tool.run(
        command(Program("/bin/true", in: scratch.own.path), slot: scratch.number), endsByItself: bubblewrap != nil)
      if outcome.status == 0 { return nil }
      return outcome.error.split(separator: "\n").first.map(String.init) ?? "status \(outcome.status)"
    } catch { return "it does not start: \(error)" }
  }

  /// What the walls lack here; nil where they stand.
  private(set) var lack: String?

  /// An executable, and the folder it runs in.
  package struct Program {
    package var executable: String
    package var folder: String

    package init(_ executable: String, in folder: String) { (self.executable, self.folder) = (executable, folder) }

    package init(of scratch: Scratch) { self.init(scratch.executable.path, in: scratch.own.path) }

    /// As it is seen within the walls: where the folders really are is nobody's business there.
    var walled: Program { Program("/program/\((executable as NSString).lastPathComponent)", in: "/scratch") }
  }

  /// Where the program sees itself and its folder.
  package func seen(_ program: Program) -> Program { bubblewrap == nil ? program : program.walled }

  /// What every program finds.
  package static let environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "TZ": "UTC"]

  /// The command that runs `program` within the walls, its only writable place being its folder.
  /// - Parameters:
  ///   - slot: a number that no other program has that runs now.
  ///   - waiting: starts the program only when a line comes on standard input, and never where it ends before; what was
  ///     its standard input is its descriptor 3 then.
  package func command(_ program: Program, slot: Int, waiting: Bool = false) -> [String] {
    let executable = seen(program).executable
    var inner = waiting ? ["/bin/sh", "-c", "read -r go && exec \"$0\" 3<&0 </dev/null", executable] : [executable]
    // Without bubblewrap nothing else ends it when this process is killed.
    let dies = bubblewrap == nil ? ["--pdeathsig", "KILL"] : []
    if let prlimit {
      inner =
        [
          prlimit, "--nproc=\(limits.processes)", "--as=\(limits.memoryBytes)", "--fsize=\(limits.outputBytes)",
          "--core=0",
          "--nofile=\(Self.openFiles)",
          "--",
        ] + inner
    }
    if isRoot, let setpriv {
      let user = Self.user(slot)
      inner =
        [setpriv, "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--no-new-privs"] + dies + ["--"] + inner
    } else if let setpriv, !dies.isEmpty {
      inner = [setpriv] + dies + ["--"] + inner
    }
    guard let bubblewrap else { return inner }
    return filtering(bubblewrap, in: program) + Walls.namespaces(isRoot: isRoot) + Walls.root(with: libraries)
      + ["--ro-bind", (program.executable as NSString).deletingLastPathComponent, "/program"]
      + ["--bind", program.folder, "/scratch", "--chdir", "/scratch", "--remount-ro", "/"] + inner
  }

  /// Bubblewrap, which reads the filter of system calls from a descriptor that a shell opens for it.
  private func filtering(_ bubblewrap: String, in program: Program) -> [String] {
    let file = (program.folder as NSString).deletingLastPathComponent + "/calls"
    guard let filter = SystemCallFilter.bytes else { return [bubblewrap] }
    // Where it cannot be written the shell cannot open it either, says so, and nothing runs.
    try? AtomicFile.writeAtOnce(filter, to: file)
    return ["/bin/sh", "-c", "exec \"$@\" 9<\"$0\"", file, bubblewrap, "--seccomp", "9"]
  }

  /// How many generations of processes are bubblewrap's own.
  var generations: Int { bubblewrap == nil ? 0 : 2 }

  /// Ends a program and all that it started; the process `group` is the one that `command` became.
  package func end(_ group: pid_t, slot: Int) {
    kill(-group, SIGKILL)
    // With bubblewrap they all go with their namespace; else some may have left the group.
    if bubblewrap == nil, isRoot, setpriv != nil { ProcessTree.end(user: Int(Self.user(slot))) }
  }

  /// Makes the program's folder its user's alone.
  package func give(_ scratch: Scratch) throws {
    if isRoot, setpriv != nil { try scratch.give(to: Self.user(scratch.number)) }
  }
}

/// The walls of one build, tried when the first program has to run.
package actor SandboxSource {
  package nonisolated let limits: Sandbox.Limits
  private let language: any ProgrammingLanguage
  private let cache: Cache
  private let unwalled: Unwalled
  private var making: Task<Sandbox, any Error>?

  /// What becomes of programs where the walls cannot be built.
  package enum Unwalled: Sendable {
    case refused
    /// They run, and it is said once.
    case told(@Sendable (String) -> Void)
  }

  package init(_ language: any ProgrammingLanguage, limits: Sandbox.Limits, _ cache: Cache, _ unwalled: Unwalled) {
    self.language = language
    self.limits = limits
    self.cache = cache
    self.unwalled = unwalled
  }

  package func runner() async throws -> Runner { Runner(try await sandbox(), language) }

  private func sandbox() async throws -> Sandbox {
    if let making { return try await making.value }
    let task = Task {
      let sandbox = await Sandbox(libraries: language.loaded, limits: limits, cache: cache)
      guard let lack = sandbox.lack else { return sandbox }
      switch unwalled {
      case .told(let tell): tell("\(lack): chapter programs run with limits, but can read files and reach the network")
      case .refused:
        throw EnvironmentError(
          "\(lack), and without walls a chapter's program can read every file that you can, and reach the network: "
            + "'--unsandboxed' runs it all the same, for a book whose every block you trust")
      }
      return sandbox
    }
    making = task
    return try await task.value
  }
}
