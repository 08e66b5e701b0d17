import WeaveResources

/// A file that the tool carries in itself.
package enum Resource {
  case style, print, icon, theme, script, search, ledger, page, epub, reload, typeset
  /// Live figures: the script that waits for the first touch, the one that moves them, and what their code is compiled
  /// with.
  case live, figures, figureRuntime, figurePage, figureSupport
  // Of a new book.
  case indexJapanese, indexEnglish, constructsJapanese, constructsEnglish, references, heights, spiral, workflow

  package var bytes: [UInt8] { Array(buffer) }
  package var text: String { String(decoding: buffer, as: UTF8.self) }

  private var buffer: UnsafeBufferPointer<UInt8> {
    let file =
      switch self {
      case .style: weave_resource_style_css()
      case .print: weave_resource_print_css()
      case .icon: weave_resource_icon_svg()
      case .theme: weave_resource_theme_js()
      case .script: weave_resource_script_js()
      case .search: weave_resource_search_js()
      case .ledger: weave_resource_ledger_js()
      case .page: weave_resource_page_mustache()
      case .epub: weave_resource_epub_css()
      case .reload: weave_resource_reload_js()
      case .typeset: weave_resource_typeset_js()
      case .live: weave_resource_live_js()
      case .figures: weave_resource_figures_js()
      case .figureRuntime: weave_resource_figure_runtime()
      case .figurePage: weave_resource_figure_page()
      case .figureSupport: weave_resource_figure_support()
      case .indexJapanese: weave_resource_new_index_ja()
      case .indexEnglish: weave_resource_new_index_en()
      case .constructsJapanese: weave_resource_new_constructs_ja()
      case .constructsEnglish: weave_resource_new_constructs_en()
      case .references: weave_resource_new_references()
      case .heights: weave_resource_new_heights()
      case .spiral: weave_resource_new_spiral()
      case .workflow: weave_resource_new_workflow()
      }
    return UnsafeBufferPointer(start: file.bytes, count: file.count)
  }
}
