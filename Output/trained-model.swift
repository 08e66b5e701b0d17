// 学習した言語モデルで測る
// 実行するには、この本のリポジトリで ./build.sh run trained-model.swift、または weave run trained-model.swift
import ChapterRuntime
import Kernel
import Plot

#sourceLocation(file: "trained-model.md", line: 32)
typealias Table = Matrix<Float>
typealias Model = LanguageModel<Float>
func load(_ name: String) -> Model {
  let file = try! SafeTensors(
    dataBytes("\(name).safetensors"))
  return try! .llama(
    file, heads: 8, groups: 4, base: 10_000, epsilon: 1e-5)
}
let model = load("dense")
let unbalanced = load("unbalanced")
let balanced = load("balanced")
let layerCount = model.blocks.count
let block = model.blocks[0], headed = block.attention!
let expertCount = balanced.blocks[0].experts!.experts.count

#sourceLocation(file: "trained-model.md", line: 51)
var facts: [String: Double] = [:]
for line in dataText("models.txt").split(separator: "\n") {
  let words = line.split(separator: " ")
  facts[words.dropLast().joined(separator: " ")] =
    Double(words.last!)!
}
// snippet.hide
print("| モデル | パラメータ（万個） | 学習（プロセッサの分） | 損失 | 困惑度 |")
print("| --- | ---: | ---: | ---: | ---: |")
for (name, key) in [
  ("密", "dense"),
  ("Expert、負荷分散損失なし", "unbalanced"),
  ("Expert、負荷分散損失あり", "balanced"),
] {
  let loss = facts["\(key) loss"]!
  let cells = [
    fixed(facts["\(key) parameters"]! / 1e4, decimals: 0),
    fixed(facts["\(key) seconds"]! / 60, decimals: 0),
    fixed(loss, decimals: 2), fixed(exp(loss), decimals: 1)]
  print("| \(name) | \(cells.joined(separator: " | ")) |")
}
// snippet.show

#sourceLocation(file: "trained-model.md", line: 84)
let characters =
  ["\n"] + dataText("characters.txt").unicodeScalars.dropLast()
let tokenOf = Dictionary(
  uniqueKeysWithValues: zip(characters, 1...))
let heldOut = dataText("held-out.txt").unicodeScalars
  .map { tokenOf[$0] ?? 0 }
let context = 256
func window(at start: Int, _ length: Int = context) -> [Int] {
  Array(heldOut[start...start + length])
}
let windows = (0..<4).map { window(at: 6000 * $0) }
print(String(String.UnicodeScalarView(
  windows[1].prefix(19).map { characters[$0 - 1] })))

#sourceLocation(file: "trained-model.md", line: 105)
func losses(_ logits: Table, _ window: [Int]) -> [Double] {
  let p = softmax(rows: logits)
  return (0..<p.rows).map {
    -log(Double(p[$0, window[$0 + 1]]))
  }
}
func loss(_ predict: ([Int]) -> Table) -> Double {
  mean(windows.map {
    mean(losses(predict(Array($0.dropLast())), $0))
  })
}
let whole = loss { model.logits($0) }
let frequencies = Dictionary(grouping: heldOut) { $0 }.values
  .map { Double($0.count) / Double(heldOut.count) }.sorted()
let unigram = entropy(frequencies)

#sourceLocation(file: "trained-model.md", line: 130)
let stored = try! SafeTensors(dataBytes("logits.safetensors"))
let begun = Array(heldOut[..<64]), shownRows = 6
func torchGap(_ model: Model, _ name: String) -> Float {
  let expected = try! stored.matrix(name, of: Float.self)
  let computed = model.logits(begun)
  return (0..<shownRows).map {
    maxAbsDifference(
      computed.row(12 * $0 + 3), expected.row($0))
  }.max()!
}
let gaps = [
  torchGap(model, "dense"),
  torchGap(unbalanced, "unbalanced"),
  torchGap(balanced, "balanced")]
let largestLogit =
  model.logits(begun).elements.map(\.magnitude).max()!
let agreesWithTorch = gaps.max()! < largestLogit * 2e-6

