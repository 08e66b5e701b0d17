"""Runs modules of PyTorch and transformers, and functions of scipy and mpmath, beside the kernel, and prints a table.

    swift build -c release --product Kernel       # or any other build of the library, named by --kernel
    pip install -r Tests/Peers/requirements.txt
    python3 Tests/Peers/peers.py [--kernel FOLDER] [--only WORDS] [--short]

Each module runs on two shapes at least, in Float and Double where the kernel has both. What is compared stands in
`cases_*.py`, one row a module, shape and type; the kernel's half is the Swift program beside, which is compiled against
the library in FOLDER (.build/release unless told) and meets this one in files of safetensors. The reference is the peer
in float64 from inputs rounded to the type; where the type is Float, the column `peer` tells what the peer's own float32
makes of them. A tolerance comes from `terms`,
`units` or `ulps` of its case, which case.py explains. --only takes the rows whose module,
shape or type has the words, --short prints those beyond tolerance and the sums alone.

The status is 1 where a row is beyond its tolerance. It stands apart from the tests, which hold the kernel against
fixtures (Tests/KernelTests/Fixtures): torch is large, and another version of a peer may have another opinion.
"""
import argparse
import collections
import importlib
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import safetensors.torch
import torch
import transformers

sys.dont_write_bytecode = True
here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here))

from case import computed  # noqa: E402
from cases_models import model_of  # noqa: E402

topics = ["numerics", "geometry", "layers", "attention", "state_spaces", "blocks", "models", "learning"]
widths = {"Float": (torch.float32, 2.0**-23), "Double": (torch.float64, 2.0**-52)}


class Row:
    """One case in one type: what was given, what came out, and how far apart."""

    def __init__(self, number, case, kind):
        self.number, self.case, self.kind = number, case, kind
        self.name = f"{number} {kind}"
        dtype, self.ulp = widths[kind]
        self.given = {k: v.to(dtype) if v.is_floating_point() else v for k, v in case.given.items()}
        self.reference = computed(case, self.given, torch.float64)
        self.own = None
        if kind == "Float" and not case.exact:
            self.own = self.apart(computed(case, self.given, torch.float32))[1]

    def tensors(self, folder):
        """What the kernel reads, by name; a model goes into a file of its own, as transformers saves it."""
        case, given = self.case, dict(self.given)
        if case.model is not None:
            weights = {k: v for k, v in given.items() if v.is_floating_point()}
            given = {k: v for k, v in given.items() if k not in weights}
            with tempfile.TemporaryDirectory() as saved:
                model_of(case.model, weights).save_pretrained(saved)
                pathlib.Path(saved, "model.safetensors").rename(folder / f"model-{self.name}.safetensors")
        for key, size in case.sizes.items():
            given[key] = torch.tensor([size], dtype=torch.float64 if isinstance(size, float) else torch.int64)
        return {f"{self.name}|{key}": value.clone(memory_format=torch.contiguous_format)
                for key, value in given.items()}

    def apart(self, results):
        """The largest absolute and relative difference from the reference, the latter as the tolerance counts."""
        largest, relative = 0.0, 0.0
        for name, wanted in self.reference.items():
            found = results[name].to(torch.float64)
            if found.shape != wanted.shape or not torch.equal(found.isfinite(), wanted.isfinite()):
                return np.inf, np.inf
            finite = wanted.isfinite()
            if not torch.equal(found[~finite].nan_to_num(0.5), wanted[~finite].nan_to_num(0.5)):
                return np.inf, np.inf
            difference, size = (found - wanted).abs()[finite], wanted.abs()[finite]
            if difference.numel() == 0:
                continue
            scale = size if self.case.ulps else size.max()
            # Below its smallest normal number a type has fewer digits.
            scale = scale.clamp(min=torch.finfo(widths[self.kind][0]).tiny)
            largest = max(largest, float(difference.max()))
            relative = max(relative, float((difference / scale).max()))
        return largest, relative

    @property
    def tolerance(self):
        case = self.case
        units = case.units[self.kind] if isinstance(case.units, dict) else case.units
        return self.ulp * (case.ulps or 4 + 2 * case.terms**0.5 + units)


