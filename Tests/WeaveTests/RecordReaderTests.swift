import ChapterProtocol
import Foundation
import Testing
import WeaveParse
import WeaveRun

/// What the tool believes of a program: sealed records, each in its turn, and nothing else.
@Suite struct RecordReaderTests {
  private static let key: [UInt8] = Array(0..<16)
  private static let steps: [RecordReader.Step] = [.block(0), .link(0), .link(1), .trap(2), .block(3)]
  private static let mark = OutputMark(of: Array("v 8\n".utf8), key: key)
  private static let records: [Record] = [
    .begin(block: 0), .figure(block: 0, svg: "<svg/>", table: "a\u{1F}b\u{1E}1\u{1F}2"), .end(block: 0, output: mark),
    .value(link: 0, .integer("170141183460469231731687303715884105728")), .value(link: 1, .text("一\n二")),
    .begin(block: 2), .trapped(block: 2, signal: 4), .end(block: 2), .begin(block: 3), .end(block: 3, output: mark),
    .finish,
  ]

  private static func frames(_ records: [Record], key: [UInt8] = key) -> [[UInt8]] {
    var seal = Seal(key: key)
    return records.map { Frame.bytes(of: $0, &seal) }
  }

  private func reader(limit: Int = 1 << 20) -> RecordReader { RecordReader(Self.steps, key: Self.key, limit: limit) }

  private func read(_ bytes: [UInt8]) -> RecordReader {
    var reader = reader()
    reader.feed(bytes)
    reader.close()
    return reader
  }

  /// The hash's own test vectors (Aumasson and Bernstein 2012, appendix A, and its first line).
  @Test func sealsAreSipHash() {
    let bytes = Array(UInt8(0)..<15)
    #expect(Seal.sipHash(bytes, key: Self.key) == 0xa129_ca61_49be_45e5)
    #expect(Seal.sipHash([], key: Self.key) == 0x726f_db47_dd0e_0e31)
  }

  @Test func aWholeRunIsRead() {
    let reader = read(Self.frames(Self.records).flatMap(\.self))
    #expect(reader.finished && reader.breach == nil && reader.next == nil)
    #expect(reader.record.finished == [0, 2, 3])
    #expect(reader.record.values == [0: .integer("170141183460469231731687303715884105728"), 1: .text("一\n二")])
    #expect(reader.record.figures[0]?.first?.table == [["a", "b"], ["1", "2"]])
    #expect(reader.trapped == [2: 4])
    #expect(reader.outputs == [0: Self.mark, 3: Self.mark])
  }

  @Test func anOutputIsKnownByItsMark() {
    for other in ["v 9\n", "v 8", "v 8\n\n", ""] {
      #expect(OutputMark(of: Array(other.utf8), key: Self.key) != Self.mark)
    }
    // A record is no output: what a block prints cannot have a record's seal.
    var seal = Seal(key: Self.key)
    let frame = Frame.bytes(of: .finish, &seal)
    let hash = OutputMark(of: [UInt8](repeating: 0, count: 8) + Record.finish.bytes, key: Self.key).hash
    #expect((0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) } != Array(frame[4..<12]))
  }

  /// A byte at a time, as a slow pipe gives them.
  @Test func piecesMakeTheSame() {
    var reader = reader()
    for byte in Self.frames(Self.records).flatMap(\.self) { reader.feed([byte]) }
    #expect(reader.finished)
    #expect(reader.record == read(Self.frames(Self.records).flatMap(\.self)).record)
  }

  /// Each record left out, doubled, or changed places with the next one: sealed as they were, and sealed anew by
  /// somebody who had the key.
  @Test(arguments: 0..<11) func noRecordIsMissedOrRepeated(_ index: Int) {
    for sealedAnew in [false, true] {
      for change in 0..<3 {
        var records = Self.records, frames = Self.frames(Self.records)
        switch change {
        case 0:
          records.remove(at: index)
          frames.remove(at: index)
        case 1:
          records.insert(records[index], at: index)
          frames.insert(frames[index], at: index)
        default:
          guard index + 1 < records.count else { continue }
          records.swapAt(index, index + 1)
          frames.swapAt(index, index + 1)
        }
        let reader = read((sealedAnew ? Self.frames(records) : frames).flatMap(\.self))
        let isFigure = if case .figure = Self.records[index] { true } else { false }
        // A figure less or more is the block's own affair; what follows the last record is not looked at.
        if sealedAnew, isFigure && change < 2 || change == 1 && index == 10 { continue }
        if !sealedAnew, change == 1, index == 10 { continue }
        #expect(
          !(reader.finished && reader.breach == nil && reader.strayFigures.isEmpty),
          "record \(index), change \(change), sealed anew: \(sealedAnew)")
      }
    }
  }

  @Test func nobodyElseWrites() {
    let good = Self.frames(Self.records)
    let lies: [[UInt8]] = [
      Array("begin 0\nend 0\ninteger 0 5\nfinish\n".utf8), Array("finish\n".utf8), [0],
      [UInt8](repeating: 0, count: 64),
      [UInt8](repeating: 255, count: 64), Self.frames([.finish], key: [UInt8](repeating: 0, count: 16))[0],
    ]
    for lie in lies {
      for place in 0..<good.count {
        let reader = read((good[..<place] + [lie] + good[place...]).flatMap(\.self))
        #expect(reader.breach != nil, "after \(place) records: \(lie.prefix(20))")
        #expect(!reader.finished)
      }
    }
  }

  @Test func aLengthHasBounds() {
    for length: [UInt8] in [[255, 255, 255, 255], [1, 0, 16, 0], [0, 0, 0, 128]] {
      var reader = reader(limit: 1 << 20)
      reader.feed(length + [UInt8](repeating: 0, count: 8))
      #expect(reader.breach == .forged)
    }
  }

  /// Whatever the bytes: no crash, and no run that counts as finished.
  @Test func changedBytesAreNoticed() {
    let good = Self.frames(Self.records).flatMap(\.self)
    var generator = SystemRandomNumberGenerator()
    for place in good.indices {
      var bytes = good
      bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
      let reader = read(bytes)
      #expect(!(reader.finished && reader.breach == nil), "byte \(place)")
    }
    for count in good.indices { #expect(!read(Array(good[..<count])).finished) }
  }
}
