import ChapterProtocol
import Foundation
import Subprocess

/// The walls around a chapter's program: resource limits always, its own namespaces where bubblewrap is there.
public struct Sandbox: Sendable {
  public struct Limits: Sendable, Hashable, Codable {
    /// Wall-clock seconds for a block without `timeout=`.
    public var seconds = 30.0
    public var memoryBytes = 4 << 30
    /// Processes and threads together.
    public var processes = 64
    /// For each file, a block's output among them.
    public var outputBytes = 16 << 20
    /// For all files together.
    public var folderBytes = 256 << 20
    /// For figures and values together.
    public var recordBytes = Frame.longest
    public init() {}
  }

  public var limits: Limits
  private var bubblewrap: String?
  private let prlimit: String?
  private let setpriv: String?
  private let isRoot = getuid() == 0

  /// An unprivileged user, one for each program that runs: the kernel exempts root from the process limit, and counts
  /// the processes of a user, whoever started them. Below `nobody`, in the range that no system gives to anybody.
  private static func user(_ slot: Int) -> Int { 65533 - slot }

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

  /// What programs load besides the system's: the folder of the chapters' library.
  private let kit: String

  /// - Parameters:
  ///   - kit: the folder of the library that programs link.
  ///   - cache: remembers that the walls stand on this machine, until it starts anew.
  public init(kit: URL, limits: Limits = Limits(), cache: Cache = .none) async {
    self.limits = limits
    self.kit = kit.path
    prlimit = await Self.path("prlimit")
    setpriv = await Self.path("setpriv")
    bubblewrap = await Self.path("bwrap")
    if bubblewrap == nil {
      warning = "bubblewrap is not installed (apt-get install bubblewrap): \(Self.consequence)"
      return
    }
    let trial = Digest(["walls", Self.machine] + [bubblewrap, setpriv, prlimit].map(Self.stamp)).hex
    if cache.value(trial) == true { return }
    if let refusal = await refusal() {
      // A container may forbid namespaces.
      bubblewrap = nil
      warning = "bubblewrap cannot build its walls here (\(refusal)): \(Self.consequence)"
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

  private static func path(_ name: String) async -> String? {
    (try? await Executable.name(name).resolveExecutablePath(in: .inherit))?.string
  }

  /// What bubblewrap says where it does not work.
  private func refusal() async -> String? {
    let folder = FileManager.default.temporaryDirectory.path
    guard let outcome = try? await Tool.run(command("/bin/true", in: folder, slot: Scratch.count)) else { return "it does not start" }
    return outcome.status == 0 ? nil : outcome.error.split(separator: "\n").first.map(String.init) ?? "status \(outcome.status)"
  }

  private static let consequence = "chapter programs run with limits, but can read files and reach the network"

  /// What is missing here; nil where the walls stand.
  public private(set) var warning: String?

  static func environment(in folder: URL) -> [String: String] {
    [
      "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "TZ": "UTC",
      // A crash is told as JSON beside the program; `symbolicate=full` costs a quarter second and only then.
      "SWIFT_BACKTRACE":
        "enable=yes,format=json,output-to=\(folder.path)/crash.json,color=no,registers=none,images=none,threads=crashed,interactive=no,symbolicate=full,limit=16",
    ]
  }

  /// The command that runs `program` within the walls, its only writable place being `folder`.
  /// - Parameters:
  ///   - slot: a number that no other program has that runs now.
  ///   - waiting: starts the program only when a line comes on standard input, and never where it ends before; what was
  ///     its standard input is its descriptor 3 then.
  func command(_ program: String, in folder: String, slot: Int, waiting: Bool = false) -> [String] {
    var inner = waiting ? ["/bin/sh", "-c", "read -r go && exec \"$0\" 3<&0 </dev/null", program] : [program]
    // Without bubblewrap nothing else ends it when this process is killed.
    let dies = bubblewrap == nil ? ["--pdeathsig", "KILL"] : []
    if let prlimit {
      inner =
        [
          prlimit, "--nproc=\(limits.processes)", "--as=\(limits.memoryBytes)", "--fsize=\(limits.outputBytes)", "--core=0",
          "--nofile=\(Self.openFiles)",
          "--",
        ] + inner
    }
    if isRoot, let setpriv {
      inner = [setpriv, "--reuid=\(Self.user(slot))", "--regid=\(Self.user(slot))", "--clear-groups", "--no-new-privs"] + dies + ["--"] + inner
    } else if let setpriv, !dies.isEmpty {
      inner = [setpriv] + dies + ["--"] + inner
    }
    guard let bubblewrap else { return inner }
    var walls = [bubblewrap]
    // As root there is no user namespace: setpriv changes the user inside.
    walls += isRoot ? ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"] : ["--unshare-all"]
    walls += ["--die-with-parent", "--new-session"]
    if !isRoot { walls += ["--cap-drop", "ALL"] }
    walls += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/dev/shm"]
    let needed = [kit, (program as NSString).deletingLastPathComponent]
    let hidden = isRoot ? needed.filter { Self.closedFolder(above: $0) != nil } : []
    for place in Set(hidden.compactMap(Self.closedFolder)).sorted() { walls += ["--tmpfs", place] }
    for place in hidden { walls += Self.way(to: place) + ["--ro-bind", place, place] }
    walls += ["--bind", folder, folder, "--chdir", folder]
    return walls + inner
  }

  /// Folders on the way to `path`, made anew: what bubblewrap makes by itself only root may pass.
  private static func way(to path: String) -> [String] {
    guard let closed = closedFolder(above: path) else { return [] }
    var way = closed
    return path.dropFirst(closed.count).split(separator: "/").dropLast().flatMap { part in
      way += "/\(part)"
      return ["--dir", way]
    }
  }

  /// The first folder on the way to `path` that only its owner may pass through, such as root's home: in its place the
  /// program sees an empty one that holds only the way.
  private static func closedFolder(above path: String) -> String? {
    var way = ""
    for part in path.split(separator: "/") {
      way += "/\(part)"
      var status = stat()
      if stat(way, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o001 == 0 { return way }
    }
    return nil
  }

  /// How many generations of processes are bubblewrap's own.
  var generations: Int { bubblewrap == nil ? 0 : 2 }

  /// Ends a program and all that it started; the process `group` is the one that `command` became.
  func end(_ group: pid_t, slot: Int) {
    kill(-group, SIGKILL)
    // With bubblewrap they all go with their namespace; else some may have left the group.
    if bubblewrap == nil, isRoot, setpriv != nil { ProcessTree.end(user: Self.user(slot)) }
  }

  /// Makes `folder` writable for the user that the program runs as.
  func open(_ folder: URL) throws {
    try FileManager.default.setAttributes([.posixPermissions: isRoot ? 0o777 : 0o700], ofItemAtPath: folder.path)
  }
}

/// The walls of one build, tried when the first program has to run.
actor SandboxSource {
  func runner(warn: @escaping @Sendable (String) -> Void) async -> Runner { Runner(await sandbox(warn: warn)) }

  private let kit: URL
  private let cache: Cache
  private var making: Task<Sandbox, Never>?

  init(kit: URL, _ cache: Cache) {
    self.kit = kit
    self.cache = cache
  }

  func sandbox(warn: @escaping @Sendable (String) -> Void) async -> Sandbox {
    if let making { return await making.value }
    let task = Task {
      let sandbox = await Sandbox(kit: kit, cache: cache)
      if let warning = sandbox.warning { warn(warning) }
      return sandbox
    }
    making = task
    return await task.value
  }
}
