"""Reference numbers for test/compare/reference.test.ts, by other means than the program:
statsmodels and SciPy where they have the method, mpmath with 50 digits from the same doubles where data are
ill-scaled or nobody has it. pip install scipy statsmodels mpmath; python3 reference.py > reference.json
(scipy 1.17.1, numpy 2.4.6, statsmodels 0.15.0, mpmath 1.4.1; other versions differ in the sixteenth digit.)
"""
import json
import mpmath as mp
import numpy as np
import scipy.stats as st
import statsmodels.api as sm
from statsmodels.stats.proportion import confint_proportions_2indep

from forms import case, column, delta_contributions, jackknife_paired, linear, log_items, paired, ratio_by_key, stratified, welch

rng = np.random.default_rng(20191104)

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
