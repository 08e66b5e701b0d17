import Foundation
import WeaveModel
import WeaveSupport

/// Files that a chapter's page offers.
extension BookReader {
  private static let mostBytes = 64 << 20

  /// Reads what the chapter offers; tells at the link what is wrong with a file.
  mutating func readDownloads(of chapter: inout Chapter) {
    for index in chapter.downloads.indices {
      let download = chapter.downloads[index], path = download.path
      let problem: String
      let file = file(path)
      let ending = (path as NSString).pathExtension.lowercased()
      if Download.pageKinds.contains(ending) {
        problem =
          "a browser would take \(path) for a page of this book, or run it: pack it (zip), or save it in another form"
      } else {
        do throws(RootedFile.Obstacle) {
          if let (bytes, stamp) = try file.contents(atMost: Self.mostBytes) {
            chapter.downloads[index].bytes = bytes
            besides[chapter.name, default: [:]][path] = .some(KnownFile(stamp, bytes))
            continue
          }
          problem = "\(shown)/\(path) has more than \(Self.mostBytes >> 20) MB: offer a smaller one"
        } catch {
          problem =
            switch error {
            case .missing: "there is no file \(shown)/\(path): put it there, or mend the name"
            case .outside: "'\(path)' leads out of \(shown)/data: put the file there"
            case .system: "\(shown)/\(path) cannot be read: check its permissions"
            default: error.reason(file, root: shown)
            }
        }
      }
      diagnostics.append(Diagnostic(.link, chapter.source.path, download.position, problem))
    }
  }
}
