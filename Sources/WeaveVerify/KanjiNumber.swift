/// Whole numbers in kanji: 十二, 二千三百四十五.
enum KanjiNumber {
  static let digits: [Unicode.Scalar: Int] = [
    "〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
  ]
  private static let places: [Unicode.Scalar: Int] = ["十": 10, "百": 100, "千": 1000]

  static func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "百", "千": true
    default: false
    }
  }

  /// Below 10,000, as a reader counts: nil for 一二, 十百, 二〇.
  static func value(_ text: some Sequence<Unicode.Scalar>) -> Int? {
    var sum = 0, pending: Int?, last = 10_000
    for scalar in text {
      if let digit = digits[scalar] {
        guard pending == nil, sum == 0 && last == 10_000 || digit != 0 else { return nil }
        pending = digit
      } else if let place = places[scalar] {
        guard place < last, pending != 0 else { return nil }
        // 一十 and 一百 are not how it is written; 一千 is, before 万.
        guard pending != 1 || place == 1000 else { return nil }
        sum += (pending ?? 1) * place
        (pending, last) = (nil, place)
      } else {
        return nil
      }
    }
    guard pending != nil || last < 10_000 else { return nil }
    return sum + (pending ?? 0)
  }

  /// Nil from 10,000 on.
  static func text(_ value: Int) -> String? {
    guard (0..<10_000).contains(value) else { return nil }
    let names = Array("〇一二三四五六七八九")
    if value == 0 { return "〇" }
    var text = "", rest = value
    for (place, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
      let digit = rest / place
      rest %= place
      if digit > 0 { text += (digit == 1 && place > 1 ? "" : String(names[digit])) + name }
    }
    return text
  }
}
