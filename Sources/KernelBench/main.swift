import Foundation

/// What stands on the command line.
struct Arguments {
  private var rest = Array(CommandLine.arguments.dropFirst())

  var verb: String? { rest.first }

  mutating func option(_ name: String) -> String? {
    guard let at = rest.firstIndex(of: name) else { return nil }
    guard at + 1 < rest.count else { stop("\(name) wants a value") }
    defer { rest.removeSubrange(at...at + 1) }
    return rest[at + 1]
  }

  /// The count after the verb, where there is one.
  func count(_ fallback: Int) -> Int {
    guard rest.count > 1 else { return fallback }
    guard rest.count == 2, let n = Int(rest[1]), n > 0 else {
      stop("'\(rest[1...].joined(separator: " "))' is no count")
    }
    return n
  }
}

func stop(_ message: String) -> Never {
  let usage = """
    usage: kernel-bench kernel [ROUNDS] [--only PART-OF-A-NAME] [--peers PYTHON --script PEERS.PY]
           kernel-bench floats [STEP]
    """
  FileHandle.standardError.write(Data("kernel-bench: \(message)\n\(usage)\n".utf8))
  exit(2)
}

var arguments = Arguments()
switch arguments.verb {
case "kernel":
  let python = arguments.option("--peers"), script = arguments.option("--script"), only = arguments.option("--only")
  let rounds = arguments.count(15)
  guard (python == nil) == (script == nil) else { stop("--peers and --script go together") }
  let peers =
    try python.map { python in try (1...2).map { try Peers(python: python, script: script!, threads: $0) } } ?? []
  let isWanted = { (name: String) in only.map(name.contains) ?? true }
  let work = allWork().filter { isWanted($0.name) }, ratios = allRatios().filter { isWanted($0.name) }
  if work.isEmpty && ratios.isEmpty { stop("no work has '\(only!)' in its name") }
  printTables(work, rounds: rounds, peers: peers)
  printRatios(ratios, rounds: rounds)
  for peer in peers { peer.stop() }
case "floats":
  printFloatErrors(step: arguments.count(1))
default:
  stop("what to measure?")
}
