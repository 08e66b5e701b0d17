"""The generator's streams, computed with Python's integers, and its deviates, with mpmath."""
from mpmath import mp, mpf

mask = (1 << 64) - 1


def stream(seed):
    state = []
    for _ in range(4):
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        state.append(z ^ (z >> 31))
    turn = lambda x, k: ((x << k) | (x >> (64 - k))) & mask
    while True:
        a, b, c, d = state
        yield (turn((b * 5) & mask, 7) * 9) & mask
        c ^= a
        d ^= b
        state = [a ^ d, b ^ c, c ^ ((b << 17) & mask), turn(d, 45)]


def take(seed, n):
    source = stream(seed)
    return [next(source) for _ in range(n)]


def cases():
    mp.prec = 200
    result = []
    for seed in (0, 1, 42, mask):
        bits = take(seed, 24)
        uniform = [(b >> 11) * 2.0**-53 for b in bits]
        normal = [
            float(mp.sqrt(-2 * mp.log(1 - mpf(u))) * mp.cos(2 * mp.pi * mpf(v))) for u, v in zip(uniform[::2], uniform[1::2])
        ]
        limit = {n: (mask - mask % n) for n in (6, 1000)}
        below = {n: [b % n for b in bits if b < limit[n]] for n in limit}
        order, at = list(range(13)), 0
        for i in range(12, 0, -1):
            j = bits[at] % (i + 1)
            at += 1
            order[i], order[j] = order[j], order[i]
        result.append({
            "seed": str(seed), "bits": [str(b) for b in bits], "uniform": uniform, "normal": normal,
            "below6": below[6], "below1000": below[1000], "permutation13": order,
        })
    return result
