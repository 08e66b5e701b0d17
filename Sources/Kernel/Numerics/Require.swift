/// Stops the program with `message` unless `ok` holds.
///
/// A plain `precondition` loses its text in an optimised library; this one keeps it, because the failing branch
/// ends in `fatalError`. In Embedded Swift, where `fatalError` has no text, the program stops without one.
@inlinable @inline(__always)
public func require(_ ok: Bool, _ message: @autoclosure () -> String) {
  if !ok { stop(message()) }
}

@usableFromInline @inline(never)
func stop(_ message: String) -> Never {
  #if hasFeature(Embedded)
    fatalError()
  #else
    fatalError(message)
  #endif
}
