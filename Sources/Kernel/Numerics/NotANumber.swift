// What the kernel does with NaN. One policy for every function:
//
// 1. NaN in the data stays visible: it reaches every result that depends on it, and no other. A maximum, a norm, a sum,
//    a softmax or an attention row over a NaN is NaN. It is never refused: a message would name a reason that is not
//    it.
// 2. What a mask forbids is not seen, be it NaN: it spoils nothing.
// 3. A choice (`topIndices` and all that picks by it: routers, evictions, pruning masks, nearest rows) has to name
//    places. It takes NaN for −∞, so that no number gives way to it; among equals the earlier is chosen. The values
//    that go with the choice follow rule 1: gates over logits with a NaN, and top-k weights over scores with one, are
//    NaN. (PyTorch's sort and topk take it for the largest: there too it shows in the values.)
// 4. Among scores −∞ has weight zero, a row of nothing but −∞ has all weights zero, and +∞ is ∞ − ∞, that is NaN.
// 5. A parameter that is NaN (a temperature, a bandwidth, a share, ε) is refused like one out of its range.
//
// Tests: NaNTests goes through the functions that reduce.

/// The largest element; NaN where one is NaN, −∞ of none.
@specialized(where T == Double)
@specialized(where T == Float)
func largestOrNaN<T: Real>(_ x: [T]) -> T {
  var largest = -T.infinity
  for value in x {
    if value.isNaN { return value }
    if value > largest { largest = value }
  }
  return largest
}

/// The smallest element; NaN where one is NaN, +∞ of none.
@specialized(where T == Double)
@specialized(where T == Float)
func smallestOrNaN<T: Real>(_ x: [T]) -> T { -largestOrNaN(x.map { -$0 }) }

/// A cosine, a share, whatever no more than rounding can take beyond ±1; NaN stays.
@inline(__always)
func withinOne<T: Real>(_ x: T) -> T { x > 1 ? 1 : (x < -1 ? -1 : x) }
