/// Reads what programs print for a POSIX shell: quotes and backslashes, no expansion.
enum Shell {
  /// The words of all lines.
  static func words(_ text: String) -> [String] { commands(text).flatMap { $0 } }

  /// The words of each line; within quotes a line goes on.
  static func commands(_ text: String) -> [[String]] {
    var commands: [[String]] = [[]]
    var word: String?
    var quote: Character?
    var escaped = false
    for character in text {
      if escaped {
        word = (word ?? "") + String(character)
        escaped = false
      } else if character == "\\", quote != "'" {
        escaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let done = word { commands[commands.count - 1].append(done) }
        word = nil
        if character.isNewline { commands.append([]) }
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let done = word { commands[commands.count - 1].append(done) }
    return commands.filter { !$0.isEmpty }
  }
}