#sourceLocation(file: "trained-model.md", line: 156)
typealias Attend = (
  _ layer: Int, _ head: Int,
  _ q: Table, _ k: Table, _ v: Table
) -> Table
func embedded(_ model: Model, _ sequence: [Int]) -> Table {
  Table(sequence.map { model.tokens.row($0) })
}
func logits(
  _ sequence: [Int], stretch: Double = 1,
  attend: Attend = { attention($2, $3, $4, mask: .causal) }
) -> Table {
  let places = sequence.indices.map { Double($0) * stretch }
  var x = embedded(model, sequence)
  for (layer, block) in model.blocks.enumerated() {
    let a = block.attention!, y = block.mixerNorm(x)
    let q = matmul(y, transposed: a.query)
    let k = matmul(y, transposed: a.key)
    let v = matmul(y, transposed: a.value)
    func part(_ m: Table, _ i: Int) -> Table {
      let width = a.headDimension
      return m.columns(i * width..<(i + 1) * width)
    }
    let heads = (0..<a.heads).map { head in
      let group = head * a.groups / a.heads
      return attend(
        layer, head,
        a.rotary!.rotate(part(q, head), positions: places),
        a.rotary!.rotate(part(k, group), positions: places),
        part(v, group))
    }
    let joined = concatenatedColumns(heads)
    x = x + matmul(joined, transposed: a.output)
    x = x + block.feedForward(block.feedForwardNorm(x))
  }
  return matmul(model.finalNorm(x), transposed: model.tokens)
}
let sameBits = windows.allSatisfy {
  logits(Array($0.dropLast()))
    == model.logits(Array($0.dropLast()))
}
func cost(_ attend: @escaping Attend) -> Double {
  loss { logits($0, attend: attend) } - whole
}

#sourceLocation(file: "trained-model.md", line: 210)
let deviations = (1...28).map { 0.25 * Double($0) }
let drawnKeys = 200
var generator = Random(seed: 1501)
let normalShares = deviations.map { deviation in
  mean((0..<100).map { _ in
    let scores = normalVector(drawnKeys, using: &generator)
    let p = softmax(scores.map { $0 * deviation })
    return effectiveCount(p) / Double(drawnKeys)
  })
}
func normalShare(_ deviation: Double) -> Double {
  let place = deviation / 0.25 - 1
  let below = min(max(Int(place), 0), deviations.count - 2)
  let part = place - Double(below)
  return (1 - part) * normalShares[below]
    + part * normalShares[below + 1]
}

#sourceLocation(file: "trained-model.md", line: 230)
struct Focus {
  var keys = 0.0, expected = 0.0, spread = 0.0
  var first = 0.0, last = 0.0
}
var focus = [[Focus]](
  repeating: .init(repeating: Focus(), count: headed.heads),
  count: layerCount)
let rows = Array(stride(from: 135, to: context, by: 8))
let share = 1 / Double(rows.count * windows.count), near = 8
var keptMass = 0.0
_ = cost { layer, head, q, k, v in
  let scores = attentionScores(q, k)
  for i in rows {
    let seen = scores.row(i)[0...i].map { Double($0) }
    let p = softmax(seen)
    focus[layer][head].keys += effectiveCount(p) * share
    let deviation = variance(seen).squareRoot()
    focus[layer][head].spread += deviation * share
    focus[layer][head].expected +=
      Double(i + 1) * normalShare(deviation) * share
    focus[layer][head].first += p[0] * share
    if layer == 0 {
      keptMass += topMass(p, 4) * share / Double(headed.heads)
    }
    focus[layer][head].last += sum(Array(p.suffix(near))) * share
  }
  return attention(q, k, v, mask: .causal)
}
let seenOnAverage = mean(rows.map { Double($0 + 1) })

#sourceLocation(file: "trained-model.md", line: 262)
let drawn = Array(deviations.prefix(16))
show(
  .chart(
    "学習したヘッドの実効個数",
    focus.enumerated().map { layer, heads in
      .points(Series(
        "\(layer + 1)層目", x: heads.map(\.spread),
        y: heads.map { $0.keys / seenOnAverage }))
    } + [
      .line(Series(
        "正規乱数", x: drawn, y: drawn.map(normalShare))),
      .line(Series(
        "見積もり", x: drawn, y: drawn.map { exp(-$0 * $0 / 2) })),
    ],
    x: Axis("得点の標準偏差"),
    y: Axis("実効個数の割合", scale: .log, range: 0.01...1)))

