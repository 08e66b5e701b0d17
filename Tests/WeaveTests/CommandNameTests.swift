import Foundation
import Testing

/// Folders and files whose names no author would choose.
@Suite struct CommandNameTests {
  static let odd = ["a\nb", "a b\"'\\$", "a:b,c;d", "a%41?b#c", "-x", "@x", "章", "a\u{1B}[31m\rb"]

  /// A book in folders of such names is woven like any other, and what is wrong in it is told at its place.
  @Test(arguments: odd) func foldersMayHaveAnyName(_ name: String) throws {
    let book = try CommandFixture()
    try FileManager.default.moveItem(
      at: book.folder.appendingPathComponent("Chapters"), to: book.folder.appendingPathComponent(name))
    let places = ["--chapters=\(name)", "--output=\(name)-made"]
    let good = try book.run(book.tool, ["build"] + places)
    #expect(good.status == 0 && good.error.isEmpty, "\(good.error)")
    try book.edit("\(name)/one.md", "[0.667]", "[0.5]")
    let bad = try book.run(book.tool, ["build"] + places)
    #expect(bad.status == 1)
    #expect(bad.error.contains("/one.md:15:4: error: [number]"), "\(bad.error)")
  }

  @Test(arguments: odd) func theTemporaryFolderMayToo(_ name: String) throws {
    let book = try CommandFixture(ownKit: true)
    let temporary = book.folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    let result = try book.weave("build", environment: ["TMPDIR": temporary.path])
    if !name.utf8.allSatisfy({ 32..<127 ~= $0 && $0 != UInt8(ascii: "%") }) {
      #expect(result.status == 2)
      #expect(
        result.error.hasPrefix(
          "weave: TMPDIR has a character in its name that the compiler or the linker cannot work with: "))
    } else {
      #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    }
  }

  /// Bytes that are no text would be taken for another name: nothing is read or written under it.
  @Test func namesThatAreNotTextAreRefused() throws {
    let book = try CommandFixture()
    func weave(_ words: String) throws -> CommandFixture.Result {
      try book.run(URL(fileURLWithPath: "/bin/bash"), ["-c", words.replacing("weave", with: "'\(book.tool.path)'")])
    }
    for (words, said) in [
      (#"weave $'\xff'"#, "argument 1 is not valid UTF-8"),
      (#"weave tangle $'a\xc3'"#, "argument 2 is not valid UTF-8"),
      (#"weave build --output=$'\xff'"#, "argument 2 is not valid UTF-8"),
      (#"TMPDIR=$'/tmp/\xff' weave"#, "TMPDIR is not valid UTF-8"),
      (#"mkdir $'\xfe' && cd $'\xfe' && weave"#, "the name of the current folder is not valid UTF-8"),
    ] {
      let result = try weave(words)
      #expect(result.status == 2, "\(words)")
      #expect(result.error.hasPrefix("weave: \(said): "), "\(result.error)")
      #expect(!FileManager.default.fileExists(atPath: book.folder.path + "/Output"))
    }
    // What the environment says besides is nobody's name.
    _ = try weave(#"rmdir $'\xfe'"#)
    let other = try weave(#"env $'X\xff=\xff' LANG=$'\xff' PATH="$PATH:"$'/\xff' weave build"#)
    #expect(other.status == 0 && other.error.isEmpty, "\(other.error)")
  }

  /// Files beside the chapters, and in the output folder: told as far as they can be, never touched.
  @Test func filesWhoseNamesAreNotTextAreLeftAlone() throws {
    let book = try CommandFixture()
    let shell = URL(fileURLWithPath: "/bin/bash")
    let made = try book.run(
      shell,
      [
        "-c",
        #"mkdir -p Chapters/data Output/assets && touch $'Chapters/data/\xff.csv' $'Output/\xff.txt' $'Output/assets/.weave-tmp-\xfe'"#,
      ])
    #expect(made.status == 0, "\(made.error)")
    #expect(try book.weave("build").status == 0)
    #expect(try book.weave("check").status == 0)
    let kept = try book.run(
      shell,
      ["-c", #"test -e $'Chapters/data/\xff.csv' -a -e $'Output/\xff.txt' -a -e $'Output/assets/.weave-tmp-\xfe'"#])
    #expect(kept.status == 0)
    #expect(try book.run(shell, ["-c", #"touch $'Chapters/\xff.md'"#]).status == 0)
    let result = try book.weave("build")
    #expect(result.status == 1)
    #expect(
      result.error
        == "Chapters/\u{FFFD}.md:1:1: error: [book] this chapter is in no list: add '- \u{FFFD}' to Chapters/book.yml\n1 error\n"
    )
    // Foundation cannot take away what it cannot name.
    _ = try book.run(shell, ["-c", "rm -rf Chapters Output"])
  }
}
