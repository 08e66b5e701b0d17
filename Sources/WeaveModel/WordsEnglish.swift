extension Words {
  package static let english = Words(
    language: "en",
    direction: .leftToRight,
    page: Page(
      skip: "Skip to the text",
      openContents: "Open the contents",
      contents: "Contents",
      search: "Search",
      switchColours: "Switch between light and dark colours",
      verified: "Verified",
      ledger: "Ledger of all numbers",
      program: "This chapter’s Swift program",
      report: "Report a wrong number",
      chapters: "Chapters",
      draft: "Draft",
      addresses: "Addresses of links",
      turn: "Previous and next chapter",
      previous: "Previous chapter",
      next: "Next chapter",
      linkToSection: "Link to this section",
      linkToCode: "Link to this code",
      wayBack: "Back to the text"),
    labels: Labels(
      figure: ["Figure", "Figures", "Fig.", "Figs."],
      table: ["Table", "Tables"],
      equation: ["Equation", "Equations", "Eq.", "Eqs."],
      listing: ["Listing", "Listings"]),
    alerts: Alerts(
      note: "Note",
      tip: "Tip",
      important: "Important",
      warning: "Warning",
      caution: "Caution"),
    code: Code(
      run: { "To run it, in a copy of the book's repository: ./build.sh run \($0), or weave run \($0)" },
      mode: { mode in
        switch mode {
        case .run: Mode(output: "Output")
        case .compile: Mode(badge: "Compiled, not run", output: "Output")
        case .fail: Mode(badge: "Does not compile", output: "Compiler diagnostics")
        case .trap: Mode(badge: "Stops at run time", output: "Why it stopped")
        case .show: Mode(badge: "Not compiled", output: "Output")
        }
      },
      unfold: { "Show the code (\(counted($0, "line", "lines")))" },
      data: { "Data of the figure (\(counted($0, "row", "rows")))" },
      moveFigure: "Move the figure", resetFigure: "Back to the book's values", diagram: "Diagram"),
    evidence: Evidence(
      computedAfter: { "Computed after \($0)" },
      block: { "block \($0)" },
      remark: { kind in
        switch kind {
        case .waiver:
          Remark(
            note: { "Not bound to a computation: \($0)" }, kind: "Waiver",
            count: { ("", $0 == 1 ? " waiver" : " waivers") })
        }
      },
      tolerance: { " (tolerance \($0))" },
      citation: { "Reference \($0)" }),
    seeds: Seeds(
      runs: { "With \($0) other seeds: " },
      strays: { "\($0) to \($2), median \($1)" },
      same: "the same",
      held: { "holds with \($0)" },
      changed: { "another one with \($0)" },
      oneRun: "with one seed",
      column: { "\($0) other seeds" },
      exceptions: ["with this seed", "With this seed", "in this example", "In this example"],
      share: { text in
        text.firstMatch(of: /(?:with|in|for) (\d+) of (\d+) (?:other )?(?:seeds|runs)/).flatMap { match in
          guard let held = Int(match.1), let runs = Int(match.2) else { return nil }
          return Seeds.Share(
            range: match.range, held: held, runs: runs,
            heldRange: match.1.startIndex..<match.1.endIndex, runsRange: match.2.startIndex..<match.2.endIndex)
        }
      }),
    vacuity: Vacuity(
      identity: "identity",
      remark: { "Identity: \($0)" },
      broken: { "false with \($0) of \($1) changes of the code" }),
    counts: Counts(
      numbers: { ("", $0 == 1 ? " number" : " numbers") },
      claims: { ("", $0 == 1 ? " claim" : " claims") },
      outputs: { ("", $0 == 1 ? " output" : " outputs") },
      citations: { ("", $0 == 1 ? " citation" : " citations") }),
    ledger: Ledger(
      title: "Ledger of Numbers",
      subtitle: "Every number in this book, and what it rests on",
      introduction: "All marked numbers and claims, chapter by chapter, with what they rest on. "
        + "A computation is a value that the chapter’s program gave; a claim, an expression that was found to be "
        + "true; a citation, a place in a publication, with figures that were compared with a list copied from there "
        + "by hand; and a waiver, the reason why a number is bound to none of these. Numbers that need no source by a "
        + "rule, such as years and ordinals, and those that have none yet, are not listed. Choose a number to go to "
        + "its place in the book.",
      filter: "Filter the ledger",
      nothing: "No row is like this. Take away a word, or choose other kinds or another chapter.",
      words: "Words",
      chapter: "Chapter",
      all: "All",
      kind: "Kind",
      computation: "Computation",
      claim: "Claim",
      citation: "Citation",
      printed: "As printed",
      ground: "Rests on",
      value: "Exact value"),
    bibliography: Bibliography(
      title: "References",
      wayBack: { "Back to citation \($0) in the text" },
      andOthers: " et al.",
      andOthersOfList: ", et al."),
    glossary: Glossary(term: "Term", alsoCalled: "Also called"),
    punctuation: Punctuation(
      comma: ", ",
      inBrackets: { " (\($0))" },
      runningTitle: " — "),
    epub: Epub(
      landmarks: "Landmarks",
      cover: "Cover",
      text: "Start of the text",
      wayBack: "Back to the text",
      accessibility: "Figures have descriptions, and formulas are written in MathML."),
    preview: Preview(
      missing: "There is no such page",
      reason: { "\($0) has not been made yet, or is not in this book." },
      home: "To the cover"),
    scripts: Scripts(
      copy: "Copy",
      copied: "Copied",
      selected: "Selected",
      seeGlossary: "See the glossary",
      searchBook: "Search the book",
      searchWords: "Words to search for",
      foundNothing: "Nothing found",
      foundOne: "# result",
      found: "# results",
      foundAtLeast: "# results or more",
      foundNear: "Not found as written; # passages like it",
      rows: "#shown of #all rows",
      figureStops: "The computation stops at these values; the figure is the book's",
      figureMissing: "What moves the figure cannot be loaded; the figure is the book's",
      figureHolds: "The numbers and claims of the text hold at these values as well",
      building: "The book is being built",
      faults: "Errors in the book",
      close: "Close",
      faultOne: "# error: until it is mended, its chapter keeps its previous page",
      faultCount: "# errors: until they are mended, their chapters keep their previous pages"))

  private static func counted(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }
}
