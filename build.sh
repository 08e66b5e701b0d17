#!/usr/bin/env bash
# Makes the book. ./build.sh weaves it; ./build.sh test runs the tests, test ARGUMENT … those that `swift test` is told of;
# ./build.sh bench times edits, bench book those of the book's own chapters, bench kernel the kernel,
# bench floats measures its functions over every Float;
# ./build.sh fuzz [CASES] [SEED] tries damaged books;
# ./build.sh VERB … hands any other verb to weave.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

tool=.build/release/weave
library=.build/release/libChapterKit.so
[ "$(uname -s)" = Darwin ] && library=.build/release/libChapterKit.dylib

step() { printf '==> %s\n' "$*" >&2; }
stop() { printf 'build.sh: %s\n' "$*" >&2; exit 2; }

# ---- What has to be installed ---------------------------------------------------------------------------------------

# Debian's packages for making the book; with `test`, what the tests want besides: a browser and pip for axe-core, a reader
# of its PDF, and EPUB's checker.
packages() {
  [ -e /usr/include/cmark-gfm.h ] || echo libcmark-gfm-dev
  [ -e /usr/include/cmark-gfm-core-extensions.h ] || echo libcmark-gfm-extensions-dev
  command -v pkg-config >/dev/null || echo pkg-config
  [ -e /usr/include/zlib.h ] || echo zlib1g-dev
  command -v node >/dev/null || echo nodejs
  [ -e /usr/share/nodejs/katex/package.json ] || echo katex
  [ -e /usr/share/nodejs/highlight.js/package.json ] || echo node-highlight.js
  command -v dot >/dev/null || echo graphviz
  command -v bwrap >/dev/null || echo bubblewrap
  [ -n "$(fc-list ':lang=ja' 2>/dev/null | head -n 1)" ] || echo fonts-noto-cjk
  [ "${1:-}" = test ] || return 0
  command -v chromium >/dev/null || echo chromium
  command -v pdftotext >/dev/null || echo poppler-utils
  [ -e /usr/share/java/epubcheck.jar ] || echo epubcheck
  command -v chromedriver >/dev/null || echo chromium-driver
  command -v curl >/dev/null || echo curl
  python3 -m pip --version >/dev/null 2>&1 || echo python3-pip
}

install_missing() {
  local missing
  if [ "$(uname -s)" = Darwin ]; then
    command -v brew >/dev/null || stop "install Homebrew, then: brew install cmark-gfm node graphviz && npm install -g katex highlight.js@9"
    pkg-config --exists libcmark-gfm 2>/dev/null || stop "install: brew install pkg-config cmark-gfm node graphviz && npm install -g katex highlight.js@9"
    return
  fi
  missing=$(packages "${1:-}" | tr '\n' ' ')
  [ -z "$missing" ] && return
  command -v apt-get >/dev/null \
    || stop "install what these packages of Debian hold, then run this again: $missing"
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || stop "as root: apt-get install $missing"
    sudo=(sudo)
  fi
  step "installing $missing"
  "${sudo[@]}" apt-get update -qq >&2 || step "apt-get update failed; trying with the lists that are here"
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends $missing >&2 \
    || stop "apt-get could not install: $missing"
}

find_swift() {
  command -v swift >/dev/null || stop "swift is not on the PATH: install Swift 6.3 or later from swift.org/install"
  swift --version 2>/dev/null | grep -Eq 'Swift version (6\.[3-9]|6\.[1-9][0-9]|[7-9])' \
    || stop "Swift 6.3 or later is needed; this is: $(swift --version 2>/dev/null | head -n 1)"
}

# ---- The tool -------------------------------------------------------------------------------------------------------

# Nothing to do while no source is newer than what was built from it.
is_current() {
  [ -x "$tool" ] && [ -e "$library" ] \
    && [ -z "$(find Package.swift Sources -newer "$tool" -print -quit)" ] \
    && [ -z "$(find Package.swift Sources/{Requirements,Kernel,CVector,Plot,ChapterProtocol,ChapterRuntime} -newer "$library" -print -quit)" ]
}

