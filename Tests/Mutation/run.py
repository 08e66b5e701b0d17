#!/usr/bin/env python3
"""Changes constants, signs and comparisons of the kernel one at a time and sees whether the tests notice.

    run.py [--count 120] [--seed 1] [--topic Geometry] [--list]

All mutations go into ONE build: in a copy of the sources under .build/mutation each changed line holds both forms, and
`mutant(n)` chooses between them by the environment (KERNEL_MUTATION), so that a mutation costs a run of the tests and
no compilation. For each one the tests of its own topic run first and, if they pass, all others but the exit tests and
the long trainings.
Sites are drawn evenly over the functions of all files. Prints killed / made, and each survivor with its place.
`equivalent.txt` beside this file names changes that no test can notice, each with the reason; they are not drawn.
"""
import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from sites import find_sites

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
scratch = root / ".build" / "mutation"

MANIFEST = """// swift-tools-version: 6.2
import PackageDescription
let level = ["-Xcc", "-march=x86-64-v3"]
let package = Package(
  name: "Mutation", platforms: [.macOS(.v15)],
  targets: [
    .target(name: "CVector", cSettings: [.unsafeFlags(["-march=x86-64-v3"])]),
    .target(name: "Requirements"),
    .target(name: "Kernel", dependencies: ["CVector", "Requirements"], exclude: ["Learning/OpticalDigits-LICENSE.txt"], swiftSettings: [.unsafeFlags(level)]),
    .testTarget(name: "KernelTests", dependencies: ["Kernel"], resources: [.copy("Fixtures")], swiftSettings: [.unsafeFlags(level)]),
  ], swiftLanguageModes: [.v6])
"""

SWITCH = """#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

private let chosen = getenv("KERNEL_MUTATION").map { Int(atoi($0)) } ?? 0

@inline(__always) func mutant(_ n: Int) -> Bool { chosen == n }
"""


# Whole trainings, which take longer than all other tests together: only for changes of `Learning`.
SLOW = "TrainingTests|DigitTests"


def synchronise(source, target):
    """Copies what differs only, so that an unchanged file keeps its date and is not compiled again."""
    wanted = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    for path in wanted:
        new, old = source / path, target / path
        if not old.exists() or old.read_bytes() != new.read_bytes():
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(new, old)
    for old in list(target.rglob("*")):
        if old.is_file() and old.relative_to(target) not in wanted:
            old.unlink()


def write(path, text):
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def instrument(sites):
    """Writes the kernel with the given sites, numbered from 1; a line takes one site only."""
    by_file = {}
    for number, site in enumerate(sites, 1):
        by_file.setdefault(site.file, {})[site.line] = (number, site)
    kernel = root / "Sources" / "Kernel"
    for path in kernel.rglob("*"):
        if not path.is_file():
            continue
        name = path.relative_to(kernel)
        text = path.read_text()
        if str(name) in by_file:
            lines = text.split("\n")
            for line, (number, site) in by_file[str(name)].items():
                lines[line - 1] = site.both(number)
            text = "\n".join(lines)
        write(scratch / "Sources" / "Kernel" / name, text)
    write(scratch / "Sources" / "Kernel" / "Numerics" / "Mutant.swift", SWITCH)


def refused_lines():
    """Lines the compiler refuses: sites whose two forms have no common type, or that the inliner shows to clients."""
    # As one module: the checks' own sources in place of the file that imports them.
    files = sorted(str(p) for p in (scratch / "Sources").rglob("*.swift") if "import Requirements" not in p.read_text())
    run = subprocess.run(
        ["swiftc", "-typecheck", "-swift-version", "6", "-package-name", "mutation", "-module-name", "Kernel", "-diagnostic-style", "llvm", "-Xcc",
         f"-fmodule-map-file={root}/Tests/Portability/module.modulemap", "-Xcc", "-march=x86-64-v3", *files],
        capture_output=True, text=True, timeout=600)
    lines = set()
    for message in run.stderr.split("\n"):
        parts = message.split(":")
        if len(parts) > 4 and parts[3].strip() == "error":
            lines.add((str(pathlib.Path(parts[0]).relative_to(scratch / "Sources" / "Kernel")), int(parts[1])))
    if run.returncode != 0 and not lines:
        sys.exit("run.py: the instrumented kernel does not compile:\n" + run.stderr[:3000])
    return lines


