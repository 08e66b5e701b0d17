internal import ChapterProtocol
import Plot

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// Parameters of live figures, between the environment, the blocks and the records.
enum LiveSteps {
  /// Where the parameters of a block stand in this run; none where they stand as printed.
  static func of(block: Int) -> [Int] {
    guard let all = getenv(ProgramEnvironment.parameters) else { return [] }
    for entry in String(cString: all).split(separator: ";") {
      let parts = entry.split(separator: ":")
      if parts.count == 2, Int(parts[0]) == block { return parts[1].split(separator: ",").compactMap { Int($0) } }
    }
    return []
  }

  static func cells(of parameter: Parameters.Declaration) -> String {
    let cells = [
      parameter.kind.rawValue, parameter.name, "\(parameter.steps)", "\(parameter.printed)", parameter.text,
    ]
    return (cells + parameter.choices).joined(separator: String(Record.cellSeparator))
  }
}
