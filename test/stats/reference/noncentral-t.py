"""Reference values for src/stats/noncentral-t.ts: mpmath at 30 digits, by direct integration over the scale u.

    python3 test/stats/reference/noncentral-t.py > test/stats/reference/noncentral-t.json

Checked here against an independent formula (the incomplete-beta series of Guenther 1978) where that converges fast.
"""
import json
from mpmath import mp, mpf, quad, ncdf, npdf, exp, log, gamma, sqrt, betainc, inf, loggamma

mp.dps = 30


def density(u, df):
    return exp(log(2) + df / 2 * log(df / 2) - loggamma(df / 2) + (df - 1) * log(u) - df * u * u / 2)


def points(df, extra):
    sd = 1 / sqrt(2 * df)
    inner = [mpf(1) + k * sd for k in (-12, -6, -3, -1, 0, 1, 3, 6, 12, 24) if 1 + k * sd > 0]
    top = inner[-1]
    inner += [e for e in extra if 0 < e < top]
    return [mpf(0)] + sorted(set(inner)) + [top + 48 * sd]


def integral(f, grid):
    """Panel by panel: one quad over all of them stops too early when the first ones hold nothing."""
    return sum(quad(f, [a, b]) for a, b in zip(grid, grid[1:]))


def survival(t, df, delta):
    turn = delta / t if t != 0 else mpf(-1)
    extra = [turn, turn * (1 - 3 / (abs(delta) + 1)), turn * (1 + 3 / (abs(delta) + 1))]
    return integral(lambda u: ncdf(delta - t * u) * density(u, df), points(df, extra))


def both(t, df, above, below):
    room = (above + below) / (2 * t)
    grid = [p for p in points(df, []) if p < room] + [room]
    return integral(lambda u: (ncdf(below - t * u) - ncdf(t * u - above)) * density(u, df), grid)


def series(t, df, delta):
    """P(T <= t), t >= 0."""
    y = t * t / (t * t + df)
    total = ncdf(-delta)
    p = exp(-delta * delta / 2) / 2
    q = delta * exp(-delta * delta / 2) / (sqrt(2) * gamma(mpf(3) / 2)) / 2
    for j in range(400):
        total += p * betainc(j + mpf(1) / 2, df / 2, 0, y, regularized=True)
        total += q * betainc(j + 1, df / 2, 0, y, regularized=True)
        p *= delta * delta / 2 / (j + 1)
        q *= delta * delta / 2 / (j + mpf(3) / 2)
    return total


cases = []
for df in ("1", "3.5", "8", "43.7", "300", "5000"):
    for delta in ("-1", "0", "0.5", "1.7", "2.8", "4", "9"):
        for t in ("-1.5", "0", "1.96", "4.3", "12"):
            value = survival(mpf(t), mpf(df), mpf(delta))
            if mpf(t) >= 0 and abs(mpf(delta)) <= 4 and mpf(df) <= 30:
                assert abs(value - (1 - series(mpf(t), mpf(df), mpf(delta)))) < mpf("1e-18"), (t, df, delta)
            cases.append([float(t), float(df), float(delta), float(value)])

equivalence = []
for df in ("4", "11.5", "58", "1000"):
    for above, below in (("2", "2"), ("3.2", "3.2"), ("4", "3"), ("6", "2.1"), ("1", "1")):
        value = both(mpf("2.0"), mpf(df), mpf(above), mpf(below))
        equivalence.append([2.0, float(df), float(above), float(below), float(value)])

print(json.dumps({"survival": cases, "equivalence": equivalence}))
