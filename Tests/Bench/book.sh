#!/usr/bin/env bash
# How long an edit takes, beside bare swiftc on the same programs in the same run. Prints a table; judges nothing.
# usage: Tests/Bench/book.sh [RUNS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bench=$PWD/Tests/Bench
weave=$PWD/.build/release/weave
root=$PWD
kit=$PWD/.build/release
runs=${1:-5}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A chapter of 40 blocks, each with an output, a bound number and a formula of its own.
chapter() { # NAME
  local name=$1 block
  printf -- '---\ntitle: 章 %s\n---\n\n# 章 %s\n' "$name" "$name"
  for ((block = 1; block <= 40; block++)); do
    cat <<MD

第$block節。語のならびは編集のたびに変わり、式 \$\\alpha_{$block} + \\beta_{${name//[!0-9]/}}\$ は変わらない。

\`\`\`swift run
let x$block = softmax([1.0, $block.0, 3.0])
print(fixed(x$block, decimals: 3))
\`\`\`

最大の重みは[0.7](<#=x$block.max()!> "±50%")である。
MD
  done
}

book() { # FOLDER CHAPTERS
  mkdir -p "$1/Chapters"
  { printf 'title: 測定の本\nmodules: [{package: %s, product: Kernel}]\nchapters:\n' "$root"; for ((i = 1; i <= $2; i++)); do echo "  - c$i"; done; } >"$1/Chapters/book.yml"
  for ((i = 1; i <= $2; i++)); do chapter "c$i" >"$1/Chapters/c$i.md"; done
}

# A chapter without code, for the book of many.
prose() {
  printf -- '---\ntitle: 章 %s\n---\n\n# 章 %s\n' "$1" "$1"
  for ((p = 1; p <= 40; p++)); do printf '\n語のならびは編集のたびに変わる。**強調**と[節](#章-%s)と式 $x_{%s}$ がある。\n' "$1" "$p"; done
}

# Adds the seconds of one run of a command to the list of a name.
clock() { # NAME COMMAND…
  local start=$EPOCHREALTIME
  "${@:2}" >/dev/null 2>"$scratch/err" || { cat "$scratch/err" >&2; exit 1; }
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.4f\n", b - a }' >>"$scratch/$1.times"
}
middle() { sort -n | sed -n "$(((runs + 1) / 2))p"; }
median() { middle <"$scratch/$1.times"; }
# Of the ratios of two names, run by run: what a ratio compares has seen the same machine.
ratio() { paste "$scratch/$1.times" "$scratch/$2.times" | awk '{ printf "%.2f\n", $1 / $2 }' | middle; }
# Two names' commands one after the other, each first every other time: the second finds the machine warmer.
in_turns() { if ((run % 2)); then "$1" && "$2"; else "$2" && "$1"; fi; }

edits=0
words=(山 川 空 海 森 石 風 雨 雪 花)
edit_prose() { edits=$((edits + 1)); sed -i "0,/語[山川空海森石風雨雪花]*のなら/s//語${words[edits % 10]}${words[edits / 10 % 10]}のなら/" "$1"; }
# The program changes, what it computes does not.
edit_code() { edits=$((edits + 1)); sed -i "s|^let x1 = .*|let x1 = softmax([1.0, 1.0, 3.0])  // $edits|" "$1"; }
# All that was made of the sources; what the compiler says of itself stays known, as it does to swiftc.
forget() { rm -rf "$kit/weave-cache/book" "$1/Output"; }

options=(-swift-version 6 -default-isolation MainActor -module-name Chapter -Onone -I "$kit/Modules" -Xcc
  "-fmodule-map-file=$kit/CVector.build/module.modulemap" -L "$kit" -lChapterKit -lKernel -lm -Xlinker -rpath -Xlinker "$kit")
bare() { # FOLDER NAME…: swiftc on each program, as many at a time as there are cores
  local folder=$scratch/$1
  shift
  printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} swiftc "${options[@]}" "$folder/{}/main.swift" -o "$folder/{}/program"
}

four=$scratch/four
book "$four" 4
cd "$four"
"$weave" promote >/dev/null
# The same programs three times: as weave compiles them, with 40 bound expressions each; as a reader downloads them; and
# with each expression printed, as one would write it by hand.
for i in 1 2 3 4; do
  mkdir -p "$scratch"/{whole,tangled,printed}/"c$i"
  "$weave" tangle --instrumented "c$i" >"$scratch/whole/c$i/main.swift"
  "$weave" tangle "c$i" >"$scratch/tangled/c$i/main.swift"
  sed 's/^print(fixed(\(x[0-9]*\),.*/&\nprint(\1.max()!)/' "$scratch/tangled/c$i/main.swift" >"$scratch/printed/c$i/main.swift"
done

many=$scratch/many
mkdir -p "$many/Chapters"
{ printf 'title: 厚い本\nmodules: [{package: %s, product: Kernel}]\nchapters:\n' "$root"; for ((i = 1; i <= 500; i++)); do echo "  - c$i"; done; } >"$many/Chapters/book.yml"
for ((i = 1; i <= 500; i++)); do prose "c$i" >"$many/Chapters/c$i.md"; done

for folder in "$four" "$many"; do cd "$folder" && "$weave" build >/dev/null && "$weave" build >/dev/null; done
weave_code() { edit_code Chapters/c1.md && clock code "$weave" build; }
bare_code() { clock one bare whole c1; }
for ((run = 0; run < runs; run++)); do
  cd "$four"
  clock none "$weave" build
  edit_prose Chapters/c1.md
  clock word "$weave" build
  in_turns weave_code bare_code
  clock tangled bare tangled c1
  clock printed bare printed c1
  cd "$many"
  edit_prose Chapters/c250.md
  clock thick "$weave" build
done
memory=$( (command -v /usr/bin/time >/dev/null && edit_prose Chapters/c250.md && /usr/bin/time -f %M "$weave" build >/dev/null) 2>&1 | tail -n 1)
cd "$four"
weave_all() { forget "$four" && clock all "$weave" build; }
bare_all() { clock every bare whole c1 c2 c3 c4; }
for ((run = 0; run < runs; run++)); do in_turns weave_all bare_all; done
for name in none word code one tangled printed thick all every; do declare "$name=$(median "$name")"; done

row() { printf '%-44s %8s  %s\n' "$@"; }
row 'edit (4 chapters of 40 blocks)' seconds beside
row 'nothing changed' "$none" ''
row 'a word of prose' "$word" ''
row 'one code block' "$code" "$(ratio code one) of swiftc on that program ($one s); with print() in place of the tool's calls it takes $printed s, without the bound expressions $tangled s"
row 'all afresh' "$all" "$(ratio all every) of swiftc on the four programs ($every s)"
row 'a word of prose among 500 chapters' "$thick" "$(ratio thick word) of the same in 4 chapters"
row 'peak memory at 500 chapters, KB' "${memory:-unknown}" ''
if command -v chromium >/dev/null && command -v node >/dev/null; then
  cd "$four"
  row 'serve: from saving a word to the browser' "$(node "$bench/serve.mjs" "$weave" Chapters/c1.md "$((runs * 4))")" ''
fi
