"""Reference numbers for ranks, resampling, quantiles, CUPED, break-even and prices; written from the papers and with
SciPy, arch, statsmodels and mpmath, without looking at the TypeScript.

Run: python3 resampling.py > resampling.json     (numpy, scipy 1.17, statsmodels, arch 8, mpmath)
"""
import itertools
import json
import math
from fractions import Fraction

import mpmath
import numpy as np
from arch.bootstrap import optimal_block_length
from scipy import stats
from scipy.stats import _resampling
from statsmodels.stats.multitest import multipletests
import statsmodels.api as sm

mpmath.mp.dps = 50


def noise(seed, count):
    """Numbers that both languages can make: a Lehmer generator, uniform in (-1, 1)."""
    state, out = seed, []
    for _ in range(count):
        state = state * 48271 % 2147483647
        out.append(2 * state / 2147483647 - 1)
    return np.array(out)


def draws(seed, count, n):
    state, out = seed, []
    for _ in range(count):
        state = state * 48271 % 2147483647
        out.append(state % n)
    return np.array(out)


SAMPLES = {
    'plain': (noise(1, 12), noise(2, 9) - 0.3),
    'unequal': (noise(3, 4), noise(4, 30) + 0.2),
    'one and five': (noise(5, 1), noise(6, 5)),
    'ties': (np.round(noise(7, 14) * 3), np.round(noise(8, 11) * 3) + 1),
    'mostly tied': (np.array([1.0, 1, 1, 1, 2]), np.array([1.0, 1, 1, 3, 3, 3])),
    'large': (noise(9, 200), noise(10, 150) - 0.2),
    'large with ties': (np.round(noise(11, 120) * 10), np.round(noise(12, 90) * 10) + 1),
    'far apart': (noise(13, 80) + 1e3, noise(14, 90)),
    'ill-scaled': (1e9 + noise(15, 15), 1e9 + noise(16, 13) - 0.3),
}


def exact_by_listing(x, y):
    """All ways to choose which values are x, with whole-number doubled ranks."""
    pooled = np.concatenate([x, y])
    ranks = (2 * stats.rankdata(pooled)).astype(int)
    seen = ranks[: len(x)].sum()
    above = below = total = 0
    for chosen in itertools.combinations(range(len(pooled)), len(x)):
        s = ranks[list(chosen)].sum()
        above += s >= seen
        below += s <= seen
        total += 1
    return above / total, below / total


def ranks():
    cases = []
    for name, (x, y) in SAMPLES.items():
        case = {'name': name, 'x': list(x), 'y': list(y)}
        for side, key in (('greater', 'above'), ('less', 'below'), ('two-sided', 'twoSided')):
            found = stats.mannwhitneyu(x, y, alternative=side, method='asymptotic')
            case.setdefault('normal', {})[key] = float(found.pvalue)
            if len(np.unique(np.concatenate([x, y]))) == len(x) + len(y) and len(x) * len(y) < 400:
                exact = stats.mannwhitneyu(x, y, alternative=side, method='exact')
                case.setdefault('exact', {})[key] = float(exact.pvalue)
        case['u'] = float(stats.mannwhitneyu(x, y).statistic)
        if math.comb(len(x) + len(y), len(x)) < 5e6:
            above, below = exact_by_listing(x, y)
            case['exact'] = {'above': above, 'below': below, 'twoSided': min(1, 2 * min(above, below))}
        differences = np.sort((x[:, None] - y[None, :]).ravel())
        case['median'] = float(np.median(differences))
        cases.append(case)
    return cases


def hodges_lehmann_interval():
    """R's wilcox.test(conf.int = TRUE), exact: D_(k), D_(mn+1-k) with k from the exact distribution of U."""
    cases = []
    for name in ('plain', 'unequal', 'ill-scaled'):
        x, y = SAMPLES[name]
        m, n = len(x), len(y)
        d = np.sort((x[:, None] - y[None, :]).ravel())
        # Number of ways by U, as whole numbers (Mann and Whitney's recursion).
        known = {}

        def ways(u, a, b):
            if u < 0:
                return 0
            if a == 0 or b == 0:
                return 1 if u == 0 else 0
            key = (u, a, b)
            if key not in known:
                known[key] = ways(u - b, a - 1, b) + ways(u, a, b - 1)
            return known[key]

        total = math.comb(m + n, m)
        for confidence in (0.9, 0.95, 0.99):
            tail = Fraction(1 - confidence) / 2
            k, cumulated = 0, Fraction(0)
            while cumulated + Fraction(ways(k, m, n), total) <= tail:
                cumulated += Fraction(ways(k, m, n), total)
                k += 1
            if k > 0:
                cases.append({'name': name, 'confidence': confidence, 'low': d[k - 1], 'high': d[m * n - k]})
    return cases