#sourceLocation(file: "trained-model.md", line: 281)
let heads = focus.flatMap { $0 }
let widest = heads.max { $0.spread < $1.spread }!
let farthest = heads.map {
  ($0.keys / $0.expected - 1).magnitude
}.max()!
let likeNormal = farthest < 0.3
let evenShare = mean(rows.map { 1 / Double($0 + 1) })
let noSink = focus.dropFirst().joined()
  .allSatisfy { $0.first < evenShare }

#sourceLocation(file: "trained-model.md", line: 307)
let budgets = [2, 4, 8, 16]
func band(_ keep: Int) -> AttentionMask {
  .window(keep - 1).intersection(.causal)
}
let topCosts = budgets.map { keep in
  cost { _, _, q, k, v in
    topKAttention(q, k, v, keep: keep, mask: .causal)
  }
}
let nearCosts = budgets.map { keep in
  loss { model.logits($0, mask: band(keep)) } - whole
}
let nearIsBetterWhenFew = (0...1).allSatisfy {
  nearCosts[$0] < topCosts[$0]
}

#sourceLocation(file: "trained-model.md", line: 327)
let keep = budgets[1]
func onlyIn(_ layer: Int, _ attend: @escaping Attend) -> Double {
  cost { l, head, q, k, v in
    l == layer
      ? attend(l, head, q, k, v)
      : attention(q, k, v, mask: .causal)
  }
}
let topAlone = (0..<layerCount).map { layer in
  onlyIn(layer) {
    topKAttention($2, $3, $4, keep: keep, mask: .causal)
  }
}
let nearAlone = (0..<layerCount).map { layer in
  onlyIn(layer) { attention($2, $3, $4, mask: band(keep)) }
}
// snippet.hide
print("| 層 | 実効個数の平均 | 得点の上位 | 直近 |")
print("| ---: | ---: | ---: | ---: |")
for layer in 0..<layerCount {
  let cells = [
    fixed(mean(focus[layer].map(\.keys)), decimals: 0),
    fixed(topAlone[layer], decimals: 3),
    fixed(nearAlone[layer], decimals: 3)]
  print("| \(layer + 1) | \(cells.joined(separator: " | ")) |")
}
// snippet.show

#sourceLocation(file: "trained-model.md", line: 367)
func undivided(
  _ q: Table, _ k: Table, _ v: Table, _ kept: Table
) -> Table {
  let p = attentionWeights(q, k, mask: .causal)
  return matmul(p * kept.map { $0 > 0 ? 1 : 0 }, v)
}
let topWhole = budgets.map { keep in
  cost { _, _, q, k, v in
    undivided(q, k, v, topKAttentionWeights(
      q, k, keep: keep, mask: .causal))
  }
}
let nearWhole = budgets.map { keep in
  cost { _, _, q, k, v in
    undivided(q, k, v, attentionWeights(
      q, k, mask: band(keep)))
  }
}
let topWins = (0..<budgets.count).allSatisfy {
  topWhole[$0] < nearWhole[$0] / 2
}
let undividedHelps = (0..<budgets.count).allSatisfy {
  topWhole[$0] < topCosts[$0]
}

#sourceLocation(file: "trained-model.md", line: 394)
show(
  .lines(
    "残すKeyと損失",
    [
      Series("上位、割り直す", x: budgets, y: topCosts),
      Series("上位、そのまま", x: budgets, y: topWhole),
      Series("直近、割り直す", x: budgets, y: nearCosts),
      Series("直近、そのまま", x: budgets, y: nearWhole),
    ], x: Axis("残すKeyの個数", scale: .log2),
    y: Axis("損失の増え方", scale: .log)))

#sourceLocation(file: "trained-model.md", line: 413)
let evened = onlyIn(0) { _, _, q, k, v in
  attention(q * 0, k, v, mask: .causal)
}
let removed = onlyIn(0) { _, _, _, _, v in v * 0 }

