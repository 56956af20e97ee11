"""The same question as test/bench/parquet.js, asked of DuckDB and SciPy: total seconds per key, Welch's t test."""
import json, resource, sys, time

import duckdb
import numpy as np
from scipy import stats

began = time.perf_counter()
values = duckdb.sql(
    f"SELECT stack, sum(seconds) AS seconds FROM read_parquet('{sys.argv[1]}') GROUP BY stack, key"
).fetchnumpy()
old = np.asarray(values["seconds"][values["stack"] == "old"])
new = np.asarray(values["seconds"][values["stack"] == "new"])
test = stats.ttest_ind(new, old, equal_var=False)
interval = test.confidence_interval(0.95)
print(json.dumps({
    "ratio": float(new.mean() / old.mean()),
    "low": 1 + float(interval.low / old.mean()),
    "high": 1 + float(interval.high / old.mean()),
    "p": float(test.pvalue),
    "keys": int(len(old) + len(new)),
    "inside": time.perf_counter() - began,
    "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
