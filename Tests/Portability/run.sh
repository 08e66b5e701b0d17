#!/usr/bin/env bash
# Compiles the kernel and its digest for several machines, runs them all and compares the bits of every public function:
# here on one thread and on two, wasm32 under Node and arm64 under QEMU (both without optimisation, which takes a fifth of
# the time). Plot, which is to compile as Embedded Swift too, is compiled for wasm32 and not run. With --all also here
# without optimisation, for wasm32 and arm64 with it, for x86-64 without fused multiply-adds, and with 512-bit vectors
# where the processor has them (QEMU does not).
# Needs Swift (with its own clang, wasm-ld and ld.lld); Node and QEMU are installed where apt-get is.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
stop() { printf 'run.sh: %s\n' "$*" >&2; exit 2; }
case "${1:-}" in '' | --all) ;; *) stop "usage: run.sh [--all]" ;; esac
swiftc=$(command -v swiftc) || stop "swiftc is not on the PATH: install Swift from swift.org"
tools=$(dirname "$(readlink -f "$swiftc")")

install() { # COMMAND PACKAGE
  command -v "$1" >/dev/null && return
  command -v apt-get >/dev/null || stop "$1 is not on the PATH: install $2"
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -qq >&2 || true
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "$2" >&2 || stop "apt-get could not install $2"
}
install node nodejs
install qemu-aarch64 qemu-user

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mapfile -d '' kernel < <(find "$root/Sources/Kernel" -name '*.swift' -print0 | sort -z)
digest=("$here"/*.swift)
flags=(-swift-version 6 -parse-as-library -Xcc "-fmodule-map-file=$here/module.modulemap")
vector=$root/Sources/CVector
# The module of the checks that the kernel shares with Plot; `package` names hold within one package.
requirements=("$root"/Sources/Requirements/*.swift)
package=(-package-name pruninggeometry)
has() { grep -qw "$1" /proc/cpuinfo 2>/dev/null; }
level=()
if [ "$(uname -m)" = x86_64 ] && has avx2; then level=(-Xcc -march=x86-64-v3); fi

requirements() { # FOLDER FLAG…
  "$swiftc" -swift-version 6 -parse-as-library "${package[@]}" -wmo "${@:2}" -module-name Requirements \
    -emit-module -emit-module-path "$1/Requirements.swiftmodule" -c "${requirements[@]}" -o "$1/requirements.o"
}

# How the product's tile is compiled here; NARROW_TILES leaves out what the processor's wider registers would do.
tile=(${level[@]+"${level[1]}"})

# The machine this runs on: a library as it is asked for, and a program without optimisation against it, as chapters are.
native() { # NAME FLAG…
  local name=$1 out=$scratch/$1
  mkdir -p "$out"
  requirements "$out"
  "$swiftc" "${flags[@]}" "${package[@]}" "${@:2}" -I "$out" -module-name Kernel -emit-library -static -emit-module \
    -emit-module-path "$out/Kernel.swiftmodule" "${kernel[@]}" -o "$out/libKernel.a"
  for source in tasks seeds; do "$tools/clang" -O2 -I "$vector/include" -c "$vector/$source.c" -o "$out/$source.o"; done
  "$tools/clang" -O2 ${tile[@]+"${tile[@]}"} -I "$vector/include" -c "$vector/tile.c" -o "$out/tile.o"
  "$swiftc" "${flags[@]}" -wmo -Onone -module-name Digest -I "$out" "${digest[@]}" "$out/libKernel.a" "$out/requirements.o" \
    "$out/tasks.o" "$out/seeds.o" "$out/tile.o" -lm -o "$out/digest"
  "$out/digest" 1 >"$scratch/$name.txt"
}

# Embedded Swift: kernel and digest in one module, and the little it wants of a C library.
embedded() { # NAME TARGET LEVEL FLAG…
  local out=$scratch/$1 freestanding=(--target="$2" -O2 -ffreestanding -fno-builtin -I "$vector/include")
  mkdir -p "$out"
  local swift=("$3" -target "$2" -enable-experimental-feature Embedded)
  requirements "$out" "${swift[@]}"
  "$swiftc" "${flags[@]}" "${package[@]}" -wmo "${swift[@]}" -I "$out" -module-name Kernel "${@:4}" \
    -c "${kernel[@]}" "${digest[@]}" -o "$out/kernel.o"
  "$tools/clang" "${freestanding[@]}" -c "$root/Sources/WeaveResources/figures/support.c" -o "$out/support.o"
  for source in tasks seeds tile; do
    "$tools/clang" "${freestanding[@]}" -c "$vector/$source.c" -o "$out/$source.o"
  done
}

wasm32() { # NAME LEVEL
  local out=$scratch/$1
  embedded "$1" wasm32-unknown-none-wasm "$2" -emit-module -emit-module-path "$out/Kernel.swiftmodule" \
    -emit-symbol-graph -emit-symbol-graph-dir "$out"
  "$tools/wasm-ld" --no-entry --export=__main_argc_argv -z stack-size=1048576 "$out"/*.o -o "$out/kernel.wasm"
  node "$here/host.mjs" "$out/kernel.wasm" "$scratch/$1.txt"
}
# It also tells which public functions there are.
wasm32_unoptimised() { wasm32 wasm32 -Onone; }
wasm32_optimised() { wasm32 wasm32-optimised -O; }

plot() {
  local out=$scratch/plot swift=(-Onone -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded)
  mkdir -p "$out"
  requirements "$out" "${swift[@]}"
  "$swiftc" -swift-version 6 -parse-as-library "${package[@]}" -wmo "${swift[@]}" -I "$out" -module-name Plot \
    -c "$root"/Sources/Plot/*.swift -o "$out/plot.o"
}

arm64() { # NAME LEVEL
  local out=$scratch/$1
  embedded "$1" aarch64-none-none-elf "$2"
  "$tools/ld.lld" --entry start "$out"/*.o -o "$out/kernel"
  qemu-aarch64 "$out/kernel" >"$scratch/$1.txt"
}
arm64_unoptimised() { arm64 arm64 -Onone; }
arm64_optimised() { arm64 arm64-optimised -O; }

# Where the library that chapters link is built and no source is newer, that very library.
kit=$root/.build/release
shipped() {
  [ -e "$kit/libKernel.so" ] \
    && [ -z "$(find "$root/Sources/Kernel" "$root/Sources/Requirements" "$vector" -newer "$kit/libKernel.so" -print -quit)" ] \
    || return 1
  mkdir "$scratch/here"
  "$swiftc" -swift-version 6 -parse-as-library -wmo -Onone -module-name Digest -I "$kit/Modules" \
    -Xcc "-fmodule-map-file=$kit/CVector.build/module.modulemap" "${digest[@]}" \
    -L "$kit" -lKernel -lm -Xlinker -rpath -Xlinker "$kit" -o "$scratch/here/digest"
  "$scratch/here/digest" 1 >"$scratch/here.txt"
}
optimised() {
  if ! shipped; then native here -wmo -O ${level[@]+"${level[@]}"}; fi
  "$scratch/here/digest" 2 >"$scratch/two-threads.txt"
}
unoptimised() { local tile=(${tile[@]+"${tile[@]}"} -DNARROW_TILES); native unoptimised -Onone -num-threads 2 ${level[@]+"${level[@]}"}; }
baseline() { local tile=(-DNARROW_TILES); native baseline -wmo -O -Xcc -march=x86-64; }
wide() { local tile=(-march=x86-64-v4); native wide -wmo -O -Xcc -march=x86-64-v4; }

ways=(wasm32_unoptimised optimised arm64_unoptimised plot)
if [ "${1:-}" = --all ]; then
  ways+=(unoptimised wasm32_optimised arm64_optimised)
  if [ "$(uname -m)" = x86_64 ]; then
    ways+=(baseline)
    if has avx512f; then ways+=(wide); else echo "not compared: 512-bit vectors, which neither this processor nor QEMU has"; fi
  fi
fi
# Two at a time: each is one compiler.
running=0
for way in "${ways[@]}"; do
  if [ "$running" -ge 2 ]; then wait -n; running=$((running - 1)); fi
  { start=$SECONDS; "$way"; echo "$way: $((SECONDS - start)) s" >&2; } &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do wait -n; running=$((running - 1)); done
node "$here/compare.mjs" "$scratch"/here.txt "$scratch"/*.txt -- "$scratch"/wasm32/Kernel*.symbols.json
