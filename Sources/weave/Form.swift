import ArgumentParser

/// `--json`, for the verbs that report on the book.
struct Form: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Report as JSON on standard output: one object a line.",
      discussion: """
        "type" tells them apart: "diagnostic" (severity, category, file, line, column, message; where they are known \
        endLine and endColumn, and fixIt: bytes from and to of the file, and the replacement), "chapter" (name, \
        state, blocks, numbers, claims), "promotion" (file, line, column, old, new, subject; of a number absolute and \
        relative, by how much it moves; elsewhere: the other places that rest on the same), "robustness" (chapter, \
        runs, claims, failing, numbers, straying, outputs), "vacuity" (chapter, changes, own, refused, stopping, \
        claims, steady, marked, numbers, constant), "timing" (seconds: of a chapter name, compiling, running; of a \
        block its place and running) and, last, "summary" (errors, warnings, and what the verb did).
        """))
  var json = false
}
