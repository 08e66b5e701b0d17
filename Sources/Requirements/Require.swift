/// Stops the program with `message` unless `ok` holds: for a mistake of the program that calls.
///
/// A plain `precondition` loses its text in an optimised library; this one keeps it, because the failing branch
/// ends in `fatalError`. The message names this file; the line of the program that called is the first in the trace
/// below it that is not the library's, since a default argument `#line` would have to stand in every public function.
/// In Embedded Swift, where `fatalError` has no text, the program stops without one.
///
/// It belongs to this package's libraries alone, so that a chapter may have a `require` of its own.
@inlinable @inline(__always)
package func require(_ ok: Bool, _ message: @autoclosure () -> String) {
  if !ok { stop(message()) }
}

/// Stops the program with `message`. Apart from `require`, so that only the comparison stands where that is called.
@usableFromInline @inline(never)
package func stop(_ message: String) -> Never {
  #if hasFeature(Embedded)
    fatalError()
  #else
    fatalError(message)
  #endif
}
