"""Series with memory in mpmath, from the papers (as test/stats/reference/series.py, but at 50 digits and at any ratio):
EWC: Lazarus, Lewis, Stock and Watson 2018. Geyer 1992 §3.3. AR(1), bias: Kendall 1954. Largest p of the three.
"""
import math

import mpmath as mp
import scipy.stats as st

from forms import linear, t_quantile, t_sf, tail_of


def mean(v):
    return mp.fsum(v) / len(v)


def centred(v):
    m = mean(v)
    return [w - m for w in v]


def cosine_weights(e, position, nu):
    span = position[-1] + 1
    found = []
    for j in range(1, nu + 1):
        c = [mp.cos(mp.pi * j * (p + mp.mpf(1) / 2) / span) for p in position]
        cc = centred(c)
        found.append(mp.fsum([a * b for a, b in zip(e, c)]) / mp.sqrt(mp.fsum([a * a for a in cc])))
    return found


def geyer(e, position):
    full = [mp.mpf(0)] * (position[-1] + 1)
    for p, v in zip(position, e):
        full[p] = v
    span = len(full)
    s = lambda k: mp.fsum([full[t] * full[t + k] for t in range(span - k)])
    s0, total = s(0), mp.mpf(0)
    for m in range(span // 2):
        pair = (s(2 * m) + s(2 * m + 1)) / s0
        if pair <= 0:
            break
        total += pair
    tau = 2 * total - 1
    return min(mp.mpf(len(e)), max(mp.mpf(2), len(e) / tau)) if tau > 0 else mp.mpf(len(e))


def first_order(e, position):
    g = dict(zip(position, e))
    s0, t = mp.fsum([v * v for v in e]), len(e)

    def rho(k):
        pairs = [g[p] * g[p + k] for p in g if p + k in g]
        return mp.fsum(pairs) / s0 * (t - k) / len(pairs)

    r1, r2 = rho(1), rho(2)
    if (r2 - r1 * r1) / (1 - r1 * r1) * mp.sqrt(t) < -3.5:
        return None
    r = r1 + (1 + 3 * r1) / t
    return min(mp.mpf(t), max(mp.mpf(2), t * (1 - r) / (1 + r))) if r < 1 else mp.mpf(2)


def memory(e, position):
    """nu after the drift check, and both effective sizes."""
    t = len(e)
    nu = math.floor(0.4 * t ** (2 / 3) + 1e-9)
    w = cosine_weights(e, position, nu)
    if nu > 4:
        f = mean([v * v for v in w[:4]]) / mean([v * v for v in w[4:]])
        if st.f.sf(float(f), 4, nu - 4) < 0.05:
            nu = 4
    n1 = geyer(e, position)
    n2 = first_order(e, position)
    return {"nu": nu, "geyer": n1, "firstOrder": n1 if n2 is None else n2, "known": n2 is not None}


def variances(u, v, position, anchor):
    """Three functions r -> (variance of the mean of u - r v, df), memory taken at the anchor."""
    t = len(u)
    m = memory([a - anchor * b for a, b in zip(u, v)], position)
    wu, wv = cosine_weights(u, position, m["nu"]), cosine_weights(v, position, m["nu"])
    cosine = lambda r: mp.fsum([(a - r * b) ** 2 for a, b in zip(wu, wv)]) / m["nu"] / t
    spread = lambda r: mp.fsum([(a - r * b) ** 2 for a, b in zip(u, v)]) / (t - 1)
    by_size = lambda n: (lambda r: spread(r) / n, lambda r: n - 1)
    return [(cosine, lambda r: mp.mpf(m["nu"])), by_size(m["geyer"]), by_size(m["firstOrder"])], m


def worst(forms):
    """The largest p and the widest interval of several answers."""
    low = lambda name: min(f[name][1] for f in forms)
    high = lambda name: max(f[name][2] for f in forms)
    return {
        "treatment": forms[0]["treatment"], "baseline": forms[0]["baseline"], "p": max(f["p"] for f in forms),
        "difference": [forms[0]["difference"][0], low("difference"), high("difference")],
        "ratio": [forms[0]["ratio"][0], low("ratio"), high("ratio")],
        "aboveNineTenths": max(f["aboveNineTenths"] for f in forms),
    }


def paired(x, y, u, v, position):
    """Means x, y with deviations u, v: difference with memory at r = 1, ratio with memory at r = x/y."""
    at_one = [linear(x, y, var, df) for var, df in variances(u, v, position, mp.mpf(1))[0]]
    at_ratio = [linear(x, y, var, df) for var, df in variances(u, v, position, x / y)[0]]
    found, ratio = worst(at_one), worst(at_ratio)
    # The p that is printed is the ratio's at 1, with memory at the ratio.
    return {**found, "ratio": ratio["ratio"], "aboveNineTenths": ratio["aboveNineTenths"]}


def apart(x, y, u, v, pu, pv):
    def parts(e, position):
        t, m = len(e), memory(e, position)
        w = cosine_weights(e, position, m["nu"])
        s2 = mp.fsum([a * a for a in e]) / (t - 1)
        by = lambda n: (s2 / n, n - 1)
        return [(mean([a * a for a in w]) / t, mp.mpf(m["nu"])), by(m["geyer"]), by(m["firstOrder"])]

    forms = []
    for (a, da), (b, db) in zip(parts(u, pu), parts(v, pv)):
        total = lambda r, a=a, b=b: a + r * r * b
        df = lambda r, a=a, b=b, da=da, db=db: (a + r * r * b) ** 2 / (a * a / da + (r * r * b) ** 2 / db)
        forms.append(linear(x, y, total, df))
    return worst(forms)


def ratio_column(m, d):
    """R and e_t = (M_t - R D_t)/mean D."""
    r = mp.fsum(m) / mp.fsum(d)
    dbar = mean(d)
    return r, [(a - r * b) / dbar for a, b in zip(m, d)]


def hazen(s, p):
    """Order statistic at rank pT + 1/2; None outside."""
    place = p * len(s) - mp.mpf(1) / 2
    if place < 0 or place > len(s) - 1:
        return None
    k = int(mp.floor(place))
    share = place - k
    return s[k] if share == 0 else s[k] + share * (s[k + 1] - s[k])


def quantile(values, q, position):
    s = sorted(values)
    at = hazen(s, mp.mpf(q))
    e = centred([mp.mpf(1 if v <= at else 0) for v in values])
    m = memory(e, position)
    t = len(e)
    w = cosine_weights(e, position, m["nu"])
    s2 = mp.fsum([a * a for a in e]) / (t - 1)
    errors = [(mp.sqrt(mean([a * a for a in w]) / t), mp.mpf(m["nu"]))]
    errors += [(mp.sqrt(s2 / n), n - 1) for n in (m["geyer"], m["firstOrder"])]

    def bounds(tail):
        reach = max(se * t_quantile(tail, df) for se, df in errors)
        return hazen(s, q - reach), hazen(s, q + reach)

    return {"estimate": at, "indicator": e, "weights": w, "nu": m["nu"], "bounds": bounds}


def quantiles(x, y, q, position, together):
    """Zou and Donner's square-and-add with Zou's correlation; difference at 95 %, ratio by bisection."""
    a, b = quantile(x, q, position), quantile(y, q, position)
    corr = lambda u, v: mp.fsum([p * r for p, r in zip(u, v)]) / mp.sqrt(mp.fsum([p * p for p in u]) * mp.fsum([r * r for r in v]))
    nu = min(a["nu"], b["nu"])
    rho = max(mp.mpf(-1), min(corr(a["weights"][:nu], b["weights"][:nu]), corr(a["indicator"], b["indicator"]))) if together else mp.mpf(0)
    (lx, ux), (ly, uy) = a["bounds"](tail_of(0.95)), b["bounds"](tail_of(0.95))
    X, Y = a["estimate"], b["estimate"]

    def reach(r, dx, dy):
        return mp.sqrt(dx ** 2 + r * r * dy ** 2 - 2 * rho * r * dx * dy)

    down = lambda r: X - r * Y - reach(r, X - lx, uy - Y)
    up = lambda r: X - r * Y + reach(r, ux - X, Y - ly)

    def root(f, low, high):
        for _ in range(160):
            mid = (low + high) / 2
            low, high = (mid, high) if f(mid) > 0 else (low, mid)
        return low

    center = X / Y
    return {"treatment": X, "baseline": Y, "difference": [X - Y, down(1), up(1)],
            "ratio": [center, root(down, center / 4, center), root(up, center, center * 4)]}
