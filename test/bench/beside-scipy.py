"""What SciPy takes for the same work, without its imports: python3 beside-scipy.py -> one JSON line of milliseconds."""
import json
import time

import numpy as np
from scipy import stats

rng = np.random.default_rng(1)


def best(repeats, work):
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return 1000 * min(times)


x, y = rng.normal(size=(350_000, 60)), rng.normal(size=(350_000, 60))
a, b = rng.normal(size=1000), rng.normal(size=1000)
found = {
    'mannWhitney': best(3, lambda: stats.mannwhitneyu(x, y, axis=1)),
    'bca': best(5, lambda: stats.bootstrap(
        (a, b), lambda u, v, axis: u.mean(axis=axis) - v.mean(axis=axis), n_resamples=10_000, method='BCa', rng=rng)),
}
rows = rng.normal(size=(1000, 6))
found['welch'] = best(5, lambda: [
    stats.ttest_ind_from_stats(r[0], 1 + abs(r[1]), 30, r[2], 1 + abs(r[3]), 40, equal_var=False) for r in rows])
print(json.dumps({'scipy': __import__('scipy').__version__, **found}))
