import Foundation
import Testing
import WeaveBuild

/// What the language server is made of: bytes into messages, and an editor's places into bytes.
struct EditorTests {
  // MARK: Messages

  private static func frames(_ text: String, in pieces: Int = 1) -> [FrameReader.Frame] {
    var reader = FrameReader()
    var frames: [FrameReader.Frame] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      reader.add(bytes[start..<min(bytes.count, start + pieces)])
      while let frame = reader.next() { frames.append(frame) }
    }
    return frames
  }

  @Test(arguments: [1, 3, 7, 1000]) func messagesComeWholeHoweverTheyArrive(_ pieces: Int) {
    let stream =
      "Content-Length: 2\r\n\r\n{}Content-Type: x; charset=utf-8\r\ncontent-length: 5 \r\n\r\n\"あ\""
      + "Content-Length: 0\r\n\r\n"
    #expect(
      Self.frames(stream, in: pieces) == [.message(Array("{}".utf8)), .message(Array("\"あ\"".utf8)), .message([])])
  }

  @Test(arguments: [
    "Content-Length: two\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Length:\r\n\r\n", "Other: 1\r\n\r\n",
    "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "Content-Length: 99999999999999999999\r\n\r\n",
    "Content-Length: 999999999\r\n\r\n", "no head at all\r\n\r\n",
  ]) func aHeadThatSaysNothingIsOneFault(_ head: String) {
    let frames = Self.frames(head + "Content-Length: 2\r\n\r\n[]")
    #expect(frames.count == 2 && frames.last == .message(Array("[]".utf8)))
    if case .fault? = frames.first {} else { Issue.record("no fault: \(head)") }
  }

  @Test func whatNeverEndsIsNotKept() {
    var reader = FrameReader()
    var faults = 0
    for _ in 0..<1000 {
      reader.add([UInt8](repeating: 120, count: 1000))
      if case .fault? = reader.next() { faults += 1 }
    }
    #expect(faults > 100)
  }

  // MARK: Places

  @Test func columnsCountUTF16() {
    let text = EditedText("a葛󠄀😀b\r\n二行目\rc\n")
    #expect(text.lines == 4)
    #expect(text.place(of: text.bytes.firstIndex(of: UInt8(ascii: "b"))!) == .init(line: 0, character: 6))
    #expect(text.place(of: text.bytes.firstIndex(of: UInt8(ascii: "c"))!) == .init(line: 2, character: 0))
    // Within a character, beyond a line, beyond the text.
    #expect(text.offset(of: .init(line: 0, character: 5)) == text.offset(of: .init(line: 0, character: 4)))
    #expect(text.offset(of: .init(line: 1, character: 99)) == text.offset(of: .init(line: 1, character: 3)))
    #expect(text.offset(of: .init(line: 9, character: 0)) == text.bytes.count)
  }

  /// A thousand edits as an editor sends them leave the text that the editor has, and each place leads back to itself.
  @Test func randomEditsLeaveTheEditorsText() {
    var draws = Draws(state: 7)
    // What an editor holds: UTF-16, of which no edit takes half a character.
    var units = Array("題\n\n値は[0.5](#=x)😀\n".utf16)
    var text = EditedText(String(decoding: units, as: UTF16.self))
    let pieces = ["", "a", "\n", "\r\n", "数", "😀", "**", "[5](#=x)", "```swift run\n", "é", "\r"]
    for _ in 0..<1000 {
      func cut() -> Int {
        var index = Int.random(in: 0...units.count, using: &draws)
        // Neither within a pair, nor between CR and LF, where no place of an editor's is.
        while index > 0, index < units.count,
          (0xDC00...0xDFFF).contains(units[index]) || units[index - 1] == 13 && units[index] == 10
        {
          index -= 1
        }
        return index
      }
      let first = cut(), second = Bool.random(using: &draws) ? first : cut()
      let range = min(first, second)..<max(first, second)
      let piece = pieces.randomElement(using: &draws)!
      text.replace(Self.place(range.lowerBound, units)..<Self.place(range.upperBound, units), with: piece)
      units.replaceSubrange(range, with: piece.utf16)
      #expect(text.text == String(decoding: units, as: UTF16.self))
      if units.count > 400 { (units, text) = ([], EditedText("")) }
      let place = Self.place(cut(), units)
      #expect(text.place(of: text.offset(of: place)) == place)
    }
  }

  /// By counting every unit.
  private static func place(_ index: Int, _ units: [UInt16]) -> EditedText.Place {
    var place = EditedText.Place(line: 0, character: 0)
    for position in 0..<index {
      let endsLine =
        units[position] == 10 || units[position] == 13 && !(position + 1 < units.count && units[position + 1] == 10)
      place =
        endsLine ? .init(line: place.line + 1, character: 0) : .init(line: place.line, character: place.character + 1)
    }
    return place
  }
}

/// The same draws in each run. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
struct Draws: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
