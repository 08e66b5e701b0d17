// The kernel's half of peers.py: reads what each case gives, does the kernel's work and writes what comes out.
//
// Its argument is a folder. `given.safetensors` has the tensors of every case under "case|name", and under the header's
// texts the work of each case; `model-CASE.safetensors` are models as transformers saves them. What the kernel makes of
// them is written to `made.safetensors`.
import Foundation
import Kernel

let folder = URL(fileURLWithPath: CommandLine.arguments[1])
let file = try SafeTensors([UInt8](Data(contentsOf: folder.appending(path: "given.safetensors"))))
var made = SafeTensors()

func run<T: Real>(_ work: String, _ given: Given<T>, into made: inout SafeTensors) throws {
  let topics: [(String, Given<T>) throws -> [String: Matrix<T>]?] = [
    numericsWork, layersWork, attentionWork, modelsWork, stateSpaceWork, geometryWork, learningWork, attentionInFloat,
  ]
  for topic in topics {
    guard let results = try topic(work, given) else { continue }
    for (name, matrix) in results { made.add("\(given.name)|\(name)", matrix) }
    return
  }
  fatalError("no work \(work)")
}

for (name, work) in file.metadata {
  if name.hasSuffix("Float") {
    try run(work, Given<Float>(file: file, name: name, folder: folder), into: &made)
  } else {
    try run(work, Given<Double>(file: file, name: name, folder: folder), into: &made)
  }
}
try Data(made.fileBytes()).write(to: folder.appending(path: "made.safetensors"))