#sourceLocation(file: "trained-model.md", line: 432)
let cut = 128, later = 160, asked = 8
func evicting(
  _ q: Table, _ k: Table, _ v: Table, to kept: [Int]
) -> Table {
  var holds = [Bool](repeating: false, count: cut)
  for j in kept { holds[j] = true }
  return attention(q, k, v, mask: .allowed { i, j in
    j <= i && (i < cut || j >= cut || holds[j])
  })
}
func received(
  _ q: Table, _ k: Table, by queries: Range<Int>
) -> [Float] {
  let p = attentionWeights(q, k, mask: .causal).rows(queries)
  return p.transposed().rowVectors[..<cut].map { sum($0) }
}
let readings = (0..<12).map { window(at: 2000 * $0, later) }
func lateLosses(_ attend: @escaping Attend) -> [Double] {
  readings.map { read in
    let seen = logits(Array(read.dropLast()), attend: attend)
    return mean(Array(losses(seen, read)[cut...]))
  }
}
let keepingAll = lateLosses {
  attention($2, $3, $4, mask: .causal)
}
func costOfKeeping(
  _ choose: @escaping (_ q: Table, _ k: Table) -> [Int]
) -> (mean: Double, error: Double) {
  let late = lateLosses { _, _, q, k, v in
    evicting(q, k, v, to: choose(q, k))
  }
  let rises = zip(late, keepingAll).map { $0 - $1 }
  return (
    mean(rises), (variance(rises) / Double(rises.count - 1))
      .squareRoot())
}

#sourceLocation(file: "trained-model.md", line: 474)
let kept = [16, 32]
typealias Cost = (mean: Double, error: Double)
let rules: [(name: String, costs: [Cost])] = [
  ("直前", kept.map { n in
    costOfKeeping { _, _ in Array(cut - n..<cut) }
  }),
  ("累積", kept.map { n in
    costOfKeeping { topIndices(received($0, $1, by: 0..<cut), n) }
  }),
  ("平均", kept.map { n in
    costOfKeeping { q, k in
      let sums = received(q, k, by: 0..<cut)
      return topIndices(
        sums.indices.map { sums[$0] / Float(cut - $0) }, n)
    }
  }),
  ("直前のQuery", kept.map { n in
    costOfKeeping {
      topIndices(received($0, $1, by: cut - asked..<cut), n)
    }
  }),
  ("半分ずつ", kept.map { n in
    costOfKeeping { q, k in
      let old = received(q, k, by: 0..<cut)[..<(cut - n / 2)]
      return topIndices(Array(old), n / 2)
        + Array(cut - n / 2..<cut)
    }
  }),
]
// snippet.hide
print("| 規則 | \(kept[0])個を残す | \(kept[1])個を残す |")
print("| --- | ---: | ---: |")
for (name, costs) in rules {
  let cells = costs.map {
    "\(fixed($0.mean, decimals: 2)) ± \(fixed($0.error, decimals: 2))"
  }
  print("| \(name) | \(cells.joined(separator: " | ")) |")
}
// snippet.show

#sourceLocation(file: "trained-model.md", line: 525)
let sumsAreWorst = kept.indices.allSatisfy { n in
  rules.map { $0.costs[n].mean }.max()! == rules[1].costs[n].mean
}
let dividingHelps = kept.indices.allSatisfy { n in
  rules[2].costs[n].mean < rules[1].costs[n].mean
}

#sourceLocation(file: "trained-model.md", line: 546)
typealias Choice = (_ layer: Int, _ sizes: [Float]) -> [Int]
let width = block.swiGLU!.gate.rows
var seeing: (_ layer: Int, _ hidden: Table) -> Void = { _, _ in }
func keepingNeurons(
  byGate: Bool = false, rest: Table? = nil,
  _ choose: @escaping Choice
) -> Model {
  var pruned = model
  for (layer, block) in model.blocks.enumerated() {
    let ffn = block.swiGLU!
    let lengths = ffn.down.transposed().rowVectors
      .map { norm($0) }
    pruned.blocks[layer].feedForward = .map { x in
      let gates = matmul(x, transposed: ffn.gate)
        .map { swish($0) }
      let hidden = gates * matmul(x, transposed: ffn.up)
      seeing(layer, hidden)
      let scale = Table(x.rowVectors.map { _ in lengths })
      let sizes = ((byGate ? gates : hidden) * scale)
        .map { $0.magnitude }
      let kept = (0..<x.rows).map { i in
        let h = hidden.row(i)
        var kept = rest?.row(layer)
          ?? [Float](repeating: 0, count: h.count)
        for j in choose(layer, sizes.row(i)) { kept[j] = h[j] }
        return kept
      }
      return matmul(Table(kept), transposed: ffn.down)
    }
  }
  return pruned
}
func costOf(
  byGate: Bool = false, rest: Table? = nil,
  _ choose: @escaping Choice
) -> Double {
  let pruned =
    keepingNeurons(byGate: byGate, rest: rest, choose)
  return loss { pruned.logits($0) } - whole
}

