import Foundation

/// What a program may use that the tool itself needs: a compiler or a typesetter can be given work without an end.
package struct ToolLimits: Sendable, Hashable {
  /// Of a processor's time, all threads together.
  package var seconds: Double
  /// Memory of its own that it may write to; what is only reserved does not count.
  package var memoryBytes = 4 << 30
  /// For each file that it writes.
  var fileBytes = 1 << 30
  /// For what it says, on standard output and on standard error.
  package var outputBytes = 256 << 20

  /// The wall-clock seconds after which a program is stopped that waits: a busy machine stops no book.
  package var wallSeconds: Double

  package init(seconds: Double) {
    self.seconds = seconds
    wallSeconds = 10 * seconds + 30
  }

  /// In place of the usual ones, for all programs that a task runs.
  @TaskLocal package static var current: ToolLimits?

  /// A package may have much to compile.
  package static var forPackages: ToolLimits {
    var limits = ToolLimits(seconds: 3600)
    limits.memoryBytes = 16 << 30
    return limits
  }

  package static func usual(for program: String) -> ToolLimits {
    if let current { return current }
    let isCompiler = (program as NSString).lastPathComponent == "swift-frontend"
    return ToolLimits(seconds: isCompiler ? 120 : 60)
  }

  /// Which of them a program came to.
  package enum Kind: Sendable { case processor, wall, memory, file, output }

  package func words(_ kind: Kind) -> String {
    switch kind {
    case .processor: "used more than \(seconds.formatted()) s of processor time"
    case .wall: "was not done after \(wallSeconds.formatted()) s, most of which it waited"
    case .memory: "needs more than \(Self.size(memoryBytes)) of memory"
    case .file: "wrote more than \(Self.size(fileBytes)) into one file"
    case .output: "said more than \(Self.size(outputBytes))"
    }
  }

  private static func size(_ bytes: Int) -> String { bytes >= 1 << 30 ? "\(bytes >> 30) GB" : "\(bytes >> 20) MB" }
}

extension ToolLimits {
  /// What comes before a command so that the limits hold, and so that it ends when this process does, however that
  /// ends.
  /// - Parameter endsByItself: whether the command sees to the latter.
  func wrapper(endsByItself: Bool) -> [String] {
    var words: [String] = []
    // First of all: until then nothing ends it.
    if !endsByItself, let setpriv = Self.setpriv { words += [setpriv, "--pdeathsig", "KILL", "--"] }
    if let prlimit = Self.prlimit {
      let seconds = UInt64(seconds.rounded(.up))
      // First the signal that tells of the limit, then the one that nothing survives.
      words += [
        prlimit, "--cpu=\(capped(seconds, Self.processorLimit)):\(capped(seconds + 5, Self.processorLimit))",
        "--data=\(capped(UInt64(memoryBytes), Self.dataLimit))", "--fsize=\(capped(UInt64(fileBytes), Self.fileLimit))",
        "--core=0", "--",
      ]
    }
    return words
  }

  /// Nobody but root may have more than this process.
  private func capped(_ value: UInt64, _ limit: rlimit) -> UInt64 { min(value, UInt64(limit.rlim_max)) }

  private static let setpriv = Tool.place(of: "setpriv")
  private static let prlimit = Tool.place(of: "prlimit")

  #if os(Linux)
    private static func own(_ resource: __rlimit_resource) -> rlimit {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
      return limit
    }
  #else
    private static func own(_ resource: Int32) -> rlimit {
      var limit = rlimit()
      getrlimit(resource, &limit)
      return limit
    }
  #endif
  private static let processorLimit = own(RLIMIT_CPU)
  private static let dataLimit = own(RLIMIT_DATA)
  private static let fileLimit = own(RLIMIT_FSIZE)
}
