"""Derives the constants of the kernel's elementary functions and writes Sources/Kernel/Numerics/Coefficients.swift.

Each polynomial interpolates its function at Chebyshev nodes in 60 digits, which is within a small factor of the
minimax polynomial; its coefficients are then rounded to Double. The largest error that remains, relative to the largest value, stands in
the comment of each function.

    python3 coefficients.py            # rewrites the Swift file
    python3 coefficients.py --check    # fails if the file on disk differs
"""
import pathlib
import sys

from mpmath import mp, mpf

mp.dps = 60


def bits(x, count):
    """x cut to `count` significant bits."""
    m, e = mp.frexp(x)
    return mp.ldexp(mp.floor(mp.ldexp(m, count)), int(e) - count)


def as_double(x):
    return mpf(float(x))


def interpolate(f, low, high, degree):
    nodes = [(low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * degree + 2)) for i in range(degree + 1)]
    rows = mp.matrix(degree + 1, degree + 1)
    right = mp.matrix(degree + 1, 1)
    for i, x in enumerate(nodes):
        for j in range(degree + 1):
            rows[i, j] = x**j
        right[i] = f(x)
    return list(mp.lu_solve(rows, right))


def fit(f, low, high, degree):
    """Coefficients, lowest first, each rounded to Double."""
    return [as_double(c) for c in interpolate(f, mpf(low), mpf(high), degree)]


def worst(f, low, high, coefficients):
    low, high = mpf(low), mpf(high)
    points = [low + (high - low) * i / 997 for i in range(1, 997)]
    largest = max(abs(f(x)) for x in points)
    return max(abs(sum(c * x**j for j, c in enumerate(coefficients)) - f(x)) for x in points) / largest


def literal(x):
    return float(x).hex().replace("p+", "p")


def polynomial(name, comment, variable, f, low, high, degree):
    coefficients = fit(f, low, high, degree)
    error = mp.nstr(worst(f, low, high, coefficients), 2)
    lines = [f"/// {comment}", f"/// Error {error} of the largest value.", "@inline(__always)", f"func {name}(_ {variable}: Double) -> Double {{"]
    lines.append(f"  var p = {literal(coefficients[-1])}")
    lines += [f"  p = p * {variable} + {literal(c)}" for c in reversed(coefficients[:-1])]
    return lines + ["  return p", "}", ""]


def constant(name, comment, x):
    return [f"/// {comment}", f"let {name} = {literal(x)}", ""]


def exp_tail(r):
    return (mp.expm1(r) - r) / r**2 if abs(r) > mpf("1e-15") else mpf(1) / 2


def log_tail(z):
    s = mp.sqrt(z)
    return (mp.log((1 + s) / (1 - s)) / s - 2) / z


def sin_tail(z):
    r = mp.sqrt(z)
    return (mp.sin(r) / r - 1) / z


def cos_tail(z):
    return (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2


def atan_tail(z):
    t = mp.sqrt(z)
    return (mp.atan(t) / t - 1) / z


def erf_ratio(z):
    x = mp.sqrt(z)
    return mp.erf(x) / x - 1


def erfc_scaled(u):
    # u = (x − 2)/(x + 2), so x = 2(1 + u)/(1 − u)
    x = 2 * (1 + u) / (1 - u)
    return mp.exp(x * x) * mp.erfc(x) * (x + 2)


def gamma_ratio(z):
    return mp.loggamma(2 + z) / z if abs(z) > mpf("1e-25") else 1 - mp.euler


def main():
    ln2, half_pi = mp.log(2), mp.pi / 2
    out = ["// Written by Tests/KernelTests/Fixtures/coefficients.py; change that, not this.", ""]
    ln2_high = bits(ln2, 41)
    out += constant("inverseLn2", "1/ln 2.", 1 / ln2)
    out += constant("ln2High", "The upper 41 bits of ln 2: its product with an integer below 2¹² is exact.", ln2_high)
    out += constant("ln2Low", "The rest of ln 2.", ln2 - ln2_high)
    p1 = bits(half_pi, 33)
    p2 = bits(half_pi - p1, 33)
    p3 = bits(half_pi - p1 - p2, 33)
    out += constant("twoOverPi", "2/π.", 2 / mp.pi)
    out += constant("halfPi1", "π/2 in four parts; products of the first three with integers below 2²⁰ are exact.", p1)
    out += constant("halfPi2", "The second part of π/2.", p2)
    out += constant("halfPi3", "The third part of π/2.", p3)
    out += constant("halfPi4", "The fourth part of π/2.", half_pi - p1 - p2 - p3)
    out += constant("twoPi", "2π.", 2 * mp.pi)
    out += constant("halfPi", "π/2.", half_pi)
    out += constant("halfPiHigh", "The upper 26 bits of π/2: its product with a number of 27 bits is exact.", bits(half_pi, 26))
    out += constant("halfPiLow", "The rest of π/2.", half_pi - bits(half_pi, 26))

    edge = mpf("0.3467")
    out += polynomial("expTail", "(eʳ − 1 − r)/r² for |r| ≤ ½ ln 2.", "r", exp_tail, -edge, edge, 11)
    out += polynomial("logTail", "(ln((1+s)/(1−s))/s − 2)/z with z = s² ≤ (3−2√2)².", "z", log_tail, mpf("1e-9"), mpf("0.02944"), 7)
    quarter = (mp.pi / 4 * mpf("1.0001")) ** 2
    out += polynomial("sinTail", "(sin r/r − 1)/z with z = r², |r| ≤ π/4.", "z", sin_tail, mpf("1e-9"), quarter, 6)
    out += polynomial("cosTail", "(cos r − 1 + z/2)/z² with z = r², |r| ≤ π/4.", "z", cos_tail, mpf("1e-9"), quarter, 6)
    out += polynomial("atanTail", "(atan t/t − 1)/z with z = t², 0 ≤ t ≤ tan(π/16).", "z", atan_tail, mpf("1e-9"), mp.tan(mp.pi / 16) ** 2, 9)
    out += polynomial("erfRatio", "erf(x)/x − 1 with z = x², |x| ≤ 0.875.", "z", erf_ratio, mpf("1e-9"), mpf("0.7657"), 11)
    low = (mpf("0.875") - 2) / (mpf("0.875") + 2)
    out += polynomial("erfcScaled", "(x+2)·e^{x²}·erfc x with u = (x−2)/(x+2), 0.875 ≤ x ≤ 27.", "u", erfc_scaled, low, mpf(25) / 29, 24)
    out += polynomial("gammaRatio", "ln Γ(2 + z)/z for |z| ≤ ½.", "z", gamma_ratio, mpf("-0.5"), mpf("0.5"), 20)

    words = ["0x" + "0" * 16]
    mp.prec = 1400
    rest = 2 / mp.pi
    for _ in range(20):
        rest *= mpf(2) ** 64
        word = int(mp.floor(rest))
        words.append(f"0x{word:016x}")
        rest -= word
    out += ["/// 64 zero bits, then 2/π as a binary fraction: enough for every Double.", "let twoOverPiWords: [UInt64] = ["]
    out += ["  " + ", ".join(words[i : i + 4]) + "," for i in range(0, 21, 4)] + ["]", ""]

    path = pathlib.Path(__file__).resolve().parents[3] / "Sources/Kernel/Numerics/Coefficients.swift"
    text = "\n".join(out).rstrip() + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if path.read_text() == text else f"{path.name} differs from what this script derives")
    path.write_text(text)


main()
