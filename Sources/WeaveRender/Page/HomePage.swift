import WeaveModel
import WeaveSupport

/// `index.html` of a book that has no chapter of this name: it leads to the first one.
package enum HomePage {
  package static func files(_ frame: BookFrame) -> [OutputFile] {
    guard let first = frame.chapters.first, !frame.chapters.contains(where: { $0.name == "index" }) else { return [] }
    let title = escaped(frame.title), page = "\(fragment(first.name)).html"
    let text = """
      <!DOCTYPE html>
      <html \(frame.language.words.rootAttributes)>
      <head>
      <meta charset="utf-8">
      \(Policy.page.meta)
      <meta http-equiv="refresh" content="0; url=\(page)">
      <title>\(title)</title>
      </head>
      <body>
      <p><a href="\(page)">\(title)</a></p>
      </body>
      </html>

      """
    return [OutputFile(path: "index.html", text: text)]
  }
}
