import Plot

/// Puts a figure into the page, below the block that calls this.
public func show(_ figure: Figure) {
  BlockRecorder.figure(svg: figure.svg, table: figure.data)
}