def bca():
    """The same resamples in both languages: rows from the Lehmer generator. SciPy's own z0, a and levels."""
    cases = []
    mean = lambda v, axis: np.mean(v, axis=axis)
    skewed = np.exp(1.5 * noise(21, 25))
    x, y = np.exp(noise(22, 18)), np.exp(noise(23, 30))
    ratio = lambda u, v, axis: np.mean(u, axis=axis) / np.mean(v, axis=axis)

    def case(name, data, statistic, thetas):
        class Given:
            bootstrap_distribution = thetas

        scipy_interval = stats.bootstrap(
            data, statistic, n_resamples=0, bootstrap_result=Given(), method='BCa', vectorized=True
        ).confidence_interval
        a1, a2, accel = _resampling._bca_interval(data, statistic, -1, 0.025, thetas, None, np)
        share = _resampling._percentile_of_score(thetas, np.asarray(statistic(*data, axis=-1))[None], -1, np)
        levels = [float(np.squeeze(a1)), float(np.squeeze(a2))]
        cases.append({
            'name': name, 'data': [list(v) for v in data], 'replicates': list(thetas),
            'bias': float(stats.norm.ppf(np.squeeze(share))), 'acceleration': float(np.squeeze(accel)),
            'scipy': [float(scipy_interval.low), float(scipy_interval.high)],
            # shares k/(B+1) at the k-th smallest: Weibull's plotting position
            'interval': [float(np.quantile(thetas, level, method='weibull')) for level in levels],
        })

    B = 2000
    rows = draws(31, B * 25, 25).reshape(B, 25)
    case('mean of one sample', (skewed,), mean, skewed[rows].mean(axis=1))
    rx = draws(32, B * 18, 18).reshape(B, 18)
    ry = draws(33, B * 30, 30).reshape(B, 30)
    case('ratio of two means', (x, y), ratio, x[rx].mean(axis=1) / y[ry].mean(axis=1))
    return cases


def blocks():
    cases = []
    for rho, count, seed in ((0.0, 200, 41), (0.5, 240, 42), (0.9, 500, 43), (-0.5, 120, 44), (0.98, 60, 45)):
        values, last = [], 0.0
        for z in noise(seed, count):
            last = rho * last + z
            values.append(last)
        found = optimal_block_length(np.array(values))
        cases.append({'rho': rho, 'seed': seed, 'count': count,
                      'stationary': float(found['stationary'].iloc[0]), 'circular': float(found['circular'].iloc[0])})
    return cases


def corrections():
    p = [0.01, 0.04, 0.03, 0.005, 0.5, 1e-12, 0.03, 1.0]
    return {'p': p, 'holm': list(multipletests(p, method='holm')[1]),
            'benjaminiHochberg': list(multipletests(p, method='fdr_bh')[1])}


def cuped():
    """statsmodels' analysis of covariance for the difference; the delta gradient of the relative effect by hand."""
    cases = []
    for name, shift in (('well scaled', 0.0), ('ill-scaled', 1e9)):
        xt, xb = noise(51, 20), noise(52, 26) + 0.1
        yt = 3 + 0.8 * xt + 0.5 * noise(53, 20) + shift
        yb = 2.8 + 0.8 * xb + 0.5 * noise(54, 26) + shift
        mp = lambda v: [mpmath.mpf(float(e)) for e in v]
        mean = lambda v: mpmath.fsum(v) / len(v)
        Xt, Xb, Yt, Yb = mp(xt), mp(xb), mp(yt), mp(yb)
        dot = lambda u, v: mpmath.fsum((a - mean(u)) * (b - mean(v)) for a, b in zip(u, v))
        theta = (dot(Xt, Yt) + dot(Xb, Yb)) / (dot(Xt, Xt) + dot(Xb, Xb))
        difference = (mean(Yt) - mean(Yb)) - theta * (mean(Xt) - mean(Xb))
        # Published gradient over (Yt, Xt, Yc, Xc) of difference ÷ unadjusted baseline mean.
        base = mean(Yb)
        g = [1 / base, -theta / base, (-mean(Yt) + theta * mean(Xt) - theta * mean(Xb)) / base**2, theta / base]
        var = lambda u, v: dot(u, v) / (len(u) - 1) / len(u)
        relative = (g[0]**2 * var(Yt, Yt) + 2 * g[0] * g[1] * var(Xt, Yt) + g[1]**2 * var(Xt, Xt)
                    + g[2]**2 * var(Yb, Yb) + 2 * g[2] * g[3] * var(Xb, Yb) + g[3]**2 * var(Xb, Xb))
        case = {'name': name, 'xt': list(xt), 'xb': list(xb), 'yt': list(yt), 'yb': list(yb),
                'theta': float(theta), 'difference': float(difference), 'relativeError': float(mpmath.sqrt(relative))}
        if shift == 0:
            X = np.column_stack([np.ones(46), np.r_[np.ones(20), np.zeros(26)], np.r_[xt, xb]])
            fit = sm.OLS(np.r_[yt, yb], X).fit()
            case['ols'] = {'difference': float(fit.params[1]), 'theta': float(fit.params[2])}
        cases.append(case)
    return cases


