/// What a number in the prose may be bound to.
public protocol BoundValue {
  /// The line by which `BlockRecorder` sends the value of this link.
  func record(of link: Int) -> String
}

extension Bool: BoundValue {
  public func record(of link: Int) -> String { "bool \(link) \(self ? 1 : 0)\n" }
}

extension Double: BoundValue {
  public func record(of link: Int) -> String { "real \(link) \(String(bitPattern, radix: 16))\n" }
}

extension Float: BoundValue {
  public func record(of link: Int) -> String { "single \(link) \(String(bitPattern, radix: 16))\n" }
}

extension BoundValue where Self: BinaryInteger {
  public func record(of link: Int) -> String {
    if let exact = Int64(exactly: self) { "integer \(link) \(exact)\n" } else { Double(self).record(of: link) }
  }
}

extension Int: BoundValue {}
extension Int8: BoundValue {}
extension Int16: BoundValue {}
extension Int32: BoundValue {}
extension Int64: BoundValue {}
extension UInt: BoundValue {}
extension UInt8: BoundValue {}
extension UInt16: BoundValue {}
extension UInt32: BoundValue {}
extension UInt64: BoundValue {}
@available(macOS 15, *) extension Int128: BoundValue {}
@available(macOS 15, *) extension UInt128: BoundValue {}

extension BoundValue where Self: StringProtocol {
  public func record(of link: Int) -> String {
    let text = String(self)
    return "text \(link) \(text.utf8.count)\n\(text)"
  }
}

extension String: BoundValue {}
extension Substring: BoundValue {}
