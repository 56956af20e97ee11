"""Reference numbers for test/compare/reference.test.ts, by other means than the program:
statsmodels and SciPy where they have the method, mpmath with 50 digits from the same doubles where data are
ill-scaled or nobody has it. pip install scipy statsmodels mpmath; python3 reference.py > reference.json
"""
import json
import mpmath as mp
import numpy as np
import scipy.stats as st
import statsmodels.api as sm
from statsmodels.stats.proportion import confint_proportions_2indep

mp.mp.dps = 50
rng = np.random.default_rng(20191104)


def t_sf(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    tail = mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2
    return tail if t > 0 else 1 - tail


def t_quantile(p, df):
    """t with upper tail p < 1/2."""
    low, high = mp.mpf(0), mp.mpf(10) ** 8
    for _ in range(220):
        mid = (low + high) / 2
        low, high = (mid, high) if t_sf(mid, df) > p else (low, mid)
    return low


def tail_of(confidence):
    """As the program has it: 1 - confidence is taken in double precision."""
    return mp.mpf((1 - confidence) / 2)


def linear(x, y, variance, df, confidence=0.95):
    """Test and intervals of x - r y, with variance(r) and df(r) as functions; ends by bisection."""
    tail = tail_of(confidence)

    def above(r):
        return t_sf((x - r * y) / mp.sqrt(variance(r)), df(r))

    def below(r):
        return t_sf(-(x - r * y) / mp.sqrt(variance(r)), df(r))

    def end(p, direction):
        inside = x / y
        step = mp.sqrt(variance(inside)) / y
        while p(inside + direction * step) > tail:
            step *= 2
            if step > mp.mpf(10) ** 30:
                return None
        low, high = mp.mpf(0), step
        for _ in range(200):
            mid = (low + high) / 2
            low, high = (mid, high) if p(inside + direction * mid) > tail else (low, mid)
        return inside + direction * low

    se, d = mp.sqrt(variance(mp.mpf(1))), df(mp.mpf(1))
    reach = t_quantile(tail, d) * se
    return {
        "treatment": x, "baseline": y, "standardError": se, "df": d,
        "difference": [x - y, x - y - reach, x - y + reach],
        "p": 2 * min(t_sf((x - y) / se, d), t_sf(-(x - y) / se, d)),
        "ratio": [x / y, end(above, -1), end(below, 1)],
        "aboveNineTenths": above(mp.mpf(0.9)),
    }


def column(values):
    return [mp.mpf(float(v)) for v in values]


def mean(v):
    return mp.fsum(v) / len(v)


def case(name, method, data, expected, plan=None):
    plain = lambda v: None if v is None else [plain(w) for w in v] if isinstance(v, list) else float(v)
    return {"name": name, "method": method, "plan": plan or {}, "data": data,
            "expected": {k: plain(v) for k, v in expected.items()}}


def paired(x, y, z, scale):
    """x - r y regressed on 1 + z, the intercept times scale."""
    X, Y = column(x), column(y)
    n = len(X)
    Z = column(z) if z is not None else None
    zbar = mean(Z) if Z else mp.mpf(0)
    szz = mp.fsum([(v - zbar) ** 2 for v in Z]) if Z else mp.mpf(0)

    def fit(v):
        vbar = mean(v)
        b = mp.fsum([(q - zbar) * (w - vbar) for q, w in zip(Z, v)]) / szz if Z else mp.mpf(0)
        a = vbar - b * zbar
        return a, [w - a - b * q for q, w in zip(Z or [mp.mpf(0)] * n, v)]

    df = n - 2 if Z else n - 1
    lever = 1 / mp.mpf(n) + (zbar ** 2 / szz if Z else 0)

    def variance(r):
        _, e = fit([a - r * b for a, b in zip(X, Y)])
        return scale ** 2 * lever * mp.fsum([v * v for v in e]) / df

    return linear(scale * fit(X)[0], scale * fit(Y)[0], variance, lambda r: df)


def welch(x, y):
    X, Y = column(x), column(y)
    part = lambda v: mp.fsum([(w - mean(v)) ** 2 for w in v]) / (len(v) - 1) / len(v)
    vx, vy = part(X), part(Y)
    return linear(mean(X), mean(Y), lambda r: vx + r * r * vy,
                  lambda r: (vx + r * r * vy) ** 2 / (vx ** 2 / (len(X) - 1) + (r * r * vy) ** 2 / (len(Y) - 1)))


def measured(e, most):
    total = mp.fsum([v * v for v in e])
    return min(mp.mpf(most), max(mp.mpf(1), 3 / mp.fsum([(v * v / total) ** 2 for v in e]) - 2))


def pseudo(M, D):
    """Leave-one-out estimates of sum M / sum D, by brute force."""
    M, D = column(M), column(D)
    sM, sD = mp.fsum(M), mp.fsum(D)
    return sM / sD, [(sM - m) / (sD - d) for m, d in zip(M, D)]


def jackknife_paired(mx, dx, my, dy):
    """Without order."""
    n = len(mx)
    rx, tx = pseudo(mx, dx)
    ry, ty = pseudo(my, dy)

    def deviations(r):
        v = [a - r * b for a, b in zip(tx, ty)]
        return [w - mean(v) for w in v]

    return linear(rx, ry, lambda r: mp.mpf(n - 1) / n * mp.fsum([e * e for e in deviations(r)]),
                  lambda r: measured(deviations(r), n - 1))


def ratio_by_key(mx, dx, my, dy, kind):
    def arm(m, d):
        n = len(m)
        ratio, without = pseudo(m, d)
        if kind == "jackknife":
            e = [w - mean(without) for w in without]
            return ratio, mp.mpf(n - 1) / n * mp.fsum([v * v for v in e]), measured(e, n - 1)
        M, D = column(m), column(d)
        e = [(a - ratio * b) / mean(D) for a, b in zip(M, D)]
        return ratio, mp.fsum([(v - mean(e)) ** 2 for v in e]) / (n - 1) / n, mp.mpf(n - 1)

    (rx, vx, fx), (ry, vy, fy) = arm(mx, dx), arm(my, dy)
    return linear(rx, ry, lambda r: vx + r * r * vy,
                  lambda r: (vx + r * r * vy) ** 2 / (vx ** 2 / fx + (r * r * vy) ** 2 / fy))


def stratified(cx, cy, z, item, x, y):
    """By matrices: total = a'd for the OLS contrast a, residual variance per stratum, corrected Satterthwaite."""
    names = list(dict.fromkeys(item))
    n = len(item)
    design = mp.matrix(n, len(names) + 1)
    for i in range(n):
        design[i, names.index(item[i])] = 1
        design[i, len(names)] = mp.mpf(float(z[i]))
    inverse = (design.T * design) ** -1
    contrast = mp.matrix(1, len(names) + 1)
    for h, name in enumerate(names):
        contrast[0, h] = item.count(name)
    a = contrast * inverse * design.T
    hat = design * inverse * design.T

    def parts(r):
        d = mp.matrix([p - r * q for p, q in zip(cx, cy)])
        e = d - hat * d
        out = []
        for name in names:
            rows = [i for i in range(n) if item[i] == name]
            df = mp.fsum([1 - hat[i, i] for i in rows])
            v = mp.fsum([a[0, i] ** 2 for i in rows]) * mp.fsum([e[i] ** 2 for i in rows]) / df
            out.append((v, df))
        return out

    def df(r):
        p = parts(r)
        total = mp.fsum([v for v, _ in p])
        raw = total ** 2 / mp.fsum([v * v / (f + 2) for v, f in p]) - 2
        return min(mp.fsum([f for _, f in p]), max(min(f for _, f in p), raw))

    shift = lambda c: (a * mp.matrix(c))[0, 0] - mp.fsum(c)
    return linear(x + shift(cx), y + shift(cy), lambda r: mp.fsum([v for v, _ in parts(r)]), df)


def delta_contributions(m, d):
    M, D = column(m), column(d)
    ratio = mp.fsum(M) / mp.fsum(D)
    return ratio, [(a - ratio * b) / mp.fsum(D) for a, b in zip(M, D)]


def log_items(x, y):
    n = len(x)
    X, Y = column(x), column(y)
    theta = mp.log(mp.fsum(X) / mp.fsum(Y))
    without = [mp.log((mp.fsum(X) - a) / (mp.fsum(Y) - b)) for a, b in zip(X, Y)]
    e = [w - mean(without) for w in without]
    se = mp.sqrt(mp.mpf(n - 1) / n * mp.fsum([v * v for v in e]))
    df = measured(e, n - 1)
    reach = t_quantile(tail_of(0.95), df) * se
    return {"df": df, "ratio": [mp.exp(theta), mp.exp(theta - reach), mp.exp(theta + reach)],
            "aboveNineTenths": t_sf((theta - mp.log(mp.mpf(0.9))) / se, df)}


cases = []
n = 21
z = np.array([1, -1] * 10 + [1.0])
rng.shuffle(z)
common = rng.normal(0, 3, n)
x = 40 + common + rng.normal(0, 1, n) + 0.7 * z
y = 50 + common + rng.normal(0, 1.5, n) - 0.7 * z
places = lambda z: {"treatmentOrder": [(v + 1) / 2 for v in z], "baselineOrder": [(1 - v) / 2 for v in z]}
data = {"treatment": list(x), "baseline": list(y), **places(z)}
expected = paired(x, y, z, mp.mpf(1) / 1)
fit = sm.OLS(x - y, sm.add_constant(z)).fit()
low, high = fit.conf_int()[0]
expected["difference"] = [fit.params[0], low, high]
expected["p"] = fit.pvalues[0]
expected["standardError"], expected["df"] = fit.bse[0], fit.df_resid
cases.append(case("paired mean, order removed (statsmodels OLS; ratio mpmath)", "paired-t", data, expected, {"estimand": "mean"}))
cases.append(case("paired total, order removed", "paired-t", data, paired(x, y, z, mp.mpf(n)), {"estimand": "total"}))

res = st.ttest_rel(x, y)
ci = res.confidence_interval(0.95)
expected = paired(x, y, None, mp.mpf(1))
expected["difference"], expected["p"] = [float((x - y).mean()), ci.low, ci.high], res.pvalue
cases.append(case("paired mean without order (SciPy ttest_rel)", "paired-t", {"treatment": list(x), "baseline": list(y)}, expected, {"estimand": "mean"}))

a, b = rng.normal(9, 2, 4), rng.normal(12, 5, 36)
res = st.ttest_ind(a, b, equal_var=False)
ci = res.confidence_interval(0.95)
expected = welch(a, b)
expected["difference"], expected["p"], expected["df"] = [a.mean() - b.mean(), ci.low, ci.high], res.pvalue, res.df
cases.append(case("Welch 4 against 36 (SciPy ttest_ind; ratio mpmath)", "welch", {"treatment": list(a), "baseline": list(b)}, expected, {"estimand": "mean"}))
a, b = rng.normal(1, 0.1, 5), rng.normal(100, 20, 30)
cases.append(case("Welch, ratio near 0.01", "welch", {"treatment": list(a), "baseline": list(b)}, welch(a, b), {"estimand": "mean"}))

big = 1e9 + rng.normal(0, 1, 16)
other = 1e9 + 0.4 + rng.normal(0, 1, 16)
zz = np.array([1.0, -1.0] * 8)
rng.shuffle(zz)
cases.append(case("paired, mean 1e9 sd 1", "paired-t", {"treatment": list(big), "baseline": list(other), **places(zz)}, paired(big, other, zz, mp.mpf(1)), {"estimand": "mean"}))
cases.append(case("Welch, mean 1e9 sd 1", "welch", {"treatment": list(big), "baseline": list(other)}, welch(big, other), {"estimand": "mean"}))

sizes = np.exp(rng.normal(11, 0.8, 18))
mx = 2.3e-9 * sizes * (1 + 0.05 * rng.normal(size=18))
my = 3.1e-9 * sizes * (1 + 0.05 * rng.normal(size=18))
dy = np.round(sizes * (1 + 0.01 * rng.normal(size=18)))
dx = np.round(sizes)
data = {"treatment": list(mx), "treatmentPer": list(dx), "baseline": list(my), "baselinePer": list(dy)}
cases.append(case("ratio of 1e-9 per record, paired (leave-one-out by brute force)", "paired-ratio", data, jackknife_paired(mx, dx, my, dy)))
cases.append(case("ratio by key, jackknife", "welch-ratio", data, ratio_by_key(mx, dx, my, dy, "jackknife")))
cases.append(case("ratio by key, delta", "delta-by-key", data, ratio_by_key(mx, dx, my, dy, "delta")))
rx, cx = delta_contributions(mx, dx)
ry, cy = delta_contributions(my, dy)


def paired_delta_of(mx, dx, my, dy):
    rx, cx = delta_contributions(mx, dx)
    ry, cy = delta_contributions(my, dy)
    k = len(cx)
    return linear(rx, ry, lambda r: mp.mpf(k) / (k - 1) * mp.fsum([(p - r * q) ** 2 for p, q in zip(cx, cy)]), lambda r: k - 1)


cases.append(case("ratio, paired delta", "delta", data, paired_delta_of(mx, dx, my, dy)))

items = 7
item = [f"i{i % items}" for i in range(items * 3)]
zs = np.array([1.0, -1.0] * 10 + [-1.0])
rng.shuffle(zs)
level = np.array([3.0 + 4 * (i % items) for i in range(items * 3)])
sx = level * (8 + 0.3 * rng.normal(size=21)) + 2 * zs
sy = level * (10 + 0.4 * rng.normal(size=21)) - 2 * zs
data = {"treatment": list(sx), "baseline": list(sy), "item": item, **places(zs)}
cases.append(case("stratified total (matrices, mpmath)", "paired-t-stratified", data,
                  stratified(column(sx), column(sy), zs, item, mp.fsum(column(sx)), mp.fsum(column(sy))), {"workload": "fixed"}))
per = 1000 * level
rx, cx = delta_contributions(sx, per)
ry, cy = delta_contributions(sy, per)
cases.append(case("stratified ratio (matrices, mpmath)", "paired-ratio-stratified", {**data, "treatmentPer": list(per), "baselinePer": list(per)},
                  stratified(cx, cy, zs, item, rx, ry), {"workload": "fixed"}))

ix, iy = sizes * (0.8 + 0.1 * rng.normal(size=18)), sizes * (1 + 0.1 * rng.normal(size=18))
cases.append(case("items, log jackknife (leave-one-out by brute force)", "paired-items", {"treatment": list(ix), "baseline": list(iy)}, log_items(ix, iy), {"workload": "sample"}))

for name, (e1, n1, e2, n2) in {"56/70 against 48/80": (56, 70, 48, 80), "9/10 against 3/10": (9, 10, 3, 10), "0/45 against 0/45": (0, 45, 0, 45), "10/10 against 0/20": (10, 10, 0, 20)}.items():
    low, high = confint_proportions_2indep(e1, n1, e2, n2, method="newcomb", compare="diff", alpha=0.05)
    cases.append({"name": f"Newcombe {name} (statsmodels)", "counts": [e1, n1, e2, n2], "expected": {"difference": [e1 / n1 - e2 / n2, low, high]}})

print(json.dumps(cases, indent=1))
