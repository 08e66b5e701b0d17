import WeaveModel

/// A figure as a file by itself.
package enum FigurePage {
  /// - Parameters:
  ///   - drawing: fit for a page, as `SVGFragment` makes it.
  ///   - style: of figures.
  package static func html(_ drawing: String, style: String, _ language: Language) -> String {
    """
    <!doctype html>
    <html lang="\(language.rawValue)">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <style>
    \(style)
    body{margin:2rem;background:Canvas;color:CanvasText}
    </style>
    \(drawing)
    </html>

    """
  }
}
