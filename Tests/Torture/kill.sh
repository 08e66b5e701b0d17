#!/usr/bin/env bash
# Kills `weave build`, `promote` and `serve` at random moments, and runs two builds at once; the book must come out whole
# each time.
# usage: Tests/Torture/kill.sh [KILLS] [PAIRS] [SEED]
# WEAVE_KIT names the folder of the tool, if it is another than .build/release.
#
# torn: a file of Output/ or of Chapters/ that is neither the old one nor the new one, or that no source makes.
# wrong: the next build or promotion fails, or ends with other bytes than an undisturbed one, or something of the killed
# one is left: a process of its own or of its tools', a scratch folder, a temporary file.
set -euo pipefail
kills=${1:-200}
pairs=${2:-50}
RANDOM=${3:-1}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
built=$(cd "${WEAVE_KIT:-$here/../../.build/release}" && pwd -P)
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work/tmp
mkdir "$TMPDIR" "$work/kit"

# The tool keeps its cache beside itself: a copy of it has one of its own.
cp -r "$built"/{weave,libChapterKit.so,Modules} "$work/kit/"
weave=$work/kit/weave
cache=$work/kit/weave-cache

# ---- The sources, in variants, and what an undisturbed build makes of each ------------------------------------------

variant() { # NUMBER
  local to=$work/variant-$1
  cp -r "$here/Chapters" "$to"
  case $1 in
    1) sed -i 's/^和は/その和は/; s/の章と並ぶ/と並ぶ/' "$to/sums.md" ;;
    2) sed -i 's/let scale = 1/let scale = 3/; s/5050/15150/g' "$to/sums.md" ;;
    3) # Another chapter in the place of one, other diagrams and formulas.
      sed -i 's/a -> b -> c/a -> b -> d/; s/a^2 + b^2/a^3 + b^3/' "$to/heat.md"
      mv "$to/sums.md" "$to/totals.md"
      sed -i 's/- sums/- totals/' "$to/book.yml"
      ;;
  esac
}

variants=4
for ((v = 0; v < variants; v++)); do
  variant "$v"
  # The same with numbers that do not hold: promoting gives the variant again.
  cp -r "$work/variant-$v" "$work/wrong-$v"
  sed -i 's/5050/5049/g; s/15150/15149/g; s/0\.665\]/0.555]/g' "$work/wrong-$v"/*.md
  rm -rf "$cache"
  (cd "$work" && "$weave" build --chapters "variant-$v" --output "made-$v" >"$work/log" 2>&1) || { cat "$work/log" >&2; exit 2; }
done

use() { # NUMBER: the sources become that variant.
  rm -rf "$work/Chapters"
  cp -r "$work/variant-$1" "$work/Chapters"
}
build() { (cd "$work" && exec "$weave" build) >"$work/log" 2>&1; }
promote() { (cd "$work" && exec "$weave" promote) >"$work/log" 2>&1; }
begin() { # VERB ARGUMENT…: in the background, as $process
  # Now, for the shell in the background may be late: what the last one said would be taken for this one's.
  : >"$work/log"
  (cd "$work" && exec setsid "$weave" "$@") >"$work/log" 2>&1 &
  process=$!
}
# Ends it; false where it had ended already, with $status.
end_by_force() {
  status=0
  kill -KILL "$process" 2>/dev/null || true
  wait "$process" 2>/dev/null || status=$?
  ((status == 137))
}

# Without a process of its own: shorter than `sleep` can.
exec {nothing}<> <(:)
pause() { read -rt "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))" -u "$nothing" || true; } # MILLISECONDS

milliseconds() { echo $((${EPOCHREALTIME/./} / 1000)); }
took() { # COMMAND…: milliseconds
  local start
  start=$(milliseconds)
  "$@" || { cat "$work/log" >&2; exit 2; }
  echo $(($(milliseconds) - start))
}

# ---- What must hold -------------------------------------------------------------------------------------------------

# Files in Output/ that are neither of variant $1 nor of variant $2.
torn_files() {
  local file name
  while IFS= read -r -d '' file; do
    name=${file#"$work/Output/"}
    case ${name##*/} in .weave-tmp-*) continue ;; esac
    if cmp -s "$file" "$work/made-$1/$name" || cmp -s "$file" "$work/made-$2/$name"; then continue; fi
    # Between the two the list names what was and what comes.
    if [ "$name" = manifest.txt ] && [ -z "$(comm -23 <(sort "$file") <(sort -u "$work/made-$1/$name" "$work/made-$2/$name"))" ]; then continue; fi
    echo "$name"
  done < <(find "$work/Output" -type f -print0 2>/dev/null)
}

# Processes that work in $work, or were told of it, other than this script's.
left_processes() {
  local process id words
  for process in /proc/[0-9]*; do
    id=${process#/proc/}
    [ "$id" != $$ ] && [ "$id" != "$BASHPID" ] || continue
    words=()
    { mapfile -d '' words <"$process/cmdline"; } 2>/dev/null || true
    case "${words[*]} " in *"$work/"*) echo "$id"; continue ;; esac
    if [ "$process/cwd" -ef "$work" ]; then echo "$id"; fi
  done
}

# Nothing runs on: what the tool started dies with it, as fast as the system gets to it.
judge_processes() {
  local try
  for ((try = 0; try < 50; try++)); do
    [ -n "$(left_processes)" ] || return 0
    sleep 0.1
  done
  fault "still running: $(left_processes | tr '\n' ' ')"
}

leftovers() { find "$TMPDIR" "$work/Output" \( -path "$TMPDIR/weave-*/*-*" -o -name '.weave-tmp-*' \) -prune -print; }

