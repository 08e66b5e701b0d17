// The elementary functions once more, for `Double` alone.
//
// Where a file imports Foundation (or Glibc) as well, `exp(x)` could mean the C library's: of a function for `Double`
// and one for every `Real`, the compiler takes the first without a word, and the last bits of many results differ.
// Beside these the choice is ambiguous, which is an error. Say which is meant: `Kernel.exp(x)`, `Foundation.exp(x)`.
// There are none for `Float`, since a literal such as the 2 of `exp(2)` would then be ambiguous, too: where Foundation
// is imported write `Kernel.exp(x)` of a `Float`. `sqrt` needs none: it is rounded correctly everywhere.

/// The exponential of a `Double`, and of literals without a type.
public func exp(_ x: Double) -> Double { exponential(x) }

/// The natural logarithm of a `Double`, and of literals without a type.
public func log(_ x: Double) -> Double { logarithm(x) }

/// The hyperbolic tangent of a `Double`, and of literals without a type.
public func tanh(_ x: Double) -> Double { hyperbolicTangent(x) }

/// The error function of a `Double`, and of literals without a type.
public func erf(_ x: Double) -> Double { errorFunction(x) }

/// The sine of a `Double`, and of literals without a type.
public func sin(_ x: Double) -> Double { circular(x, quarterTurns: 0) }

/// The cosine of a `Double`, and of literals without a type.
public func cos(_ x: Double) -> Double { circular(x, quarterTurns: 1) }

/// The power of a `Double`, and of literals without a type. Refused: x ≤ 0.
public func pow(_ x: Double, _ y: Double) -> Double { realPower(x, y) }
