import Foundation

extension BookTrace: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    key = try reader.read()
    frame = try reader.read()
    chapters = try reader.read()
    joints = try reader.read()
    assets = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(key)
    writer.add(frame)
    writer.add(chapters)
    writer.add(joints)
    writer.add(assets)
  }
}

extension BookTrace.Chapter: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    source = try reader.read()
    data = try reader.read()
    front = try reader.read()
    ids = try reader.read()
    labels = try reader.read()
    leans = try reader.read()
    warnings = try reader.read()
    counts = try reader.read()
    files = try reader.read()
    parts = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(source)
    writer.add(data)
    writer.add(front)
    writer.add(ids)
    writer.add(labels)
    writer.add(leans)
    writer.add(warnings)
    writer.add(counts)
    writer.add(files)
    writer.add(parts)
  }
}

extension BookTrace.ID: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    name = try reader.read()
    line = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(name)
    writer.add(line)
  }
}

extension BookTrace.Lean: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    chapter = try reader.read()
    id = try reader.read()
    label = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(chapter)
    writer.add(id)
    writer.add(label)
  }
}

extension BookTrace.File: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    path = try reader.read()
    contents = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(path)
    writer.add(contents)
  }
}

extension BookTrace.Joint: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    file = try reader.read()
    parts = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(file)
    writer.add(parts)
  }
}

extension BookTrace.Joint.Part: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    chapter = try reader.read()
    let (start, count): (Int, Int) = (try reader.read(), try reader.read())
    guard start >= 0, count >= 0, count <= Int.max - start else { throw PackReader.Torn() }
    range = start..<start + count
    digest = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(chapter)
    writer.add(range.lowerBound)
    writer.add(range.count)
    writer.add(digest)
  }
}

extension Counts: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    blocks = try reader.read()
    numbers = try reader.read()
    claims = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(blocks)
    writer.add(numbers)
    writer.add(claims)
  }
}

extension BookFrame: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    title = try reader.read()
    subtitle = try reader.read()
    language = try reader.read()
    chapters = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(title)
    writer.add(subtitle)
    writer.add(language)
    writer.add(chapters)
  }
}

extension BookFrame.Entry: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    name = try reader.read()
    front = try reader.read()
    terms = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(name)
    writer.add(front)
    writer.add(terms)
  }
}

extension GlossaryTerm: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    name = try reader.read()
    words = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(name)
    writer.add(words)
  }
}

extension FrontMatter: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    title = try reader.read()
    subtitle = try reader.read()
    short = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(title)
    writer.add(subtitle)
    writer.add(short)
  }
}

extension Label: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    guard let kind = Kind(rawValue: try reader.read()) else { throw PackReader.Torn() }
    self.kind = kind
    number = try reader.read()
  }
  func pack(into writer: inout PackWriter) {
    writer.add(kind.rawValue)
    writer.add(number)
  }
}

extension Diagnostic: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    guard let severity = Severity(rawValue: try reader.read()), let category = Category(rawValue: try reader.read()) else {
      throw PackReader.Torn()
    }
    let file: String = try reader.read()
    let position = Position(line: try reader.read(), column: try reader.read())
    self.init(category, file, position, try reader.read(), severity: severity)
  }
  func pack(into writer: inout PackWriter) {
    writer.add(severity.rawValue)
    writer.add(category.rawValue)
    writer.add(file)
    writer.add(position.line)
    writer.add(position.column)
    writer.add(message)
  }
}

extension KnownFile: Packed {
  init(from reader: inout PackReader) throws(PackReader.Torn) {
    self.init(
      digest: try reader.read(),
      stamp: FileStamp(
        inode: try reader.read(), size: try reader.read(), modified: try reader.read(), changed: try reader.read()),
      isSettled: try reader.word() != 0)
  }
  func pack(into writer: inout PackWriter) {
    writer.add(digest)
    writer.add(stamp.inode)
    writer.add(stamp.size)
    writer.add(stamp.modified)
    writer.add(stamp.changed)
    writer.add(isSettled ? UInt64(1) : 0)
  }
}
