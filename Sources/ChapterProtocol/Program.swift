/// Where a chapter's program finds what the tool hands it.
package enum ProgramDescriptor {
  /// A socket: the key of the seals comes over it, and files that blocks print into are handed out over it.
  package static let socket: Int32 = 3
}

/// What a chapter's program is told by its environment.
public enum ProgramEnvironment {
  /// The tag of the book's language: figures describe themselves in it.
  public static let language = "WEAVE_LANGUAGE"
  /// A number that a module which draws random numbers adds to each seed; only a run under other seeds has it.
  public static let seedShift = "WEAVE_SEED_SHIFT"
  /// The number of the one change of the code that this run has; only `weave vacuity` sets it.
  public static let mutation = "WEAVE_MUTATION"
  /// In place of such a number: the run has no change, and tells which places of changes it comes to.
  public static let survey = "-2"
  /// At which steps the parameters of live figures stand, by block: `3:12,0;7:1`. What is not there is as printed.
  public static let parameters = "WEAVE_PARAMETERS"
}

/// A figure that a program shows which runs by itself.
package enum ProgramFigure {
  /// Its file in the program's folder; figures are counted from 1.
  package static func file(_ number: Int) -> String { "figure-\(number).svg" }
}

/// How a program ends itself that cannot go on.
package enum ProgramExit {
  /// The channel of the records is closed, or was never opened rightly.
  package static let channelClosed: Int32 = 120
  /// No descriptor is left for what the next block prints.
  package static let noDescriptor: Int32 = 121
  /// A record would be longer than `Frame.longest`.
  package static let recordTooLong: Int32 = 122
}

/// What a file that is handed out holds: what a block prints, or, of one that has to stop, what it says on standard
/// error and what Swift's backtracer tells.
package enum ProgramFileKind: Int32, Sendable { case output, errors, crash }
