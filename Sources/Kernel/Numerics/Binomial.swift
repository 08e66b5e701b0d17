/// The binomial coefficient C(n, k), exact in 64 bits. Refused: k outside 0…n, a value beyond Int64.
public func binomial(_ n: Int, _ k: Int) -> Int64 {
  require(k >= 0 && k <= n, "binomial: \(k) of \(n)")
  var result: Int64 = 1
  let smaller = min(k, n - k)
  for i in 0..<smaller {
    // C(n, i+1) = C(n, i)·(n−i)/(i+1). What is common to C(n, i) and i+1 goes first; the rest of i+1 then divides n−i,
    // so that no product is larger than the result.
    let common = greatestCommonDivisor(result, Int64(i + 1))
    let product = (result / common).multipliedReportingOverflow(by: Int64(n - i) / (Int64(i + 1) / common))
    require(!product.overflow, "binomial: \(k) of \(n) is beyond 64 bits")
    result = product.partialValue
  }
  return result
}

/// Of two positive numbers, by Euclid's algorithm.
private func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
  var (a, b) = (a, b)
  while b > 0 { (a, b) = (b, a % b) }
  return a
}