build_tool() {
  is_current && return
  install_missing
  find_swift
  step "building the tool and the kernel (the first time this takes some minutes)"
  swift build -c release >&2
  # SwiftPM leaves a product alone whose bytes stay the same: note that it was looked at.
  touch "$tool" "$library"
}

# ---- Tests ----------------------------------------------------------------------------------------------------------

passed=0 failed=0 skipped=0

# A part of the tests: what it reports goes into the sums. What ends without a report counts as one that failed.
run_part() { # ARGUMENT…
  local report=$reports/part status=0 counts
  # In release, as the book runs it; without testable imports nothing is built a second time.
  swift test -c release --disable-testable-imports --xunit-output "$report.xml" "$@" 2>&1 | tee "$report.log" || status=$?
  awk '/^✘/ { shown = 1; print; next } /^ *↳/ && shown { print; next } { shown = 0 }' "$report.log" >> "$reports/failures"
  counts=$(awk '
    /<testcase / { cases++; fell = 0 }
    /<failure/ && !fell { failures++; fell = 1 }
    /<skipped/ { skips++ }
    END { print cases - failures - skips, failures + 0, skips + 0 }' "$report"*.xml 2>/dev/null) || counts="0 0 0"
  rm -f "$report"*.xml
  set -- $counts
  passed=$((passed + $1)) skipped=$((skipped + $3))
  if [ "$status" != 0 ] && [ "$2" = 0 ]; then failed=$((failed + 1)); else failed=$((failed + $2)); fi
  return "$status"
}

# Everything, or what the arguments choose. The browsers by themselves: each takes a processor for a while, and what else
# waits for something would wait for them.
run_tests() {
  case " $* " in
    " list "* | *" --help "* | *" --xunit-output "*) exec swift test -c release --disable-testable-imports "$@" ;;
  esac
  local status=0
  reports=$(mktemp -d)
  trap 'rm -rf "$reports"' EXIT
  case " $* " in
    *" --filter"* | *" --skip "* | *" --skip="* | *" --specifier"* | *" -s "*) run_part "$@" || status=1 ;;
    *)
      run_part --skip BrowserTests "$@" || status=1
      # Nothing is there to run where the first part could not be built.
      if [ $((passed + failed + skipped)) -gt 1 ]; then run_part --skip-build --filter BrowserTests "$@" || status=1; fi
      ;;
  esac
  # What failed once more, below all that passed.
  head -n 100 "$reports/failures" | cut -c 1-1000
  printf '%s passed, %s failed%s\n' "$passed" "$failed" "$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
  return "$status"
}

# `kernel [ROUNDS] [--only PART-OF-A-NAME] [--peers PYTHON]` or `floats [STEP]`: the kernel against the machine's peak and other libraries, or its
# elementary functions over every Float.
bench() {
  find_swift
  step "building the kernel and its benchmark"
  swift build -c release --product kernel-bench >&2
  local peers=()
  case " $* " in *" --peers "*) peers=(--script Tests/Bench/peers.py) ;; esac
  exec .build/release/kernel-bench "$@" ${peers[@]+"${peers[@]}"}
}

# `[CASES] [SEED]`, `show SEED FOLDER`, `pages COUNT SEED FOLDER`
fuzz() {
  find_swift
  step "building the fuzzer"
  swift build -c release --product weave-fuzz >&2
  exec .build/release/weave-fuzz "$@"
}

case "${1:-build}" in
  test)
    shift
    install_missing test
    find_swift
    step "testing"
    run_tests "$@"
    ;;
  fuzz) fuzz "${@:2}" ;;
  bench)
    case "${2:-}" in
      kernel | floats)
        bench "${@:2}"
        ;;
      book)
        build_tool
        exec node Tests/Bench/live.mjs "$PWD" "$PWD/.build/release" "${@:3}"
        ;;
      *)
        build_tool
        exec Tests/Bench/book.sh "${@:2}"
        ;;
    esac
    ;;
  *)
    build_tool
    exec "$tool" "${@:-build}"
    ;;
esac