def lines():
    """Weighted fit by statsmodels until the weights agree; Fieller's ends by root finding in mpmath."""
    volumes = np.repeat([1.0, 2.0, 4.0, 8.0], 4)
    arms = {'treatment': (20 + 5 * volumes) * (1 + 0.03 * noise(61, 16)),
            'baseline': (4 + 9 * volumes) * (1 + 0.04 * noise(62, 16))}
    found = {}
    for arm, cost in arms.items():
        fitted = np.repeat(cost.reshape(4, 4).mean(axis=1), 4)
        for _ in range(200):
            fit = sm.WLS(cost, sm.add_constant(volumes), weights=1 / fitted**2).fit()
            fitted = fit.fittedvalues
        w = 1 / fitted**2
        means = np.repeat(cost.reshape(4, 4).mean(axis=1), 4)
        F = (np.sum(w * (means - fitted) ** 2) / 2) / (np.sum(w * (cost - means) ** 2) / 12)
        found[arm] = {'cost': list(cost), 'intercept': float(fit.params[0]), 'slope': float(fit.params[1]),
                      'covariance': fit.cov_params().tolist(), 'lackOfFit': float(stats.f.sf(F, 2, 12))}
    t, b = found['treatment'], found['baseline']

    def excess(v):
        form = t['intercept'] - b['intercept'] + (t['slope'] - b['slope']) * v
        parts = [float(np.array([1, v]) @ np.array(a['covariance']) @ np.array([1, v])) for a in (t, b)]
        total = sum(parts)
        df = total**2 / sum(p * p / 14 for p in parts)
        return form**2 - stats.t.isf(0.025, df) ** 2 * total

    from scipy.optimize import brentq
    crossing = -(t['intercept'] - b['intercept']) / (t['slope'] - b['slope'])
    return {'volumes': list(volumes), **found, 'crossing': crossing,
            'low': brentq(excess, 1, crossing, xtol=1e-14), 'high': brentq(excess, crossing, 8, xtol=1e-14)}


def switchback():
    """8 slots, complete randomisation: all 70 schedules, studentised difference, by plain arithmetic."""
    value = list(np.round(10 + 2 * noise(71, 8), 3))
    assignment = [1, 0, 0, 1, 0, 1, 1, 0]
    value = [v + 3 * a for v, a in zip(value, assignment)]
    tests = []
    for d in (-2, 0, 0.5, 1, 2.5, 3, 4, 6):
        base = np.array([v - d * a for v, a in zip(value, assignment)])

        def T(chosen):
            a = np.array([i in chosen for i in range(8)])
            x, y = base[a], base[~a]
            return (x.mean() - y.mean()) / math.sqrt(x.var(ddof=1) / 4 + y.var(ddof=1) / 4)

        seen = T({i for i in range(8) if assignment[i]})
        all_ = [T(set(c)) for c in itertools.combinations(range(8), 4)]
        tests.append({'d': d, 'above': sum(t >= seen - 1e-9 for t in all_) / 70,
                      'below': sum(t <= seen + 1e-9 for t in all_) / 70})
    return {'value': value, 'assignment': assignment, 'tests': tests}


def quantiles():
    x = np.exp(noise(81, 100))
    s = np.sort(x)
    cases = []
    for q, confidence in ((0.5, 0.95), (0.95, 0.95), (0.9, 0.9)):
        found = stats.quantile_test(x, p=q).confidence_interval(confidence_level=confidence)
        cases.append({'q': q, 'confidence': confidence, 'low': float(found.low), 'high': float(found.high)})
    y = np.exp(noise(82, 80)) * 1.2
    ys = np.sort(y)
    weights = {}
    for name, v, n in (('x', s, 100), ('y', ys, 80)):
        k = math.ceil(round(n * 0.9, 9))
        c = [float(stats.binom.sf(k - 1, n, i / n)) for i in range(n + 1)]
        weights[name] = np.diff(c)
    gap = s[:, None] - ys[None, :]
    w = weights['x'][:, None] * weights['y'][None, :]
    tests = [{'d': d, 'above': float(w[gap <= d].sum()), 'below': float(w[gap >= d].sum())} for d in (-1.2, -0.8, -0.5, -0.2, 0)]
    return {'x': list(x), 'y': list(y), 'one': cases, 'two': {'q': 0.9, 'tests': tests}}


print(json.dumps({
    'ranks': ranks(), 'hodgesLehmann': hodges_lehmann_interval(), 'bca': bca(), 'blocks': blocks(),
    'corrections': corrections(), 'cuped': cuped(), 'lines': lines(), 'switchback': switchback(),
    'quantiles': quantiles(),
}))
