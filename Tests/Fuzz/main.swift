import Foundation

// weave-fuzz [CASES] [SEED]          tries damaged books, figures and records; a case is its seed alone
// weave-fuzz show SEED FOLDER        writes a case's files into FOLDER, and what was made of them
// weave-fuzz pages COUNT SEED FOLDER writes that many pages that hold into FOLDER
//
// Run it where Chapters/ and Output/ of the project are, or say where with FUZZ_ROOT. The status is 0 where nothing was
// found; each fault is told with the command that shows it again.

let words = CommandLine.arguments.dropFirst()
func number<N: LosslessStringConvertible>(_ index: Int, _ otherwise: N) -> N {
  guard words.count > index else { return otherwise }
  guard let number = N(words[words.startIndex + index]) else {
    FileHandle.standardError.write(
      Data("usage: weave-fuzz [CASES] [SEED] | weave-fuzz show SEED FOLDER | weave-fuzz pages COUNT SEED FOLDER\n".utf8)
    )
    exit(2)
  }
  return number
}

switch words.first {
case "batch":
  Batch(seed: number(1, 0), count: number(2, 0)).run()
case "show":
  try Case(seed: number(1, 0)).show(in: number(2, "fuzz-case"))
case "pages":
  let pages = FuzzedPages(count: number(1, 20), seed: number(2, Campaign.firstSeed), folder: number(3, "fuzzed-pages"))
  try pages.write()
default:
  let campaign = Campaign(cases: number(0, 5000), seed: number(1, Campaign.firstSeed))
  exit(campaign.run() ? 0 : 1)
}
