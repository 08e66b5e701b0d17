import Foundation
import WeaveCore

/// One case: what it is follows from its seed.
struct Case {
  struct Outcome {
    enum Fate: String { case refused, read, woven }
    var kind: String
    var fate: Fate
    var faults: [String] = []
  }

  let seed: UInt64

  func judged() -> Outcome {
    var mutator = Mutator(seed: seed)
    switch mutator.below(20) {
    case 0..<2: return FigureCase(&mutator).judged()
    default: return BookCase(&mutator).judged()
    }
  }
}
