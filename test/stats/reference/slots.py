"""Second implementations, from the formulas and by brute force, of what concerns slots: python3 slots.py > slots.json
SciPy and NumPy only. Switchback: every admissible schedule is written out and its statistic computed from raw values,
without the sums that src/stats/slot-sums.ts uses. Ramp: Mantel-Haenszel weights, influences added per key. Runs: SciPy.
"""
import itertools, json
import numpy as np
from scipy import special, stats

rng = np.random.default_rng(20261128)
r9 = lambda x: float(x)


def t_of(m, w, s):
    """Welch's t of m - R w, R common to all slots."""
    e = m - m.sum() / w.sum() * w
    a, b = e[s == 1], e[s == 0]
    return (a.mean() - b.mean()) / np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))


def under(m, w, arm, r, d):
    """Amounts if the treatment had not been: factor r taken out, or d for each unit of work."""
    return np.where(arm == 1, m - d * w, r * m)


def test(m, w, arm, schedules, r, d):
    n = under(m, w, arm, r, d)
    seen = t_of(n, w, arm)
    others = [t_of(n, w, s) for s in schedules if not (s == arm).all()]
    above = (1 + sum(t >= seen - 1e-9 for t in others)) / (1 + len(others))
    below = (1 + sum(t <= seen + 1e-9 for t in others)) / (1 + len(others))
    return above, below


def complete(n, k):
    for c in itertools.combinations(range(n), k):
        s = np.zeros(n, int)
        s[list(c)] = 1
        yield s


def turned(groups):
    """Pairs (first, second) by stratum; as many turned as were."""
    n = 2 * sum(len(p) for p, _ in groups)
    for choice in itertools.product(*[list(itertools.combinations(range(len(p)), k)) for p, k in groups]):
        s = np.zeros(n, int)
        for (pairs, _), ones in zip(groups, choice):
            for i, (a, b) in enumerate(pairs):
                s[a if i in ones else b] = 1
        yield s


out = {"switchback": [], "sequentialRatio": [], "runs": None, "ramp": None}

for n, k in ((8, 4), (10, 5)):
    arm = np.zeros(n, int)
    arm[rng.permutation(n)[:k]] = 1
    w = rng.lognormal(0, 0.4, n)
    m = w * (5 + rng.normal(0, 0.6, n)) * np.where(arm == 1, 0.8, 1)
    sch = list(complete(n, k))
    tests = [(1, 0), (0.9, 0), (0.7, 0), (1, -0.5), (1, -2.0), (1.3, 0)]
    out["switchback"].append({
        "value": m.tolist(), "work": w.tolist(), "assignment": arm.tolist(),
        "draws": [{"arm": int(a), "tuple": None, "stratum": 0} for a in arm],
        "schedules": len(sch),
        "tests": [dict(zip(("r", "d", "above", "below"), (r, d, *test(m, w, arm, sch, r, d)))) for r, d in tests],
    })

# Two strata of six pairs at the same hour of two days, three turned in each; two slots were lost.
groups = [([(6 * 0 + i, 6 + i) for i in range(6)], 3), ([(12 + i, 18 + i) for i in range(6)], 3)]
arm = np.zeros(24, int)
draws = [None] * 24
pair = 0
for g, (pairs, k) in enumerate(groups):
    ones = set(rng.permutation(6)[:k].tolist())
    for i, (a, b) in enumerate(pairs):
        arm[a if i in ones else b] = 1
        for slot in (a, b):
            draws[slot] = {"arm": int(arm[slot]), "tuple": pair, "stratum": g}
        pair += 1
for slot in range(24):
    draws[slot]["arm"] = int(arm[slot])
kept = [i for i in range(24) if i not in (4, 17)]
m = 10 + 2 * np.sin(np.arange(24)) + rng.normal(0, 0.5, 24) + 1.0 * arm
full = list(turned(groups))
sch = [s[kept] for s in full]
mk, wk, ak = m[kept], np.ones(len(kept)), arm[kept]
seen_full = arm


