import Foundation

extension CommandLine {
  /// Where this program's own file is; nil where the system does not say.
  package static var executablePath: String? {
    let link = "/proc/self/exe"
    if FileManager.default.fileExists(atPath: link) { return URL(fileURLWithPath: link).resolvingSymlinksInPath().path }
    return arguments.first.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
  }
}
