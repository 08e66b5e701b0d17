import Foundation
import WeaveModel
import WeaveSupport

/// A module with all changes of its list in it, as a package of its own: chapters link it in the module's place.
package struct MutatedModule: Sendable {
  /// The package that holds the changes.
  package private(set) var module: BookModule
  /// In the order of the list.
  package private(set) var mutations: [ModuleMutation] = []
  package private(set) var diagnostics: [Diagnostic] = []

  /// Copies the module's sources with their changes; what is there as it should be is left alone, so that the package
  /// is compiled only where something changed.
  /// - Parameters:
  ///   - firstID: the number of the first change.
  ///   - chapters: the folder from which the package is named, and how it is called.
  ///   - cache: where the copy may stand.
  package init(
    _ module: BookModule, firstID: Int, from chapters: URL, shownAs: String, in cache: RootedFile
  ) throws(EnvironmentError) {
    self.module = module
    guard let list = module.mutations else { return }
    let package = URL(fileURLWithPath: module.package, relativeTo: chapters.absoluteURL).standardizedFileURL
      .resolvingSymlinksInPath()
    let shown = "\(shownAs)/\(module.package)/\(list)"
    func report(_ problem: MutationList.Problem) {
      diagnostics.append(Diagnostic(.vacuity, shown, Position(line: problem.line, column: 1), problem.message))
    }
    guard let text = Self.text(package, list) else {
      report(MutationList.Problem(1, "this file, which book.yml names, cannot be read: write the list, UTF-8"))
      return
    }
    let read = MutationList(text)
    mutations = read.mutations
    read.problems.forEach(report)
    let numbered = mutations.enumerated().map { (id: firstID + $0.offset, mutation: $0.element) }
    var files: [String: [UInt8]] = [:]
    for (file, own) in Dictionary(grouping: numbered, by: \.mutation.file) {
      guard let code = Self.text(package, file) else {
        report(MutationList.Problem(own[0].mutation.listLine, "there is no file \(file) in the package"))
        continue
      }
      let (changed, problems) = MutationList.applying(own, to: code)
      problems.forEach(report)
      files[file] = Array(changed.utf8)
      let target = file.split(separator: "/")[1]
      files["Sources/\(target)/WeaveMutations.swift"] = Array(MutationList.switchSource.utf8)
    }
    diagnostics.sort()
    if !diagnostics.isEmpty || mutations.isEmpty { return }
    self.module.package = try Self.write(package, files, to: cache)
  }

  private static func text(_ package: URL, _ path: String) -> String? {
    RootedFile(root: package.path, path).read().flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// The package's own files and links to its other folders, with other contents for some of its sources.
  private static func write(
    _ package: URL, _ changed: [String: [UInt8]], to cache: RootedFile
  ) throws(EnvironmentError) -> String {
    let name = "\(cache.path)/\(package.lastPathComponent)-\(Digest(package.path.utf8).hex.prefix(12))"
    let folder = URL(fileURLWithPath: cache.root).appendingPathComponent(name)
    let manager = FileManager.default
    let sources = manager.enumerator(atPath: package.appendingPathComponent("Sources").path)
    let own = (sources?.compactMap { $0 as? String } ?? []).map { "Sources/\($0)" } + ["Package.swift"]
    var contents = changed
    for path in own + ["Package.resolved"] where contents[path] == nil {
      // Folders have none.
      contents[path] = RootedFile(root: package.path, path).read()
    }
    do {
      for (path, bytes) in contents {
        let file = RootedFile(root: cache.root, "\(name)/\(path)")
        if file.read() != bytes { try file.write(bytes) }
      }
      let copied = manager.enumerator(atPath: folder.appendingPathComponent("Sources").path)
      for case let path as String in copied?.allObjects ?? [] {
        let file = RootedFile(root: cache.root, "\(name)/Sources/\(path)")
        if contents["Sources/\(path)"] == nil, file.stamp != nil { try file.remove() }
      }
      // Folders that the manifest names, such as those of tests, must be there.
      for entry in try manager.contentsOfDirectory(atPath: package.path)
      where !entry.hasPrefix(".") && entry != "Sources" && contents[entry] == nil {
        let link = folder.appendingPathComponent(entry)
        if (try? manager.destinationOfSymbolicLink(atPath: link.path)) != nil { try manager.removeItem(at: link) }
        try manager.createSymbolicLink(at: link, withDestinationURL: package.appendingPathComponent(entry))
      }
    } catch {
      throw EnvironmentError("cannot write \(folder.path): \(error)")
    }
    return folder.path
  }
}
