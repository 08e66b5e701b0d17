import WeaveSupport

/// The cover: the book's names over a ring of points, of whose connections most are pruned.
struct EpubCover {
  let title: String
  let subtitle: String?
  let authors: String

  private static let width = 1200.0
  private static let height = 1800.0

  var svg: String {
    let lines = Self.lines(title, within: 9)
    let size = min(120, 1000 / (lines.map(Self.length).max() ?? 1))
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 1800" width="1200" height="1800">
      <title>\(escaped(title))</title>
      <rect width="1200" height="1800" fill="#f7f4ec"/>
      <rect x="60" y="60" width="1080" height="1680" fill="none" stroke="#1d4e89" stroke-width="3"/>

      """
    text += ring
    for (index, line) in Self.lines(authors, within: 26).enumerated() {
      text += Self.text(line, y: 150 + Double(index) * 50, size: 38, colour: "#1e2024", weight: 400)
    }
    for (index, line) in lines.enumerated() {
      text += Self.text(line, y: 300 + Double(index) * size * 1.35, size: size, colour: "#1e2024", weight: 600)
    }
    for (index, line) in Self.lines(subtitle ?? "", within: 22).enumerated() {
      text += Self.text(line, y: 1560 + Double(index) * 62, size: 42, colour: "#5b5e66", weight: 400)
    }
    return text + "</svg>\n"
  }

  /// Seventeen points on a circle; the connection of points i and j stays where i² + j² leaves 0 or 1 modulo 17.
  private var ring: String {
    let n = 17
    // Multiples of 2π/17 by turning one point on, so that no library's sine decides about the bytes.
    let (cosine, sine) = (0.932_472_229_404_355_8, 0.361_241_666_187_152_9)
    var points: [(x: Double, y: Double)] = []
    var (x, y) = (0.0, -1.0)
    for _ in 0..<n {
      points.append((x, y))
      (x, y) = (x * cosine - y * sine, x * sine + y * cosine)
    }
    func place(_ point: (x: Double, y: Double)) -> (String, String) {
      (Self.tenths(600 + 390 * point.x), Self.tenths(960 + 390 * point.y))
    }
    var faint = ""
    var strong = ""
    for i in 0..<n {
      for j in (i + 1)..<n {
        let (a, b) = (place(points[i]), place(points[j]))
        let path = "M\(a.0) \(a.1)L\(b.0) \(b.1)"
        if (i * i + j * j) % n <= 1 { strong += path } else { faint += path }
      }
    }
    let dots = points.map { point in
      let (x, y) = place(point)
      return "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"13\" fill=\"#1d4e89\"/>\n"
    }
    return "<path d=\"\(faint)\" fill=\"none\" stroke=\"#d5cfc0\" stroke-width=\"2\"/>\n"
      + "<path d=\"\(strong)\" fill=\"none\" stroke=\"#1d4e89\" stroke-width=\"5\"/>\n" + dots.joined()
  }

  private static func text(_ line: String, y: Double, size: Double, colour: String, weight: Int) -> String {
    "<text x=\"600\" y=\"\(tenths(y))\" text-anchor=\"middle\" font-family=\"serif\" font-size=\"\(tenths(size))\" "
      + "font-weight=\"\(weight)\" fill=\"\(colour)\">\(escaped(line))</text>\n"
  }

  /// As lines of about equal length; words of Latin letters stay whole.
  static func lines(_ text: String, within limit: Double) -> [String] {
    if text.isEmpty { return [] }
    let count = (length(text) / limit).rounded(.up)
    let target = length(text) / count
    var lines: [String] = []
    var line = ""
    for piece in pieces(text) {
      if !line.isEmpty, length(line) + length(piece) / 2 > target, Double(lines.count) < count - 1 {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(piece.drop { $0 == " " }) : piece
    }
    return lines + [line]
  }

  private static func pieces(_ text: String) -> [String] {
    var pieces: [String] = []
    for character in text {
      if character.isASCII, character != " ", let last = pieces.last?.last, last.isASCII, last != " " {
        pieces[pieces.count - 1].append(character)
      } else {
        pieces.append(String(character))
      }
    }
    return pieces
  }

  /// In widths of a Japanese character.
  private static func length(_ text: String) -> Double { text.reduce(0) { $0 + ($1.isASCII ? 0.55 : 1) } }

  private static func tenths(_ value: Double) -> String {
    let count = Int((value * 10).rounded())
    return count % 10 == 0 ? "\(count / 10)" : "\(count / 10).\(abs(count % 10))"
  }
}
