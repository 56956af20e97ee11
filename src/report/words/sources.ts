/** Sentences of sources over the network, one file each. */
import { httpWords } from './sources/http.js';
import { influxdbWords } from './sources/influxdb.js';
import { prometheusWords } from './sources/prometheus.js';
import { sqlWords } from './sources/sql.js';
import type { Words } from './types.js';

export const sourcesWords = {
  ...httpWords,
  ...influxdbWords,
  ...prometheusWords,
  ...sqlWords,
} satisfies Words;
