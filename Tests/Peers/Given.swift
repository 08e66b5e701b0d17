import Foundation
import Kernel

/// What one case gives: matrices, vectors and numbers by name.
struct Given<T: Real> {
  let file: SafeTensors
  let name: String
  let folder: URL

  func has(_ key: String) -> Bool { file.entry("\(name)|\(key)") != nil }

  func matrix(_ key: String) throws -> Matrix<T> { try file.matrix("\(name)|\(key)", of: T.self) }

  func vector(_ key: String) throws -> [T] { try file.vector("\(name)|\(key)", of: T.self) }

  func vectorIfAny(_ key: String) throws -> [T]? { has(key) ? try vector(key) : nil }

  /// Matrices stored as "key.0", "key.1", ….
  func matrices(_ key: String) throws -> [Matrix<T>] {
    var list: [Matrix<T>] = []
    while has("\(key).\(list.count)") { list.append(try matrix("\(key).\(list.count)")) }
    return list
  }

  func integers(_ key: String) throws -> [Int] { try file.integers("\(name)|\(key)").map { Int($0) } }

  func integer(_ key: String) throws -> Int { try integers(key)[0] }

  /// A number that is stored in 64 bits, whatever the case's type is.
  func double(_ key: String) throws -> Double { try file.elements("\(name)|\(key)", of: Double.self)[0] }

  func number(_ key: String) throws -> T { T(try double(key)) }

  func numberIfAny(_ key: String) throws -> T? { has(key) ? try number(key) : nil }

  /// The mask: a table of ones, a window with global tokens, or the causal one.
  func mask() throws -> AttentionMask {
    if has("allowed") { return .allowed(try matrix("allowed").rowVectors.map { $0.map { $0 != 0 } }) }
    if has("window") { return .window(try integer("window")).union(.global(try integer("global"))) }
    return has("causal") ? .causal : .none
  }

  /// A file that transformers has saved.
  func model() throws -> SafeTensors {
    try SafeTensors([UInt8](Data(contentsOf: folder.appending(path: "model-\(name).safetensors"))))
  }
}

func column<T: Real>(_ x: [T]) -> Matrix<T> { Matrix(rows: x.count, columns: 1, elements: x) }

func column<T: Real>(_ x: [Int]) -> Matrix<T> { column(x.map { T($0) }) }

/// Matrices of one width, one above another.
func above<T: Real>(_ parts: [Matrix<T>]) -> Matrix<T> { parts.dropFirst().reduce(parts[0]) { stacked($0, $1) } }
