/// Weights of a file taken by their names, each with the shape that it must have, and in the end what nobody took.
struct NamedWeights<T: Real> {
  typealias Failure = SafeTensors.Failure

  private let file: SafeTensors
  /// What stands before every name, but the head's.
  let prefix: String
  private var taken: [Bool]

  init(_ file: SafeTensors, prefix: String) {
    self.file = file
    self.prefix = prefix
    taken = [Bool](repeating: false, count: file.entries.count)
  }

  func has(_ name: String) -> Bool { file.place(of: prefix + name) != nil }

  /// The sizes of the embeddings, of which the second is the model's width.
  func embedding(_ name: String) throws(Failure) -> (rows: Int, columns: Int) {
    let sizes = try sizes(name)
    if sizes.columns == 0 { throw Failure("tensor \(quoted(prefix + name)) has no columns") }
    return sizes
  }

  /// The sizes of a matrix that is there.
  func sizes(_ name: String) throws(Failure) -> (rows: Int, columns: Int) {
    guard let place = file.place(of: prefix + name) else {
      throw Failure("there is no tensor \(quoted(prefix + name))")
    }
    let shape = file.entries[place].shape
    if shape.count != 2 {
      throw Failure("tensor \(quoted(prefix + name)) of shape \(sizesText(of: shape)) is not a matrix")
    }
    return (shape[0], shape[1])
  }

  mutating func vector(_ name: String, _ count: Int) throws(Failure) -> [T] {
    let full = prefix + name
    try take(full, [count])
    return try file.vector(full, of: T.self)
  }

  /// A vector that the file may leave out.
  mutating func vectorIfAny(_ name: String, _ count: Int) throws(Failure) -> [T]? {
    has(name) ? try vector(name, count) : nil
  }

  mutating func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(Failure) -> Matrix<T> {
    try matrix(full: prefix + name, rows, columns)
  }

  /// The head, which stands outside the prefix; nil where it is tied to the embeddings, and so not in the file.
  mutating func head(_ rows: Int, _ columns: Int) throws(Failure) -> Matrix<T>? {
    file.place(of: "lm_head.weight") == nil ? nil : try matrix(full: "lm_head.weight", rows, columns)
  }

  private mutating func matrix(full: String, _ rows: Int, _ columns: Int) throws(Failure) -> Matrix<T> {
    try take(full, [rows, columns])
    return try file.matrix(full, of: T.self)
  }

  private mutating func take(_ full: String, _ shape: [Int]) throws(Failure) {
    guard let place = file.place(of: full) else { throw Failure("there is no tensor \(quoted(full))") }
    if file.entries[place].shape != shape {
      throw Failure(
        "tensor \(quoted(full)) is \(sizesText(of: file.entries[place].shape)) and should be \(sizesText(of: shape))")
    }
    taken[place] = true
  }

  /// Throws where a tensor was left over: the model would compute without it. What ends on one of `idle` holds no
  /// weight.
  func requireAllTaken(layout: String, idle: [String]) throws(Failure) {
    for place in taken.indices where !taken[place] {
      let name = file.entries[place].name
      if idle.contains(where: { name.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) }) { continue }
      throw Failure("tensor \(quoted(name)) has no place in a model of \(layout)'s layout")
    }
  }
}
