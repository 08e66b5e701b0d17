import FlyingSocks

/// A board's states as the bytes of an event stream, and now and then a comment: only by writing does a server learn
/// that the reader has gone.
struct EventStream: AsyncBufferedSequence {
  typealias Element = UInt8

  let board: PreviewBoard
  var pause: Duration = .seconds(15)

  func makeAsyncIterator() -> Iterator {
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .unbounded)
    continuation.yield(Array("retry: 500\n\n".utf8))
    let states = Task {
      for await state in board.states() { continuation.yield(state.event) }
    }
    let pulse = Task { [pause] in
      while (try? await Task.sleep(for: pause)) != nil { continuation.yield(Array(": \n\n".utf8)) }
    }
    continuation.onTermination = { _ in
      states.cancel()
      pulse.cancel()
    }
    return Iterator(base: stream.makeAsyncIterator())
  }

  struct Iterator: AsyncBufferedIteratorProtocol {
    fileprivate var base: AsyncStream<[UInt8]>.Iterator
    private var rest: ArraySlice<UInt8> = []

    fileprivate init(base: AsyncStream<[UInt8]>.Iterator) { self.base = base }

    mutating func next() async -> UInt8? {
      while rest.isEmpty {
        guard let bytes = await base.next() else { return nil }
        rest = bytes[...]
      }
      return rest.removeFirst()
    }

    mutating func nextBuffer(suggested count: Int) async -> ArraySlice<UInt8>? {
      if rest.isEmpty {
        guard let bytes = await base.next() else { return nil }
        rest = bytes[...]
      }
      let head = rest.prefix(count)
      rest = rest.dropFirst(count)
      return head
    }
  }
}
