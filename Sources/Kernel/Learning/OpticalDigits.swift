/// Handwritten digits as 8×8 images: 1797 samples, 1440 for training and the last 357 for the test, in the file's
/// order.
///
/// Source: Alpaydin and Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning Repository (1998),
/// doi 10.24432/C50P49, licensed CC BY 4.0 (see OpticalDigits-LICENSE.txt); here their test set of 13 writers.
/// Changed from there: pixels are coded as letters, and the samples are split anew.
public struct OpticalDigits<T: Real>: Sendable {
  /// One image a row, n×64: pixel (r, c) stands in column 8r + c, its ink from 0 to 1 in steps of 1/16.
  public let images: Matrix<T>
  /// The digit, 0…9, of each image.
  public let labels: [Int]

  /// Shapes: n×64 and n.
  /// Refused: a number of labels other than images, images not of 64 pixels, a label outside 0…9.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public init(images: Matrix<T>, labels: [Int]) {
    require(
      images.columns == 64 && images.rows == labels.count,
      "OpticalDigits: images \(images.shape) and \(labels.count) labels")
    for label in labels { require(label >= 0 && label < 10, "OpticalDigits: a label \(label)") }
    self.images = images
    self.labels = labels
  }

  /// The first 1440 samples.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func training() -> OpticalDigits {
    decoded([opticalDigitsPart1, opticalDigitsPart2, opticalDigitsPart3, opticalDigitsPart4])
  }

  /// The last 357 samples.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func test() -> OpticalDigits { decoded([opticalDigitsPart5]) }

  /// Image i as an 8×8 matrix. Refused: an image that does not exist.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func image(_ i: Int) -> Matrix<T> { Matrix(rows: 8, columns: 8, elements: images.row(i)) }

  /// The samples in the range. Refused: a range outside.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func samples(_ range: Range<Int>) -> OpticalDigits {
    OpticalDigits(images: images.rows(range), labels: Array(labels[range]))
  }

  /// A digit begins a sample, a letter from A is a pixel; all else separates lines.
  private static func decoded(_ parts: [StaticString]) -> OpticalDigits {
    var pixels: [T] = [], labels: [Int] = []
    for part in parts {
      for k in 0..<part.utf8CodeUnitCount {
        let code = Int(part.utf8Start[k])
        if code >= 65 {
          pixels.append(T(code - 65) / 16)
        } else if code >= 48 {
          labels.append(code - 48)
        }
      }
    }
    return OpticalDigits(images: Matrix(rows: labels.count, columns: 64, elements: pixels), labels: labels)
  }
}
