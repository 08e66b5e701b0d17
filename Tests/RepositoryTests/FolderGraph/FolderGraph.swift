import Foundation

/// Which folders of a source root use names that other folders of it declare, and where that runs in a circle.
///
/// It is read from the sources' text. What it sees: names declared at top level, and members that a folder adds to a
/// type of another one, each used by name (of a function also by its labels). What it does not see: an overload that
/// only types can choose where folders share a name, operators, and conformances used without a name. Each of these
/// nearly always comes with the name of a type, which it does see.
struct FolderGraph {
  /// One folder's use of another's names.
  struct Arrow: Hashable, CustomStringConvertible {
    public let from, to: String
    /// A name with the file and line that use it.
    public let because: String

    public var description: String { "\(from) → \(to) (\(because))" }
  }

  /// The folders with Swift sources, as paths from the root; the root's own files are in "".
  let folders: [String]
  /// One arrow a pair of folders.
  let arrows: [Arrow]

  /// Reads every Swift file below a folder, or below some folders of it. Throws when there is none, or one cannot be
  /// read.
  init(of root: URL, only parts: [String]? = nil) throws {
    guard let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else {
      throw CocoaError(.fileNoSuchFile)
    }
    var sources: [String: String] = [:]
    for case let file as URL in found where file.pathExtension == "swift" {
      let path = file.standardizedFileURL.path.dropFirst(root.standardizedFileURL.path.count + 1)
      if let parts, !parts.contains(where: { path.hasPrefix($0 + "/") }) { continue }
      sources[String(path)] = try String(contentsOf: file, encoding: .utf8)
    }
    guard !sources.isEmpty else { throw CocoaError(.fileNoSuchFile) }
    self.init(sources: sources)
  }

  /// From texts by their paths.
  init(sources: [String: String]) {
    let files = sources.sorted { $0.key < $1.key }.map { (path: $0.key, file: SourceFile($0.value)) }
    let table = NameTable(files.map { (Self.folder(of: $0.path), $0.file) })
    var first: [String: [String: Arrow]] = [:]
    func draw(_ targets: (Use, String) -> Set<String>) {
      for (path, file) in files {
        let own = Self.folder(of: path)
        let hidden = Set(file.declarations.filter { $0.isPrivate && $0.owner == nil }.map(\.name))
        for use in file.uses where use.isMember || !hidden.contains(use.name) {
          for to in targets(use, own) where to != own && first[own]?[to] == nil {
            first[own, default: [:]][to] = Arrow(from: own, to: to, because: "\(use.name) in \(path):\(use.line)")
          }
        }
      }
    }
    draw { table.folders(of: $0, from: $1, reach: nil) }
    // Overloads that lie in several folders: those count whose parameters' types the folder can name.
    let known = first.mapValues { Set($0.keys) }
    draw { table.folders(of: $0, from: $1, reach: (known[$1] ?? []).union([$1])) }
    folders = Set(files.map { Self.folder(of: $0.path) }).sorted()
    arrows = first.values.flatMap(\.values).sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  private static func folder(of path: String) -> String { path.split(separator: "/").dropLast().joined(separator: "/") }

  /// The shortest circle through each folder that is on one, as its arrows; each circle once.
  var circles: [[Arrow]] {
    var found: [[Arrow]] = [], seen: Set<Set<Arrow>> = []
    for start in folders {
      guard let circle = way(from: start, to: start), seen.insert(Set(circle)).inserted else { continue }
      found.append(circle)
    }
    return found
  }

  /// The folders with each one after those it uses; of those on a circle, after as many as that allows.
  var order: [String] {
    var done: [String] = []
    func visit(_ folder: String, _ above: Set<String>) {
      if done.contains(folder) || above.contains(folder) { return }
      for arrow in arrows where arrow.from == folder { visit(arrow.to, above.union([folder])) }
      if !done.contains(folder) { done.append(folder) }
    }
    for folder in folders { visit(folder, []) }
    return done
  }

  private func way(from start: String, to end: String) -> [Arrow]? {
    var ways: [[Arrow]] = [[]], reached: Set<String> = []
    while !ways.isEmpty {
      var longer: [[Arrow]] = []
      for way in ways {
        for arrow in arrows where arrow.from == way.last?.to ?? start {
          if arrow.to == end { return way + [arrow] }
          if reached.insert(arrow.to).inserted { longer.append(way + [arrow]) }
        }
      }
      ways = longer
    }
    return nil
  }
}

/// Who declares which name.
private struct NameTable {
  private typealias Known = (folder: String, declaration: Declaration)
  private var topLevel: [String: [Known]] = [:]
  private var members: [String: [Known]] = [:]
  private var typeFolders: [String: Set<String>] = [:]

