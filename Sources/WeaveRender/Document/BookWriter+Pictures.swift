import WeaveModel
import WeaveSupport

/// Pictures from files: as large as they are, so that nothing moves when they come, and never wider than the text.
extension BookWriter {
  func html(ofPicture index: Int, _ words: [Inline], isAlone: Bool) -> String {
    let picture = chapter.pictures[index]
    guard let file = picture.file else { return html { within { write(words) } } }
    let places = self.places(in: words)
    let alt = characters(words.plain(chapter.formulas))
    func image(_ file: PictureFile, _ paper: String) -> String {
      "<img\(paper) src=\"\(pictureAddress(file))\" width=\"\(file.width)\" height=\"\(file.height)\" alt=\"\(alt)\""
        + "\(pictureAttributes)\(voidEnd)>"
    }
    let images =
      darkPicture(picture.dark).map { image(file, " class=\"on-light\"") + image($0, " class=\"on-dark\"") }
      ?? image(file, "")
    guard isAlone else { return places + images }
    return "<figure class=\"picture\"\(named(picture.id))>\(places)\(images)"
      + figureCaption(picture.caption, label: page.pictureLabels[index], id: picture.id) + "</figure>"
  }

  /// The ledger leads to where a number stands: one in a picture's words has its place before the picture.
  private func places(in words: [Inline]) -> String {
    words.all.map { inline in
      guard case .bound(let index, _) = inline, let evidence = page.evidence[index] else { return "" }
      return switch evidence {
      case .number, .claim, .remark: "<span\(named(Anchor.number(index)))></span>"
      case .citation(_, let key, _): "<span\(named(nextCitation(of: key)))></span>"
      case .reference: ""
      }
    }.joined()
  }
}

extension Chapter {
  /// The files of its pictures as readers get them: what an SVG may not hold is refused. Throws a `Diagnostic`.
  package func shownPictures() throws -> [PictureFile] {
    try pictureFiles.map { file in
      guard file.format == .svg else { return file }
      var shown = file
      do throws(SVGFragment.Fault) {
        shown.bytes = Array(
          try SVGFragment(prefix: "", standsAlone: true).render(
            String(decoding: file.bytes, as: UTF8.self)
          ).utf8)
      } catch {
        let place = pictures.first { $0.file?.name == file.name || $0.dark?.name == file.name }!.position
        throw Diagnostic(
          .picture, source.path, place,
          "\(file.path) cannot be shown: \(error.message), or save the drawing as plain SVG, or as PNG")
      }
      return shown
    }
  }
}