def draw(sites, count, generator):
    """Round after round one site of each function, in random order."""
    functions = {}
    for site in sites:
        functions.setdefault((site.file, site.function), []).append(site)
    for group in functions.values():
        generator.shuffle(group)
    order, taken, drawn = sorted(functions), set(), []
    generator.shuffle(order)
    while len(drawn) < count and any(functions.values()):
        for key in order:
            if functions[key]:
                site = functions[key].pop()
                if (site.file, site.line) not in taken:
                    taken.add((site.file, site.line))
                    drawn.append(site)
    return drawn[:count]


def build():
    run = subprocess.run(
        ["swift", "build", "-c", "release", "--build-tests", "--package-path", str(scratch)],
        capture_output=True, text=True, timeout=1700)
    if run.returncode != 0:
        sys.exit("run.py: the build failed:\n" + (run.stdout + run.stderr)[-3000:])
    return scratch / ".build" / "release" / "MutationPackageTests.xctest"


def passes(program, number, arguments, limit):
    environment = dict(os.environ, KERNEL_MUTATION=str(number), SWIFT_BACKTRACE="enable=no")
    try:
        run = subprocess.run(
            [str(program), "--testing-library", "swift-testing", *arguments], env=environment, timeout=limit,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return False
    # 69 (EX_UNAVAILABLE): the filter found no test.
    return run.returncode in (0, 69)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--topic", help="only this folder of the kernel")
    parser.add_argument("--list", action="store_true", help="show the sites and stop")
    options = parser.parse_args()

    known = [line.split("|") for line in (here / "equivalent.txt").read_text().splitlines() if "|" in line]
    equivalent = {(parts[0].strip(), parts[1].strip()) for parts in known}
    sites = [s for s in find_sites(root / "Sources" / "Kernel") if (s.file, s.change) not in equivalent]
    if options.topic:
        sites = [s for s in sites if s.file.split("/")[0] == options.topic]
    generator = random.Random(options.seed)
    sites = draw(sites, options.count + options.count // 4, generator)
    if options.list:
        print("\n".join(f"{s.file}:{s.line}: {s.change}" for s in sites[: options.count]))
        return

    write(scratch / "Package.swift", MANIFEST)
    for folder in ("Sources/CVector", "Sources/Requirements", "Tests/KernelTests"):
        synchronise(root / folder, scratch / folder)
    # What the compiler refused once is remembered, for the search for it takes longer than the mutations.
    memory = scratch / "refused.txt"
    known = set(memory.read_text().splitlines()) if memory.exists() else set()
    sites = [s for s in sites if f"{s.file}: {s.change}" not in known]
    instrument(sites[: options.count])
    while refused := refused_lines():
        dropped = [s for s in sites if (s.file, s.line) in refused]
        if not dropped:
            sys.exit("run.py: the kernel does not compile even without a change: " + str(sorted(refused)[:3]))
        with memory.open("a") as file:
            file.writelines(f"{s.file}: {s.change}\n" for s in dropped)
        sites = [s for s in sites if s not in dropped]
        instrument(sites[: options.count])
    sites = sites[: options.count]
    began = time.time()
    program = build()
    everything = ["--skip", "refused"]
    started = time.time()
    if not passes(program, 0, everything, 600):
        sys.exit("run.py: the tests fail without any mutation")
    limit = 3 * (time.time() - started) + 20
    print(f"built in {started - began:.0f} s, all tests run in {(limit - 20) / 3:.1f} s", flush=True)

    survivors = []
    for number, site in enumerate(sites, 1):
        topic = site.file.split("/")[0]
        own = [p.name.removesuffix(".swift") for p in (root / "Tests" / "KernelTests" / topic).glob("*.swift")]
        near = ["--filter", "/(" + "|".join(own) + r")\.swift", *everything]
        far = [*everything, "--skip", SLOW] if topic != "Learning" else everything
        survives = passes(program, number, near, limit) and passes(program, number, far, limit)
        if survives:
            survivors.append(site)
        print(f"{'SURVIVED' if survives else 'killed'} {number} {site.file}:{site.line} {site.function}: {site.change}", flush=True)
    print(f"{len(sites) - len(survivors)} / {len(sites)} killed in {time.time() - began:.0f} s")
    for site in survivors:
        print(f"survivor: Sources/Kernel/{site.file}:{site.line} ({site.function}): {site.change}")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
