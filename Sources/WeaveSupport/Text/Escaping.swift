/// `text` as HTML character data, safe inside an element and inside a quoted attribute.
package func escaped(_ text: some StringProtocol) -> String {
  if text.utf8.allSatisfy(harmless.contains) { return String(text) }
  var result = ""
  result.reserveCapacity(text.utf8.count + text.utf8.count / 8)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    // A terminal's escape sequences, and what turns the direction of the text around it, end up here.
    case "\n", "\t": result.unicodeScalars.append(scalar)
    case _ where scalar.isUnseen && !scalar.isJoiner && !scalar.isVariationSelector: result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// What stands for itself: most of what a page asks about, and it asks about each mark of each figure.
private let harmless = ASCIISet(
  " !#$%()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\n\t")

/// `id` for a URL's fragment: what RFC 3986 does not allow there is percent-encoded, Japanese included.
package func fragment(_ id: String) -> String {
  var result = ""
  for byte in id.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "/"):
      result.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 16, uppercase: true)
      result += "%" + (digits.count == 1 ? "0" : "") + digits
    }
  }
  return result
}

/// `text` as character data of HTML, and as the value of an attribute in double quotes.
package func characters(_ text: String) -> String {
  text.utf8.contains(UInt8(ascii: "'")) ? escaped(text).replacing("&#39;", with: "'") : escaped(text)
}

/// `url` as an address: what RFC 3986 does not allow anywhere in one is percent-encoded.
package func address(_ url: String) -> String {
  if url.utf8.allSatisfy(addressBytes.contains) { return url }
  var result = ""
  for byte in url.utf8 {
    if addressBytes.contains(byte) {
      result.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      let digits = String(byte, radix: 16, uppercase: true)
      result += "%" + (digits.count == 1 ? "0" : "") + digits
    }
  }
  return result
}

private let addressBytes = ASCIISet(
  "!#$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~")
