import WeaveModel

/// How easily a claim fails, in words.
enum TrialView {
  /// The author's reason where it cannot; else with how many changes of the code it does. Nil where nothing is known.
  static func text(_ identity: String?, _ trial: Vacuity.Trial?, _ words: Words) -> String? {
    identity.map(words.vacuity.remark) ?? trial.map { words.vacuity.broken($0.changed, $0.passed) }
  }
}
