// What stands between the blocks of a chapter's program: few calls, and no type to look them up in, for these lines are most
// of what the compiler reads beside the author's.

/// The block that runs has come to its end, and this one starts.
public func _enterBlock(_ index: Int) { BlockRecorder.begin(index) }

/// The block that runs has come to its end; what a bound expression prints belongs to none.
@discardableResult
public func _link(_ index: Int) -> Int {
  BlockRecorder.end()
  return index
}

/// Records the value of a bound expression. `_link`, as its first argument, is called before the expression is evaluated.
public func _bind<Value: BoundValue>(_ link: Int, _ value: Value) { BlockRecorder.record(link, value) }

/// `_bind`, and behind it `_enterBlock`: a statement less.
public func _bindThenEnterBlock<Value: BoundValue>(_ link: Int, _ value: Value, _ block: Int) {
  BlockRecorder.record(link, value)
  BlockRecorder.begin(block)
}

/// The program has come to its last line.
public func _finishBlocks() { BlockRecorder.finish() }
