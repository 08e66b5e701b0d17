import Foundation
import WeaveBuild
import WeaveModel
import WeaveParse
import WeaveSupport

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What must hold of a woven page: nothing in it runs or asks for anything that an undamaged page does not, and what is
/// packed is XML.
enum PageJudge {
  static func faults(of woven: Rehearsal) -> [String] {
    var faults = woven.files.filter { $0.path.hasSuffix(".html") }.flatMap { file in
      self.faults(in: String(decoding: file.bytes, as: UTF8.self)).map { "\(file.path): \($0)" }
    }
    guard woven.files.contains(where: { $0.path == "numbers.html" }), let files = try? woven.epub() else {
      return faults
    }
    for file in files where [".xhtml", ".opf", ".svg"].contains(where: file.path.hasSuffix) {
      let reader = PackedReader()
      let parser = XMLParser(data: Data(file.bytes))
      parser.delegate = reader
      if !parser.parse() {
        faults.append(
          "\(file.path) is not XML: \(parser.parserError.map { "\($0)" } ?? "?") at line \(parser.lineNumber)")
      }
      faults += reader.faults.map { "\(file.path): \($0)" }
    }
    return faults
  }

  // MARK: Pages

  /// Elements that run, load or leave; those of an undamaged page, as they are written there, are its own.
  private static let dangerous: Set<String> = [
    "script", "link", "meta", "base", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input",
    "button", "style", "img", "image",
    "foreignobject", "animate", "animatetransform", "animatemotion", "set", "template", "noscript", "video", "audio",
    "source", "track", "portal",
    "textarea", "select", "dialog", "handler", "listener", "feimage", "mpath", "discard",
  ]

  /// The dangerous tags of an undamaged page.
  private static let own: Set<String> = {
    let text = "---\ntitle: 題\n---\n\n本文。\n\n- [ ] 一\n- [x] 二\n"
    let chapters = ["one", "two", "index", "glossary"].map {
      ChapterReader(Source(path: "Chapters/\($0).md", text: text), name: $0).chapter
    }
    guard let woven = try? Rehearsal(Book("本", chapters: chapters), records: [:], misread: [], diagram: { _ in "" })
    else { return [] }
    let pages = woven.files.filter { $0.path.hasSuffix(".html") }
    return Set(
      pages.flatMap { HTMLTags(String(decoding: $0.bytes, as: UTF8.self)).tags }.filter { dangerous.contains($0.name) }
        .map(\.shape))
  }()

  private static func faults(in page: String) -> [String] {
    HTMLTags(page).tags.flatMap { tag -> [String] in
      var faults =
        dangerous.contains(tag.name) && !own.contains(tag.shape)
        ? ["<\(tag.name)> is none of the page's own: \(tag.written.prefix(120))"] : []
      faults += tag.attributes.compactMap { fault(in: $0.name, $0.value, of: tag.name) }
      return faults
    }
  }

  /// Attributes that hold an address, or what becomes one.
  private static let addresses: Set<String> = [
    "href", "src", "xlink:href", "action", "formaction", "data", "poster", "srcset", "background", "ping", "srcdoc",
    "to", "values", "from",
  ]

  /// What is wrong with an attribute whose value is `value` to a browser.
  fileprivate static func fault(in name: String, _ value: String, of element: String) -> String? {
    let name = name.lowercased()
    guard name.hasPrefix("on") || name == "style" || addresses.contains(name) || value.utf8.contains(UInt8(ascii: "("))
    else { return nil }
    let value = value.lowercased().filter {
      !$0.isWhitespace && !($0.unicodeScalars.first!.properties.generalCategory == .control)
    }
    if name.hasPrefix("on") { return "\(name)= on <\(element)>" }
    if addresses.contains(name), !leadsSomewhere(value) {
      return "\(name)=\"\(value.prefix(80))\" on <\(element)>"
    }
    // Strings of a style sheet are text, whatever they hold.
    let styles = name == "style" ? withoutStrings(value) : value
    for place in styles.ranges(of: "url(")
    where !styles[place.upperBound...].drop(while: { "\"'".contains($0) }).hasPrefix("#") {
      return "\(name) with an address: \(styles[place.lowerBound...].prefix(80)) on <\(element)>"
    }
    if name == "style", styles.contains("@import") || styles.contains("expression(") || styles.contains("\\") {
      return "style: \(value.prefix(80))"
    }
    return nil
  }

  private static func withoutStrings(_ style: String) -> String {
    var kept = "", quote: Character?, isEscaped = false
    for character in style {
      if isEscaped {
        isEscaped = false
      } else if character == "\\", quote != nil {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else {
        kept.append(character)
      }
    }
    // A string that does not end takes nothing that follows with it.
    return quote == nil ? kept : style
  }

  /// A place in the book, or one of the three ways out of it that are links.
  private static func leadsSomewhere(_ address: String) -> Bool {
    if ["https://", "http://", "mailto:"].contains(where: address.hasPrefix) { return true }
    if address.hasPrefix("//") || address.hasPrefix("\\") || address.hasPrefix("/\\") { return false }
    return !address.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.contains(":")
  }

  // MARK: The EPUB

  private final class PackedReader: NSObject, XMLParserDelegate {
    var faults: [String] = []
    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String] = [:]
    ) {
      let name = name.lowercased()
      if dangerous.subtracting(["meta", "link", "img"]).contains(name) { faults.append("<\(name)> is packed") }
      for (attribute, value) in attributes where attribute != "content" {
        if let fault = PageJudge.fault(in: attribute, value, of: name) { faults.append(fault) }
      }
    }
  }
}
