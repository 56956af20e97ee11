"""Second implementations of what reference.py does not hold, method by method, at the places where doubles or small
numbers could go wrong: 4 to 8 units, ties, unequal sizes, mean 1e9 with a spread of 1, 1e-9 per record.
SciPy's permutation_test and every schedule written out (sign-flip), mpmath at 50 digits elsewhere, from STATISTICS.md and
the papers; the TypeScript was not translated.

python3 designs.py > designs.json      (scipy 1.17.1, numpy 2.4.6, statsmodels 0.15.0, mpmath 1.4.1; a minute)
"""
import itertools
import json
import math

import mpmath as mp
import numpy as np
import scipy.stats as st
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

import series_forms as series
from forms import case, column, delta_contributions, linear, mean, measured, paired, pseudo, stratified, t_quantile, t_sf, tail_of, welch

rng = np.random.default_rng(20261128)
places = lambda z: {"treatmentOrder": [(v + 1) / 2 for v in z], "baselineOrder": [(1 - v) / 2 for v in z]}
cases = []


def orders(n):
    z = np.array([1.0, -1.0] * (n // 2) + [1.0] * (n % 2))
    rng.shuffle(z)
    return z


def add(name, method, data, expected, **plan):
    lists = {k: list(v) for k, v in data.items()}
    cases.append(case(f"{method}: {name}", method, lists, expected, plan))


# Means, totals: five blocks, ties, large means; strata with two repeats.
for name, x, y, z in (
    ("five blocks", rng.normal(9, 1, 5), rng.normal(12, 1, 5), None),
    ("five blocks with order", rng.normal(9, 1, 5), rng.normal(12, 1, 5), orders(5)),
    ("ties", np.round(rng.normal(9, 2, 14)), np.round(rng.normal(11, 2, 14)), orders(14)),
    ("mean 1e9, spread 1, seven blocks", 1e9 + rng.normal(0, 1, 7), 1e9 + 2 + rng.normal(0, 1, 7), orders(7)),
    ("1e-9", 1e-9 * rng.normal(9, 1, 9), 1e-9 * rng.normal(12, 1, 9), orders(9)),
):
    data = {"treatment": x, "baseline": y, **(places(z) if z is not None else {})}
    add(name, "paired-t", data, paired(x, y, z, mp.mpf(1)), estimand="mean")
for name, x, y in (
    ("five and five", rng.normal(9, 1, 5), rng.normal(12, 3, 5)),
    ("ties", np.round(rng.normal(9, 2, 8)), np.round(rng.normal(11, 2, 19))),
    ("1e-9", 1e-9 * rng.normal(9, 1, 6), 1e-9 * rng.normal(12, 1, 40)),
):
    add(name, "welch", {"treatment": x, "baseline": y}, welch(x, y), estimand="mean")
for name, level, noise, items, repeats in (
    ("three items twice", 0, 1.0, 3, 2), ("unequal repeats", 0, 0.5, 5, None), ("mean 1e9, spread 1", 1e9, 1.0, 4, 4),
):
    item = [f"i{h}" for h in range(items) for _ in range(repeats or 2 + h % 3)]
    n = len(item)
    z = orders(n)
    base = np.array([level + 5 + 3 * int(i[1:]) for i in item])
    x, y = base - 1.5 + noise * rng.normal(size=n) + 0.4 * z, base + noise * rng.normal(size=n) - 0.4 * z
    X, Y = column(x), column(y)
    add(name, "paired-t-stratified", {"treatment": x, "baseline": y, "item": item, **places(z)},
        stratified(X, Y, z, item, mp.fsum(X), mp.fsum(Y)), workload="fixed")


# Ratios of sums.
def ordered_contributions(rx, cx, ry, cy, z, degrees):
    """Contributions regressed on 1 + order, as the values of a paired t test; ratios moved to a balanced order."""
    n = len(cx)
    Z = column(z) if z is not None else [mp.mpf(0)] * n
    zbar = mean(Z)
    zc = [v - zbar for v in Z]
    szz = mp.fsum([v * v for v in zc])

    def fit(c):
        b = mp.fsum([q * w for q, w in zip(zc, c)]) / szz if szz else mp.mpf(0)
        m = mean(c)
        return b, [w - m - b * q for w, q in zip(c, zc)]

    (bx, ex), (by, ey) = fit(cx), fit(cy)
    most = n - 1 - (1 if szz else 0)
    factor = n + (mp.fsum(Z) ** 2 / szz if szz else 0)
    residual = lambda r: [a - r * b for a, b in zip(ex, ey)]
    variance = lambda r: factor * mp.fsum([e * e for e in residual(r)]) / most
    df = (lambda r: measured(residual(r), most)) if degrees == "measured" else (lambda r: mp.mpf(most))
    shift = mp.fsum(Z)
    return linear(rx - bx * shift, ry - by * shift, variance, df)


def jackknife_contributions(m, d):
    r, without = pseudo(m, d)
    n = len(without)
    return r, [mp.mpf(n - 1) / n * (r - w) for w in without]


def jones_contributions(m, d, item):
    """A row's weight goes to the other repeats of its item."""
    M, D = column(m), column(d)
    r = mp.fsum(M) / mp.fsum(D)
    out = []
    for i in range(len(M)):
        own = [k for k in range(len(M)) if item[k] == item[i]]
        n = len(own)
        moved = lambda v: mp.fsum(v) - mp.fsum([v[k] for k in own]) + mp.mpf(n) / (n - 1) * mp.fsum([v[k] for k in own if k != i])
        out.append(mp.mpf(n - 1) / n * (r - moved(M) / moved(D)))
    return r, out


for name, n, rate, z in (("five blocks with order", 5, 2.0, True), ("1e-9 per record, order", 12, 2e-9, True), ("one block holds half", 9, 1.0, False)):
    d = np.round(np.exp(rng.normal(10, 0.7, n)))
    if not z:
        d[3] = d.sum()
    mx, my = rate * d * (0.8 + 0.05 * rng.normal(size=n)), rate * d * (1 + 0.05 * rng.normal(size=n))
    zz = orders(n) if z else None
    data = {"treatment": mx, "treatmentPer": d, "baseline": my, "baselinePer": d, **(places(zz) if z else {})}
    rx, cx = jackknife_contributions(mx, d)
    ry, cy = jackknife_contributions(my, d)
    add(name, "paired-ratio", data, ordered_contributions(rx, cx, ry, cy, zz, "measured"))
    rx, cx = delta_contributions(mx, d)
    ry, cy = delta_contributions(my, d)
    add(name, "delta", data, ordered_contributions(rx, cx, ry, cy, zz, "declared"))
item = [f"i{i % 6}" for i in range(18)]
d = np.array([1000.0 * (1 + i % 6) for i in range(18)]) + np.round(rng.normal(0, 20, 18))
mx, my = 3e-9 * d * (1 + 0.1 * rng.normal(size=18)), 4e-9 * d * (1 + 0.1 * rng.normal(size=18))
z = orders(18)
rx, cx = jones_contributions(mx, d, item)
ry, cy = jones_contributions(my, d, item)
add("strata, order, 1e-9 per record (Jones, by leaving out)", "jackknife",
    {"treatment": mx, "treatmentPer": d, "baseline": my, "baselinePer": d, "item": item, **places(z)},
    stratified(cx, cy, z, item, rx, ry), workload="fixed")

# Items of a sample workload, each three times, with order: the log ratio.
item = [f"i{i % 8}" for i in range(24)]
size = np.exp(rng.normal(3, 0.6, 8))
x = np.array([size[i % 8] for i in range(24)]) * (0.85 + 0.05 * rng.normal(size=24))
y = np.array([size[i % 8] for i in range(24)]) * (1 + 0.05 * rng.normal(size=24))
z = orders(24)
fold = lambda v: [mp.fsum([w for w, i in zip(column(v), item) if i == f"i{h}"]) for h in range(8)]
X, Y, Z = fold(x), fold(y), fold(z)
theta = mp.log(mp.fsum(X) / mp.fsum(Y))
c = [mp.mpf(7) / 8 * (theta - mp.log((mp.fsum(X) - a) / (mp.fsum(Y) - b))) for a, b in zip(X, Y)]
log = ordered_contributions(theta, c, mp.mpf(1), [mp.mpf(0)] * 8, [float(v) for v in Z], "measured")
at = log["treatment"]
se = log["standardError"]
zc = [v - mean(Z) for v in Z]
b = mp.fsum([p * q for p, q in zip(zc, c)]) / mp.fsum([v * v for v in zc])
e = [p - mean(c) - b * q for p, q in zip(c, zc)]
df = measured(e, 6)
reach = t_quantile(tail_of(0.95), df) * se
add("repeats folded, order", "paired-items", {"treatment": x, "baseline": y, "item": item, **places(z)},
    {"ratio": [mp.exp(at), mp.exp(at - reach), mp.exp(at + reach)], "aboveNineTenths": t_sf((at - mp.log(mp.mpf(0.9))) / se, df)}, workload="sample")


# Typical ratios: logarithms.
def typical(form, gx, gy, variance_at_means, df_at):
    """form: the test of mean log x - mean log y; difference of geometric means by its linear part."""
    gap, se, df = form
    reach = t_quantile(tail_of(0.95), df) * se
    v = mp.sqrt(variance_at_means)
    far = t_quantile(tail_of(0.95), df_at) * v
    return {"treatment": gx, "baseline": gy, "ratio": [mp.exp(gap), mp.exp(gap - reach), mp.exp(gap + reach)],
            "p": 2 * t_sf(abs(gap) / se, df), "aboveNineTenths": t_sf((gap - mp.log(mp.mpf(0.9))) / se, df),
            "difference": [gx - gy, gx - gy - far, gx - gy + far]}


def typical_paired(lx, ly, z):
    n = len(lx)
    Z = column(z) if z is not None else [mp.mpf(0)] * n
    zc = [v - mean(Z) for v in Z]
    szz = mp.fsum([v * v for v in zc])

    def fit(v):
        b = mp.fsum([p * q for p, q in zip(zc, v)]) / szz if szz else mp.mpf(0)
        return mean(v) - b * mean(Z), [w - mean(v) - b * q for w, q in zip(v, zc)]

    (ax, ex), (ay, ey) = fit(lx), fit(ly)
    df = mp.mpf(n - 1 - (1 if szz else 0))
    lever = 1 / mp.mpf(n) + (mean(Z) ** 2 / szz if szz else 0)
    variance = lambda p, q: lever * mp.fsum([(p * a - q * b) ** 2 for a, b in zip(ex, ey)]) / df
    gx, gy = mp.exp(ax), mp.exp(ay)
    return typical((ax - ay, mp.sqrt(variance(1, 1)), df), gx, gy, variance(gx, gy), df)


logs = lambda v: [mp.log(w) for w in column(v)]
for name, x, y, z in (
    ("six blocks", np.exp(rng.normal(1, 0.3, 6)), np.exp(rng.normal(1.3, 0.3, 6)), None),
    ("order", np.exp(rng.normal(1, 0.3, 15)), np.exp(rng.normal(1.3, 0.3, 15)), orders(15)),
    ("ties", 1 + np.round(rng.exponential(2, 12)), 2 + np.round(rng.exponential(2, 12)), orders(12)),
    ("mean 1e9, spread 1", 1e9 + rng.normal(0, 1, 11), 1e9 + 1 + rng.normal(0, 1, 11), orders(11)),
):
    add(name, "typical", {"treatment": x, "baseline": y, **(places(z) if z is not None else {})}, typical_paired(logs(x), logs(y), z), estimand="typical")
x, y = np.exp(rng.normal(1, 0.4, 5)), np.exp(rng.normal(1.5, 0.7, 23))
lx, ly = logs(x), logs(y)
part = lambda v: mp.fsum([(w - mean(v)) ** 2 for w in v]) / (len(v) - 1) / len(v)
vx, vy = part(lx), part(ly)
satt = lambda a, b: (a + b) ** 2 / (a * a / (len(lx) - 1) + b * b / (len(ly) - 1))
gx, gy = mp.exp(mean(lx)), mp.exp(mean(ly))
found = typical((mean(lx) - mean(ly), mp.sqrt(vx + vy), satt(vx, vy)), gx, gy, gx ** 2 * vx + gy ** 2 * vy, satt(gx ** 2 * vx, gy ** 2 * vy))
found["p"] = st.ttest_ind(np.log(x), np.log(y), equal_var=False).pvalue
add("five keys against 23 (SciPy ttest_ind on logarithms)", "typical", {"byKey": [1], "treatment": x, "baseline": y}, found, estimand="typical")
item = [f"i{i % 5}" for i in range(15)]
x, y = np.exp(rng.normal(1, 0.5, 15)), np.exp(rng.normal(1.2, 0.5, 15))
fold = lambda v: [mean([w for w, i in zip(v, item) if i == f"i{h}"]) for h in range(5)]
add("sample workload: five items three times", "typical", {"treatment": x, "baseline": y, "item": item}, typical_paired(fold(logs(x)), fold(logs(y)), None), estimand="typical", workload="sample")


# CUPED at 50 digits: the variance of Y - theta X, one degree for theta, its error where covariates differ.
def cuped(xt, yt, xb, yb):
    Xt, Yt, Xb, Yb = map(column, (xt, yt, xb, yb))
    dev = lambda v: [w - mean(v) for w in v]
    dot = lambda u, v: mp.fsum([a * b for a, b in zip(dev(u), dev(v))])
    squares = dot(Xt, Xt) + dot(Xb, Xb)
    theta = (dot(Xt, Yt) + dot(Xb, Yb)) / squares
    nt, nb = len(Xt), len(Xb)
    gap = mean(Xt) - mean(Xb)
    w = mp.mpf(nt) / (nt + nb)
    growth = (1 + gap ** 2 / squares / (mp.mpf(1) / nt + mp.mpf(1) / nb)) * mp.mpf(nt + nb - 2) / (nt + nb - 3)
    c = lambda r: 1 - w + r * w
    part = lambda e, n: growth * mp.fsum([v * v for v in e]) / (n - 1) / n
    vt = lambda r: part([y - theta * c(r) * x for x, y in zip(dev(Xt), dev(Yt))], nt)
    vb = lambda r: part([r * y - theta * c(r) * x for x, y in zip(dev(Xb), dev(Yb))], nb)
    df = lambda r: (vt(r) + vb(r)) ** 2 / (vt(r) ** 2 / (nt - 1) + vb(r) ** 2 / (nb - 1))
    return linear(mean(Yt) - theta * (1 - w) * gap, mean(Yb) + theta * w * gap, lambda r: vt(r) + vb(r), df)


for name, nt, nb, shift, scale in (("five and eight", 5, 8, 0, 1), ("mean 1e9, spread 1", 20, 26, 1e9, 1), ("1e-9", 12, 30, 0, 1e-9)):
    xt, xb = rng.normal(4, 1, nt), rng.normal(4.3, 1, nb)
    yt = shift + scale * (9 + 2 * xt + 0.5 * rng.normal(size=nt))
    yb = shift + scale * (11 + 2 * xb + 0.5 * rng.normal(size=nb))
    add(name, "cuped", {"byKey": [1], "treatment": yt, "treatmentCovariate": xt, "baseline": yb, "baselineCovariate": xb}, cuped(xt, yt, xb, yb), estimand="mean")


# Newcombe with a design effect, difference and ratio; Wilson's limits by statsmodels.
def newcombe(ex, mx, ey, my):
    def arm(e, m):
        E, M = column(e), column(m)
        p = mp.fsum(E) / mp.fsum(M)
        n = len(E)
        c = [(a - p * b) / mp.fsum(M) for a, b in zip(E, M)]
        variance = mp.mpf(n) / (n - 1) * mp.fsum([v * v for v in c])
        size = mp.fsum([v * v for v in M]) / mp.fsum(M)
        binomial = p * (1 - p) / mp.fsum(M)
        return p, mp.fsum(M), size, min(mp.mpf(1), (variance / binomial - 1) / (size - 1)) if binomial else None, n

    (p, a, sp, alike, np_), (q, b, sq, other, nq) = arm(ex, mx), arm(ey, my)
    rho = max([mp.mpf(0)] + [v for v in (alike, other) if v is not None])
    na, nb = a / (1 + rho * (sp - 1)), b / (1 + rho * (sq - 1))
    df = np_ + nq - 2

    def wilson(p, n, z):
        mid = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * mp.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return mid - half, mid + half

    def bound(r, z, side):
        (lp, up), (lq, uq) = wilson(p, na, z), wilson(q, nb, z)
        if side < 0:
            return p - r * q - mp.sqrt((p - lp) ** 2 + r * r * (uq - q) ** 2)
        return p - r * q + mp.sqrt((up - p) ** 2 + r * r * (q - lq) ** 2)

    z95 = t_quantile(tail_of(0.95), df)
    check = proportion_confint(float(p) * float(na), float(na), alpha=float(2 * st.norm.sf(float(z95))), method="wilson")
    assert abs(check[0] - float(wilson(p, na, z95)[0])) < 1e-9 and abs(check[1] - float(wilson(p, na, z95)[1])) < 1e-9

    def root(f, low, high):
        for _ in range(200):
            mid = (low + high) / 2
            low, high = (mid, high) if f(mid) > 0 else (low, mid)
        return low

    def two_sided(r):
        side = -1 if p > r * q else 1
        z = root(lambda z: -side * bound(r, z, side), mp.mpf(0), mp.mpf(1000))
        return t_sf(z, df), side

    tail, _ = two_sided(mp.mpf(1))
    found = {"treatment": p, "baseline": q, "df": mp.mpf(df), "difference": [p - q, bound(1, z95, -1), bound(1, z95, 1)], "p": 2 * tail}
    if q > 0:
        center = p / q
        found["ratio"] = [center, root(lambda r: bound(r, z95, -1), mp.mpf(0), center) if bound(0, z95, -1) > 0 else mp.mpf(0), root(lambda r: bound(r, z95, 1), center, center * 1000 + 1000)]
        tail, side = two_sided(mp.mpf(0.9))
        found["aboveNineTenths"] = tail if side < 0 else 1 - tail
    return found


for name, nx, ny, p, q, alike in (("keys alike", 12, 17, 0.1, 0.25, 0.2), ("five and six", 5, 6, 0.3, 0.5, 0.0), ("one arm without events", 9, 9, 0.0, 0.04, 0.1)):
    def draw(n, p):
        m = rng.integers(20, 200, n)
        own = rng.beta(p * (1 / alike - 1), (1 - p) * (1 / alike - 1), n) if alike and p else np.full(n, p)
        return rng.binomial(m, own).astype(float), m.astype(float)
    (ex, mx), (ey, my) = draw(nx, p), draw(ny, q)
    add(name, "newcombe", {"byKey": [1], "treatment": ex, "treatmentPer": mx, "baseline": ey, "baselinePer": my}, newcombe(ex, mx, ey, my), estimand="proportion", proportion=True)


# Units in time: three measures of memory at 50 digits.
def remembering(rho, n):
    out, last = [], 0.0
    for z in rng.normal(size=n):
        last = rho * last + z
        out.append(last)
    return np.array(out)


def series_pair(x, y, position):
    X, Y = column(x), column(y)
    return series.paired(mean(X), mean(Y), series.centred(X), series.centred(Y), position)


for name, n, level, scale, ties, gaps in (
    ("60 buckets", 60, 20, 1, False, False), ("twelve buckets", 12, 20, 1, False, False), ("ties", 60, 20, 1, True, False),
    ("mean 1e9, spread 1", 60, 1e9, 1, False, False), ("1e-9", 40, 20, 1e-9, False, False), ("gaps", 80, 20, 1, False, True),
):
    load = remembering(0.7, n)
    x, y = level - 2 + load + 0.5 * remembering(0.2, n), level + load + 0.5 * remembering(0.2, n)
    x, y = scale * x, scale * y
    if ties:
        x, y = np.round(x), np.round(y)
    position = [t for t in range(n) if not gaps or (t % 9 != 4 and not 30 < t < 36)]
    x, y = x[position], y[position]
    add(name, "paired-series", {"treatment": x, "baseline": y, "at": position}, series_pair(x, y, position), estimand="mean")
for name, n, rate in (("60 buckets", 60, 3.0), ("1e-9 per record", 50, 3e-9)):
    dx, dy = np.round(np.exp(rng.normal(8, 0.4, n))), np.round(np.exp(rng.normal(8, 0.4, n)))
    mx, my = rate * dx * (0.8 + 0.05 * remembering(0.4, n)), rate * dy * (1 + 0.05 * remembering(0.4, n))
    (rx, u), (ry, v) = series.ratio_column(column(mx), column(dx)), series.ratio_column(column(my), column(dy))
    add(name, "paired-series-ratio", {"treatment": mx, "treatmentPer": dx, "baseline": my, "baselinePer": dy, "at": list(range(n))}, series.paired(rx, ry, u, v, list(range(n))))
for name, nx, ny, level in (("60 and 90 buckets", 60, 90, 20), ("mean 1e9, spread 1", 70, 60, 1e9)):
    x, y = level - 2 + remembering(0.3, nx), level + 2 * remembering(0.3, ny)
    X, Y = column(x), column(y)
    add(name, "unpaired-series", {"byKey": [1], "treatment": x, "baseline": y}, series.apart(mean(X), mean(Y), series.centred(X), series.centred(Y), list(range(nx)), list(range(ny))), estimand="mean")
dx, dy = np.round(np.exp(rng.normal(8, 0.4, 60))), np.round(np.exp(rng.normal(8, 0.4, 80)))
mx, my = 2e-9 * dx * (0.8 + 0.05 * remembering(0.3, 60)), 2e-9 * dy * (1 + 0.05 * remembering(0.3, 80))
(rx, u), (ry, v) = series.ratio_column(column(mx), column(dx)), series.ratio_column(column(my), column(dy))
add("1e-9 per record", "unpaired-series", {"byKey": [1], "treatment": mx, "treatmentPer": dx, "baseline": my, "baselinePer": dy}, series.apart(rx, ry, u, v, list(range(60)), list(range(80))))
for name, n, level, spread in (("60 buckets", 60, 3.0, 0.3), ("mean 1e9, spread 1", 60, math.log(1e9), 1e-9)):
    load = remembering(0.6, n)
    x, y = np.exp(level - spread + spread * (load + 0.5 * remembering(0.2, n))), np.exp(level + spread * (load + 0.5 * remembering(0.2, n)))
    lx, ly = logs(x), logs(y)
    gap = [a - b for a, b in zip(lx, ly)]
    position = list(range(n))
    parts, _ = series.variances(series.centred(gap), [mp.mpf(0)] * n, position, mp.mpf(1))
    forms = []
    for var, df in parts:
        se, d = mp.sqrt(var(mp.mpf(1))), df(mp.mpf(1))
        m = mean(gap)
        reach = t_quantile(tail_of(0.95), d) * se
        forms.append((mp.exp(m), mp.exp(m - reach), mp.exp(m + reach), 2 * t_sf(abs(m) / se, d), t_sf((m - mp.log(mp.mpf(0.9))) / se, d)))
    gx, gy = mp.exp(mean(lx)), mp.exp(mean(ly))
    u, v = [gx * e for e in series.centred(lx)], [gy * e for e in series.centred(ly)]
    means = series.paired(gx, gy, u, v, position)
    expected = {"treatment": gx, "baseline": gy, "difference": means["difference"], "ratio": [forms[0][0], min(f[1] for f in forms), max(f[2] for f in forms)],
                "p": max(f[3] for f in forms), "aboveNineTenths": max(f[4] for f in forms)}
    add(name, "series-typical", {"treatment": x, "baseline": y, "at": position}, expected, estimand="typical")
for name, n, q, ties, together in (("p80 together", 240, 0.8, False, True), ("p50 with ties", 120, 0.5, True, True), ("p75 apart", 150, 0.75, False, False)):
    load = remembering(0.5, n)
    x, y = 30 + load + 0.7 * rng.normal(size=n), 33 + load + 0.7 * rng.normal(size=n)
    if ties:
        x, y = np.round(2 * x) / 2, np.round(2 * y) / 2
    data = {"treatment": x, "baseline": y, "at": list(range(n)), **({} if together else {"byKey": [1]})}
    add(name, "series-quantile", data, series.quantiles(column(x), column(y), q, list(range(n)), together), estimand=f"p{round(100 * q)}")

# Looks at any time: batch means, the mixture of Wang and Ramdas in mpmath.
n = 170
x, y = 20 + remembering(0.3, n), 22 + remembering(0.3, n)
X, Y = column(x), column(y)


def first_length(X, Y):
    prefix = 15
    while prefix <= len(X):
        u, v = series.centred(X[:prefix]), series.centred(Y[:prefix])
        center = mean(X[:prefix]) / mean(Y[:prefix])
        sizes = [series.memory([a - r * b for a, b in zip(u, v)], list(range(prefix))) for r in (mp.mpf(1), center)]
        if all(s["geyer"] >= 15 for s in sizes):
            tau = max([prefix / s["geyer"] for s in sizes] + [prefix / s["firstOrder"] for s in sizes if s["known"]])
            return max(1, int(mp.ceil(3 * tau)))
        prefix = math.ceil(prefix * 1.5)


length = first_length(X, Y)
batches = lambda v: [mean(v[k * length:(k + 1) * length]) for k in range(len(v) // length)]
bx, by = batches(X), batches(Y)
k = len(bx)


def anytime(r):
    e = [a - r * b for a, b in zip(bx, by)]
    m = mean(e)
    d2 = m * m / mean([(v - m) ** 2 for v in e])
    q = (k + 1 + d2) / ((k + 1) * (1 + d2))
    return min(mp.mpf(1), mp.sqrt(mp.mpf(k + 1)) * q ** (mp.mpf(k) / 2)), m


def bisect(f, low, high):
    for _ in range(200):
        mid = (low + high) / 2
        low, high = (mid, high) if f(mid) else (low, mid)
    return low


alpha = mp.mpf(1 - 0.95)
q = (alpha ** 2 / (k + 1)) ** (mp.mpf(1) / k)
reach = mp.sqrt((1 - q) * (k + 1) / (q * (k + 1) - 1))
e = [a - b for a, b in zip(bx, by)]
s = mp.sqrt(mean([(v - mean(e)) ** 2 for v in e]))
center = mean(bx) / mean(by)
p9, sign = anytime(mp.mpf(0.9))
add(f"{k} batches of {length}", "batch-looks", {"treatment": x, "baseline": y, "at": list(range(n))}, {
    "treatment": mean(bx), "baseline": mean(by), "difference": [mean(e), mean(e) - reach * s, mean(e) + reach * s], "p": anytime(mp.mpf(1))[0],
    "ratio": [center, bisect(lambda r: anytime(r)[0] <= alpha, center / 2, center), bisect(lambda r: anytime(r)[0] > alpha, center, center * 2)],
    "aboveNineTenths": p9 / 2 if sign > 0 else 1 - p9 / 2}, estimand="mean")

# A ramp in buckets: Mantel-Haenszel over stages, influences as a series.
stage = [0] * 14 + [1] * 20 + [2] * 30
n = len(stage)
wx = np.round(np.array([[50, 200, 500][h] for h in stage]) * np.exp(0.1 * rng.normal(size=n)))
wy = np.round(np.array([[950, 800, 500][h] for h in stage]) * np.exp(0.1 * rng.normal(size=n)))
load = remembering(0.5, n)
mx, my = wx * (5 + 0.3 * load + 0.2 * rng.normal(size=n)), wy * (6 + 0.3 * load + 0.2 * rng.normal(size=n))


# What stages differ beyond a common level, S_h = (x_h - x) - r (y_h - y), stays in the series, half of it on either arm.
def ramp(arms, weight):
    (M, D), (N, E) = [(column(m), column(d)) for m, d in arms]
    own = [[i for i in range(n) if stage[i] == h] for h in range(3)]
    rates = [[mp.fsum([m[i] for i in own[h]]) / mp.fsum([d[i] for i in own[h]]) for h in range(3)] for m, d in ((M, D), (N, E))]
    x, y = [mp.fsum([w * r for w, r in zip(weight, rate)]) for rate in rates]
    out = []
    for m, d, rate, value, sign in ((M, D, rates[0], x, 1), (N, E, rates[1], y, -y / x)):
        influence = [mp.mpf(0)] * n
        for h in range(3):
            whole = mp.fsum([d[i] for i in own[h]])
            shift = (rates[0][h] - x - x / y * (rates[1][h] - y)) / 2 * sign
            for i in own[h]:
                influence[i] = weight[h] * (m[i] - (rate[h] - shift) * d[i]) / whole * n
        out.append((value, influence))
    return out


work = lambda d, h: mp.fsum([v for v, s in zip(column(d), stage) if s == h])
size = [work(wx, h) * work(wy, h) / (work(wx, h) + work(wy, h)) for h in range(3)]
weight = [v / mp.fsum(size) for v in size]
(rx, u), (ry, v) = ramp(((mx, wx), (my, wy)), weight)
add("three stages", "ramp-series", {"treatment": mx, "treatmentPer": wx, "baseline": my, "baselinePer": wy, "at": list(range(n)), "slot": stage}, series.paired(rx, ry, u, v, list(range(n))))


# Sign-flip: SciPy where no order binds the blocks, every schedule written out where AB and BA are as many as they were.
def scipy_signs(e):
    one = lambda side: st.permutation_test((e,), np.mean, permutation_type="samples", n_resamples=10 ** 6, alternative=side).pvalue
    return float(one("greater")), float(one("less"))


def studentised(e, z):
    if z is None or np.allclose(z, z[0]):
        return e.mean() / (e.std(ddof=1) / math.sqrt(len(e)))
    fit = sm.OLS(e, np.column_stack([np.ones(len(e)), z])).fit()
    return fit.params[0] / fit.bse[0]


def written_out(e, a, b):
    """All ways to deal the orders out again among blocks with the same pair of places, and all of them turned round."""
    z = a - b
    kinds = {}
    for i in range(len(e)):
        kinds.setdefault((min(a[i], b[i]), max(a[i], b[i])), []).append(i)
    ways = []
    for own in kinds.values():
        first = sum(z[i] > 0 for i in own)
        ways.append([(own, set(c)) for c in itertools.combinations(own, int(first))])
    seen = set()
    for choice in itertools.product(*ways):
        s = np.zeros(len(e))
        for own, firsts in choice:
            for i in own:
                s[i] = 1 if i in firsts else -1
        seen.add(tuple(s))
        seen.add(tuple(-s))
    observed = studentised(e, z)
    slack = 1e-9 * max(1, abs(observed))
    above = below = 0
    for s in seen:
        turned = np.array(s) * np.sign(z)
        t = studentised(e * turned, np.abs(z) * np.array(s))
        above += t >= observed - slack
        below += t <= observed + slack
    return above / len(seen), below / len(seen), len(seen)


def sign_flip(name, x, y, a=None, b=None):
    tests = []
    for r, d in ((1, 0), (1, -0.5), (0.9, 0), (1.05, 0)):
        e = x - r * y - d
        if a is None:
            above, below = scipy_signs(e)
            count = 2 ** len(e)
        else:
            above, below, count = written_out(e, a, b)
        tests.append({"r": r, "d": d, "above": above, "below": below})
    flips.append({"name": name, "treatment": list(x), "baseline": list(y), "treatmentOrder": None if a is None else list(a),
                  "baselineOrder": None if b is None else list(b), "schedules": count, "tests": tests})


flips = []
pair = lambda n, gap, sd: (10 + rng.normal(0, sd, n), 10 + gap + rng.normal(0, sd, n))
sign_flip("six blocks (SciPy)", *pair(6, 1, 0.6))
sign_flip("thirteen blocks (SciPy)", *pair(13, 0.6, 1))
x, y = pair(10, 1, 2)
sign_flip("ties (SciPy)", np.round(x), np.round(y))
x, y = pair(9, 1, 1)
sign_flip("mean 1e9, spread 1 (SciPy)", np.round(1e9 + x, 3), np.round(1e9 + y, 3))
for name, n in (("eight blocks, AB as often as BA", 8), ("nine blocks: five against four", 9), ("twelve blocks", 12)):
    z = orders(n)
    x, y = pair(n, 0.9, 0.8)
    sign_flip(name, x + 0.8 * z, y - 0.8 * z, (z + 1) / 2, (1 - z) / 2)
z = orders(10)
x, y = pair(10, 1, 2)
sign_flip("ties, with order", np.round(x), np.round(y), (z + 1) / 2, (1 - z) / 2)
triples = np.array([p for p in itertools.permutations(range(3))] * 2)
rng.shuffle(triples)
x, y = pair(12, 1, 0.8)
sign_flip("three arms: only blocks with the same pair of places exchange orders", x, y, triples[:, 0].astype(float), triples[:, 1].astype(float))

# Too many schedules to count: drawn ones must agree with the count of all 12,870.
z = orders(16)
x, y = pair(16, 0.5, 1)
sign_flip("16 blocks: drawn", x, y, (z + 1) / 2, (1 - z) / 2)


# Quantiles over few blocks or keys: the whole bootstrap distribution.
def paired_quantile(x, y, q):
    n = len(x)
    rank = max(1, math.ceil(n * q - 1e-9))
    rows = np.array(list(itertools.product(range(n), repeat=n)))
    gap = np.sort(x[rows], axis=1)[:, rank - 1] - np.sort(y[rows], axis=1)[:, rank - 1]
    return [{"d": d, "above": float((gap <= d).mean()), "below": float((gap >= d).mean())} for d in (-2.0, -1.25, -1.0, -0.5, 0.0)]


blocks = []
for name, n, ties in (("six blocks", 6, False), ("seven blocks with ties", 7, True)):
    load = rng.normal(0, 1, n)
    x, y = 10 + load + 0.5 * rng.normal(size=n), 11 + load + 0.5 * rng.normal(size=n)
    if ties:
        x, y = np.round(2 * x) / 2, np.round(2 * y) / 2
    blocks.append({"name": name, "method": "paired-quantile", "treatment": list(x), "baseline": list(y), "tests": paired_quantile(x, y, 0.5)})


def key_quantile(x, y, q):
    def drawn(v):
        n = len(v)
        rank = max(1, math.ceil(n * q - 1e-9))
        up = [float(st.binom.sf(rank - 1, n, i / n)) for i in range(n + 1)]
        return np.sort(v), np.diff(up)
    (a, p), (b, r) = drawn(x), drawn(y)
    gap, weight = a[:, None] - b[None, :], p[:, None] * r[None, :]
    return [{"d": d, "above": float(weight[gap <= d].sum()), "below": float(weight[gap >= d].sum())} for d in (-2.0, -1.25, -1.0, -0.5, 0.0)]


for name, nx, ny, ties in (("six and nine keys", 6, 9, False), ("ties", 8, 30, True)):
    x, y = 10 + rng.normal(size=nx), 11 + rng.normal(size=ny)
    if ties:
        x, y = np.round(x), np.round(y)
    blocks.append({"name": name, "method": "key-quantile", "treatment": list(x), "baseline": list(y), "tests": key_quantile(x, y, 0.5)})

# Hodges-Lehmann for samples too large to count: every shift that SciPy's rank sum test does not reject.
x, y = np.round(rng.normal(10, 2, 60), 2), np.round(rng.normal(10.8, 2, 70), 2)
gaps = np.unique(np.round((x[:, None] - y[None, :]).ravel(), 2))
p = lambda d, side: st.mannwhitneyu(np.round(x - d, 6), y, alternative=side, method="asymptotic").pvalue
between = [(a, (a + b) / 2, b) for a, b in zip(gaps[:-1], gaps[1:])]
inside = [(a, b) for a, d, b in between if p(d, "greater") > 0.025 and p(d, "less") > 0.025]
shift = {"treatment": list(x), "baseline": list(y), "estimate": float(np.median((x[:, None] - y[None, :]).ravel())), "low": float(inside[0][0]), "high": float(inside[-1][1]),
         "superiority": float(st.mannwhitneyu(x, y).statistic / 60 / 70)}

# Slots of a switchback: medians, means and typical values of eight slots, all 70 schedules.
slots = []
assignment = np.array([1, 0, 0, 1, 1, 0, 1, 0])
counts = [5, 6, 5, 7, 5, 5, 6, 5]
rows = [[float(v) for v in np.exp(2 + 0.3 * rng.normal(size=c) - 0.2 * a + 0.05 * h)] for h, (c, a) in enumerate(zip(counts, assignment))]


def t_of(v, w, s):
    e = v - v.sum() / w.sum() * w
    a, b = e[s == 1], e[s == 0]
    return (a.mean() - b.mean()) / math.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))


def slot_tests(value, work, thresholds):
    out = []
    everyone = [np.array([i in c for i in range(8)], int) for c in itertools.combinations(range(8), 4)]
    for kind, at in thresholds:
        under = np.where(assignment == 1, value - at * work, value) if kind == "d" else np.where(assignment == 1, value, at * value)
        seen = t_of(under, work, assignment)
        all_ = [t_of(under, work, s) for s in everyone]
        out.append({"kind": kind, "at": at, "above": sum(t >= seen - 1e-9 for t in all_) / 70, "below": sum(t <= seen + 1e-9 for t in all_) / 70})
    return out


ones = np.ones(8)
median = np.array([np.sort(r)[math.ceil(len(r) / 2) - 1] for r in rows])
thresholds = [("d", 0), ("d", -1.0), ("d", -2.0), ("r", 0.8), ("r", 0.95)]
slots.append({"estimand": "p50", "tests": slot_tests(median, ones, thresholds)})
sums, many = np.array([sum(r) for r in rows]), np.array([float(len(r)) for r in rows])
slots.append({"estimand": "mean", "tests": slot_tests(sums, many, thresholds)})
slots.append({"estimand": "total", "tests": slot_tests(sums, ones, thresholds)})
gmean = np.array([np.mean(np.log(r)) for r in rows])
slots.append({"estimand": "typical", "tests": [{**t, "kind": "r", "at": math.exp(t["at"])} for t in slot_tests(gmean, ones, [("d", 0), ("d", -0.1), ("d", -0.3)])]})

print(json.dumps({"cases": cases, "signFlip": flips, "quantiles": blocks, "shift": shift, "slots": {"assignment": [int(a) for a in assignment], "rows": rows, "estimands": slots}}))
