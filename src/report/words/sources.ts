/** Sentences of sources over the network, one file each. */
import { plural } from '../format.js';
import { asked } from './sources/asked.js';
import { httpWords } from './sources/http.js';
import { influxdbWords } from './sources/influxdb.js';
import { prometheusWords } from './sources/prometheus.js';
import { sqlWords } from './sources/sql.js';
import type { Words } from './types.js';

export const sourcesWords = {
  'no-values': (v) =>
    `${asked(v)}source ${v.source} has ${plural(v.points, 'point')}, ${v.points === 1 ? 'without a value' : 'none with a value'}.`,
  ...httpWords,
  ...influxdbWords,
  ...prometheusWords,
  ...sqlWords,
} satisfies Words;
