import CCMarkGFM
import Foundation
import Synchronization
import WeaveModel

/// The few calls of cmark-gfm that the reader makes; its pointers never leave this folder.
struct CMarkDocument: ~Copyable {
  let root: OpaquePointer
  private let parser: OpaquePointer

  /// One tilde strikes nothing through: 3~5 is a range.
  static let options = CMARK_OPT_FOOTNOTES | CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE

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

  /// Every node in the order of the document, parents first.
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
  /// As deep as anything may stand in anything: a browser gives up at 512 elements, and what walks a page as a tree
  /// needs a piece of the stack for each level.
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
  var kind: String {
    switch cmark_node_get_type(pointer) {
    case CMARK_NODE_FOOTNOTE_DEFINITION: "footnote_definition"
    case CMARK_NODE_FOOTNOTE_REFERENCE: "footnote_reference"
    default: String(cString: cmark_node_get_type_string(pointer))
    }
  }
  var line: Int { Int(cmark_node_get_start_line(pointer)) }
  /// In bytes, from 1; 0 where it is not known.
  var column: Int { Int(cmark_node_get_start_column(pointer)) }
  var endLine: Int { Int(cmark_node_get_end_line(pointer)) }
  var literal: String { cmark_node_get_literal(pointer).map { String(cString: $0) } ?? "" }
  var info: String { cmark_node_get_fence_info(pointer).map { String(cString: $0) } ?? "" }
  var url: String { cmark_node_get_url(pointer).map { String(cString: $0) } ?? "" }
  var title: String { cmark_node_get_title(pointer).map { String(cString: $0) } ?? "" }
  var headingLevel: Int { Int(cmark_node_get_heading_level(pointer)) }
  var next: CMarkNode? { CMarkNode(cmark_node_next(pointer)) }
  var previous: CMarkNode? { CMarkNode(cmark_node_previous(pointer)) }
  var parent: CMarkNode? { CMarkNode(cmark_node_parent(pointer)) }
  var firstChild: CMarkNode? { CMarkNode(cmark_node_first_child(pointer)) }

  var children: [CMarkNode] {
    var list: [CMarkNode] = []
    var child = firstChild
    while let node = child {
      list.append(node)
      child = node.next
    }
    return list
  }

  /// Of a code block: how long its fence is, and of which mark; nil where it is indented instead.
  var fence: (length: Int, mark: UInt8)? {
    var (length, offset, mark): (Int32, Int32, CChar) = (0, 0, 0)
    guard cmark_node_get_fenced(pointer, &length, &offset, &mark) != 0 else { return nil }
    return (Int(length), UInt8(bitPattern: mark))
  }

  // MARK: Lists and tables

  var isTight: Bool { cmark_node_get_list_tight(pointer) != 0 }
  /// The first number; nil for a list of points.
  var listStart: Int? {
    cmark_node_get_list_type(pointer) == CMARK_ORDERED_LIST ? Int(cmark_node_get_list_start(pointer)) : nil
  }
  var isDone: Bool { cmark_gfm_extensions_get_tasklist_item_checked(pointer) }
  var alignments: [Table.Alignment?] {
    guard let marks = cmark_gfm_extensions_get_table_alignments(pointer) else { return [] }
    return (0..<Int(cmark_gfm_extensions_get_table_columns(pointer))).map { column in
      switch marks[column] {
      case UInt8(ascii: "l"): .left
      case UInt8(ascii: "c"): .center
      case UInt8(ascii: "r"): .right
      default: nil
      }
    }
  }

  func remove() {
    cmark_node_unlink(pointer)
    cmark_node_free(pointer)
  }
}
