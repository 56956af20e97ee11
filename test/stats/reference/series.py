"""Reference numbers for time series and looks, written from the papers, without looking at the TypeScript.

Run: python3 series.py > series.json     (numpy, scipy, mpmath, statsmodels)
EWC: Lazarus, Lewis, Stock, Watson 2018. Geyer 1992. AR(1) bias: Kendall 1954. Fieller 1954.
Group sequential: Armitage, McPherson and Rowe 1969 by Simpson's rule. Mixture sequence: Wang and Ramdas 2023, mpmath with 50 digits.
"""
import json
import math

import mpmath
import numpy as np
from scipy import integrate, optimize, stats
from statsmodels.tsa.stattools import acf, pacf_yw

mpmath.mp.dps = 50


def noise(seed, count):
    """Numbers that both languages can make: a Lehmer generator, uniform in (-1, 1)."""
    state, out = seed, []
    for _ in range(count):
        state = state * 48271 % 2147483647
        out.append(2 * state / 2147483647 - 1)
    return np.array(out)


def first_order(seed, rho, count):
    out, last = [], 0.0
    for z in noise(seed, count):
        last = rho * last + z
        out.append(last)
    return np.array(out)


def weights(x, position, nu):
    """L_j with the plain sum of cosines at true positions."""
    span = position[-1] + 1
    g = x - x.mean()
    found = []
    for j in range(1, nu + 1):
        c = np.cos(np.pi * j * (position + 0.5) / span)
        found.append(float(np.sum(g * c) / np.sqrt(np.sum((c - c.mean()) ** 2))))
    return np.array(found)


