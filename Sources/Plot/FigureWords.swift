/// What figures say of themselves: their kinds, the heads of their tables, the sentences that describe them.
///
/// A table of a language is one value of this type. A chapter's program is told the book's language before its first
/// block runs, and all its figures are in it.
package struct FigureWords: Sendable {
  typealias Text = @Sendable (String) -> String
  typealias Texts = @Sendable (String, String) -> String
  typealias Count = @Sendable (Int) -> String

  /// The tag of the language (BCP 47).
  var language: String

  // Kinds of charts, as the description begins.
  var chart: String
  var lineChart: String
  var scatterPlot: String
  var plane: String
  var histogram: String
  var barChart: String
  /// Takes the numbers of rows and columns.
  var heatMap: @Sendable (Int, Int) -> String

  // What data are called that the author gave no name.
  var count: String
  var density: String
  var name: String
  var series: String
  var item: String
  var value: String
  var circle: String

  // Parts of a cell or a label.
  /// Takes a name and a radius.
  var withRadius: Texts
  /// Takes an axis' label and the power of ten that its ticks are counted in.
  var withPower: Texts
  /// A line across: its name and where it crosses the axis.
  var atY: Texts
  var atX: Texts

  // Sentences.
  /// Between two of them.
  var space: String
  /// Between items of a list.
  var comma: String
  var sentence: Text
  var xAxis: Text
  var yAxis: Text
  var logarithmic: Text
  var values: Text
  var rows: Text
  var columns: Text
  /// Takes the number of points, the least and the greatest y.
  var points: @Sendable (Int, String, String) -> String
  /// Takes a name, and what is said of what has it.
  var named: Texts
  /// The name of a group, and its items.
  var group: Texts
  /// The name of an arrow, and the place of its head.
  var arrow: Texts
  var horizontal: Texts
  var vertical: Texts
  /// What the colour means, its least and its greatest value, and the row and column where that stands.
  var extent: @Sendable (String, String, String, String, String) -> String

  // What was left out.
  var pointsNotFinite: Count
  var pointsOutside: Count
  var valuesNotFinite: Count
  var barsCutOff: Count
  var valuesNotCounted: Count
  var cellsEmpty: Count

  private static let all = [japanese, english]

  /// The words of this program's figures: those of a program that was told no language are Japanese.
  nonisolated(unsafe) private(set) static var current = japanese

  /// To be called before the first figure is made. An unknown language changes nothing.
  package static func choose(language: String) {
    for words in all where same(words.language, language) { current = words }
  }

  /// Sentences one after the other; those that are empty say nothing.
  func joined(_ sentences: [String]) -> String {
    var text = ""
    for sentence in sentences where !sentence.isEmpty { text += (text.isEmpty ? "" : space) + sentence }
    return text
  }
}
