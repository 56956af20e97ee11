/** Sentences of sources over the network, one file each. */
import { httpWords } from './sources/http.js';
import { prometheusWords } from './sources/prometheus.js';
import type { Words } from './types.js';

export const sourcesWords = { ...httpWords, ...prometheusWords } satisfies Words;
