import ChapterProtocol

/// In what a run of a chapter's program differs from the one that the page shows.
package enum Variation: Sendable, Hashable {
  /// So much is added to every seed.
  case seedShift(Int)
  /// The code has this change, of those that were compiled into it.
  case mutation(Int)
  /// In nothing; but it tells which places of changes its steps pass.
  case survey
  /// The parameters of live figures stand at these steps, by block.
  case parameters([Int: [Int]])

  /// What the program finds in its environment.
  var variable: (name: String, value: String) {
    switch self {
    case .seedShift(let shift): (ProgramEnvironment.seedShift, "\(shift)")
    case .mutation(let id): (ProgramEnvironment.mutation, "\(id)")
    case .survey: (ProgramEnvironment.mutation, ProgramEnvironment.survey)
    case .parameters(let steps):
      (
        ProgramEnvironment.parameters,
        steps.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.map(String.init).joined(separator: ","))" }
          .joined(separator: ";")
      )
    }
  }
}
