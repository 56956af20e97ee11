"""Best split of a series by energy distance, sum by sum from Matteson and James 2014 (JASA 109:334), §2.2 and §3.1.

python3 test/stats/reference/change-points.py > test/stats/reference/change-points.json

No library has this with the paper's free end of the second segment but the R package ecp, which is not here; so it is
written a second time, without prefix sums, in exact fractions. Smallest segment: 3. Ties go to the first split found.
"""
import json
from fractions import Fraction
from itertools import combinations, product
from random import Random


def energy(x, y):
    m, n = len(x), len(y)
    between = sum((abs(a - b) for a, b in product(x, y)), Fraction(0)) * 2 / (m * n)
    inside_x = sum((abs(a - b) for a, b in combinations(x, 2)), Fraction(0)) / Fraction(m * (m - 1), 2)
    inside_y = sum((abs(a - b) for a, b in combinations(y, 2)), Fraction(0)) / Fraction(n * (n - 1), 2)
    return Fraction(m * n, m + n) * (between - inside_x - inside_y)


def best(series, least=3):
    values = [Fraction(v) for v in series]
    found = (None, None)
    for at in range(least, len(values) - least + 1):
        for end in range(at + least, len(values) + 1):
            q = energy(values[:at], values[at:end])
            if found[0] is None or q > found[1]:
                found = (at, q)
    return {"at": found[0], "statistic": float(found[1])}


rng = Random(20191104)
cases = {
    "by hand: 0 0 0 1 1 1": [0, 0, 0, 1, 1, 1],
    "one step": [rng.gauss(0, 1) + (4 if i >= 12 else 0) for i in range(24)],
    "up and down again": [rng.gauss(0, 1) + (6 if 8 <= i < 16 else 0) for i in range(24)],
    "one odd value": [0.1 * (i % 3) + (9 if i == 10 else 0) for i in range(20)],
    "noise": [rng.gauss(0, 1) for _ in range(18)],
    "more spread": [rng.gauss(0, 1 if i < 15 else 8) for i in range(30)],
}
print(json.dumps({name: {"series": s, **best(s)} for name, s in cases.items()}, indent=1))
