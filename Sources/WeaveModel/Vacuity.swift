/// What changes of the code made of a chapter's claims and numbers: one that no change moves cannot fail.
package struct Vacuity: Sendable, Hashable {
  /// How many changes were tried, how many of them are the chapter's own numbers, how many more the compiler refused,
  /// and how many stopped the program.
  package var mutations: Int
  package var own: Int
  package var dropped: Int
  package var stopped: Int
  /// By link index.
  package var links: [Int: Trial]

  /// What became of one claim or number.
  package struct Trial: Sendable, Hashable {
    /// How many changes are executed by what it rests on.
    package var passed: Int
    /// With how many of them it does not hold any more.
    package var changed: Int

    package init(passed: Int, changed: Int) { (self.passed, self.changed) = (passed, changed) }
  }

  package init(mutations: Int, own: Int = 0, dropped: Int = 0, stopped: Int = 0, links: [Int: Trial]) {
    self.mutations = mutations
    self.own = own
    self.dropped = dropped
    self.stopped = stopped
    self.links = links
  }
}
