import Foundation
import Kernel

/// Times each kind of work between two runs of the peak's loop, round after round.
///
/// `of peak` is the best round over the loop's best, `beside it` the median over the rounds of each round's rate over
/// the loop's just before and after: where others use the machine too, both lose alike.
func printTables(_ works: [Work], rounds: Int, peers: [Peers]) {
  guard !works.isEmpty else { return }
  print("Best of \(rounds) rounds, and their median. One thread: processor time; two: time on the wall.")
  var peak = [Rounds(), Rounds()]
  var rows: [String] = []
  for work in works {
    let run = work.prepare()
    var times = [Rounds(), Rounds()], shares = [Rounds(), Rounds()]
    for _ in 0..<rounds {
      for threads in 1...2 {
        let (before, time, after) = (
          loop(threads), seconds(threads: threads) { withThreads(threads, run) }, loop(threads)
        )
        peak[threads - 1].add(before)
        peak[threads - 1].add(after)
        times[threads - 1].add(time)
        shares[threads - 1].add(work.operations / time * (before + after) / 2 / (most(threads) * work.peakShare))
      }
      for peer in peers {
        peer.run(work.name)
        // Its threads go on looking for work for a while.
        usleep(200_000)
      }
    }
    for threads in 1...2 {
      let at = threads - 1, top = most(threads) * work.peakShare / peak[at].best
      rows.append(
        "\(padded(work.name, 30))\(padded(String(threads), 9))\(rates(work, times[at]))  "
          + "\(percent(work.operations / times[at].best / top)) \(percent(shares[at].median))")
      for peer in peers where peer.threads == threads {
        for (name, rounds) in peer.results(work.name) {
          rows.append(
            "  \(padded(name, 37))\(rates(work, rounds))   the kernel is \(fixed(rounds.best / times[at].best, 2)) "
              + "times as fast")
        }
      }
    }
    rows.append("  two threads do \(fixed(times[0].best / times[1].best, 2)) times what one does")
  }
  for threads in 1...2 {
    let rates = [peak[threads - 1].best, peak[threads - 1].median].map { fixed(most(threads) / $0 / 1e9) }
    print(
      "peak of fused multiply-adds, Float, \(threads) thread\(threads > 1 ? "s" : ""): "
        + "\(rates[0]) GFLOP/s, median \(rates[1])"
    )
  }
  print("two threads do \(fixed(2 * peak[0].best / peak[1].best, 2)) times what one does at the peak")
  print("\n\(padded("work", 30))\(padded("threads", 9)) GFLOP/s   median   of peak beside it")
  for row in rows { print(row) }
}

/// The peak's loop, once on each thread; and the operations that are done.
private func loop(_ threads: Int) -> Double {
  seconds(threads: threads) { onThreads(threads, threads) { _ in sink += Peak.fusedMultiplyAdds() } }
}

private func most(_ threads: Int) -> Double { Peak.operations * Double(threads) }

private func rates(_ work: Work, _ times: Rounds) -> String {
  [times.best, times.median].map { aligned(fixed(work.operations / $0 / 1e9), 8) }.joined(separator: " ")
}

private func percent(_ share: Double) -> String { aligned(fixed(100 * share), 7) + " %" }

/// Times each kind of work and what it is compared with in turns.
func printRatios(_ ratios: [Ratio], rounds: Int) {
  guard !ratios.isEmpty else { return }
  print(
    "\n\(padded("in proportion", 72))\(padded("threads", 9))\(aligned("ms", 9)) \(aligned("beside", 9)) "
      + "\(aligned("ratio", 7)) \(aligned("median", 7)) \(aligned("at most", 8))"
  )
  for ratio in ratios {
    let (work, beside) = ratio.prepare()
    for threads in 1...2 {
      var own = Rounds(), other = Rounds()
      for _ in 0..<max(rounds, 5) {
        own.add(seconds(threads: threads) { withThreads(threads, work) })
        other.add(seconds(threads: threads) { withThreads(threads, beside) })
      }
      print(
        "\(padded(ratio.name, 72))\(padded(String(threads), 9))\(aligned(fixed(1000 * own.best, 2), 9)) "
          + "\(aligned(fixed(1000 * other.best, 2), 9)) \(aligned(fixed(own.best / other.best, 2), 7)) "
          + "\(aligned(fixed(own.median / other.median, 2), 7)) \(aligned(fixed(ratio.target, 2), 8))"
      )
    }
  }
}
