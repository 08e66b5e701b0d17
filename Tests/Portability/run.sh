#!/usr/bin/env bash
# Compiles the kernel with its digest for this machine and as Embedded Swift for wasm32, runs both and compares them.
# Needs Swift (with its own clang and wasm-ld) and Node.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
swiftc=$(command -v swiftc) || { echo "run.sh: swiftc is not on the PATH: install Swift from swift.org" >&2; exit 2; }
command -v node >/dev/null || { echo "run.sh: node is not on the PATH: install nodejs" >&2; exit 2; }
tools=$(dirname "$(readlink -f "$swiftc")")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mapfile -d '' sources < <(find "$root/Sources/Kernel" "$here" -name '*.swift' -print0 | sort -z)
flags=(-swift-version 6 -O -wmo -parse-as-library -module-name Kernel -I "$root/Sources/CVector/include")
level=()
[ "$(uname -m)" = x86_64 ] && grep -qw avx2 /proc/cpuinfo 2>/dev/null && level=(-Xcc -march=x86-64-v3)

"$swiftc" "${flags[@]}" ${level[@]+"${level[@]}"} "${sources[@]}" -lm -o "$scratch/native" &
native=$!

wasm=(-target wasm32-unknown-none-wasm -enable-experimental-feature Embedded)
"$swiftc" "${flags[@]}" "${wasm[@]}" -emit-module -emit-module-path "$scratch/Kernel.swiftmodule" \
  -emit-symbol-graph -emit-symbol-graph-dir "$scratch" -c "${sources[@]}" -o "$scratch/kernel.o"
"$tools/clang" --target=wasm32-unknown-none-wasm -O2 -ffreestanding -fno-builtin -c "$here/support.c" -o "$scratch/support.o"
"$tools/wasm-ld" --no-entry --export=__main_argc_argv -z stack-size=1048576 "$scratch/kernel.o" "$scratch/support.o" -o "$scratch/kernel.wasm"
wait "$native"
"$scratch/native" >"$scratch/native.txt"
node "$here/host.mjs" "$scratch/kernel.wasm" "$scratch/wasm.txt"

node "$here/compare.mjs" "$scratch/native.txt" "$scratch/wasm.txt" "$scratch"/Kernel*.symbols.json
