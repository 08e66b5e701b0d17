extension PreviewBoard {
  /// The states as the bytes of an event stream. What a reader leaves unread does not pile up: it gets the newest
  /// state only.
  package func events() -> AsyncStream<[UInt8]> {
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let states = Task {
      for await state in self.states() { continuation.yield(state.event) }
    }
    continuation.onTermination = { _ in states.cancel() }
    return stream
  }
}
