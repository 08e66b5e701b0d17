internal import ChapterProtocol

/// What a number in the prose may be bound to: numbers, Bool and text of the standard library, and nothing else.
public protocol BoundValue {
  var _recorded: _RecordedValue { get }
}

/// Only this module makes one: a type of a chapter's own cannot say what it is recorded as.
public struct _RecordedValue {
  let value: RecordedValue
}

extension Bool: BoundValue {
  public var _recorded: _RecordedValue { _RecordedValue(value: .bool(self)) }
}

extension Double: BoundValue {
  public var _recorded: _RecordedValue { _RecordedValue(value: .real(bitPattern)) }
}

extension Float: BoundValue {
  public var _recorded: _RecordedValue { _RecordedValue(value: .single(bitPattern)) }
}

#if !(os(macOS) && arch(x86_64))
  extension Float16: BoundValue {
    public var _recorded: _RecordedValue { Float(self)._recorded }
  }
#endif

extension BoundValue where Self: BinaryInteger {
  public var _recorded: _RecordedValue { _RecordedValue(value: .integer(String(self))) }
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
extension Int128: BoundValue {}
extension UInt128: BoundValue {}

extension BoundValue where Self: StringProtocol {
  public var _recorded: _RecordedValue { _RecordedValue(value: .text(String(self))) }
}

extension String: BoundValue {}
extension Substring: BoundValue {}