#sourceLocation(file: "trained-model.md", line: 589)
var totals = Table(
  (0..<layerCount).map { _ in
    [Float](repeating: 0, count: width)
  })
func topShare(_ sizes: [Float], _ count: Int) -> Float {
  sum(topIndices(sizes, count).map { sizes[$0] }) / sum(sizes)
}
var shareOfHalf: [Float] = []
let probe = keepingNeurons { layer, sizes in
  for j in 0..<width { totals[layer, j] += sizes[j] }
  shareOfHalf.append(topShare(sizes, width / 2))
  return Array(0..<width)
}
let elsewhere = (0..<8).map {
  Array(window(at: 3000 * $0 + 1500).dropLast())
}
var averages = totals
seeing = { layer, hidden in
  let columns = hidden.transposed()
  for j in 0..<width {
    averages[layer, j] +=
      mean(columns.row(j)) / Float(elsewhere.count)
  }
}
for text in elsewhere { _ = probe.logits(text) }
seeing = { _, _ in }
let neurons = [width / 8, width / 4, width / 2]
let still = neurons.map { n in
  let sets = totals.rowVectors.map { topIndices($0, n) }
  return costOf { layer, _ in sets[layer] }
}
let filled = neurons.map { n in
  let sets = totals.rowVectors.map { topIndices($0, n) }
  return costOf(rest: averages) { layer, _ in sets[layer] }
}
let moving = neurons.map { n in
  costOf { topIndices($1, n) }
}
let gated = neurons.map { n in
  costOf(byGate: true) { topIndices($1, n) }
}

#sourceLocation(file: "trained-model.md", line: 633)
let fractions = neurons.map { Double($0) / Double(width) }
// snippet.hide
show(
  .lines(
    "静的な剪定と動的な剪定",
    [
      Series("静的", x: fractions, y: still),
      Series("静的、平均で埋める", x: fractions, y: filled),
      Series("ゲート", x: fractions, y: gated),
      Series("動的", x: fractions, y: moving),
    ], x: Axis("残した割合", scale: .log2),
    y: Axis("損失の増え方", scale: .log)))
// snippet.show

#sourceLocation(file: "trained-model.md", line: 649)
let movingShare = mean(shareOfHalf)
let stillShare = mean(totals.rowVectors.map {
  topShare($0, width / 2)
})
let leastRatio = zip(filled, moving).map { $0 / $1 }.min()!
let gateBetween = (0..<neurons.count).allSatisfy {
  moving[$0] < gated[$0] && gated[$0] < filled[$0]
}

#sourceLocation(file: "trained-model.md", line: 668)
func merged(to count: Int) -> Model {
  var copy = model
  let width = headed.headDimension
  let each = headed.groups / count
  func averaged(_ m: Table) -> Table {
    let parts = (0..<headed.groups).map {
      m.rows($0 * width..<($0 + 1) * width)
    }
    return Table((0..<count).flatMap { g in
      let own = parts[g * each..<(g + 1) * each]
      let total = own.dropFirst().reduce(own.first!) { $0 + $1 }
      return (total / Float(each)).rowVectors
    })
  }
  for (layer, block) in model.blocks.enumerated() {
    let a = block.attention!
    copy.blocks[layer].attention = GroupedQueryAttention(
      query: a.query, key: averaged(a.key),
      value: averaged(a.value), output: a.output,
      heads: a.heads, groups: count, rotary: a.rotary)
  }
  return copy
}
let groupCounts = [4, 2, 1]
let mergedCosts = groupCounts.map { count in
  let m = merged(to: count)
  return loss { m.logits($0) } - whole
}
let nothingMerged = mergedCosts[0] == 0
var first = model
for (layer, block) in model.blocks.enumerated() {
  let a = block.attention!, width = a.headDimension
  func halved(_ m: Table) -> Table {
    Table([0, 2].flatMap {
      m.rows($0 * width..<($0 + 1) * width).rowVectors
    })
  }
  first.blocks[layer].attention = GroupedQueryAttention(
    query: a.query, key: halved(a.key), value: halved(a.value),
    output: a.output, heads: a.heads, groups: 2,
    rotary: a.rotary)
}
let keepingFirst = loss { first.logits($0) } - whole