def geyer(x, position):
    full = np.zeros(position[-1] + 1)
    full[position] = x - x.mean()
    span = len(full)
    s = [float(np.dot(full[: span - k], full[k:])) for k in range(span)]
    total = 0.0
    for m in range(span // 2):
        pair = (s[2 * m] + s[2 * m + 1]) / s[0]
        if pair <= 0:
            break
        total += pair
    tau = 2 * total - 1
    n = min(len(x), max(2, len(x) / tau)) if tau > 0 else len(x)
    return n


def ar1(x, position):
    g = dict(zip(position.tolist(), (x - x.mean()).tolist()))
    s0 = sum(v * v for v in g.values())
    t = len(x)

    def rho(k):
        pairs = [(g[p], g[p + k]) for p in g if p + k in g]
        return sum(a * b for a, b in pairs) / s0 * (t - k) / len(pairs)

    r1, r2 = rho(1), rho(2)
    if (r2 - r1 * r1) / (1 - r1 * r1) * math.sqrt(t) < -3.5:
        return None
    r = r1 + (1 + 3 * r1) / t
    tau = (1 + r) / (1 - r) if r < 1 else math.inf
    return min(t, max(2, t / tau))


def measures(x, position):
    t = len(x)
    nu = math.floor(0.4 * t ** (2 / 3) + 1e-9)
    w = weights(x, position, nu)
    p = stats.f.sf(np.mean(w[:4] ** 2) / np.mean(w[4:] ** 2), 4, nu - 4) if nu > 4 else 1.0
    used = w[:4] if p < 0.05 else w
    n1 = geyer(x, position)
    n2 = ar1(x, position)
    s2 = np.var(x, ddof=1)
    return {
        "nu": len(used), "driftP": float(p), "longRun": float(np.mean(used**2)), "geyer": n1, "firstOrder": n2,
        "parts": [(float(np.mean(used**2) / t), len(used)), (s2 / n1, n1 - 1), (s2 / (n2 or n1), (n2 or n1) - 1)],
    }


def paired(x, y, position, r):
    """One-sided p of x - r*y > 0, with memory at x - r*y itself."""
    d = x - r * y
    m = measures(d, position)
    t = [d.mean() / math.sqrt(v) for v, _ in m["parts"]]
    above = max(float(stats.t.sf(q, df)) for q, (_, df) in zip(t, m["parts"]))
    below = max(float(stats.t.cdf(q, df)) for q, (_, df) in zip(t, m["parts"]))
    ends = [stats.t.isf(0.025, df) * math.sqrt(v) for v, df in m["parts"]]
    return {"above": above, "below": below, "low": d.mean() - max(ends), "high": d.mean() + max(ends)}


def fieller(x, y, position):
    """Ratio interval: union of three Fieller sets with memory fixed at the estimate."""
    r = x.mean() / y.mean()
    e = x - r * y
    m = measures(e, position)
    nu = m["nu"]
    wx, wy = weights(x, position, nu)[:nu], weights(y, position, nu)[:nu]
    t = len(x)
    cov = np.cov(x, y, ddof=1)
    lows, highs = [], []
    for k, (_, df) in enumerate(m["parts"]):
        if k == 0:
            xx, xy, yy = np.mean(wx * wx) / t, np.mean(wx * wy) / t, np.mean(wy * wy) / t
        else:
            xx, xy, yy = cov[0, 0] / (df + 1), cov[0, 1] / (df + 1), cov[1, 1] / (df + 1)
        q = stats.t.isf(0.025, df) ** 2
        roots = np.roots([y.mean() ** 2 - q * yy, -2 * (x.mean() * y.mean() - q * xy), x.mean() ** 2 - q * xx])
        lows.append(min(roots.real))
        highs.append(max(roots.real))
    return {"low": float(min(lows)), "high": float(max(highs))}


def unpaired(x, y):
    px, py = np.arange(len(x)), np.arange(len(y))
    mx, my = measures(x, px), measures(y, py)
    d = x.mean() - y.mean()
    above, reach = 0.0, 0.0
    for (a, da), (b, db) in zip(mx["parts"], my["parts"]):
        df = (a + b) ** 2 / (a * a / da + b * b / db)
        above = max(above, float(stats.t.sf(d / math.sqrt(a + b), df)))
        reach = max(reach, float(stats.t.isf(0.025, df) * math.sqrt(a + b)))
    return {"above": above, "low": d - reach, "high": d + reach}


def series_cases():
    cases = []
    for name, seed, rho, count, gaps in [
        ("white", 11, 0.0, 100, False), ("memory", 12, 0.7, 240, False), ("long memory", 13, 0.9, 1000, False),
        ("negative", 14, -0.5, 121, False), ("gaps", 15, 0.6, 300, True), ("short", 16, 0.2, 20, False),
    ]:
        z = first_order(seed, rho, count)
        load = first_order(seed + 100, 0.8, count)
        x, y = 12 + 0.5 * z + load, 10 + load
        position = np.arange(count)
        if gaps:
            keep = (position % 9 != 4) & ~((position > 100) & (position < 112))
            x, y, position = x[keep], y[keep], position[keep]
        m = measures(x - y, position)
        m.pop("parts")
        cases.append({
            "name": name, "seed": seed, "rho": rho, "count": count, "gaps": gaps, "difference": m,
            "paired": paired(x, y, position, 1.0), "ratio": fieller(x, y, position),
        })
    return cases


def apart():
    x = 12 + first_order(21, 0.5, 400)
    y = 11.6 + 2 * first_order(22, 0.8, 700)
    return unpaired(x, y)


def cyclic():
    z = noise(31, 400)
    out, a, b = [], 0.0, 0.0
    for v in z:
        a, b = 1.6 * a - 0.8 * b + v, a
        out.append(a)
    x = np.array(out)
    r = acf(x, nlags=2, fft=False)
    return {"firstOrder": ar1(x, np.arange(400)), "geyer": geyer(x, np.arange(400)),
            "partial": float(pacf_yw(x, nlags=2, method="mle")[2]), "acf": [float(v) for v in r]}


def sequential(alpha, times, last):
    """Boundaries by Simpson's rule on a fixed grid of b = z*sqrt(t) below each boundary."""
    spend = [2 * stats.norm.sf(stats.norm.isf(alpha / 2) / math.sqrt(t)) for t in times]
    if last:
        spend[-1] = alpha
    found, grid, density = [float(stats.norm.isf(spend[0]))], None, None
    for i in range(1, len(times)):
        before = times[i - 1]
        end = found[-1] * math.sqrt(before)
        fresh = np.linspace(-8.5 * math.sqrt(before), end, 3001)
        if i == 1:
            density = stats.norm.pdf(fresh, scale=math.sqrt(before))
        else:
            sd = math.sqrt(before - times[i - 2])
            kernel = stats.norm.pdf(fresh[:, None], loc=grid[None, :], scale=sd)
            density = integrate.simpson(kernel * density[None, :], x=grid, axis=1)
        grid = fresh
        sd = math.sqrt(times[i] - before)

        def over(c):
            stop = stats.norm.sf(c * math.sqrt(times[i]), loc=grid, scale=sd)
            return integrate.simpson(stop * density, x=grid) - (spend[i] - spend[i - 1])
        found.append(float(optimize.brentq(over, 0.5, 9, xtol=1e-12)))
    return {"alpha": alpha, "times": times, "last": last, "critical": found, "spent": spend}


def mixture(n, alpha):
    a, c2 = mpmath.mpf(alpha), mpmath.mpf(1)
    q = (a**2 * c2 / (n + c2)) ** (mpmath.mpf(1) / n)
    left = q * (n + c2) - c2
    return {"n": n, "alpha": alpha, "reach": float(mpmath.sqrt((1 - q) * (n + c2) / left)) if left > 0 else None}


print(json.dumps({
    "series": series_cases(),
    "apart": apart(),
    "cyclic": cyclic(),
    "sequential": [sequential(0.025, [0.2, 0.4, 0.6, 0.8, 1.0], True), sequential(0.025, [0.15, 0.5, 0.93], True),
                   sequential(0.0125, [0.3, 0.45, 0.8], False)],
    "mixture": [mixture(n, a) for n in (4, 5, 6, 12, 60, 5000) for a in (0.05, 0.01, 0.2)],
}, indent=1))
