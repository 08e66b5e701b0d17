// What a chapter's code finds under the name of ChapterRuntime where it is compiled for the page: a figure goes to the
// page's script and not to the tool.

import Page
import Plot

/// Whether the block runs that draws the figure: those that it rests on may show others.
private var isDrawing = false

/// Puts a figure into the page in place of the one that stands there.
public func show(_ figure: Figure) {
  if !isDrawing { return }
  var text = figure.svg
  text.withUTF8 { page_figure($0.baseAddress, $0.count) }
}

/// What is printed stands in the page already.
public func print<each Item>(_ items: repeat each Item, separator: String = " ", terminator: String = "\n") {}

// Of what the kernel formats with the standard library's text, which a page does not have.

/// As the kernel's function of this name: exactly rounded, ties to even; here up to 10¹⁵.
public func fixed(_ value: Double, decimals: Int = 4) -> String {
  let text = Plot.fixed(value, decimals)
  if value.isNaN { return "nan" }
  if value.isInfinite { return value > 0 ? "inf" : "-inf" }
  precondition(value.magnitude < 1e15)
  if value >= 0 || text.utf8.first != 0xE2 { return text }
  return "-" + String(decoding: text.utf8.dropFirst(3), as: UTF8.self)
}

public func fixed(_ value: Float, decimals: Int = 4) -> String { fixed(Double(value), decimals: decimals) }

public func fixed(_ values: [Double], decimals: Int = 4) -> String {
  var text = "["
  for (place, value) in values.enumerated() { text += (place > 0 ? ", " : "") + fixed(value, decimals: decimals) }
  return text + "]"
}

public func fixed(_ values: [Float], decimals: Int = 4) -> String {
  fixed(values.map { Double($0) }, decimals: decimals)
}

/// Before the first block, in a language that the pages have.
public func _speak(_ language: StaticString) { FigureWords.choose(language: language.description) }

/// The block begins whose parameters the page moves.
public func _beginFigure() {
  var steps: [Int] = []
  while true {
    let step = page_step(Int32(steps.count))
    if step < 0 { break }
    steps.append(Int(step))
  }
  Parameters.begin(asked: steps)
  isDrawing = true
}

/// … and has come to its end.
public func _endFigure() {
  isDrawing = false
  for (place, parameter) in Parameters.declared.enumerated() {
    var text = parameter.text
    text.withUTF8 { page_parameter(Int32(place), $0.baseAddress, $0.count) }
  }
  // Another block's parameters stand as printed.
  Parameters.begin(asked: [])
}

/// What a bound expression gives.
public protocol BoundValue {
  func _tell(_ link: Int32)
}

public func _tell<Value: BoundValue>(_ link: Int32, _ value: Value) { value._tell(link) }

public func _tell<Low: BoundValue, High: BoundValue>(_ link: Int32, _ low: Low, _ high: High) {
  low._tell(link)
  high._tell(link)
}

extension Bool: BoundValue {
  public func _tell(_ link: Int32) { page_boolean(link, self ? 1 : 0) }
}

extension Double: BoundValue {
  public func _tell(_ link: Int32) { page_real(link, self) }
}

extension Float: BoundValue {
  public func _tell(_ link: Int32) { page_single(link, self) }
}

extension Int: BoundValue {
  public func _tell(_ link: Int32) { page_integer(link, Int64(self)) }
}

extension Int64: BoundValue {
  public func _tell(_ link: Int32) { page_integer(link, self) }
}

extension Int32: BoundValue {
  public func _tell(_ link: Int32) { page_integer(link, Int64(self)) }
}

extension UInt8: BoundValue {
  public func _tell(_ link: Int32) { page_integer(link, Int64(self)) }
}

extension UInt32: BoundValue {
  public func _tell(_ link: Int32) { page_integer(link, Int64(self)) }
}

extension String: BoundValue {
  public func _tell(_ link: Int32) {
    var text = self
    text.withUTF8 { page_text(link, $0.baseAddress, $0.count) }
  }
}