def kept_test(r, d):
    n = under(mk, wk, ak, r, d)
    seen = t_of(n, wk, ak)
    others = [t_of(n, wk, s[kept]) for s in full if not (s == seen_full).all()]
    return ((1 + sum(t >= seen - 1e-9 for t in others)) / (1 + len(others)),
            (1 + sum(t <= seen + 1e-9 for t in others)) / (1 + len(others)))


out["switchback"].append({
    "value": mk.tolist(), "work": None, "assignment": ak.tolist(), "draws": draws, "kept": kept, "schedules": len(full),
    "tests": [dict(zip(("r", "d", "above", "below"), (r, d, *kept_test(r, d)))) for r, d in ((1, 0), (1, 1), (1.05, 0), (1.2, 0))],
})

for counts, shares in (([530, 470], [.5, .5]), ([5238, 4762], [.5, .5]), ([120, 300, 580], [.1, .3, .6]), ([90, 910], [.05, .95])):
    c = 1000 * np.array(shares)
    x = np.array(counts)
    log_bf = (special.gammaln(c.sum()) - special.gammaln(c.sum() + x.sum())
              + (special.gammaln(c + x) - special.gammaln(c)).sum() - (x * np.log(shares)).sum())
    out["sequentialRatio"].append({"counts": counts, "shares": shares, "p": float(min(1, np.exp(-log_bf)))})

x, y = rng.lognormal(0, .2, 6), rng.lognormal(.1, .3, 7)
t = stats.ttest_ind(x, y, equal_var=False)
ci = t.confidence_interval(.95)
out["runs"] = {"x": x.tolist(), "y": y.tolist(), "p": float(t.pvalue), "low": float(ci.low), "high": float(ci.high)}

# Ramp: keys of two arms, each from some stage on in all later ones.
rows = {"x": [], "y": []}
for name, start, level in (("x", [0] * 3 + [1] * 6 + [2] * 15, 9.0), ("y", [0] * 4 + [1] * 5 + [2] * 15, 10.0)):
    for key, first in enumerate(start):
        own = rng.normal(0, 1)
        for stage in range(first, 3):
            w = float(rng.lognormal(0, .3))
            rows[name].append({"key": f"{name}{key}", "stage": stage, "value": float(w * (level + 2 * stage + own + rng.normal(0, .5))), "per": w})


def combine(rate_only):
    est, var, df = {}, {}, {}
    stage_rate = {a: {} for a in rows}
    work = {a: {} for a in rows}
    for a in rows:
        for h in range(3):
            own = [r for r in rows[a] if r["stage"] == h]
            d = sum(r["per"] if rate_only else 1 for r in own)
            work[a][h] = d
            stage_rate[a][h] = sum(r["value"] for r in own) / d
    weight = {h: work["x"][h] * work["y"][h] / (work["x"][h] + work["y"][h]) for h in range(3)}
    whole = sum(weight.values())
    for a in rows:
        est[a] = sum(weight[h] / whole * stage_rate[a][h] for h in range(3))
        sums = {}
        for r in rows[a]:
            h = r["stage"]
            w = r["per"] if rate_only else 1
            sums[r["key"]] = sums.get(r["key"], 0) + weight[h] / whole * (r["value"] - stage_rate[a][h] * w) / work[a][h]
        u = np.array(list(sums.values()))
        n = len(u)
        d = n - 3
        var[a] = (u ** 2).sum() * n / d
        conc = (u ** 4).sum() / (u ** 2).sum() ** 2
        df[a] = min(d, max(1, 3 / conc - 2))
    se = np.sqrt(var["x"] + var["y"])
    dof = (var["x"] + var["y"]) ** 2 / (var["x"] ** 2 / df["x"] + var["y"] ** 2 / df["y"])
    t = (est["x"] - est["y"]) / se
    return {"x": est["x"], "y": est["y"], "standardError": float(se), "df": float(dof), "above": float(stats.t.sf(t, dof)), "below": float(stats.t.cdf(t, dof))}


out["ramp"] = {"rows": rows, "ratio": combine(True), "mean": combine(False)}
print(json.dumps(out))