  init(_ files: [(folder: String, file: SourceFile)]) {
    for (folder, file) in files {
      for declaration in file.declarations where !declaration.isPrivate {
        if declaration.isType { typeFolders[declaration.name, default: []].insert(folder) }
        if declaration.owner == nil {
          topLevel[declaration.name, default: []].append((folder, declaration))
        } else {
          members[declaration.name, default: []].append((folder, declaration))
        }
      }
    }
  }

  /// The folders whose names a use means; none where it means no folder's, or may mean one of several. With a reach
  /// overloads are told apart by whether their parameters' types lie in it.
  func folders(of use: Use, from own: String, reach: Set<String>?) -> Set<String> {
    if use.isMember { return added(use, to: nil) }
    // Within a type its own members come first.
    for owner in use.owners.reversed()
    where members[use.name]?.contains(where: { $0.declaration.owner == owner }) == true {
      return added(use, to: owner)
    }
    guard let all = topLevel[use.name] else { return [] }
    let fitting = all.filter { Self.fits(use.labels, $0.declaration.labels) }
    var candidates = fitting.isEmpty ? all : fitting
    if let reach {
      candidates = candidates.filter { candidate in
        candidate.declaration.types.allSatisfy { typeFolders[$0]?.isDisjoint(with: reach) != true }
      }
    }
    let folders = Set(candidates.map(\.folder))
    if folders.contains(own) && folders.count > 1 { return [] }
    guard folders.count == 1 else { return [] }
    return folders.union(initialisers(of: use))
  }

  /// The folders of the initialisers that a call of a type can only mean, where extensions elsewhere have them.
  private func initialisers(of use: Use) -> Set<String> {
    guard let labels = use.labels, let home = typeFolders[use.name] else { return [] }
    let own = (members["init"] ?? []).filter { $0.declaration.owner == use.name }
    let fitting = Set(own.filter { Self.fits(labels, $0.declaration.labels) }.map(\.folder))
    return fitting.count == 1 && fitting.isDisjoint(with: home) ? fitting : []
  }

  /// The folder of a member that an extension adds from another folder than its type's.
  private func added(_ use: Use, to owner: String?) -> Set<String> {
    guard let all = members[use.name] else { return [] }
    // A name that several types have says nothing without the type.
    guard owner != nil || Set(all.map(\.declaration.owner)).count == 1 else { return [] }
    let own = all.filter { owner == nil || $0.declaration.owner == owner }
    let fitting = own.filter { Self.fits(use.labels, $0.declaration.labels) }
    let isAtHome = fitting.contains { typeFolders[$0.declaration.owner!]?.contains($0.folder) == true }
    let folders = Set(fitting.map(\.folder))
    return isAtHome || folders.count != 1 ? [] : folders
  }

  /// Whether a call's labels are some of a function's, in order: arguments may be left out, or stand after it as
  /// closures.
  private static func fits(_ call: [String]?, _ labels: [String]?) -> Bool {
    guard let call, let labels else { return true }
    var rest = labels[...]
    for label in call {
      guard let at = rest.firstIndex(of: label) else { return false }
      rest = rest[(at + 1)...]
    }
    return true
  }
}
