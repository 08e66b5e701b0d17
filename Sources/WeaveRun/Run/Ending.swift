import ChapterProtocol
import Foundation
import Subprocess
import WeaveModel
import WeaveSupport

/// How a program came to its end before its last line, in words for the author.
extension Runner {
  package func ending(
    _ reader: RecordReader, _ status: TerminationStatus, _ watch: Watch, _ chapter: Chapter, _ scratch: URL
  ) -> Fault {
    let report = ProgramFile.bytes(scratch.appendingPathComponent(Self.crashReport), limit: 16 << 20)
      .flatMap(code.crash)
    // Without a report, or with one that the program wrote itself: the block that ran, or the expression that came
    // next.
    let origin =
      report?.origin.flatMap { chapter.has($0) ? $0 : nil } ?? reader.current.map { .block($0) } ?? reader.next?.origin
    let said = ProgramFile.text(scratch.appendingPathComponent("stderr"))
      .split(separator: "\n").first { code.reason(String($0)) != nil }.map(String.init)
    func limit(_ message: String) -> Fault { Fault(origin: origin, line: 0, isLimit: true, message: message) }
    let noun = if case .link = origin { "the expression" } else { "the block" }

    if let excess = watch.excess {
      let seconds = watch.seconds
      switch (excess, origin) {
      case (.processor, .link):
        return limit(
          "the expressions up to this one used more than \(seconds.formatted()) s of processor time and were "
            + "stopped: compute the value in a block, which may have timeout=…"
        )
      case (.wall, .link):
        return limit(
          "the expressions up to this one were not done after \(sandbox.limits.wall(seconds).formatted()) s and were "
            + "stopped: compute the value in a block that waits for nothing"
        )
      default: return limit("\(noun) \(words(excess, seconds: seconds))")
      }
    }
    switch reader.breach {
    case .forged?, .files?:
      return Fault(
        origin: reader.current.map { .block($0) } ?? reader.latest.map { .block($0) } ?? origin, line: 0,
        isLimit: false,
        message: "the block wrote into the channel of the records: leave file descriptors alone")
    case .order?:
      return Fault(
        origin: reader.current.map { .block($0) } ?? reader.next?.origin, line: 0, isLimit: false,
        message: "\(noun) was not run in its turn: what stands above it left it out, or ran it twice")
    case nil: break
    }
    let signal: Int
    switch status {
    case .exited(let code):
      if said?.contains("memory") == true { return limit("\(noun) \(words(.memory))") }
      if code == ProgramExit.recordTooLong { return limit("\(noun) \(words(.records))") }
      if [ProgramExit.channelClosed, ProgramExit.noDescriptor].contains(code) {
        let reason =
          code == ProgramExit.channelClosed
          ? "the channel of the records is closed" : "no file descriptor is left for what the next block prints"
        return Fault(
          origin: origin, line: 0, isLimit: false,
          message: "the program ended here: \(reason): close what you open, and leave other file descriptors alone")
      }
      // bubblewrap tells a signal as 128 + its number.
      guard code > 128 || report != nil else {
        return Fault(
          origin: origin, line: 0, isLimit: false,
          message: "the program ended here with status \(code) before its last block: take exit() out"
            + (said.map { "; it said: \($0)" } ?? ""))
      }
      signal = Int(code) - 128
    case .signaled(let number): signal = Int(number)
    }
    if signal == Int(SIGXFSZ) {
      return limit(
        "\(noun) wrote more than \(sandbox.limits.outputBytes >> 20) MB into one file or to standard error: write less")
    }
    let reason = said.flatMap(code.reason) ?? report?.failure ?? String(cString: strsignal(Int32(signal)))
    if said == nil, report?.failure == nil, [SIGSEGV, SIGBUS].contains(Int32(signal)) {
      return Fault(
        origin: origin, line: report?.line ?? 0, isLimit: false,
        message:
          "the program stopped here: \(reason): look for a recursion without an end, or for memory that is not its own")
    }
    return Fault(
      origin: origin, line: report?.line ?? 0, isLimit: false,
      message: "the program stopped here: \(reason)\(Self.wall(after: reason))")
  }

  func words(_ excess: Watch.Excess, seconds: Double = 0) -> String {
    let limits = sandbox.limits
    return switch excess {
    case .processor:
      "used more than \(seconds.formatted()) s of processor time and was stopped: make it faster, or give it timeout=…"
    case .wall:
      "was not done after \(limits.wall(seconds).formatted()) s, most of which it waited, and was stopped: take out "
        + "what it waits for"
    case .processes: "had \(limits.processes) processes or threads at once, which is the limit: start fewer"
    case .memory: "needs more than \(limits.memoryBytes >> 30) GB of memory: use smaller sizes"
    case .files:
      "wrote more than \(limits.folderBytes >> 20) MB of files, or made folders more than \(ProgramFile.deepest) "
        + "deep: write less"
    case .records: "sent more than \(limits.recordBytes >> 20) MB of figures and values: show less"
    }
  }

  /// What the author runs into whom the system refuses something.
  private static func wall(after reason: String) -> String {
    let reason = reason.lowercased()
    if ["read-only file system", "permission denied", "read only", "don’t have permission"].contains(
      where: reason.contains)
    {
      return "; a chapter's program may write into its own folder only: use a relative path"
    }
    if ["network is unreachable", "network is down", "name resolution", "address family not supported"].contains(
      where: reason.contains)
    {
      return "; a chapter's program has no network: put what it needs under data/"
    }
    return ""
  }
}
