extension Words {
  package static let japanese = Words(
    language: "ja",
    direction: .leftToRight,
    page: Page(
      skip: "本文へ",
      openContents: "目次を開く",
      contents: "目次",
      search: "検索",
      switchColours: "明るい配色と暗い配色を切り替える",
      verified: "検証済み",
      ledger: "すべての数の台帳",
      program: "この章の Swift プログラム",
      report: "誤りの報告",
      chapters: "章",
      draft: "下書き",
      addresses: "リンク先",
      turn: "前後の章",
      previous: "前の章",
      next: "次の章",
      linkToSection: "この節へのリンク",
      linkToCode: "このコードへのリンク",
      wayBack: "Back to content"),
    labels: Labels(
      figure: ["図"],
      table: ["表"],
      equation: ["式"],
      listing: ["リスト"]),
    alerts: Alerts(
      note: "補足",
      tip: "ヒント",
      important: "重要",
      warning: "注意",
      caution: "警告"),
    code: Code(
      run: { "実行するには、この本のリポジトリで ./build.sh run \($0)、または weave run \($0)" },
      mode: { mode in
        switch mode {
        case .run: Mode(output: "出力")
        case .compile: Mode(badge: "コンパイルのみ", output: "出力")
        case .fail: Mode(badge: "コンパイルできない", output: "コンパイラの診断")
        case .trap: Mode(badge: "実行時に停止する", output: "停止の理由")
        case .show: Mode(badge: "表示のみ", output: "出力")
        }
      },
      unfold: { "コードを表示（\($0) 行）" },
      data: { "図のデータ（\($0) 行）" },
      moveFigure: "図を動かす", resetFigure: "本の値に戻す", diagram: "図式"),
    evidence: Evidence(
      computedAfter: { "\($0) の後で計算" },
      block: { "ブロック \($0)" },
      remark: { kind in
        switch kind {
        case .waiver:
          Remark(note: { "計算に結び付けない数：\($0)" }, kind: "免除", count: { _ in ("免除 ", "") })
        }
      },
      tolerance: { "（許容 \($0)）" },
      citation: { "参考文献 \($0)" }),
    seeds: Seeds(
      runs: { "ほかの乱数 \($0) 回：" },
      strays: { "\($0) から \($2)（中央値 \($1)）" },
      same: "同じ",
      held: { "\($0) 回で成り立つ" },
      changed: { "\($0) 回で変わる" },
      oneRun: "一回の乱数での結果",
      column: { "ほかの乱数 \($0) 回" },
      exceptions: ["この乱数では", "この例では"],
      share: { text in
        text.firstMatch(of: /(\d+) ?回(?:のうち|中の?) ?(\d+) ?回/).flatMap { match in
          // What stands before the first number may belong to it: a sign, a decimal point.
          let before = text[..<match.range.lowerBound].unicodeScalars.last
          if let before, "+＋-−–.．,，±".unicodeScalars.contains(before) { return nil }
          guard let runs = Int(match.1), let held = Int(match.2) else { return nil }
          return Seeds.Share(
            range: match.range, held: held, runs: runs,
            heldRange: match.2.startIndex..<match.2.endIndex, runsRange: match.1.startIndex..<match.1.endIndex)
        }
      }),
    vacuity: Vacuity(
      identity: "恒等式",
      remark: { "恒等式：\($0)" },
      broken: { "コードの変異 \($1) 個のうち \($0) 個で偽になる" }),
    counts: Counts(
      numbers: { _ in ("数値 ", "") },
      claims: { _ in ("主張 ", "") },
      outputs: { _ in ("出力 ", "") },
      citations: { _ in ("引用 ", "") }),
    ledger: Ledger(
      title: "数の台帳",
      subtitle: "この本のすべての数と、その根拠",
      introduction: "印のある数と主張を、章ごとにすべて並べる。"
        + "計算は章のプログラムが出した値、主張は真であることを確かめた式、引用は文献の中の場所で、その数は、文献から人が書き写した一覧と照合してある。"
        + "免除は結び付けない理由である。年や番号のように規則で根拠を求めない数と、まだ根拠のない数は、ここにはない。"
        + "表記を選ぶと、その数のある場所へ移る。",
      filter: "台帳を絞り込む",
      nothing: "この条件に合う行はない。言葉を減らすか、章や種類を選び直す。",
      words: "言葉",
      chapter: "章",
      all: "すべて",
      kind: "種類",
      computation: "計算",
      claim: "主張",
      citation: "引用",
      printed: "表記",
      ground: "根拠",
      value: "正確な値"),
    bibliography: Bibliography(
      title: "参考文献",
      wayBack: { "本文 \($0) 箇所目へ戻る" },
      andOthers: " ほか",
      andOthersOfList: " 他"),
    glossary: Glossary(term: "用語", alsoCalled: "別名"),
    punctuation: Punctuation(
      comma: "、",
      inBrackets: { "（\($0)）" },
      runningTitle: "　"),
    epub: Epub(
      landmarks: "主な場所",
      cover: "表紙",
      text: "本文",
      wayBack: "本文へ戻る",
      accessibility: "図には説明文があり、数式はMathMLで書かれている。"),
    preview: Preview(
      missing: "このページはない",
      reason: { "\($0)は、まだ作られていないか、この本にない。" },
      home: "表紙へ"),
    scripts: Scripts(
      copy: "コピー",
      copied: "コピーした",
      selected: "選択した",
      seeGlossary: "用語集で見る",
      searchBook: "本の中を探す",
      searchWords: "探す言葉",
      foundNothing: "見つからない",
      foundOne: "# 件",
      found: "# 件",
      foundAtLeast: "# 件以上",
      foundNear: "このままの言葉はない。似た箇所が # 件",
      rows: "#all 行のうち #shown 行",
      figureStops: "この値では計算が止まる。図は本の値のものである",
      figureMissing: "図を動かすプログラムを読み込めない。図は本の値のものである",
      figureHolds: "本文の数と主張は、この値でも成り立つ",
      building: "組版中",
      faults: "原稿の誤り",
      close: "閉じる",
      faultOne: "誤り # 件：直すまで、誤りのある章は前のページのまま",
      faultCount: "誤り # 件：直すまで、誤りのある章は前のページのまま"))
}
