/// Stops the program when `ok` is false. Unlike `precondition`, the message survives optimisation.
@inline(__always)
func require(_ ok: Bool, _ message: @autoclosure () -> String) {
  if !ok { stop(message()) }
}

@inline(never)
func stop(_ message: String) -> Never {
  #if hasFeature(Embedded)
    fatalError()
  #else
    fatalError(message)
  #endif
}
