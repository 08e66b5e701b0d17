import CVector

/// Copies `count` columns of `depth` elements into panels of `width` columns, zeros where the last one is short.
@inline(__always)
func packColumns<V: SIMD>(
  _ source: StridedMatrix<V.Scalar>, depth: Int, count: Int, width: Int, into target: UnsafeMutablePointer<V.Scalar>,
  by: V.Type
) where V.Scalar: Real {
  // Rows in one piece are read in pieces of several panels, which memory answers faster.
  var start = 0
  if source.columnStride == 1 {
    while start + width <= count {
      let panels = min(8, (count - start) / width)
      for p in 0..<depth {
        for panel in 0..<panels {
          for l in stride(from: 0, to: width, by: V.scalarCount) {
            let at = start + panel * width
            store(load(source.at(p, at + l), as: V.self), to: target + at * depth + p * width + l)
          }
        }
      }
      start += panels * width
    }
  }
  while start < count {
    let panel = target + start * depth, used = min(width, count - start)
    if used < width { panel.update(repeating: 0, count: width * depth) }
    packLines(source.from(0, start), depth: depth, count: used, width: width, into: panel)
    start += width
  }
}

/// Copies `count` rows of `depth` elements into panels as high as the tiles that will read them.
@inline(__always)
func packRows<T: Real>(
  _ source: StridedMatrix<T>, depth: Int, count: Int, full: Int, into target: UnsafeMutablePointer<T>
) {
  var i = 0
  while i < count {
    let height = tileHeight(count - i, full: full)
    packLines(source.from(i, 0).transposed, depth: depth, count: height, width: height, into: target + i * depth)
    i += height
  }
}

/// Copies `count` lines of `depth` elements side by side: element p of line l to panel[p·width + l].
@inline(__always)
func packLines<T: Real>(
  _ source: StridedMatrix<T>, depth: Int, count: Int, width: Int, into panel: UnsafeMutablePointer<T>
) {
  if source.columnStride == 1 {
    for p in 0..<depth {
      for l in 0..<count { panel[p * width + l] = source.at(p, l).pointee }
    }
    return
  }
  let square = squareSize(of: T.self), lines = source.rowStride == 1 ? count / square * square : 0,
    whole = depth / square * square
  for l in stride(from: 0, to: lines, by: square) {
    for p in stride(from: 0, to: whole, by: square) {
      transposeSquare(source.at(p, l), source.columnStride, into: panel + p * width + l, width)
    }
  }
  for l in 0..<count {
    for p in (l < lines ? whole : 0)..<depth { panel[p * width + l] = source.at(p, l).pointee }
  }
}

/// Copies a tile between two places, each with its own strides.
@inline(__always)
func copyTile<T>(
  _ source: UnsafePointer<T>, _ sourceRow: Int, _ sourceColumn: Int, to target: UnsafeMutablePointer<T>,
  _ targetRow: Int, _ targetColumn: Int, _ rows: Int, _ columns: Int
) {
  for r in 0..<rows {
    for l in 0..<columns { target[r * targetRow + l * targetColumn] = source[r * sourceRow + l * sourceColumn] }
  }
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
