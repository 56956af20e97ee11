/** Collecting: the registry of sources (a new one is one file and one line here), asking them, and deriving tables. */
import type { Registry, Source } from '../model/ports.js';
import { awsCostExplorer } from './sources/aws-cost-explorer.js';
import { cur } from './sources/cur.js';
import { file } from './sources/file.js';
import { focus } from './sources/focus.js';
import { http } from './sources/http.js';
import { influxdb } from './sources/influxdb.js';
import { prometheus } from './sources/prometheus.js';
import { requests } from './sources/requests.js';
import { sql } from './sources/sql.js';
import { trials } from './sources/trials.js';

export { collect, observationLine } from './collect.js';
export { computed } from './derive/computed.js';
export { type PriceScenario, priceScenarios, pricesBetween, unmovedTables } from './derive/scenarios.js';
export { checkUnits } from './derive/unit-names.js';
export { deriveTables } from './derive.js';
export { exclusions } from './exclusions.js';
export { type Question, questions } from './questions.js';
export { type Redaction, redact } from './redact.js';
export { reasonOf, SourceProblem } from './source-problem.js';
export { type RequestFolds, requestFolds } from './sources/requests/folds.js';
export { trialObservations } from './sources/trials.js';

export const sources = {
  trials,
  requests,
  file,
  http,
  influxdb,
  prometheus,
  sql,
  'aws-cost-explorer': awsCostExplorer,
  focus,
  cur,
} satisfies Registry<Source>;
