import Foundation
import WeaveSupport

/// The state of a folder's own files by name.
struct FolderStamps: Sendable, Equatable {
  private(set) var files: [String: FileStamp] = [:]

  init(folder: String, besides: [String] = []) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where Self.isSource(name) { files[name] = FileStamp(path: "\(folder)/\(name)") }
    // Data files and pictures: no notice comes from these folders, but the watch looks once a second.
    for inner in names where !inner.hasPrefix(".") && !inner.contains(".") {
      let paths = FileManager.default.enumerator(atPath: "\(folder)/\(inner)")?.compactMap { $0 as? String } ?? []
      for path in paths where Self.isSource((path as NSString).lastPathComponent) {
        files["\(inner)/\(path)"] = FileStamp(path: "\(folder)/\(inner)/\(path)")
      }
    }
    for path in besides { files[(path as NSString).lastPathComponent] = FileStamp(path: path) }
  }

  /// Editors and other programs write beside a file before they replace it: such names are hidden, end in `~`, begin
  /// with `#` or have no extension.
  private static func isSource(_ name: String) -> Bool {
    !name.hasPrefix(".") && !name.hasPrefix("#") && !name.hasSuffix("~") && name.contains(".")
  }

  /// Names of what came, went or was written since `earlier`.
  func changes(since earlier: FolderStamps) -> [String] {
    Set(files.keys).union(earlier.files.keys).filter { files[$0] != earlier.files[$0] }.sorted()
  }
}
