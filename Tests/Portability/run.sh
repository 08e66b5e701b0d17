#!/usr/bin/env bash
# Compiles the kernel and its digest for this machine and as Embedded Swift for wasm32, runs both and compares them.
# Needs Swift (with its own clang and wasm-ld) and Node.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
swiftc=$(command -v swiftc) || { echo "run.sh: swiftc is not on the PATH: install Swift from swift.org" >&2; exit 2; }
command -v node >/dev/null || { echo "run.sh: node is not on the PATH: install nodejs" >&2; exit 2; }
tools=$(dirname "$(readlink -f "$swiftc")")
scratch=$(mktemp -d)
mkdir "$scratch/wasm"
trap 'rm -rf "$scratch"' EXIT

mapfile -d '' kernel < <(find "$root/Sources/Kernel" -name '*.swift' -print0 | sort -z)
digest=("$here"/*.swift)
flags=(-swift-version 6 -wmo -parse-as-library -Xcc "-fmodule-map-file=$root/Tests/Portability/module.modulemap")
if [ "$(uname -m)" = x86_64 ] && grep -qw avx2 /proc/cpuinfo 2>/dev/null; then
  level=(-Xcc -march=x86-64-v3)
else
  level=()
fi

# Here: an optimised library, and a program without optimisation against it, as chapters are run.
native() {
  "$swiftc" "${flags[@]}" ${level[@]+"${level[@]}"} -O -module-name Kernel -emit-module \
    -emit-module-path "$scratch/Kernel.swiftmodule" -c "${kernel[@]}" -o "$scratch/library.o"
  "$swiftc" "${flags[@]}" -Onone -module-name Digest -I "$scratch" "${digest[@]}" "$scratch/library.o" -lm -o "$scratch/native"
  "$scratch/native" >"$scratch/native.txt"
}

# There: one optimised module, which also tells which public functions there are.
wasm() {
  "$swiftc" "${flags[@]}" -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -O -module-name Kernel \
    -emit-module -emit-module-path "$scratch/wasm/Kernel.swiftmodule" -emit-symbol-graph -emit-symbol-graph-dir "$scratch/wasm" \
    -c "${kernel[@]}" "${digest[@]}" -o "$scratch/kernel.o"
  "$tools/clang" --target=wasm32-unknown-none-wasm -O2 -ffreestanding -fno-builtin -c "$here/support.c" -o "$scratch/support.o"
  "$tools/wasm-ld" --no-entry --export=__main_argc_argv -z stack-size=1048576 \
    "$scratch/kernel.o" "$scratch/support.o" -o "$scratch/kernel.wasm"
  node "$here/host.mjs" "$scratch/kernel.wasm" "$scratch/wasm.txt"
}

native &
other=$!
wasm
wait "$other"
node "$here/compare.mjs" "$scratch/native.txt" "$scratch/wasm.txt" "$scratch"/wasm/Kernel*.symbols.json
