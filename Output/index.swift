// 動的剪定の幾何学
// 実行するには、この本のリポジトリで ./build.sh run index.swift、または weave run index.swift
import ChapterRuntime
import Kernel
import Plot

#sourceLocation(file: "index.md", line: 20)
let scores = [
  parameter("1つ目の得点", 2, in: -2...4, step: 0.1),
  parameter("2つ目の得点", 1, in: -2...4, step: 0.1),
  parameter("3つ目の得点", 0, in: -2...4, step: 0.1),
]
let weights = softmax(scores)
let outweighs = weights[0] > weights[1] + weights[2]
// snippet.hide
show(.bars("得点から作った重み",
  ["1つ目", "2つ目", "3つ目"], weights,
  axis: Axis("重み", range: 0...1),
  horizontal: true, decimals: 3, height: 96))
// snippet.show

#sourceLocation(file: "index.md", line: 68)
let gaps = [(0, 1), (1, 2), (0, 2)].map { i, j in
  log(weights[i] / weights[j]) - (scores[i] - scores[j])
}
let ratiosFollow = gaps.allSatisfy { abs($0) < 1e-12 }