def build(kernel, folder):
    """The kernel's half, against the library that the chapters link."""
    if not (kernel / "libKernel.so").exists():
        sys.exit(f"there is no libKernel.so in {kernel}: swift build -c release, or name another folder by --kernel")
    program = folder / "kernel"
    subprocess.run(
        ["swiftc", "-swift-version", "6", "-wmo", "-Onone", "-module-name", "Peers", "-I", kernel / "Modules", "-Xcc",
         f"-fmodule-map-file={kernel / 'CVector.build/module.modulemap'}", *sorted(here.glob("*.swift")), "-L", kernel,
         "-lKernel", "-lm", "-Xlinker", "-rpath", "-Xlinker", kernel, "-o", program], check=True)
    return program


def run(rows, kernel):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program, tensors = build(kernel, folder), {}
        for row in rows:
            tensors |= row.tensors(folder)
        safetensors.torch.save_file(tensors, folder / "given.safetensors", {row.name: row.case.work for row in rows})
        subprocess.run([program, folder], check=True)
        made = safetensors.torch.load_file(folder / "made.safetensors")
    for row in rows:
        own = f"{row.name}|"
        yield row, row.apart({key.removeprefix(own): value for key, value in made.items() if key.startswith(own)})


def summarise(kind, totals):
    count, beyond = len(totals), sum(total[-1] for total in totals)
    share, largest = max(totals, key=lambda total: total[0]), max(totals, key=lambda total: total[1])
    print(f"{kind}: {count} rows, {beyond} beyond tolerance; "
          f"largest relative difference {largest[1]:.1e} ({largest[3]}), "
          f"largest share of a tolerance {share[0]:.2g} ({share[3]})")
    both = [total for total in totals if total[2] is not None]
    if both:
        nearer = sum(total[1] <= total[2] for total in both)
        print(f"{kind}: of {len(both)} rows in which the peer has this type, too, {nearer} are as near to float64 as "
              "the peer's own, or nearer")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kernel", type=pathlib.Path, default=here.parents[1] / ".build/release")
    options.add_argument("--only", default="")
    options.add_argument("--short", action="store_true")
    options = options.parse_args()
    torch.set_grad_enabled(False)
    # Everything is small: threads would only wait for each other.
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    cases = [case for topic in topics for case in importlib.import_module(f"cases_{topic}").cases()]
    chosen = [(number, case, kind) for number, case in enumerate(cases) for kind in case.types
              if options.only in f"{case.module} {case.shape} {kind}"]
    rows = [Row(*one) for one in chosen]
    text = "{:<42} {:<36} {:<36} {:<6}  {:>8}  {:>8}  {:>8}  {:>8}  {}"
    print(text.format("module", "peer", "shape", "type", "absolute", "relative", "allowed", "peer", "verdict"))
    sums = collections.defaultdict(list)
    for row, (absolute, relative) in run(rows, options.kernel.resolve()):
        case, beyond = row.case, not relative <= row.tolerance
        if beyond or not options.short:
            own = "" if row.own is None else f"{row.own:.1e}"
            print(text.format(case.module, case.peer, case.shape, row.kind, f"{absolute:.1e}", f"{relative:.1e}",
                              f"{row.tolerance:.1e}", own, "BEYOND" if beyond else "within"))
        sums[row.kind].append((relative / row.tolerance, relative, row.own, f"{case.module}, {case.shape}", beyond))
    for kind, totals in sorted(sums.items()):
        summarise(kind, totals)
    versions = ", ".join(f"{m.__name__} {m.__version__}" for m in map(importlib.import_module, ["torch", "transformers",
                                                                                               "scipy", "mpmath"]))
    print(f"{len({case.module for case in cases})} modules; {versions}")
    sys.exit(1 if any(total[-1] for totals in sums.values() for total in totals) else 0)


if __name__ == "__main__":
    main()
