import Foundation
import WeaveModel

extension Crash {
  /// What Swift's backtracer tells of it, as JSON.
  init?(backtrace: Data) {
    guard let report = try? JSONDecoder().decode(Report.self, from: backtrace) else { return nil }
    for frame in report.threads.first(where: { $0.crashed == true })?.frames ?? [] {
      if failure == nil, let symbol = frame.symbol ?? frame.description,
        let mark = symbol.range(of: "Swift runtime failure: ")
      {
        failure = String(symbol[mark.upperBound...])
      }
      if let place = frame.sourceLocation, let name = place.file.split(separator: "/").last,
        let found = CodeOrigin.named(name)
      {
        origin = found.origin
        line = place.line
        break
      }
    }
  }

  private struct Report: Decodable {
    var threads: [Thread]
    struct Thread: Decodable {
      var crashed: Bool?
      var frames: [Frame]
    }
    struct Frame: Decodable {
      var symbol: String?
      var description: String?
      var sourceLocation: Place?
    }
    struct Place: Decodable {
      var file: String
      var line: Int
    }
  }
}
