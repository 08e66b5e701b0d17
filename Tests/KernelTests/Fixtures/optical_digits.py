"""Writes the optical digits into the kernel's sources, from scikit-learn's copy of the UCI file.

    pip install --no-deps scikit-learn
    python3 optical_digits.py            # rewrites Sources/Kernel/Learning/OpticalDigitsPart*.swift
    python3 optical_digits.py --check    # fails if a file on disk differs

One sample is its label, a digit, and 64 letters, one a pixel row after row: A for 0 up to Q for 16. Two samples stand
in a line, 360 in a part; the fifth part, the last 357 samples, is the test set.
"""
import importlib.util
import pathlib
import sys

import numpy as np

SAMPLES_PER_PART = 360


def samples():
    """1797 rows of 64 pixels (0…16) and the label, in the order of the file."""
    found = importlib.util.find_spec("sklearn")
    if found is None:
        sys.exit("optical_digits.py: scikit-learn carries the file: pip install --no-deps scikit-learn")
    path = pathlib.Path(found.submodule_search_locations[0]) / "datasets" / "data" / "digits.csv.gz"
    return np.loadtxt(path, delimiter=",").astype(int)


def text(row):
    return str(row[64]) + "".join(chr(ord("A") + pixel) for pixel in row[:64])


def part(number, rows):
    coded = [text(row) for row in rows]
    lines = ["".join(coded[i : i + 2]) for i in range(0, len(coded), 2)]
    what = "the test set" if number == 5 else f"of the training set, {number} of 4"
    return (
        f"/// {len(rows)} of the optical digits ({what}), by Tests/KernelTests/Fixtures/optical_digits.py.\n"
        f'let opticalDigitsPart{number}: StaticString = """\n' + "".join(f"  {line}\n" for line in lines) + '  """\n'
    )


def main():
    folder = pathlib.Path(__file__).resolve().parents[3] / "Sources" / "Kernel" / "Learning"
    rows, stale = samples(), []
    for number in range(1, 6):
        path = folder / f"OpticalDigitsPart{number}.swift"
        wanted = part(number, rows[(number - 1) * SAMPLES_PER_PART : number * SAMPLES_PER_PART])
        if "--check" in sys.argv:
            if not path.exists() or path.read_text() != wanted:
                stale.append(path.name)
        else:
            path.write_text(wanted)
    sys.exit("these differ from the file: " + ", ".join(stale) if stale else 0)


if __name__ == "__main__":
    main()