#sourceLocation(file: "trained-model.md", line: 720)
let long = (0..<4).map { window(at: 6000 * $0, 2 * context) }
let pieces = 8, piece = 2 * context / pieces
func lossByPlace(
  stretch: Double,
  _ attend: @escaping Attend = {
    attention($2, $3, $4, mask: .causal)
  }
) -> [Double] {
  let each = long.map {
    losses(
      logits(
        Array($0.dropLast()), stretch: stretch, attend: attend),
      $0)
  }
  return (0..<pieces).map { p in
    mean(each.map { mean(Array($0[p * piece..<(p + 1) * piece])) })
  }
}
let direct = lossByPlace(stretch: 1)
let squeezed = lossByPlace(stretch: 0.5)
let limited = lossByPlace(stretch: 1) {
  attention($2, $3, $4, mask: band(context))
}

#sourceLocation(file: "trained-model.md", line: 746)
let middles = (0..<pieces).map { (Double($0) + 0.5) * Double(piece) }
// snippet.hide
show(
  .lines(
    "学習した長さの外",
    [
      Series("そのまま", x: middles, y: direct),
      Series("位置を縮める", x: middles, y: squeezed),
      Series("局所窓", x: middles, y: limited),
    ], x: Axis("窓の中の位置"),
    y: Axis("損失", includesZero: true),
    marks: [.vertical(Double(context), "学習した長さ")]))
// snippet.show

#sourceLocation(file: "trained-model.md", line: 762)
let inside = 0..<4, outside = 5..<8
let failsOutside =
  outside.map { direct[$0] }.min()!
  > inside.map { direct[$0] }.max()!
let squeezedOutside = outside.allSatisfy {
  squeezed[$0] < direct[$0]
}
let limitedBest = (4..<8).allSatisfy {
  limited[$0] < min(direct[$0], squeezed[$0])
}
let squeezedInside = inside.allSatisfy {
  squeezed[$0] > direct[$0]
}

#sourceLocation(file: "trained-model.md", line: 785)
let vectors = model.tokens.rows(1..<model.vocabulary)
func cosines(_ m: Table) -> [Double] {
  let unit = m.mapRows { row in
    let length = norm(row)
    return row.map { $0 / length }
  }
  let all = matmul(unit, transposed: unit)
  return (0..<m.rows).flatMap { i in
    all.row(i)[..<i].map { Double($0) }
  }
}
let byChance = 1 / Double(model.tokens.columns).squareRoot()
let frequentCount = 100, rareFrom = 400
let frequent = cosines(vectors.rows(0..<frequentCount))
let rare = cosines(vectors.rows(rareFrom..<vectors.rows))
let frequentSpread = variance(frequent).squareRoot()
let rareShare =
  mean(heldOut.map { $0 > rareFrom ? 1.0 : 0.0 })

#sourceLocation(file: "trained-model.md", line: 816)
func routes(_ model: Model, _ sequence: [Int]) -> [[[Int]]] {
  var x = embedded(model, sequence)
  return model.blocks.map { block in
    x = x + block.attention!(block.mixerNorm(x))
    let y = block.feedForwardNorm(x)
    x = x + block.feedForward(y)
    let experts = block.experts!
    return y.rowVectors.map { token in
      experts.router
        .route(token, top: experts.active, renormalised: true)
        .map(\.expert)
    }
  }
}
let texts = (0..<8).map {
  Array(window(at: 3000 * $0).dropLast())
}
func chosen(_ model: Model) -> [[[Int]]] {
  let each = texts.map { routes(model, $0) }
  return (0..<layerCount).map { layer in
    each.flatMap { $0[layer] }
  }
}
let free = chosen(unbalanced), guided = chosen(balanced)
func shares(_ choices: [[Int]]) -> [Double] {
  (0..<expertCount).map { e in
    mean(choices.map { $0.contains(e) ? 1.0 / Double($0.count) : 0 })
  }
}

