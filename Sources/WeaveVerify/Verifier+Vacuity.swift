import WeaveModel
import WeaveSupport

/// Holds what a chapter says of its claims against changes of its code: a claim that none breaks says nothing.
extension Verifier {
  /// Why the author says that a claim cannot fail; nil where that is not said.
  func identity(of link: BoundLink) -> String? { link.title.flatMap(words.vacuity.reason) }

  /// What is wrong with a claim's title, which is a mark or nothing.
  func markProblem(of link: BoundLink) -> String? {
    guard let title = link.title, identity(of: link)?.isEmpty ?? true else { return nil }
    return "the title of a claim says why it cannot fail, and '\(title)' does not: write "
      + "\"\(words.vacuity.identity): REASON\", or take it out"
  }

  /// - Parameter isMeasured: whether changes were tried on the book at all; those of the chapter may belong to other
  ///   code.
  package func vacuityFindings(isMeasured: Bool) -> [Diagnostic] {
    var found: [Diagnostic] = []
    func report(_ place: Range<Position>, _ message: String, severity: Diagnostic.Severity = .error) {
      found.append(Diagnostic(.vacuity, chapter.source.path, place, message, severity: severity))
    }
    let claims = chapter.links.filter { if case .claim = evidence[$0.index] { true } else { false } }
    let marked = claims.filter { identity(of: $0) != nil }
    // A chapter may have one, however short it is.
    let most = max(1, claims.count / 10)
    if marked.count > most {
      report(
        sourceRange(of: marked[most]),
        "\(marked.count) of this chapter's \(claims.count) claims are marked '\(words.vacuity.identity)', and a tenth "
          + "may be: claim something that can fail")
    }
    guard let vacuity else {
      if isMeasured, chapter.blocks.contains(where: { $0.mode.isExecuted }) {
        // What the page says is no less true for it: it is asked for when there is time.
        report(
          chapter.source.positions(ofLine: 1),
          "which claims of this chapter can fail is not known for its code: run 'weave vacuity \(chapter.name)'",
          severity: .warning)
      }
      return found
    }
    for link in claims {
      guard let trial = vacuity.links[link.index] else { continue }
      if identity(of: link) == nil, trial.changed == 0 {
        let way =
          "claim what can fail, or say why not, in its title: \"\(words.vacuity.identity): REASON\""
        report(
          sourceRange(of: link),
          trial.passed == 0
            ? "nothing that '\(link.text)' rests on was changed: name a place of it in the module's list, or \(way)"
            : "'\(link.text)' holds with each of the \(trial.passed) changes of the code that it rests on: \(way)")
      } else if identity(of: link) != nil, trial.changed > 0 {
        report(
          link.titleRange.map(sourceRange) ?? sourceRange(of: link),
          "'\(link.text)' is marked '\(words.vacuity.identity)' and fails with \(trial.changed) of \(trial.passed) "
            + "changes of the code: take the mark out")
      }
    }
    return found
  }
}