wrong=0 torn=0
fault() { # WORDS
  wrong=$((wrong + 1))
  echo "wrong: $1" >&2
}
judge_end() { # VARIANT, STATUS of the last build
  if [ "$2" != 0 ]; then
    fault "status $2: $(tail -n 2 "$work/log")"
  elif ! diff -r "$work/made-$1" "$work/Output" >"$work/diff" 2>&1; then
    fault "other bytes: $(head -n 2 "$work/diff")"
  elif [ -n "$(leftovers)" ]; then
    fault "left after: $(leftovers | head -n 2)"
  fi
}
judge_torn() { # FILES
  [ -z "$1" ] || { torn=$((torn + 1)); echo "torn: $1" >&2; }
}

# ---- Kills ----------------------------------------------------------------------------------------------------------

old=0
use 0
rm -rf "$cache"
cold=$(took build)
warm=$(took build)
cp -r "$work/wrong-0/." "$work/Chapters/"
promoting=$(took promote)
done_kills=0 late=0 writing=0

kill_build() {
  local new=$((RANDOM % variants)) way=$((RANDOM % 3)) length=$warm moment
  use "$new"
  if ((RANDOM % 2)); then
    rm -rf "$cache"
    length=$cold
  elif ((new >= 2)); then
    length=$cold
  fi
  # Anywhere, near the end, or while a book that is not there yet is written.
  case $way in
    0) moment=$((RANDOM % (length + 20))) ;;
    1) moment=$((length - 60 + RANDOM % 80)) ;;
    2)
      rm -rf "$work/Output"
      old=$new
      moment=$((RANDOM % 12))
      ;;
  esac
  touch "$work/begin"
  begin build
  if ((way == 2)); then
    until [ -e "$work/Output" ] || ! kill -0 "$process" 2>/dev/null; do pause 1; done
  fi
  pause $((moment > 0 ? moment : 1))
  judge_book "$new"
}

# What is served was built before; then all chapters become others at once.
kill_serve() {
  local new=$((RANDOM % variants))
  use "$old"
  touch "$work/begin"
  begin serve --port 0
  if ((RANDOM % 4)); then
    until grep -q '^Output: ' "$work/log" || ! kill -0 "$process" 2>/dev/null; do pause 5; done
    mv "$work/Chapters" "$work/gone" 2>/dev/null
    cp -r "$work/variant-$new" "$work/come"
    mv "$work/come" "$work/Chapters"
    rm -rf "$work/gone"
    pause $((1 + RANDOM % (cold + 200)))
  else
    new=$old
    pause $((1 + RANDOM % warm))
  fi
  judge_book "$new"
}

# After a kill: the book is of the old variant and the new one, nothing runs, and the next build ends as if nothing had been.
judge_book() { # VARIANT
  if ! end_by_force; then
    late=$((late + 1))
    judge_end "$1" "$status"
    old=$1
    return
  fi
  done_kills=$((done_kills + 1))
  if [ -n "$(find "$work/Output" -newer "$work/begin" ! -path "$work/Output" 2>/dev/null | head -n 1)" ]; then writing=$((writing + 1)); fi
  judge_torn "$(torn_files "$old" "$1")"
  judge_processes
  status=0
  build || status=$?
  judge_end "$1" "$status"
  old=$1
}

# Each chapter is the old text or the promoted one, and the next promotion makes all of them the latter.
kill_promote() {
  local new=$((RANDOM % variants)) moment file name found=
  rm -rf "$work/Chapters"
  cp -r "$work/wrong-$new" "$work/Chapters"
  # Anywhere, or where the files are written.
  moment=$((RANDOM % (promoting + 20)))
  if ((RANDOM % 2)); then moment=$((promoting / 2 + RANDOM % (promoting / 2 + 20))); fi
  begin promote
  pause $((moment > 0 ? moment : 1))
  if end_by_force; then
    done_kills=$((done_kills + 1))
    for file in "$work"/Chapters/*; do
      name=${file##*/}
      cmp -s "$file" "$work/wrong-$new/$name" || cmp -s "$file" "$work/variant-$new/$name" || found="$found $name"
    done
    judge_torn "$found"
    judge_processes
    status=0
    promote || status=$?
  else
    late=$((late + 1))
  fi
  if [ "$status" != 0 ]; then
    fault "status $status: $(tail -n 2 "$work/log")"
  elif ! diff -r "$work/variant-$new" "$work/Chapters" >"$work/diff" 2>&1; then
    fault "other chapters: $(head -n 2 "$work/diff")"
  fi
}

while ((done_kills < kills)); do
  case $((RANDOM % 5)) in
    0) kill_promote ;;
    1) kill_serve ;;
    *) kill_build ;;
  esac
done
echo "kills: $done_kills, torn: $torn, wrong: $wrong"
echo "of the kills $writing found files written already; besides, $late came after the end" >&2

# ---- Two at once ----------------------------------------------------------------------------------------------------

kill_wrong=$wrong
wrong=0
for ((pair = 0; pair < pairs; pair++)); do
  new=$((RANDOM % variants))
  use "$new"
  if ((RANDOM % 2)); then rm -rf "$cache"; fi
  (cd "$work" && exec "$weave" build) >"$work/log" 2>&1 &
  first=$!
  sleep "0.$(printf %03d $((RANDOM % (warm + 50))))"
  (cd "$work" && exec "$weave" build) >"$work/log-2" 2>&1 &
  second=$!
  status=0
  wait "$first" || status=$?
  wait "$second" || { status=$?; cp "$work/log-2" "$work/log"; }
  judge_end "$new" "$status"
done
echo "pairs: $pairs, wrong: $wrong"
((torn + wrong + kill_wrong == 0))
