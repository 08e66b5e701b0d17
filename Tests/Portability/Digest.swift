#if !hasFeature(Embedded)
  import Kernel
#endif

// Prints one line for each public function of the kernel: its name and a digest of the bits of its results.
// On the host it stands outside the optimised kernel as a chapter does; for wasm32 it is compiled with it.

/// FNV-1a over the bytes of every number it is given.
struct Digest {
  private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bits: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      hash = (hash ^ (bits >> shift & 0xff)) &* 0x100_0000_01b3
    }
  }

  /// The bits, with one NaN for all NaNs.
  mutating func add<T: Real>(_ x: T) { add(x.isNaN ? 0x7ff8_0000_0000_0000 : x._asDouble.bitPattern) }
  mutating func add(_ n: Int) { add(UInt64(truncatingIfNeeded: Int64(n))) }
  mutating func add(_ n: Int64) { add(UInt64(bitPattern: n)) }
  mutating func add(_ flag: Bool) { add(flag ? 1 : 0) }
  mutating func add<T: Real>(_ x: [T]) {
    add(x.count)
    for value in x { add(value) }
  }
  mutating func add(_ x: [Int]) {
    add(x.count)
    for value in x { add(value) }
  }
  mutating func add(_ x: [Bool]) {
    add(x.count)
    for value in x { add(value) }
  }
  mutating func add<T: Real>(_ m: Matrix<T>) {
    add(m.rows)
    add(m.columns)
    add(m.elements)
  }
  mutating func add<T: Real>(_ list: [Matrix<T>]) {
    for m in list { add(m) }
  }
}

/// Prints the line of a function. `name` is the one in the compiler's symbol graph.
func report(_ name: StaticString, _ body: (inout Digest) -> Void) {
  var digest = Digest()
  body(&digest)
  print(name, terminator: " ")
  let digits: [StaticString] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f",
  ]
  for shift in stride(from: UInt64(60), through: 0, by: -4) {
    print(digits[Int(truncatingIfNeeded: digest.hash >> shift & 15)], terminator: "")
  }
  print("")
}

/// Numbers of all sizes and kinds, from a seed.
func sample<T: Real>(_ n: Int, _ type: T.Type, seed: UInt64, scale: T = 1) -> [T] {
  var generator = Random(seed: seed)
  return normalVector(n, of: type, using: &generator).map { $0 * scale }
}

func sample<T: Real>(_ rows: Int, _ columns: Int, _ type: T.Type, seed: UInt64, scale: T = 1) -> Matrix<T> {
  Matrix(rows: rows, columns: columns, elements: sample(rows * columns, type, seed: seed, scale: scale))
}

/// Values at which functions go wrong.
func edges<T: Real>(_ type: T.Type) -> [T] {
  [
    0, 1, -1, T.infinity, -T.infinity, T.nan, T.greatestFiniteMagnitude, T.leastNormalMagnitude,
    T.leastNonzeroMagnitude,
  ]
}

@main
struct Main {
  static func main() {
    #if hasFeature(Embedded)
      digestAll()
    #else
      // The number of threads, where there are threads.
      withThreads(CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1])! : 1, digestAll)
    #endif
  }

  private static func digestAll() {
    numericsDigest()
    attentionDigest()
    kernelMethodsDigest()
    normalizationDigest()
    positionDigest()
    staticMapsDigest()
    transformerDigest()
    expertsDigest()
    efficientAttentionDigest()
    cacheDigest()
    stateSpaceDigest()
    geometryDigest()
    costDigest()
    learningDigest()
    digitsDigest()
    mechanismsDigest()
    modelsDigest()
    theoryDigest()
  }
}
