/** All experiments in one table: what was decided, how long ago, what runs, and when it is looked at next. */
import type { Report } from '../model/report.js';
import { decisionTime, sinceText } from './age.js';
import { visible } from './escape.js';
import { timestamp } from './format.js';
import { headline } from './headline.js';

export interface Standing {
  readonly experiment: string;
  /** Newest one that decides something; null: none yet. */
  readonly report: Report | null;
  /** Newest run: is it finished, at work, waiting for its next call, or cut off? null: there is none. */
  readonly run: 'finished' | 'running' | 'waiting' | 'cut off' | null;
  /** UTC ms of the next firing of its schedule; null: it has none, or is disabled. */
  readonly nextMs: number | null;
  /** Anything that a person should know, in words: `disabled`, an open change. */
  readonly notes: readonly string[];
}

const HEADINGS = ['experiment', 'decision', 'decided', 'run', 'next', 'notes'];

const cells = (standing: Standing, nowMs: number): readonly string[] => [
  standing.experiment,
  standing.report === null ? 'no report' : headline(standing.report).label,
  standing.report === null ? '–' : `${sinceText(nowMs - decisionTime(standing.report))} ago`,
  standing.run ?? 'none',
  standing.nextMs === null ? '–' : timestamp(standing.nextMs),
  standing.notes.join('; '),
];

export function renderStatus(standings: readonly Standing[], nowMs: number): string {
  const rows = [HEADINGS, ...standings.map((one) => cells(one, nowMs))].map((row) => row.map(visible));
  const used = HEADINGS.map((_, i) => i).filter((i) => i < 5 || rows.slice(1).some((row) => row[i] !== ''));
  const widths = used.map((i) => Math.max(...rows.map((row) => [...row[i]].length)));
  const line = (row: readonly string[]): string =>
    used
      .map((i, at) => row[i] + ' '.repeat(widths[at] - [...row[i]].length))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
