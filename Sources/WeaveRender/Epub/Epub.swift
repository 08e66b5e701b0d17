import Foundation
import WeaveModel
import WeaveSupport

/// A book as EPUB 3: a document for each chapter, in a container with navigation, cover and ledger.
///
/// The same chapters give the same bytes.
package struct Epub: OutputFormat, Sendable {
  package static let fileExtension = "epub"

  private let frame: BookFrame
  private let chapters: [EpubChapter]
  private let pictures: [PictureFile]
  private let modified: String

  /// - `modified`: seconds since 1970; nil is 2000-01-01, for the identifier tells one state of the book from another.
  ///
  /// Throws a `Diagnostic` for what cannot be shown, an `ExportFault` for a chapter that is not XML or holds something
  /// to run.
  package init(_ book: VerifiedBook, modified: Int? = nil) throws {
    frame = book.frame
    chapters = try EpubDocuments(book: book).all()
    var seen: Set<String> = []
    pictures = try book.chapters.flatMap { try $0.chapter.shownPictures() }.filter { seen.insert($0.name).inserted }
    for chapter in chapters {
      let document = "<section xmlns:epub=\"http://www.idpf.org/2007/ops\">\(chapter.body)</section>"
      if let message = Self.problem(in: document) { throw Self.fault(chapter.name, message) }
    }
    self.modified = Self.time(modified ?? 946_684_800)
  }

  /// The files in the order of the archive.
  package var files: [OutputFile] {
    let cover = EpubCover(
      title: frame.title, subtitle: frame.subtitle,
      authors: frame.imprint.authors.joined(separator: frame.language.words.punctuation.comma))
    var files = [
      xml("META-INF/container.xml", EpubPackage.container),
      OutputFile(path: "EPUB/book.css", bytes: Resource.epub.bytes),
      xml("EPUB/cover.svg", cover.svg),
      xml(
        "EPUB/cover.xhtml",
        EpubPackage.page(
          title: frame.title, frame.language, style: "book.css", type: "cover",
          body: "<section class=\"cover\"><img src=\"cover.svg\" alt=\"\(escaped(frame.title))\"/></section>\n")),
    ]
    for chapter in chapters {
      files.append(
        xml(
          "EPUB/text/\(chapter.name).xhtml",
          EpubPackage.page(
            title: chapter.title, frame.language, style: "../book.css", type: "bodymatter",
            body: "<section epub:type=\"chapter\">\(chapter.body)</section>\n")))
    }
    files += pictures.map { OutputFile(path: "EPUB/\(EpubPackage.pictures)\($0.name)", bytes: $0.bytes) }
    let package = EpubPackage(
      frame: frame, chapters: chapters, pictures: pictures, identifier: Self.identifier(files, frame.imprint),
      modified: modified)
    files.append(xml("EPUB/nav.xhtml", package.navigation))
    files.append(xml("EPUB/package.opf", package.document))
    return files
  }

  /// Titles and headings may hold what XML forbids, as bodies may.
  private func xml(_ path: String, _ text: String) -> OutputFile { OutputFile(path: path, text: text.allowedInXML) }

  /// The bytes of the `.epub`. Throws an `ExportFault` for a document that is not well-formed XML, or that holds
  /// something to run.
  package func archive() throws -> [UInt8] {
    var archive = ZipArchive()
    // Without packing and before all else: by these bytes the format is known.
    try archive.add("mimetype", Array("application/epub+zip".utf8), stored: true)
    for file in files {
      let isXML = [".xml", ".xhtml", ".opf", ".svg"].contains { file.path.hasSuffix($0) }
      if isXML, let message = Self.problem(in: String(decoding: file.bytes, as: UTF8.self)) {
        let name = file.path.split(separator: "/").last?.split(separator: ".").first ?? ""
        throw Self.fault(String(name), message)
      }
      try archive.add(file.path, file.bytes)
    }
    return archive.finished
  }

  package static func file(of book: VerifiedBook, modified: Int?) throws -> [UInt8] {
    try Epub(book, modified: modified).archive()
  }

  private static func fault(_ page: String, _ message: String) -> ExportFault {
    ExportFault(
      page: page, message: "this chapter is not XHTML for the EPUB: \(message); let raw HTML and Markdown nest")
  }

  private static let running: Set = ["script", "style", "iframe", "object", "embed", "foreignobject", "base"]

  /// A reading system runs scripts of its own in the documents, so they carry no policy against scripts as pages do:
  /// there must be none.
  private static func problem(in document: String) -> String? {
    var reader = XMLReader(document)
    do throws(XMLReader.Fault) {
      while let event = try reader.next() {
        guard case .start(let tag) = event else { continue }
        if running.contains(tag.name.lowercased()) { return "it holds <\(tag.name)>" }
        for (name, value) in tag.attributes {
          if name.lowercased().hasPrefix("on") || value.lowercased().hasPrefix("javascript:") {
            return "<\(tag.name)> has a script as its \(name)"
          }
        }
      }
      return nil
    } catch {
      return error.message
    }
  }

  /// A UUID of version 8 (RFC 9562) out of the digest of what the book holds.
  private static func identifier(_ files: [OutputFile], _ imprint: Imprint) -> String {
    let contents = files.flatMap { ["\($0.path)", Digest($0.bytes).hex] } + imprint.lines
    var digits = Array(Digest(contents).hex.prefix(32))
    digits[12] = "8"
    digits[16] = ["8", "9", "a", "b"][(digits[16].hexDigitValue ?? 0) % 4]
    let text = String(digits)
    var parts: [Substring] = []
    var start = text.startIndex
    for length in [8, 4, 4, 4, 12] {
      let end = text.index(start, offsetBy: length)
      parts.append(text[start..<end])
      start = end
    }
    return "urn:uuid:" + parts.joined(separator: "-")
  }

  private static func time(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
  }
}
