/**
 * `stacktrial check`: the newest stored report in the language of Nagios and Consul — one line, and 0, 1, 2 or 3.
 * It asks no source, runs nothing and reads two files, so that it may be called every ten seconds.
 */

import { type ExitCode, KnownError } from '../errors.js';
import type { Report } from '../model/report.js';
import { decisionTime, headline, sinceText } from '../report/index.js';
import type { Context } from './context.js';
import { ending } from './exit-code.js';
import { namedExperiment } from './experiment-name.js';
import { inOneLine } from './in-one-line.js';
import { newestReport, newestWatch } from './standing.js';

export interface CheckOptions {
  readonly reports: string;
  /** `26h`: an older report says nothing. */
  readonly maxAge?: string;
  readonly json?: boolean;
}

const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;
type State = 0 | 1 | 2 | 3;

const CODES: Readonly<Record<ReturnType<typeof ending>, State>> = {
  adopt: 0,
  keep: 0,
  'trade-off': 0,
  inconclusive: 1,
  invalid: 2,
  guardrail: 2,
  unmeasured: 3,
  running: 1,
};

const MS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

export function ageMs(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text);
  if (match === null)
    throw new KnownError('usage', `${option} ${text} is not a duration`, {
      hint: `Write it as ${option} 26h; s, m, h, d and w are known.`,
    });
  return Number(match[1]) * (MS[match[2]] as number);
}

interface Answer {
  readonly state: State;
  readonly text: string;
  readonly report: Report | null;
}

async function answer(given: string, options: CheckOptions, context: Context): Promise<Answer> {
  const maxAge = options.maxAge === undefined ? null : ageMs(options.maxAge, '--max-age');
  const { name, root } = await namedExperiment(given, options.reports, context);
  const report = await newestReport(root, name, context);
  const watch = await newestWatch(root, name);
  const watched = watch === null ? null : Date.now() - watch.at;
  const fresh = watched !== null && (maxAge === null || watched <= maxAge);
  if (fresh && watch !== null && watch.broken.length > 0) {
    const guardrails = watch.broken.map((text) => `“${text}”`).join(', ');
    return {
      state: 2,
      text: `while it runs, a guardrail is broken: ${guardrails}, seen ${sinceText(watched)} ago`,
      report,
    };
  }
  if (fresh && report === null)
    return { state: 1, text: `running, last seen ${sinceText(watched)} ago, no look yet`, report };
  if (report === null) return { state: 3, text: `there is no report of ${name}`, report };
  const age = Date.now() - decisionTime(report);
  const said = `${headline(report).label.toLowerCase()}, ${sinceText(age)} ago`;
  if (maxAge !== null && age > maxAge && !fresh)
    return { state: 3, text: `the newest report is older than ${options.maxAge}: ${said}`, report };
  return { state: CODES[ending(report)], text: `${said} — ${headline(report).sentence}`, report };
}

/** A monitoring system reads one line of standard output; whatever goes wrong is UNKNOWN there, never silence. */
export async function check(given: string, options: CheckOptions, context: Context): Promise<ExitCode> {
  const { state, text, report } = await answer(given, options, context).catch((error: unknown): Answer => {
    const why = inOneLine(error);
    if (error instanceof KnownError && error.hint !== null) context.log.info(error.hint);
    return { state: 3, text: why, report: null };
  });
  if (options.json === true)
    context.out(
      `${JSON.stringify({ state: STATES[state], text, run: report?.run.id ?? null, outcome: report?.decision.outcome ?? null })}\n`,
    );
  else context.out(`STACKTRIAL ${STATES[state]} - ${text.replace(/\s+/g, ' ').replaceAll('|', '/')}\n`);
  return state;
}