#sourceLocation(file: "trained-model.md", line: 848)
show(
  .row(
    "Expertの負荷",
    [("負荷分散損失なし", free), ("負荷分散損失あり", guided)]
      .map { name, choices in
        .heatMap(
          name, choices.map(shares),
          rowLabels: (1...layerCount).map { "\($0)層目" },
          columnLabels: (1...expertCount).map { "E\($0)" },
          scale: .sequential(0...0.5), legend: "割合",
          showValues: true)
      }))

#sourceLocation(file: "trained-model.md", line: 863)
let even = 1 / Double(expertCount)
func evenness(_ choices: [[Int]]) -> Double {
  sum(shares(choices).map { $0 * $0 }) / even
}
let little = 0.02
func idle(_ layers: [[[Int]]]) -> Int {
  layers.reduce(0) { $0 + shares($1).filter { $0 < little }.count }
}
let pooledFree = evenness(free.flatMap { $0 })
let pooledGuided = evenness(guided.flatMap { $0 })
let layeredFree = mean(free.map(evenness))
let layeredGuided = mean(guided.map(evenness))
let idleFree = idle(free), idleGuided = idle(guided)
let overall = shares(guided.flatMap { $0 })

#sourceLocation(file: "trained-model.md", line: 889)
func information(_ a: [Int], _ b: [Int]) -> Double {
  func entropyOf(_ values: [[Int]]) -> Double {
    entropy(Dictionary(grouping: values) { $0 }.values.map {
      Double($0.count) / Double(values.count)
    }.sorted())
  }
  return entropyOf(a.map { [$0] }) + entropyOf(b.map { [$0] })
    - entropyOf(zip(a, b).map { [$0, $1] })
}
let placeWidth = 16
let letters = texts.flatMap { $0 }
let before = texts.flatMap { [0] + $0.dropLast() }
let places = texts.flatMap { $0.indices.map { $0 / placeWidth } }
let order = generator.permutation(letters.count)
func shuffled(_ a: [Int]) -> [Int] { order.map { a[$0] } }
let textNumbers = texts.indices.flatMap { number in
  texts[number].map { _ in number }
}
let best = guided.map { $0.map { $0[0] } }
let known = best.map { choice in
  [letters, before, places, textNumbers].map {
    (real: information(choice, $0),
      broken: information(shuffled(choice), $0))
  }
}

#sourceLocation(file: "trained-model.md", line: 917)
print("| 層 | 選択のエントロピー | 文字 | 直前の文字 | 位置 | 文章 |")
print("| ---: | ---: | ---: | ---: | ---: | ---: |")
for layer in 0..<layerCount {
  let own = information(best[layer], best[layer])
  let cells = known[layer].map {
    "\(fixed($0.real, decimals: 2))"
      + "（\(fixed($0.broken, decimals: 2))）"
  }
  print(
    "| \(layer + 1) | \(fixed(own, decimals: 2)) | "
      + "\(cells.joined(separator: " | ")) |")
}

#sourceLocation(file: "trained-model.md", line: 940)
let firstShare =
  known[0][0].real / information(best[0], best[0])
let leastTold = known.map { $0[0].real / $0[0].broken }.min()!
let placesDoNot = known.allSatisfy {
  ($0[2].real - $0[2].broken).magnitude < 0.02
}

#sourceLocation(file: "trained-model.md", line: 980)
let nothing = costOfKeeping { _, _ in [] }
let recentHelps = rules[0].costs[0].mean < nothing.mean / 2
let sumsHelpLittle =
  rules[1].costs[0].mean > nothing.mean - 2 * nothing.error

#sourceLocation(file: "trained-model.md", line: 998)
let half = letters.count / 2
let halfBroken = information(
  Array(shuffled(best[0])[..<half]), Array(letters[..<half]))
let wholeBroken = known[0][0].broken
let halvingRaises = halfBroken > wholeBroken
