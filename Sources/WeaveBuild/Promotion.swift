import Foundation
import WeaveModel
import WeaveSupport
import WeaveVerify

/// What `weave promote` is about to write, as a review wants to see it.
package struct Promotion: Sendable {
  /// What is written in one place, and which other places of the book rest on the same expression or label.
  package struct Entry: Sendable {
    package var file: String
    package var fixIt: FixIt
    package var change: Change?
    package var elsewhere: [Place]
  }

  /// How far a number moves.
  package struct Change: Sendable, Hashable {
    package var absolute: Double
    /// Nil where the old number is 0.
    package var relative: Double?
  }

  /// Another place that rests on the same expression or leads to the same label.
  package struct Place: Sendable, Hashable {
    package enum Fate: String, Sendable { case holds, promoted, left }
    package var file: String
    package var position: Position
    package var text: String
    package var fate: Fate
  }

  package private(set) var entries: [Entry] = []
  private var sources: [(source: Source, fixIts: [FixIt])] = []

  /// - Parameter names: the chapters that may be touched; nil for all.
  package init(_ outcome: Pipeline.Outcome, only names: Set<String>? = nil) {
    let isNamed: (Chapter) -> Bool = { names?.contains($0.name) ?? true }
    for result in outcome.chapters where isNamed(result.chapter) && !result.fixIts.isEmpty {
      sources.append((result.chapter.source, result.fixIts))
      for fixIt in result.fixIts.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
        entries.append(
          Entry(
            file: result.chapter.source.path, fixIt: fixIt, change: Change(from: fixIt.old, to: fixIt.new),
            elsewhere: Self.others(like: fixIt, in: result.chapter, outcome, isNamed)))
      }
    }
  }

  private static func others(
    like fixIt: FixIt, in chapter: Chapter, _ outcome: Pipeline.Outcome, _ isNamed: (Chapter) -> Bool
  ) -> [Place] {
    guard let own = chapter.links.first(where: fixIt.isWithin), let target = sameness(own, chapter) else { return [] }
    var places: [Place] = []
    for result in outcome.chapters {
      for link in result.chapter.links where sameness(link, result.chapter) == target {
        if result.chapter.name == chapter.name, link.index == own.index { continue }
        let hasFixIt = result.fixIts.contains { $0.isWithin(link) }
        places.append(
          Place(
            file: result.chapter.source.path, position: result.chapter.source.position(at: link.textRange.lowerBound),
            text: link.text, fate: !hasFixIt ? .holds : isNamed(result.chapter) ? .promoted : .left))
      }
    }
    return places
  }

  /// What two links have in common that say the same: the expression, or the label wherever it is named from.
  private static func sameness(_ link: BoundLink, _ chapter: Chapter) -> [String]? {
    switch link.target {
    case .expression(let expression, _): ["=", expression.trimmingCharacters(in: .whitespaces)]
    case .reference(let other, let id): ["#", other ?? chapter.name, id]
    case .citation, .remark: nil
    }
  }

  /// Writes the chapters: each whole or not at all, and none that an editor has changed since it was read.
  package func write() throws {
    for (source, fixIts) in sources {
      let text = Array(source.mended(fixIts).utf8)
      if text == source.bytes { continue }
      let place = source.path as NSString
      let file = RootedFile(root: place.deletingLastPathComponent, place.lastPathComponent)
      let lock = FolderLock(file)
      defer { withExtendedLifetime(lock) {} }
      if lock.isHeld { file.sweep() }
      let old = try Self.status(of: file, source)
      try file.write(text) { new in
        var own = stat()
        let isOurs = fstat(new, &own) == 0 && (own.st_uid, own.st_gid) == (old.st_uid, old.st_gid)
        guard isOurs || fchown(new, old.st_uid, old.st_gid) == 0 else {
          throw EnvironmentError(
            "\(source.path) belongs to user \(old.st_uid), group \(old.st_gid), which a new file cannot be given "
              + "here: run 'weave promote' as its owner"
          )
        }
        guard fchmod(new, old.st_mode & 0o7777) == 0 else {
          throw EnvironmentError("cannot write \(source.path): \(String(cString: strerror(errno)))")
        }
        // Whoever saves the file while all chapters are checked and written does not wait for the lock.
        guard file.read() == source.bytes else {
          throw EnvironmentError("\(source.path) was changed while it was being checked: run 'weave promote' again")
        }
      }
    }
  }

  /// Refuses a file that a new one cannot stand in for.
  private static func status(of file: RootedFile, _ source: Source) throws -> stat {
    let status: stat
    do throws(RootedFile.Obstacle) {
      status = try file.status()
    } catch {
      throw EnvironmentError("cannot write \(source.path): \(error.reason(file))")
    }
    guard access(file.full, W_OK) == 0, status.st_mode & 0o222 != 0 else {
      throw EnvironmentError("cannot write \(source.path): check its permissions")
    }
    if status.st_nlink > 1 {
      throw EnvironmentError(
        "\(source.path) is one file of \(status.st_nlink) names (hard links), which would become two: copy it over "
          + "itself, or edit it by hand"
      )
    }
    return status
  }
}

extension FixIt {
  /// Whether it changes the text of `link` and nothing else, as those of numbers and labels do.
  fileprivate func isWithin(_ link: BoundLink) -> Bool {
    link.textRange.lowerBound <= range.lowerBound && range.upperBound <= link.textRange.upperBound
  }
}

extension Promotion.Change {
  /// Nil where one of the two is no single number.
  package init?(from old: String, to new: String) {
    let before = NumeralReader.readings(in: old), after = NumeralReader.readings(in: new)
    guard before.count == 1, after.count == 1, old.count < 40, new.count < 40, let before = before[0].numeral,
      let after = after[0].numeral
    else { return nil }
    // In the unit that is printed: points, for percentages.
    let unit = Double("1e\(before.scale == after.scale ? before.scale : 0)")!
    absolute = (after.value - before.value) / unit
    relative = before.value == 0 ? nil : after.value / before.value - 1
  }
}
