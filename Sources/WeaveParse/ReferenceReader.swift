import Foundation
import WeaveModel

/// Reads `references.json`: a list of CSL-JSON entries, each by its own key.
struct ReferenceReader {
  private(set) var references: [String: Reference] = [:]
  /// By key: where an entry lists figures.
  private(set) var figurePlaces: [String: Position] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  init(_ source: Source) {
    let places = JSONPlaces(source.bytes)
    func report(_ offset: Int, _ message: String) -> Diagnostic {
      Diagnostic(.citation, source.path, source.position(at: offset), message)
    }
    func entry(_ path: [any CodingKey]) -> Int? { path.first?.intValue }
    func name(_ path: [any CodingKey]) -> String {
      path.isEmpty
        ? "the file" : path.map { $0.intValue.map { "entry \($0 + 1)" } ?? $0.stringValue }.joined(separator: ", ")
    }
    do {
      for (index, entry) in try JSONDecoder().decode([Reference].self, from: Data(source.bytes)).enumerated() {
        for (key, text) in entry.texts {
          if let problem = UnseenText.problem(of: key, text) {
            diagnostics.append(report(places.offset(index, key: key), problem))
          }
        }
        let figures = places.offset(index, key: "custom")
        figurePlaces[entry.id] = source.position(at: figures)
        for (place, one, other) in entry.confusableFigures {
          diagnostics.append(
            report(
              figures,
              "at '\(place)' of \(entry.id) \(one) and \(other) are a slip of one digit apart, which would pass: "
                + "give each a place of its own, such as '\(place), first row'"))
        }
        if references.updateValue(entry, forKey: entry.id) != nil {
          diagnostics.append(
            report(places.offset(index, key: "id"), "the key '\(entry.id)' stands twice: keys are unique"))
        }
      }
    } catch let DecodingError.keyNotFound(key, context) {
      let at = places.offset(entry(context.codingPath))
      diagnostics = [
        report(at, "\(name(context.codingPath)) has no '\(key.stringValue)': CSL-JSON needs id, type and title")
      ]
    } catch let DecodingError.typeMismatch(_, context) {
      let at = places.offset(entry(context.codingPath), key: context.codingPath.dropFirst().first?.stringValue)
      diagnostics = [report(at, "\(name(context.codingPath)): \(context.debugDescription)")]
    } catch let DecodingError.valueNotFound(_, context) {
      let at = places.offset(entry(context.codingPath), key: context.codingPath.dropFirst().first?.stringValue)
      diagnostics = [report(at, "\(name(context.codingPath)) is null: take the line out, or give it a value")]
    } catch {
      diagnostics = [
        report(
          Self.place(of: error, in: source),
          "this is not a CSL-JSON list: export it again, or check brackets and commas")
      ]
    }
  }

  /// The decoder tells the place of what it cannot read in words: "around line 3, column 5".
  private static func place(of error: any Error, in source: Source) -> Int {
    var words = "\(error)"
    if case let DecodingError.dataCorrupted(context) = error {
      words = [context.debugDescription, context.underlyingError.map { "\($0) \(($0 as NSError).userInfo)" } ?? ""]
        .joined(separator: " ")
    }
    guard let place = words.firstMatch(of: /line (\d+), column (\d+)/), let line = Int(place.1),
      let column = Int(place.2)
    else { return 0 }
    let known = min(max(1, line), source.lineStarts.count)
    return min(source.lineStart(known) + max(0, column - 1), source.lineEnd(known))
  }
}

extension Reference {
  /// Figures of one place that a wrong digit turns into each other: then the list would not tell them apart.
  fileprivate var confusableFigures: [(place: String, String, String)] {
    figures.sorted { $0.key < $1.key }.flatMap { place, figures in
      figures.indices.flatMap { i in
        figures[(i + 1)...].compactMap { other in
          let differing = zip(figures[i], other).filter { $0 != $1 }
          let isSlip = figures[i].count == other.count && differing.count == 1
          return isSlip && differing[0].0.isNumber && differing[0].1.isNumber ? (place, figures[i], other) : nil
        }
      }
    }
  }
}
