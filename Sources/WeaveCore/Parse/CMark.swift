import CCMarkGFM
import Foundation
import Synchronization

/// The few calls of cmark-gfm that the reader makes; its pointers never leave this folder.
struct CMarkDocument: ~Copyable {
  let root: OpaquePointer
  private let parser: OpaquePointer

  static let options = CMARK_OPT_FOOTNOTES | CMARK_OPT_UNSAFE

  /// cmark-gfm registers extensions once, and while it parses it changes tables that all parsers share.
  private static let parsing = Mutex(())

  init(_ text: String) { self = Self.parsing.withLock { _ in CMarkDocument(alone: text) } }

  private init(alone text: String) {
    cmark_gfm_core_extensions_ensure_registered()
    let parser = cmark_parser_new(Self.options)!
    for name in ["table", "strikethrough", "autolink", "tasklist"] {
      cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name))
    }
    var text = text
    text.withUTF8 { buffer in
      buffer.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
    }
    self.parser = parser
    root = cmark_parser_finish(parser)
  }

  deinit {
    cmark_node_free(root)
    cmark_parser_free(parser)
  }

  func html() -> String {
    let text = cmark_render_html(root, Self.options, cmark_parser_get_syntax_extensions(parser))!
    defer { free(text) }
    return String(cString: text)
  }

  /// Every node in the order of the document, parents first: a list, so that the tree may change while it is read.
  func nodes() -> [CMarkNode] {
    var list: [CMarkNode] = []
    let iterator = cmark_iter_new(root)
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return list }
      if event == CMARK_EVENT_ENTER { list.append(CMarkNode(cmark_iter_get_node(iterator))) }
    }
  }
}

extension CMarkDocument {
  /// As deep as anything may stand in anything: a browser gives up at 512 elements, and what walks a page as a tree needs a
  /// piece of the stack for each level.
  static let deepest = 100

  /// The nodes that stand deeper, those within them not counted.
  func tooDeep() -> [CMarkNode] {
    var found: [CMarkNode] = []
    let top = CMarkNode(root)
    var node = top, depth = 0
    while true {
      if depth > Self.deepest { found.append(node) }
      if depth <= Self.deepest, let child = node.firstChild {
        node = child
        depth += 1
        continue
      }
      while node.next == nil {
        guard node != top, let parent = node.parent else { return found }
        node = parent
        depth -= 1
      }
      guard node != top, let next = node.next else { return found }
      node = next
    }
  }
}

struct CMarkNode: Equatable {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }
  private init?(_ pointer: OpaquePointer?) {
    guard let pointer else { return nil }
    self.pointer = pointer
  }

  /// `paragraph`, `text`, `table` …
  var kind: String { String(cString: cmark_node_get_type_string(pointer)) }
  var line: Int { Int(cmark_node_get_start_line(pointer)) }
  /// In bytes, from 1; 0 where it is not known.
  var column: Int { Int(cmark_node_get_start_column(pointer)) }
  var endLine: Int { Int(cmark_node_get_end_line(pointer)) }
  var literal: String { cmark_node_get_literal(pointer).map { String(cString: $0) } ?? "" }
  var info: String { cmark_node_get_fence_info(pointer).map { String(cString: $0) } ?? "" }
  var isFenced: Bool {
    var length: Int32 = 0
    var offset: Int32 = 0
    var mark: CChar = 0
    return cmark_node_get_fenced(pointer, &length, &offset, &mark) != 0
  }
  var url: String { cmark_node_get_url(pointer).map { String(cString: $0) } ?? "" }
  var headingLevel: Int { Int(cmark_node_get_heading_level(pointer)) }
  var next: CMarkNode? { CMarkNode(cmark_node_next(pointer)) }
  var previous: CMarkNode? { CMarkNode(cmark_node_previous(pointer)) }
  var parent: CMarkNode? { CMarkNode(cmark_node_parent(pointer)) }
  var firstChild: CMarkNode? { CMarkNode(cmark_node_first_child(pointer)) }

  /// The node itself and all below it, in order.
  var descendants: [CMarkNode] {
    // No recursion: a chapter may nest deeper than a stack.
    var list: [CMarkNode] = []
    var open = [self]
    while let node = open.popLast() {
      list.append(node)
      var children: [CMarkNode] = []
      var child = node.firstChild
      while let next = child {
        children.append(next)
        child = next.next
      }
      open += children.reversed()
    }
    return list
  }

  func setLiteral(_ text: String) { cmark_node_set_literal(pointer, text) }
  func remove() {
    cmark_node_unlink(pointer)
    cmark_node_free(pointer)
  }

  /// Puts `html` in this node's place.
  func replace(with html: String, block: Bool) {
    cmark_node_insert_before(pointer, Self.raw(html, block: block))
    remove()
  }

  /// Puts this node's children in its place, `enter` before and `exit` behind them.
  func dissolve(into enter: String, _ exit: String, block: Bool) {
    cmark_node_insert_before(pointer, Self.raw(enter, block: block))
    while let child = firstChild {
      cmark_node_unlink(child.pointer)
      cmark_node_insert_before(pointer, child.pointer)
    }
    cmark_node_insert_before(pointer, Self.raw(exit, block: block))
    remove()
  }

  /// Writes `enter` and `exit` around this block.
  func wrap(_ enter: String, _ exit: String) {
    cmark_node_insert_before(pointer, Self.raw(enter, block: true))
    cmark_node_insert_after(pointer, Self.raw(exit, block: true))
  }

  func prepend(html: String) { cmark_node_prepend_child(pointer, Self.raw(html, block: false)) }

  /// HTML as it is. A table's cell takes raw HTML among its inlines, and no custom ones.
  private static func raw(_ html: String, block: Bool) -> OpaquePointer {
    let node = cmark_node_new(block ? CMARK_NODE_CUSTOM_BLOCK : CMARK_NODE_HTML_INLINE)!
    if block { cmark_node_set_on_enter(node, html) } else { cmark_node_set_literal(node, html) }
    return node
  }
}
