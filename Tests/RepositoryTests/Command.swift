import Foundation

/// The package's folder, from this file's.
let repository = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL

/// What a program said, and how it ended.
struct Command {
  let output: String
  let status: Int32

  /// Runs a program that is found by its name, and reads both its outputs to their end.
  init(_ arguments: [String], in folder: URL = repository) throws {
    let process = Process(), pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }
}
