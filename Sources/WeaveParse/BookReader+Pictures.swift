import Foundation
import WeaveModel
import WeaveSupport

/// The files of a chapter's pictures.
extension BookReader {
  private static let mostBytes = 8 << 20
  private static let mostPixels = 64_000_000
  private static let mostSide = 16_384

  /// Reads what the chapter shows; tells at the picture's place what is wrong with its file.
  mutating func readPictures(of chapter: inout Chapter) {
    var read: [String: PictureFile] = [:]
    var wrong: [String: String] = [:]
    for index in chapter.pictures.indices where !chapter.pictures[index].path.isEmpty {
      let picture = chapter.pictures[index]
      func tell(_ problem: String) {
        diagnostics.append(Diagnostic(.picture, chapter.source.path, picture.position, problem))
      }
      if let problem = wrong[picture.path] {
        tell(problem)
        continue
      }
      let twin = Picture.darkTwin(of: picture.path)
      do throws(PictureProblem) {
        if read[picture.path] == nil { read[picture.path] = try readPicture(picture.path, of: chapter.name) }
        let file = read[picture.path]!
        chapter.pictures[index].file = file
        if let dark = read[twin] {
          chapter.pictures[index].dark = dark
        } else if self.file(twin).isThere {
          let dark = try readPicture(twin, of: chapter.name)
          guard (dark.format, dark.width, dark.height) == (file.format, file.width, file.height) else {
            throw PictureProblem(
              message:
                "\(shown)/\(twin) stands in its place on dark paper and is \(dark.width) × \(dark.height) pixels "
                + "large, not \(file.width) × \(file.height): make both as large")
          }
          read[twin] = dark
          chapter.pictures[index].dark = dark
        } else {
          besides[chapter.name, default: [:]][twin] = .some(nil)
        }
      } catch {
        wrong[picture.path] = error.message
        tell(error.message)
      }
    }
  }

  /// What is wrong with a picture's file, and what to do about it.
  struct PictureProblem: Error { var message: String }

  /// The file at `path`, found and looked into.
  private mutating func readPicture(_ path: String, of chapter: String) throws(PictureProblem) -> PictureFile {
    let ending = path.lastIndex(of: ".").map { path[path.index(after: $0)...].lowercased() } ?? ""
    let formats = PictureFile.Format.allCases
    guard let named = formats.first(where: { $0.endings.contains(ending) }) else {
      throw PictureProblem(
        message: "'\(path)' is not a picture that every browser shows: save it as PNG, JPEG, WebP, GIF or SVG, with "
          + "that ending")
    }
    let (bytes, stamp) = try contents(path)
    besides[chapter, default: [:]][path] = .some(KnownFile(stamp, bytes))
    let found: PictureFormat
    do throws(PictureFormat.Problem) {
      found = try PictureFormat(bytes)
    } catch {
      throw PictureProblem(message: "\(shown)/\(path) cannot be shown: \(Self.words(for: error, bytes))")
    }
    guard found.format == named else {
      throw PictureProblem(
        message:
          "\(shown)/\(path) holds \(found.format.name): let its name end in .\(found.format.endings[0]), or save "
          + "it as \(named.name)")
    }
    guard found.format == .svg || max(found.width, found.height) <= Self.mostSide,
      found.format == .svg || found.width * found.height <= Self.mostPixels
    else {
      throw PictureProblem(
        message: "\(shown)/\(path) has \(found.width) × \(found.height) pixels, more than a browser shows for sure: "
          + "make it smaller")
    }
    return PictureFile(path: path, format: found.format, width: found.width, height: found.height, bytes: bytes)
  }

  private static func words(for problem: PictureFormat.Problem, _ bytes: [UInt8]) -> String {
    switch problem {
    case .cut(let format): "it is cut short: put the whole \(format.name) there"
    case .other(let words): words
    case .unknown where bytes.isEmpty: "it is empty: put the picture there"
    case .unknown where bytes.starts(with: "version https://git-lfs".utf8):
      "it is what Git LFS keeps in a picture's place: run 'git lfs pull'"
    case .unknown where bytes.starts(with: [0x1F, 0x8B]): "it is packed: unpack it (gunzip)"
    case .unknown: "it is neither PNG, JPEG, WebP, GIF nor SVG: save it as one of them"
    }
  }

  /// What stands at `path`, or where the folder writes one of its letters in another way (か and a mark of its own).
  private func contents(_ path: String) throws(PictureProblem) -> (bytes: [UInt8], stamp: FileStamp) {
    let place = pictureFile(path)
    do throws(RootedFile.Obstacle) {
      if let read = try place.contents(atMost: Self.mostBytes) { return read }
    } catch {
      switch error {
      case .missing:
        throw PictureProblem(message: "there is no file \(shown)/\(path)\(hint(place)): put it there, or mend the name")
      case .outside:
        throw PictureProblem(
          message: "'\(path)' leads out of \(shown): put the picture there, and write its way from there")
      case .system: throw PictureProblem(message: "\(shown)/\(path) cannot be read: check its permissions")
      default: throw PictureProblem(message: error.reason(place, root: shown))
      }
    }
    throw PictureProblem(
      message:
        "\(shown)/\(path) has more than \(Self.mostBytes >> 20) MB, which every reader would load: make it smaller")
  }

  /// Names count their capitals, on some systems alone.
  private func hint(_ place: RootedFile) -> String {
    let name = (place.path as NSString).lastPathComponent
    let others = place.neighbours.filter { $0.lowercased() == name.lowercased() }
    return others.first.map { " (there is \($0))" } ?? ""
  }

  /// By the name as the folder spells it.
  package func pictureFile(_ path: String) -> RootedFile {
    let place = file(path)
    if place.isThere { return place }
    let name = (path as NSString).lastPathComponent
    return place.neighbours.first { $0 == name }.map { place.beside($0) } ?? place
  }
}
