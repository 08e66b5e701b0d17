import Foundation
import Plot

/// One figure of every kind at least, with names and values that are hard to place.
enum Gallery {
  static let tokens = ["猫", "が", "魚", "を", "食べた", "。"]

  static var weights: [[Double]] {
    (0..<6).map { i in
      let row = (0..<6).map { j in exp(-Double((i - j) * (i - j)) / 3) }
      return row.map { $0 / row.reduce(0, +) }
    }
  }

  static var all: [Figure] { all(named: { $0 }) }

  /// The same figures, each of their texts put through `name`.
  static func all(named name: (String) -> String) -> [Figure] {
    var noise = Noise(5)
    let lengths = [128, 256, 512, 1024, 2048, 4096, 8192]
    let grid = (0...80).map { Double($0) / 10 - 4 }
    let temperature = [0.25, 0.5, 1, 2, 4].map { t in
      Series(name("温度 \(t)"), x: grid, y: grid.map { 1 / (1 + exp(-$0 / t)) })
    }
    let tokens = tokens.map(name)
    var masked = weights
    for i in 0..<6 { for j in 0..<6 where j > i { masked[i][j] = -.infinity } }
    let signed = (0..<8).map { _ in noise.many(12) }
    let sample = (0..<600).map { _ in noise.many(6).reduce(0, +) }
    return [
      .heatMap(
        name("注意の重み"), weights, rowLabels: tokens, columnLabels: tokens, rowTitle: name("Query"),
        columnTitle: name("Key"),
        legend: name("重み"), showValues: true),
      .heatMap(name("因果マスク"), masked, rowLabels: tokens, columnLabels: tokens, scale: .sequential(0...1)),
      .heatMap(
        name("類似度"), signed, rowLabels: (0..<8).map { name("Expert \($0)") },
        columnLabels: (0..<12).map { name("トークン\($0)") },
        scale: .diverging(), legend: name("コサイン類似度"), showValues: true, decimals: 1),
      .lines(
        name("温度と重み"), temperature, x: Axis(name("ロジットの差 z₁−z₂")), y: Axis(name("最大の重み"), range: 0...1),
        marks: [.horizontal(0.5, name("偶然の水準")), .vertical(0, name("境界"))]),
      .lines(
        name("計算量"),
        [
          Series(name("素朴な注意"), x: lengths, y: lengths.map { $0 * $0 * 256 }),
          Series(name("線形注意"), x: lengths, y: lengths.map { $0 * 64 * 256 }),
        ], x: Axis(name("系列長 n"), scale: .log2), y: Axis(name("FLOP"), scale: .log)),
      .lines(name("よく似た終わり"), (0..<8).map { k in Series(name("系列\(k)"), y: [Double(k), 1, 1 + Double(k) / 1000]) }),
      .scatter(
        name("埋め込み"), [name("数学"), name("コード"), name("言語")].map { Series($0, x: noise.many(40), y: noise.many(40)) },
        x: Axis(name("第1主成分")), y: Axis(name("第2主成分")), equalAspect: true),
      .scatter(
        name("単語"),
        [
          Series(
            name("単語"), x: [0.1, 0.12, 0.25, 0.9, 0.95], y: [0.2, 0.2, 0.3, 0.8, 0.75],
            labels: [name("王"), name("女王"), name("王子"), name("銀行"), name("お金")])
        ]
      ),
      .histogram(
        name("標本"), sample, bins: 24, density: true, name: name("標本600個"),
        overlay: [Series(name("正規分布"), x: grid, y: grid.map { exp(-$0 * $0 / 4) / 3.545 })], x: Axis(name("値"))),
      .bars(
        name("キャッシュ"), [name("MHA"), name("GQA-8"), name("MQA"), name("MLA")], [128.0, 32, 4, 9.5],
        axis: Axis(name("KiB/トークン")), decimals: 1),
      .bars(
        name("内訳"), [name("注意機構"), name("FFN"), name("正規化")],
        groups: [(name("学習"), [30.0, 60, 2]), (name("推論"), [40, 50, -3]), (name("剪定後"), [20, 30, 2])],
        axis: Axis(name("割合（%）")), categoryLabel: name("部分")),
      .bars(
        name("長い名前"), [name("素朴なScaled Dot-Product Attention"), name("スライディングウィンドウ注意"), name("線形注意")], [1024, 300, 64],
        axis: Axis(name("読み書き（MiB）")), horizontal: true, decimals: 0, references: [(512, name("SRAMの上限"))]),
      .plane(
        name("単位円"),
        [
          .circle(), .arrow(to: (0.8, 0.6), name("q")), .arrow(to: (-0.28, 0.96), name("k₁")),
          .angle(from: (0.8, 0.6), to: (-0.28, 0.96), name("θ")), .note(name("原点"), x: 0, y: 0),
        ]),
      .chart(
        name("区間"),
        [
          .band(name("95%区間"), x: [0, 1, 2], lower: [0.0, 1, 1], upper: [1.0, 2, 3]),
          .line(Series(name("平均"), y: [0.5, 1.5, 2])),
          .polygon(name("三角形"), x: [0, 1, 1], y: [0, 0, 1]), .segment(from: (0, 0), to: (2, 2), name("y = x")),
        ], x: Axis(name("歩")), y: Axis(name("値"))),
      .row(
        name("二つ並べる"),
        [.lines(name("左"), [Series(name("a"), y: [1, 4, 9])]), .bars(name("右"), [name("a"), name("b")], [1, -2])]),
    ]
  }
}
