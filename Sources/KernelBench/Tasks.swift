import CVector

/// body(0), …, body(count − 1) on several threads, whatever they cost.
func onThreads(_ threads: Int, _ count: Int, _ body: (Int) -> Void) {
  withoutActuallyEscaping(body) { body in
    var body = body
    withUnsafeMutablePointer(to: &body) {
      run_tasks(count, Int32(threads), { $0!.assumingMemoryBound(to: ((Int) -> Void).self).pointee($1) }, $0)
    }
  }
}
