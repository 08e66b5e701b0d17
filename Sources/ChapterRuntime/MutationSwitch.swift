internal import ChapterProtocol

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// The switch of `weave vacuity`: one program holds many changes of its code, and a run has one of them or none.
enum MutationSwitch {
  /// 0: none; below: none, and each place is told that is passed.
  nonisolated(unsafe) private(set) static var chosen: Int32 = 0
  private static let count = 1 << 16
  /// A byte for each place: threads may write the same one at the same time, and write the same into it.
  nonisolated(unsafe) private static var isPassed: UnsafeMutablePointer<UInt8>?

  static func start() {
    guard let number = getenv(ProgramEnvironment.mutation) else { return }
    chosen = atoi(number)
    if chosen < 0 {
      isPassed = .allocate(capacity: count)
      isPassed!.initialize(repeating: 0, count: count)
    }
  }

  static func pass(_ id: Int) { if id >= 0, id < count { isPassed?[id] = 1 } }

  /// The places that were passed since this was asked last.
  static func take() -> [Int] {
    guard let isPassed else { return [] }
    let passed = (0..<count).filter { isPassed[$0] != 0 }
    for id in passed { isPassed[id] = 0 }
    return passed
  }
}

/// Of a number in a chapter's code: `original`, or in the run that has this change `changed`.
@_transparent
public func _mutated<T>(_ id: Int32, _ original: T, _ changed: T) -> T { _isMutated(id) ? changed : original }

public func _isMutated(_ id: Int32) -> Bool {
  if MutationSwitch.chosen < 0 { MutationSwitch.pass(Int(id)) }
  return MutationSwitch.chosen == id
}

/// By this name the switch of a module finds where to tell that one of its places is passed.
@_cdecl("weave_mutation_passed")
public func _tellPassed(_ id: Int32) { MutationSwitch.pass(Int(id)) }
