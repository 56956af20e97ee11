"""What a function of its own has no other reference for: python3 single.py > single.json
(scipy 1.17.1, numpy 2.4.6, statsmodels 0.15.0, mpmath 1.4.1)"""
import json
import math

import mpmath as mp
import numpy as np
from scipy import integrate, stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import ttost_ind

mp.mp.dps = 50
rng = np.random.default_rng(20261128)

x, y = rng.normal(10, 1, 24), rng.normal(10.2, 1.4, 31)
p, (_, above, _), (_, below, _) = ttost_ind(x, y, -1.0, 1.2, usevar="unequal")
equivalence = {"x": list(x), "y": list(y), "low": -1.0, "high": 1.2, "p": float(p), "aboveLow": float(above), "belowHigh": float(below)}

wilson = []
for events, n, z in ((0, 100, 1.96), (7, 40, 2.5758293035489004), (40, 40, 1.0), (3, 1000, 3.0)):
    low, high = proportion_confint(events, n, alpha=2 * stats.norm.sf(z), method="wilson")
    wilson.append({"p": events / n, "n": n, "z": z, "below": events / n - low, "above": high - events / n})

# Price of an hour: Fieller's quadratic with the t of n - 1 degrees, at 50 digits.
n = 20
hours = rng.normal(2, 0.6, n)
cost = 11 * hours + rng.normal(0, 3, n)
H, C = [mp.mpf(float(v)) for v in hours], [mp.mpf(float(v)) for v in cost]
mean = lambda v: mp.fsum(v) / len(v)
cov = lambda u, v: mp.fsum([(a - mean(u)) * (b - mean(v)) for a, b in zip(u, v)]) / (n - 1) / n
t = mp.mpf(0)
low, high = mp.mpf(0), mp.mpf(50)
for _ in range(200):
    mid = (low + high) / 2
    tail = mp.betainc(mp.mpf(19) / 2, mp.mpf(1) / 2, 0, 19 / (19 + mid * mid), regularized=True) / 2
    low, high = (mid, high) if tail > mp.mpf((1 - 0.95) / 2) else (low, mid)
q = low ** 2
a, b, c = mean(H) ** 2 - q * cov(H, H), mean(H) * mean(C) - q * cov(H, C), mean(C) ** 2 - q * cov(C, C)
root = mp.sqrt(b * b - a * c)
price = {"hours": list(hours), "cost": list(cost), "estimate": float(mean(C) / mean(H)), "low": float((b - root) / a), "high": float((b + root) / a)}


def crossing(times, critical, drift):
    """P(crossed by look k) with B(t) ~ N(drift t, t), by Simpson's rule between looks."""
    grid, density, out, total = None, None, [], 0.0
    for k, (t, c) in enumerate(zip(times, critical)):
        before = times[k - 1] if k else 0.0
        sd, edge = math.sqrt(t - before), c * math.sqrt(t)
        if k == 0:
            total += stats.norm.sf(edge, loc=drift * t, scale=sd)
        else:
            total += integrate.simpson(stats.norm.sf(edge, loc=grid + drift * (t - before), scale=sd) * density, x=grid)
        out.append(float(total))
        fresh = np.linspace(drift * t - 9 * math.sqrt(t), edge, 4001)
        if k == 0:
            density = stats.norm.pdf(fresh, loc=drift * t, scale=sd)
        else:
            kernel = stats.norm.pdf(fresh[:, None], loc=grid[None, :] + drift * (t - before), scale=sd)
            density = integrate.simpson(kernel * density[None, :], x=grid, axis=1)
        grid = fresh
    return out


looks = []
for times, critical, drift in (([0.5, 1.0], [2.9626, 1.9686], 2.8), ([0.3, 0.6, 1.0], [3.5, 2.6, 2.0], 1.5), ([0.25, 1.0], [4.3326, 1.9604], 0.0)):
    looks.append({"times": times, "critical": critical, "drift": drift, "crossed": crossing(times, critical, drift)})
print(json.dumps({"equivalence": equivalence, "wilson": wilson, "price": price, "looks": looks}))
