import WeaveModel

/// Where pages find their pictures.
package enum Pictures {
  package static let folder = "\(OutputFolder.assets)/pictures/"

  package static func path(of file: PictureFile) -> String { folder + file.name }
}
