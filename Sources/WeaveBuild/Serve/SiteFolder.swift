import Foundation
import WeaveRender

/// The woven book's folder as a browser may see it: its own plain files, and nothing beside, above or hidden.
struct SiteFolder: Sendable {
  struct File: Sendable {
    var bytes: Data
    var type: String
    /// Changes with every write: builds replace files, they do not write into them.
    var tag: String
    var isPage: Bool { type.hasPrefix("text/html") }
  }

  let folder: OutputFolder

  /// The file that the percent-encoded path of a request names; nil for all that is not in the folder.
  func file(at target: String) -> File? {
    guard let relative = Self.relative(target), let (bytes, stamp) = try? folder.file(relative).contents(atMost: .max)
    else { return nil }
    return File(
      bytes: Data(bytes), type: Self.type(of: relative),
      tag: "\"\(String(stamp.inode, radix: 36))-\(String(stamp.size, radix: 36))-\(stamp.modified)\"")
  }

  /// `/a/b.html` as a path in the folder. Each component is decoded by itself: an encoded slash, a way up, a hidden
  /// name and a zero byte are no names of the book's.
  static func relative(_ target: String) -> String? {
    guard target.first == "/" else { return nil }
    var components: [String] = []
    for part in target.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let name = String(part).removingPercentEncoding else { return nil }
      if name.hasPrefix(".") || name.utf8.contains(where: { $0 == 0 || $0 == 0x2F || $0 == 0x5C }) { return nil }
      components.append(name)
    }
    if components.last == "" { components[components.count - 1] = "index.html" }
    return components.contains("") ? nil : components.joined(separator: "/")
  }

  static func type(of path: String) -> String {
    switch (path as NSString).pathExtension.lowercased() {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js", "mjs": "text/javascript; charset=utf-8"
    case "json": "application/json; charset=utf-8"
    case "svg": "image/svg+xml; charset=utf-8"
    case "txt", "swift", "md": "text/plain; charset=utf-8"
    case "woff2": "font/woff2"
    case "wasm": "application/wasm"
    case "png": "image/png"
    case "jpg", "jpeg": "image/jpeg"
    case "webp": "image/webp"
    case "gif": "image/gif"
    case "pdf": "application/pdf"
    default: "application/octet-stream"
    }
  }
}
