import CVector

/// Copies `count` columns of `depth` elements into panels of `width` columns, the last one of whole vectors and zeros
/// where it is short.
func packColumns<T: Real>(
  _ source: StridedMatrix<T>, depth: Int, count: Int, width: Int, into target: UnsafeMutablePointer<T>
) {
  let lanes = ProductTile.lanes(of: T.self)
  var start = 0
  // Rows in one piece are read in pieces of several panels, which memory answers faster.
  if source.columnStride == 1 {
    while start + width <= count {
      let panels = min(8, (count - start) / width)
      for p in 0..<depth {
        for panel in 0..<panels {
          let at = start + panel * width
          for l in stride(from: 0, to: width, by: lanes) {
            copyVector(source.at(p, at + l), to: target + at * depth + p * width + l)
          }
        }
      }
      start += panels * width
    }
  }
  while start < count {
    let panel = target + start * depth, used = min(width, count - start)
    let panelWidth = wholeVectors(used, lanes)
    if used < panelWidth { panel.update(repeating: 0, count: panelWidth * depth) }
    packLines(source.from(0, start), depth: depth, count: used, width: panelWidth, into: panel)
    start += width
  }
}

/// Copies `count` rows of `depth` elements into panels as high as the tiles that will read them.
func packRows<T: Real>(
  _ source: StridedMatrix<T>, depth: Int, count: Int, _ tile: ProductTile, into target: UnsafeMutablePointer<T>
) {
  var i = 0
  while i < count {
    let height = tile.height(count - i)
    packLines(source.from(i, 0).transposed, depth: depth, count: height, width: height, into: target + i * depth)
    i += height
  }
}

/// Copies `count` lines of `depth` elements side by side: element p of line l to panel[p·width + l].
func packLines<T: Real>(
  _ source: StridedMatrix<T>, depth: Int, count: Int, width: Int, into panel: UnsafeMutablePointer<T>
) {
  let square = squareSize(of: T.self)
  if source.rowStride == 1 && depth >= square && count >= square {
    // The last square overlaps the one before where it would reach beyond the end.
    for l in stride(from: 0, to: count, by: square) {
      let l = min(l, count - square)
      for p in stride(from: 0, to: depth, by: square) {
        let p = min(p, depth - square)
        // The next lines come while these are turned.
        prefetch_read(source.at(p, l + count))
        transposeSquare(source.at(p, l), source.columnStride, into: panel + p * width + l, width)
      }
    }
  } else {
    for p in 0..<depth {
      for l in 0..<count { panel[p * width + l] = source.at(p, l).pointee }
    }
  }
}

/// Copies 64 bytes.
@inline(__always)
private func copyVector<T>(_ source: UnsafePointer<T>, to target: UnsafeMutablePointer<T>) {
  UnsafeMutableRawPointer(target).storeBytes(
    of: UnsafeRawPointer(source).loadUnaligned(as: SIMD64<UInt8>.self), as: SIMD64<UInt8>.self)
}

/// The side of the squares that `transposeSquare` turns.
@inline(__always)
func squareSize<T: Real>(of type: T.Type) -> Int { T.isFloat ? 8 : 4 }

/// Element c of line r, at source[r·stride + c], to target[c·width + r].
@inline(__always)
func transposeSquare<T: Real>(
  _ source: UnsafePointer<T>, _ stride: Int, into target: UnsafeMutablePointer<T>, _ width: Int
) {
  let from = UnsafeRawPointer(source), to = UnsafeMutableRawPointer(target)
  if T.isFloat {
    transpose_float(from.assumingMemoryBound(to: Float.self), stride, to.assumingMemoryBound(to: Float.self), width)
  } else {
    transpose_double(from.assumingMemoryBound(to: Double.self), stride, to.assumingMemoryBound(to: Double.self), width)
  }
}
