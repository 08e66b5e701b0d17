import Kernel
import Testing

/// A call that must stop, and what its message must say.
typealias Refusal = (says: String, call: @Sendable () -> Void)

/// Runs the call in a process of its own, which must fail with the message. (Exit tests capture only plain values, so
/// each list of refusals gives its own index.)
func expectRefused(_ refusal: Refusal, _ result: ExitTest.Result) {
  let message = String(decoding: result.standardErrorContent, as: UTF8.self)
  #expect(message.contains(refusal.says), "said: \(message.prefix(300))")
}

/// A matrix of zeros.
func zeros(_ rows: Int, _ columns: Int) -> Matrix<Double> { Matrix(rows: rows, columns: columns, repeating: 0) }
