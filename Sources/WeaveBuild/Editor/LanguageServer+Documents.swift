import Foundation
import WeaveModel

/// Requests about a file that is open.
extension LanguageServer {
  func answerDocument(_ method: String, _ params: JSON) throws(Fault) -> JSON {
    let known: Set = [
      "textDocument/hover", "textDocument/completion", "textDocument/definition", "textDocument/references",
      "textDocument/documentSymbol", "textDocument/inlayHint", "textDocument/codeAction",
    ]
    guard known.contains(method) else { throw .unknownMethod(method) }
    guard let uri = params["textDocument"]?["uri"]?.string else {
      throw .invalidParameters("'textDocument' has no 'uri'")
    }
    let path = URL(string: uri).flatMap { $0.isFileURL ? $0.standardizedFileURL.path : nil } ?? ""
    let name = Self.name(of: path)
    guard open[path] != nil, name.hasSuffix(".md"), let book = books[Self.folder(of: path)],
      let edited = book.edited(String(name.dropLast(3)))
    else { return ["textDocument/hover", "textDocument/definition"].contains(method) ? .null : [] }
    switch method {
    case "textDocument/documentSymbol": return Outline(edited, book.words).symbols
    case "textDocument/inlayHint": return Mending(edited, uri).hints(in: try range(params, of: edited))
    case "textDocument/codeAction": return Mending(edited, uri).actions(in: try range(params, of: edited))
    default: break
    }
    guard let place = Self.place(params["position"]) else { throw .invalidParameters("'position' is no position") }
    let offset = edited.text.offset(of: place)
    return switch method {
    case "textDocument/hover": Hover(edited, book).answer(at: offset)
    case "textDocument/completion": Completion(edited, book).answer(at: offset)
    case "textDocument/definition": Definition(edited, book, uris).answer(at: offset)
    default: Definition(edited, book, uris).uses(at: offset)
    }
  }

  /// By path: how the editor calls what is open.
  private var uris: [String: String] { open.mapValues(\.uri) }

  private func range(_ params: JSON, of edited: EditedChapter) throws(Fault) -> Range<Int> {
    guard let start = Self.place(params["range"]?["start"]), let end = Self.place(params["range"]?["end"]) else {
      throw .invalidParameters("'range' is no range")
    }
    let first = edited.text.offset(of: min(start, end))
    return first..<edited.text.offset(of: max(start, end))
  }
}
