/** Runs of three experiments, as their folders would tell them. */
import type { Report } from '../../src/model/report.js';
import type { RunFound } from '../../src/report/index.js';
import { worlds } from './worlds/index.js';

const day = 86_400_000;
const found = (experiment: string, name: string, at: number, report: Report | null): RunFound => ({
  experiment,
  run: name,
  folders: [experiment, name],
  startedAt: Date.UTC(2026, 10, 1) + at * day,
  state: report === null ? 'unfinished' : 'complete',
  problem: report === null ? 'it goes on, or was cut off' : null,
  report,
});

export const someRuns: readonly RunFound[] = [
  found('engine', 'r1', 1, worlds['clear-loss']),
  found('engine', 'r2', 2, worlds['less-than-claimed']),
  found('engine', 'r3', 3, worlds['clear-win']),
  found('engine', 'r4', 4, null),
  found('hostile', 'r1', 9, worlds['ugly-strings']),
  found('other', 'r1', 2, worlds.inconclusive),
];
