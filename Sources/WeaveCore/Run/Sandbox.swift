import Foundation
import Subprocess

/// The walls around a chapter's program: resource limits always, its own namespaces where bubblewrap is there.
public struct Sandbox: Sendable {
  public struct Limits: Sendable, Hashable, Codable {
    /// Wall-clock seconds for a block without `timeout=`.
    public var seconds = 30.0
    public var memoryBytes = 4 << 30
    public var processes = 64
    /// For each file, a block's output among them.
    public var outputBytes = 16 << 20
    public init() {}
  }

  public var limits: Limits
  private var bubblewrap: String?
  private let prlimit: String?
  private let setpriv: String?
  private let isRoot = getuid() == 0
  /// An unprivileged user: the kernel exempts root from the process limit.
  private static let nobody = 65534

  public init(limits: Limits = Limits()) async {
    self.limits = limits
    prlimit = await Self.path("prlimit")
    setpriv = await Self.path("setpriv")
    bubblewrap = await Self.path("bwrap")
    if bubblewrap == nil {
      warning = "bubblewrap is not installed (apt-get install bubblewrap): \(Self.consequence)"
    } else if let refusal = await refusal() {
      // A container may forbid namespaces.
      bubblewrap = nil
      warning = "bubblewrap cannot build its walls here (\(refusal)): \(Self.consequence)"
    }
  }

  private static func path(_ name: String) async -> String? {
    (try? await Executable.name(name).resolveExecutablePath(in: .inherit))?.string
  }

  /// What bubblewrap says where it does not work.
  private func refusal() async -> String? {
    let folder = FileManager.default.temporaryDirectory.path
    guard let outcome = try? await Tool.run(command("/bin/true", in: folder)) else { return "it does not start" }
    return outcome.status == 0 ? nil : outcome.error.split(separator: "\n").first.map(String.init) ?? "status \(outcome.status)"
  }

  private static let consequence = "chapter programs run with limits, but can read files and reach the network"

  /// What is missing here; nil where the walls stand.
  public private(set) var warning: String?

  static let environment: [String: String] = [
    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "TZ": "UTC",
    // A crash is told as JSON beside the program; `symbolicate=full` costs a quarter second and only then.
    "SWIFT_BACKTRACE":
      "enable=yes,format=json,output-to=crash.json,color=no,registers=none,images=none,threads=crashed,interactive=no,symbolicate=full,limit=16",
  ]

  /// The command that runs `program` within the walls, its only writable place being `folder`.
  func command(_ program: String, in folder: String) -> [String] {
    var inner = [program]
    if let prlimit {
      inner =
        [
          prlimit, "--nproc=\(limits.processes)", "--as=\(limits.memoryBytes)", "--fsize=\(limits.outputBytes)", "--core=0",
          "--",
        ] + inner
    }
    if isRoot, let setpriv {
      inner = [setpriv, "--reuid=\(Self.nobody)", "--regid=\(Self.nobody)", "--clear-groups", "--no-new-privs", "--"] + inner
    }
    guard let bubblewrap else { return inner }
    var walls = [bubblewrap]
    // As root there is no user namespace: setpriv changes the user inside.
    walls += isRoot ? ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"] : ["--unshare-all"]
    walls += ["--die-with-parent", "--new-session"]
    if !isRoot { walls += ["--cap-drop", "ALL"] }
    walls += [
      "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/dev/shm", "--bind", folder, folder, "--chdir", folder,
    ]
    return walls + inner
  }

  /// Makes `folder` writable for the user that the program runs as.
  func open(_ folder: URL) throws {
    try FileManager.default.setAttributes([.posixPermissions: isRoot ? 0o777 : 0o700], ofItemAtPath: folder.path)
  }
}

/// The walls of one build, tried when the first program has to run.
actor SandboxSource {
  private var making: Task<Sandbox, Never>?

  func sandbox(warn: @escaping @Sendable (String) -> Void) async -> Sandbox {
    if let making { return await making.value }
    let task = Task {
      let sandbox = await Sandbox()
      if let warning = sandbox.warning { warn(warning) }
      return sandbox
    }
    making = task
    return await task.value
  }
}
