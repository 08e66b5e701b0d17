import WeaveModel
import WeaveSupport

/// How large a browser shows an SVG file.
enum SVGSize {
  /// By its `width` and `height`, else by its `viewBox`.
  static func of(_ bytes: [UInt8]) throws(PictureFormat.Problem) -> (width: Int, height: Int) {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .other("its text is not UTF-8") }
    let root: XMLReader.Tag
    do throws(XMLReader.Fault) {
      var reader = XMLReader(text)
      guard case .start(let tag)? = try reader.next() else { throw XMLReader.Fault(message: "it holds no <svg>") }
      root = tag
    } catch {
      throw .other("as SVG it cannot be read: \(error.message)")
    }
    guard root.name == "svg" else { throw .other("its outermost element is <\(root.name)>, not <svg>") }
    guard root["xmlns"] == "http://www.w3.org/2000/svg" else {
      throw .other(
        "its <svg> wants xmlns=\"http://www.w3.org/2000/svg\": without it a browser does not take it for SVG")
    }
    let box = (root["viewBox"] ?? "").split { ", \n\t".contains($0) }.compactMap { Double($0) }
    let isBox = box.count == 4 && box[2] > 0 && box[3] > 0
    let (width, height) = (root["width"].flatMap(pixels), root["height"].flatMap(pixels))
    let size: (Double, Double)? =
      switch (width, height) {
      case (let width?, let height?): (width, height)
      case (let width?, nil) where isBox: (width, width * box[3] / box[2])
      case (nil, let height?) where isBox: (height * box[2] / box[3], height)
      default: isBox ? (box[2], box[3]) : nil
      }
    guard let size, size.0 < 1e6, size.1 < 1e6 else {
      throw .other("it does not say how large it is: give its <svg> a viewBox, or width and height in px")
    }
    return (Int(size.0.rounded()), Int(size.1.rounded()))
  }

  /// Pixels of CSS; nil for a share of something else.
  private static func pixels(_ length: String) -> Double? {
    let units: [String: Double] = ["px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "": 1]
    let number = length.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let unit = units[String(length[number.endIndex...])], let value = Double(number), value > 0 else {
      return nil
    }
    return value * unit
  }
}
