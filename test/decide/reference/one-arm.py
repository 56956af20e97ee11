"""One arm held against a limit, at 50 digits from the formulas in src/decide/one-arm.ts and STATISTICS.md §1, and Wilson's
limits by statsmodels. python3 one-arm.py > one-arm.json      (mpmath 1.4.1, numpy 2.4.6, scipy 1.17.1, statsmodels 0.15.0)
"""
import json
import pathlib
import sys

import mpmath as mp
import numpy as np
import scipy.stats as st
from statsmodels.stats.proportion import proportion_confint

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "compare/reference"))
from forms import column, mean, t_quantile, t_sf, tail_of

rng = np.random.default_rng(20261128)
cases = []


def add(name, plan, data, estimate, variance, df, at):
    reach = t_quantile(tail_of(0.95), df) * mp.sqrt(variance)
    t = (estimate - mp.mpf(at)) / mp.sqrt(variance)
    cases.append({"name": name, "plan": plan, "data": {k: list(v) for k, v in data.items()}, "at": at,
                  "estimate": float(estimate), "low": float(estimate - reach), "high": float(estimate + reach), "df": float(df), "below": float(t_sf(-t, df))})


def independent(z):
    return len(z) * mp.fsum([(v - mean(z)) ** 2 for v in z]) / (len(z) - 1)


for name, n, level, scale in (("mean of five", 5, 20, 1), ("mean 1e9, spread 1", 12, 1e9, 1), ("1e-9", 30, 20, 1e-9)):
    x = scale * (level + rng.normal(size=n))
    X = column(x)
    add(name, {"estimand": "mean"}, {"value": x}, mean(X), independent(X) / n ** 2, mp.mpf(n - 1), float(scale * (level + 0.5)))
x = np.round(rng.normal(8, 2, 15))
add("total, ties", {"estimand": "total"}, {"value": x}, mp.fsum(column(x)), independent(column(x)), mp.mpf(14), 130.0)
d = np.round(np.exp(rng.normal(9, 0.6, 20)))
m = 3e-9 * d * (1 + 0.1 * rng.normal(size=20))
M, D = column(m), column(d)
r = mp.fsum(M) / mp.fsum(D)
add("ratio of 1e-9 per record", {"estimand": "total"}, {"value": m, "per": d}, r, independent([(a - r * b) / mp.fsum(D) for a, b in zip(M, D)]), mp.mpf(19), 3.1e-9)
item = [f"i{i % 4}" for i in range(12)]
x = np.array([5 + 4 * (i % 4) + rng.normal() for i in range(12)])
X = column(x)
parts = [independent([(X[i] - mean(X)) / 12 for i in range(12) if item[i] == f"i{h}"]) for h in range(4)]
total = mp.fsum(parts)
df = min(mp.mpf(8), max(mp.mpf(2), total ** 2 / mp.fsum([v * v / (2 + 2) for v in parts]) - 2))
add("fixed workload: spread within items", {"estimand": "mean", "workload": "fixed"}, {"value": x, "item": item}, mean(X), total, df, 11.5)
folded = [mp.fsum([(X[i] - mean(X)) / 12 for i in range(12) if item[i] == f"i{h}"]) for h in range(4)]
x5 = np.concatenate([x, rng.normal(9, 1, 3)])
item5 = item + ["i4"] * 3
X5 = column(x5)
folded = [mp.fsum([(X5[i] - mean(X5)) / 15 for i in range(15) if item5[i] == f"i{h}"]) for h in range(5)]
add("sample workload: one value an item", {"estimand": "mean", "workload": "sample"}, {"value": x5, "item": item5}, mean(X5), independent(folded), mp.mpf(4), 12.0)

wilson = []
for events, attempts in ((3, 80), (0, 45), (12, 12), (50, 90)):
    low, high = proportion_confint(events, attempts, alpha=0.05, method="wilson")
    wilson.append({"events": events, "attempts": attempts, "low": float(low), "high": float(high)})
m = rng.integers(30, 120, 14).astype(float)
e = rng.binomial(m.astype(int), rng.beta(2, 18, 14)).astype(float)
E, A = column(e), column(m)
p = mp.fsum(E) / mp.fsum(A)
variance = independent([(a - p * b) / mp.fsum(A) for a, b in zip(E, A)])
n = mp.fsum(A) / max(mp.mpf(1), variance / (p * (1 - p) / mp.fsum(A)))
z = t_quantile(tail_of(0.95), 13)
low, high = proportion_confint(float(p * n), float(n), alpha=float(2 * st.norm.sf(float(z))), method="wilson")
print(json.dumps({"cases": cases, "wilson": wilson, "clustered": {"events": list(e), "attempts": list(m), "low": float(low), "high": float(high)}}))
