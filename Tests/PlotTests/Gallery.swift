import Foundation
import Plot

/// One figure of every kind, with names and values that are hard to place.
enum Gallery {
  static let tokens = ["猫", "が", "魚", "を", "食べた", "。"]

  static var weights: [[Double]] {
    (0..<6).map { i in
      let row = (0..<6).map { j in exp(-Double((i - j) * (i - j)) / 3) }
      return row.map { $0 / row.reduce(0, +) }
    }
  }

  static var all: [Figure] {
    var noise = Noise(5)
    let lengths = [128, 256, 512, 1024, 2048, 4096, 8192]
    let grid = (0...80).map { Double($0) / 10 - 4 }
    let temperature = [0.25, 0.5, 1, 2, 4].map { t in
      Series("温度 \(t)", x: grid, y: grid.map { 1 / (1 + exp(-$0 / t)) })
    }
    var masked = weights
    for i in 0..<6 { for j in 0..<6 where j > i { masked[i][j] = -.infinity } }
    let signed = (0..<8).map { _ in noise.many(12) }
    let sample = (0..<600).map { _ in noise.many(6).reduce(0, +) }
    return [
      .heatMap(
        "注意の重み", weights, rowLabels: tokens, columnLabels: tokens, rowTitle: "Query", columnTitle: "Key",
        legend: "重み", showValues: true),
      .heatMap("因果マスク", masked, rowLabels: tokens, columnLabels: tokens, scale: .sequential(0...1)),
      .heatMap(
        "類似度", signed, rowLabels: (0..<8).map { "Expert \($0)" }, columnLabels: (0..<12).map { "トークン\($0)" },
        scale: .diverging(), legend: "コサイン類似度", showValues: true, decimals: 1),
      .lines(
        "温度と重み", temperature, x: Axis("ロジットの差 z₁−z₂"), y: Axis("最大の重み", range: 0...1),
        marks: [.horizontal(0.5, "偶然の水準"), .vertical(0, "境界")]),
      .lines(
        "計算量",
        [
          Series("素朴な注意", x: lengths, y: lengths.map { $0 * $0 * 256 }),
          Series("線形注意", x: lengths, y: lengths.map { $0 * 64 * 256 }),
        ], x: Axis("系列長 n", scale: .log2), y: Axis("FLOP", scale: .log)),
      .lines("よく似た終わり", (0..<8).map { k in Series("系列\(k)", y: [Double(k), 1, 1 + Double(k) / 1000]) }),
      .scatter(
        "埋め込み", ["数学", "コード", "言語"].map { Series($0, x: noise.many(40), y: noise.many(40)) },
        x: Axis("第1主成分"), y: Axis("第2主成分"), equalAspect: true),
      .scatter(
        "単語",
        [
          Series(
            "単語", x: [0.1, 0.12, 0.25, 0.9, 0.95], y: [0.2, 0.2, 0.3, 0.8, 0.75], labels: ["王", "女王", "王子", "銀行", "お金"])
        ]
      ),
      .histogram(
        "標本", sample, bins: 24, density: true, name: "標本600個",
        overlay: [Series("正規分布", x: grid, y: grid.map { exp(-$0 * $0 / 4) / 3.545 })], x: Axis("値")),
      .bars("キャッシュ", ["MHA", "GQA-8", "MQA", "MLA"], [128.0, 32, 4, 9.5], axis: Axis("KiB/トークン"), decimals: 1),
      .bars(
        "内訳", ["注意機構", "FFN", "正規化"], groups: [("学習", [30.0, 60, 2]), ("推論", [40, 50, -3]), ("剪定後", [20, 30, 2])],
        axis: Axis("割合（%）"), categoryLabel: "部分"),
      .bars(
        "長い名前", ["素朴なScaled Dot-Product Attention", "スライディングウィンドウ注意", "線形注意"], [1024, 300, 64],
        axis: Axis("読み書き（MiB）"), horizontal: true, decimals: 0, references: [(512, "SRAMの上限")]),
      .plane(
        "単位円",
        [
          .circle(), .arrow(to: (0.8, 0.6), "q"), .arrow(to: (-0.28, 0.96), "k₁"),
          .angle(from: (0.8, 0.6), to: (-0.28, 0.96), "θ"), .note("原点", x: 0, y: 0),
        ]),
      .chart(
        "区間",
        [
          .band("95%区間", x: [0, 1, 2], lower: [0.0, 1, 1], upper: [1.0, 2, 3]), .line(Series("平均", y: [0.5, 1.5, 2])),
          .polygon("三角形", x: [0, 1, 1], y: [0, 0, 1]), .segment(from: (0, 0), to: (2, 2), "y = x"),
        ], x: Axis("歩"), y: Axis("値")),
      .row("二つ並べる", [.lines("左", [Series("a", y: [1, 4, 9])]), .bars("右", ["a", "b"], [1, -2])]),
    ]
  }
}
