"""Welch's test and interval from the same doubles, 50 digits: python3 welch.py > welch.json (mpmath 1.4.1)."""
import json
from mpmath import betainc, mp, mpf, sqrt

mp.dps = 50


def survival(t, df):
    half = betainc(df / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2
    return half if t >= 0 else 1 - half


def quantile(df):
    """The t with 2.5 % above, by halving."""
    low, high = mpf(1), mpf(100)
    for _ in range(150):
        middle = (low + high) / 2
        low, high = (middle, high) if survival(middle, df) > mpf('0.025') else (low, middle)
    return low


def summary(values):
    values = [mpf(v) for v in values]
    mean = sum(values) / len(values)
    return mean, sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values)


def welch(x, y):
    (mx, vx), (my, vy) = summary(x), summary(y)
    df = (vx + vy) ** 2 / (vx ** 2 / (len(x) - 1) + vy ** 2 / (len(y) - 1))
    t = (mx - my) / sqrt(vx + vy)
    reach = quantile(df) * sqrt(vx + vy)
    return {'difference': mx - my, 'df': df, 'above': survival(t, df), 'below': survival(-t, df),
            'low': mx - my - reach, 'high': mx - my + reach}


noise = [0.31, -1.22, 0.05, 2.4, -0.7, 1.13, -0.44, 0.92, -1.9, 0.2, 0.61, -0.33]
cases = {
    'well scaled': ([10 + v for v in noise], [11.5 + 2 * v for v in noise[::-1][:9]]),
    'two values each': ([1.0, 2.5], [4.0, 4.5]),
    'ties': ([1, 1, 2, 2, 2, 3], [2, 2, 3, 3, 3, 3, 4]),
    'one arm constant': ([5.0] * 6, [5 + v for v in noise]),
    'three against 12': ([3.2, 4.1, 2.7], noise),
    'mean 1e9, spread 1': ([1e9 + v for v in noise], [1e9 + 1 + v for v in noise[::-1]]),
    'costs of 1e-9 a record': ([1e-9 * (10 + v) for v in noise], [1e-9 * (12 + v) for v in noise[::-1]]),
    'a tail beyond 1e-300': ([v * 1e-12 + 1 for v in noise * 12], [v * 1e-12 + 2 for v in noise * 12]),
}
print(json.dumps([{'name': name, 'x': x, 'y': y, **{k: mp.nstr(v, 17) for k, v in welch(x, y).items()}}
                  for name, (x, y) in cases.items()], indent=1))
