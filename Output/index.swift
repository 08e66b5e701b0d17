// 動的剪定の幾何学
// 実行するには、この本のリポジトリで ./build.sh run index.swift、または weave run index.swift
import ChapterRuntime
import Kernel
import Plot

#sourceLocation(file: "index.md", line: 20)
let scores = [2.0, 1.0, 0.0]
let weights = softmax(scores)
print(fixed(weights, decimals: 3))

#sourceLocation(file: "index.md", line: 60)
let ordered = weights[0] > weights[1] && weights[1] > weights[2]
