import WeaveModel
import WeaveSupport

/// The files that make a folder of documents an EPUB: the package document, the navigation, the container.
struct EpubPackage {
  let frame: BookFrame
  let chapters: [EpubChapter]
  let pictures: [PictureFile]
  /// Name of the book's contents.
  let identifier: String
  /// UTC, to the second.
  let modified: String

  /// Their folder, from the package document.
  static let pictures = "pictures/"

  static let container = """
    <?xml version="1.0" encoding="UTF-8"?>
    <container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
    <rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
    </container>

    """

  private var words: Words { frame.language.words }

  /// `package.opf`.
  var document: String {
    let language = frame.language.rawValue
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="identifier" xml:lang="\(language)">
      <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
      <dc:identifier id="identifier">\(identifier)</dc:identifier>
      <dc:title id="title">\(escaped(frame.title))</dc:title>
      <meta refines="#title" property="title-type">main</meta>

      """
    if let subtitle = frame.subtitle {
      text +=
        "<dc:title id=\"subtitle\">\(escaped(subtitle))</dc:title>\n<meta refines=\"#subtitle\" "
        + "property=\"title-type\">subtitle</meta>\n"
    }
    for (index, author) in frame.imprint.authors.enumerated() {
      text +=
        "<dc:creator id=\"creator-\(index + 1)\">\(escaped(author))</dc:creator>\n"
        + "<meta refines=\"#creator-\(index + 1)\" property=\"role\" scheme=\"marc:relators\">aut</meta>\n"
    }
    if let date = frame.imprint.date { text += "<dc:date>\(date)</dc:date>\n" }
    if let licence = frame.imprint.licence { text += "<dc:rights>\(escaped(licence))</dc:rights>\n" }
    if let edition = frame.imprint.edition {
      text += "<meta property=\"schema:bookEdition\">\(escaped(edition))</meta>\n"
    }
    text += "<dc:language>\(language)</dc:language>\n<meta property=\"dcterms:modified\">\(modified)</meta>\n"
    text += accessibility
    text += "</metadata>\n<manifest>\n"
    text += item("style", "book.css", "text/css")
    text += item("cover-image", "cover.svg", "image/svg+xml", ["cover-image"])
    text += item("cover", "cover.xhtml", "application/xhtml+xml")
    text += item("nav", "nav.xhtml", "application/xhtml+xml", ["nav"])
    for (index, chapter) in chapters.enumerated() {
      let file = "text/\(EpubDocuments.file(chapter.name))"
      text += item("chapter-\(index + 1)", file, "application/xhtml+xml", chapter.properties)
    }
    for (index, picture) in pictures.enumerated() {
      text += item("picture-\(index + 1)", Self.pictures + picture.name, picture.format.mediaType)
    }
    text += "</manifest>\n<spine>\n<itemref idref=\"cover\"/>\n"
    // The opening words come before the contents, as in a printed book.
    let first = chapters.first?.name == "index" ? 1 : 0
    if first == 1 { text += "<itemref idref=\"chapter-1\"/>\n" }
    text += "<itemref idref=\"nav\"/>\n"
    for index in chapters.indices.dropFirst(first) { text += "<itemref idref=\"chapter-\(index + 1)\"/>\n" }
    return text + "</spine>\n</package>\n"
  }

  private func item(_ id: String, _ href: String, _ type: String, _ properties: [String] = []) -> String {
    let said = properties.isEmpty ? "" : " properties=\"\(properties.joined(separator: " "))\""
    return "<item id=\"\(id)\" href=\"\(href)\" media-type=\"\(type)\"\(said)/>\n"
  }

  /// What a reader who does not see or hear may expect (EPUB Accessibility 1.1).
  private var accessibility: String {
    let holds = Set(chapters.flatMap(\.properties))
    var features = ["structuralNavigation", "tableOfContents", "readingOrder"]
    if holds.contains("mathml") { features.append("MathML") }
    if holds.contains("svg") || !pictures.isEmpty { features += ["alternativeText", "longDescription"] }
    let facts =
      [("accessMode", "textual"), ("accessMode", "visual"), ("accessModeSufficient", "textual")]
      + features.map { ("accessibilityFeature", $0) } + [("accessibilityHazard", "none")]
    return facts.map { "<meta property=\"schema:\($0.0)\">\($0.1)</meta>\n" }.joined()
      + "<meta property=\"schema:accessibilitySummary\">\(escaped(words.epub.accessibility))</meta>\n"
  }

  /// `nav.xhtml`: the chapters with their sections, and the landmarks.
  var navigation: String {
    var list =
      "<nav epub:type=\"toc\" role=\"doc-toc\" id=\"toc\" aria-labelledby=\"toc-title\">\n<h1 "
      + "id=\"toc-title\">\(escaped(words.page.contents))</h1>\n<ol>\n"
    for chapter in chapters {
      let file = "text/\(EpubDocuments.file(chapter.name))"
      list += "<li><a href=\"\(file)\">\(escaped(chapter.title))</a>\(sections(chapter, file))</li>\n"
    }
    list += "</ol>\n</nav>\n"
    let start = chapters.first.map { "text/\(EpubDocuments.file($0.name))" } ?? "nav.xhtml"
    list += """
      <nav epub:type="landmarks" hidden="hidden" aria-label="\(escaped(words.epub.landmarks))">
      <ol>
      <li><a epub:type="cover" href="cover.xhtml">\(escaped(words.epub.cover))</a></li>
      <li><a epub:type="toc" href="nav.xhtml">\(escaped(words.page.contents))</a></li>
      <li><a epub:type="bodymatter" href="\(start)">\(escaped(words.epub.text))</a></li>
      </ol>
      </nav>

      """
    return Self.page(title: words.page.contents, frame.language, style: "book.css", body: list)
  }

  private func sections(_ chapter: EpubChapter, _ file: String) -> String {
    var text = ""
    var isNested = false
    for heading in chapter.headings {
      let link = "<li><a href=\"\(file)#\(fragment(heading.id))\">\(characters(heading.text))</a>"
      if text.isEmpty {
        text = "\n<ol>\n\(link)"
      } else if heading.level == 3 {
        text += isNested ? "</li>\n\(link)" : "\n<ol>\n\(link)"
        isNested = true
      } else {
        text += (isNested ? "</li>\n</ol></li>\n" : "</li>\n") + link
        isNested = false
      }
    }
    return text.isEmpty ? "" : text + (isNested ? "</li>\n</ol>" : "") + "</li>\n</ol>"
  }

  /// A document around `body`, which is XML.
  static func page(
    title: String, _ language: Language, style: String, type: String? = nil, body: String
  ) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE html>
    <html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
    \(language.words.rootAttributes) xml:lang="\(language.rawValue)">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <title>\(escaped(title))</title>
    <link rel="stylesheet" type="text/css" href="\(style)"/>
    </head>
    <body\(type.map { " epub:type=\"\($0)\"" } ?? "")>
    \(body)</body>
    </html>

    """
  }
}
