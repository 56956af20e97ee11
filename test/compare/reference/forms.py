"""Student tests, Fieller sets and leave-one-out in mpmath, 50 digits: what reference.py and designs.py have in common."""
import mpmath as mp

mp.mp.dps = 50


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
