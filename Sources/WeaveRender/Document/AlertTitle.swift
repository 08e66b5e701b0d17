import WeaveModel

extension Alert {
  /// As the page calls it.
  package var title: String {
    switch self {
    case .note: "補足"
    case .tip: "ヒント"
    case .important: "重要"
    case .warning: "注意"
    case .caution: "警告"
    }
  }
}
