import Foundation

/// A Python process that does the same work with the libraries it has, when asked, between two rounds of the kernel's.
final class Peers {
  let threads: Int
  private let process = Process()
  private let requests = Pipe(), answers = Pipe()
  private var times: [String: [(name: String, rounds: Rounds)]] = [:]

  init(python: String, script: String, threads: Int) throws {
    self.threads = threads
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, script, String(threads)]
    process.standardInput = requests
    process.standardOutput = answers
    try process.run()
  }

  /// One round of the named work with every library: it answers a line, "numpy 0.0123 torch 0.0130".
  func run(_ work: String) {
    requests.fileHandleForWriting.write(Data((work + "\n").utf8))
    var line = Data()
    while let byte = try? answers.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8), !byte.isEmpty {
      line += byte
    }
    let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
    for (name, time) in zip(
      words.enumerated().filter { $0.offset % 2 == 0 }.map(\.element),
      words.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
    {
      let at = times[work, default: []].firstIndex { $0.name == name } ?? times[work, default: []].count
      if at == times[work, default: []].count { times[work, default: []].append((name, Rounds())) }
      times[work]![at].rounds.add(Double(time)!)
    }
  }

  func results(_ work: String) -> [(name: String, rounds: Rounds)] { times[work] ?? [] }

  func stop() {
    try? requests.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
