extension CodeBlock {
  /// What becomes of a block. Each mode answers for itself here; the words that a reader sees of it are the page's.
  package enum Mode: String, Sendable, CaseIterable { case run, compile, fail, trap, show }
}

extension CodeBlock.Mode {
  /// Where the code stands for the compiler.
  package enum Place: Sendable {
    /// Among the program's own statements: what it declares is there for all that comes later.
    case script
    /// In a function that nobody calls.
    case function
    /// In a process of its own, which must stop.
    case child
    /// After what runs above it, in a program of its own, which must be refused.
    case apart
    case nowhere
  }

  package var place: Place {
    switch self {
    case .run: .script
    case .compile: .function
    case .trap: .child
    case .fail: .apart
    case .show: .nowhere
    }
  }

  /// What its `output` fence is held against.
  package enum Output: Sendable {
    /// All that it prints; without a fence it must print nothing.
    case printed
    /// A part of the message with which it is refused or stops. Where there is no message, this is said of the block.
    case message(otherwise: String)
    /// It may have none.
    case none
  }

  package var output: Output {
    switch self {
    case .run: .printed
    case .fail: .message(otherwise: "compiles: make it wrong again, or make it a run block")
    case .trap: .message(otherwise: "runs to its end: make it stop again, or make it a run block")
    case .compile, .show: .none
    }
  }

  /// Whether it holds where the compiler refuses it, or its program stops.
  package var isRefused: Bool { if case .message = output { true } else { false } }
  package var isCompiled: Bool { place != .nowhere }
  package var isExecuted: Bool { place == .script || place == .child }
  /// Whether it is part of the one program that a chapter becomes.
  package var isInProgram: Bool { isCompiled && place != .apart }
  /// Whether a reader finds it in the program that the page offers.
  package var isOffered: Bool { place == .script || place == .function }
}
