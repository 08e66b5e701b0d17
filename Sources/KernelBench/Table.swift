import Kernel

/// Times all work in turns, round after round, and prints what each round's best and median say.
func printTables(rounds: Int, peers: [Peers]) {
  print("Best of \(rounds) rounds, and their median. One thread: processor time; two: time on the wall.")
  var peak = [Rounds(), Rounds()]
  var rows: [String] = []
  for work in allWork() {
    let run = work.prepare()
    var times = [Rounds(), Rounds()]
    for _ in 0..<rounds {
      for threads in 1...2 {
        peak[threads - 1].add(
          seconds(threads: threads) { onThreads(threads, threads) { _ in sink += Peak.fusedMultiplyAdds() } })
        times[threads - 1].add(seconds(threads: threads) { withThreads(threads, run) })
      }
      for peer in peers { peer.run(work.name) }
    }
    for threads in 1...2 {
      // On two threads each runs the loop of the peak once.
      let most = Peak.operations * Double(threads) * work.peakShare
      rows.append(
        row(work, threads, times[threads - 1], most / peak[threads - 1].best, most / peak[threads - 1].median))
      for peer in peers where peer.threads == threads {
        for (name, rounds) in peer.results(work.name) {
          let faster = rounds.best / times[threads - 1].best
          rows.append("  \(padded(name, 28))\(padded("", 9))\(figure(work.operations / rounds.best)) \(figure(work.operations / rounds.median))   the kernel is \(fixed(faster, 2)) times as fast")
        }
      }
    }
  }
  for threads in 1...2 {
    let all = Peak.operations * Double(threads)
    print("peak of fused multiply-adds, Float, \(threads) thread\(threads > 1 ? "s" : ""): \(fixed(all / peak[threads - 1].best / 1e9)) GFLOP/s, median \(fixed(all / peak[threads - 1].median / 1e9))")
  }
  print("\n\(padded("work", 30))\(padded("threads", 9))\(aligned("GFLOP/s", 8)) \(aligned("median", 8))  of peak   median")
  for row in rows { print(row) }
}

private func figure(_ rate: Double) -> String { aligned(fixed(rate / 1e9), 8) }

private func row(_ work: Work, _ threads: Int, _ times: Rounds, _ peak: Double, _ medianPeak: Double) -> String {
  let best = work.operations / times.best, median = work.operations / times.median
  return "\(padded(work.name, 30))\(padded(String(threads), 9))\(figure(best)) \(figure(median))  \(aligned(fixed(100 * best / peak), 6)) % \(aligned(fixed(100 * median / medianPeak), 6)) %"
}

/// Times each kind of work and what it is compared with in turns.
func printRatios(rounds: Int) {
  print("\n\(padded("in proportion", 72))\(padded("threads", 9))\(aligned("ms", 9)) \(aligned("beside", 9)) \(aligned("ratio", 7)) \(aligned("median", 7)) \(aligned("at most", 8))")
  for ratio in allRatios() {
    let (work, beside) = ratio.prepare()
    for threads in 1...2 {
      var own = Rounds(), other = Rounds()
      for _ in 0..<max(rounds, 5) {
        own.add(seconds(threads: threads) { withThreads(threads, work) })
        other.add(seconds(threads: threads) { withThreads(threads, beside) })
      }
      print("\(padded(ratio.name, 72))\(padded(String(threads), 9))\(aligned(fixed(1000 * own.best, 2), 9)) \(aligned(fixed(1000 * other.best, 2), 9)) \(aligned(fixed(own.best / other.best, 2), 7)) \(aligned(fixed(own.median / other.median, 2), 7)) \(aligned(fixed(ratio.target, 2), 8))")
    }
  }
}
