"""The same question as test/bench/parquet.js, asked of DuckDB and SciPy: mean seconds per five minutes, paired t test."""
import json, resource, sys, time

import duckdb
import numpy as np
from scipy import stats

began = time.perf_counter()
values = duckdb.sql(
    f"""SELECT avg(seconds) FILTER (stack = 'old') AS old, avg(seconds) FILTER (stack = 'new') AS new
        FROM read_parquet('{sys.argv[1]}') GROUP BY time_bucket(INTERVAL 5 MINUTES, started) ORDER BY time_bucket(INTERVAL 5 MINUTES, started)"""
).fetchnumpy()
old, new = np.asarray(values["old"]), np.asarray(values["new"])
test = stats.ttest_rel(new, old)
interval = test.confidence_interval(0.95)
print(json.dumps({
    "ratio": float(new.mean() / old.mean()),
    "low": 1 + float(interval.low / old.mean()),
    "high": 1 + float(interval.high / old.mean()),
    "p": float(test.pvalue),
    "buckets": int(len(old)),
    "inside": time.perf_counter() - began,
    "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
