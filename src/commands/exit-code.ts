/** From a decision to an exit code; `--exit-on outcome=code` remaps. Never 1, which a crash returns. */
import { type ExitCode, KnownError } from '../errors.js';
import type { Report } from '../model/report.js';

const OUTCOMES = [
  'adopt',
  'keep',
  'trade-off',
  'inconclusive',
  'invalid',
  'guardrail',
  'unmeasured',
  'running',
] as const;
type Ending = (typeof OUTCOMES)[number];

const CODES: Readonly<Record<Ending, ExitCode>> = {
  adopt: 0,
  keep: 0,
  'trade-off': 0,
  inconclusive: 10,
  invalid: 11,
  guardrail: 12,
  unmeasured: 69,
  running: 10,
};

/** A refuted guardrail and "nothing at all was measured" are endings of their own. */
export function ending(report: Report): Ending {
  const { outcome } = report.decision;
  // Traffic was taken away from an arm: whoever called must know, whatever else is to be said of the evidence.
  if (report.watch?.stop?.why === 'harm') return 'guardrail';
  if (outcome === 'invalid') return 'invalid';
  const judged = report.claims.filter((claim) => claim.verdict !== 'unmeasured');
  if (report.claims.length > 0 && judged.length === 0) return 'unmeasured';
  const broken = report.claims.some((c) => c.claim.role === 'guardrail' && c.verdict === 'refuted');
  if (broken && outcome === 'keep') return 'guardrail';
  return outcome;
}

export function parseExitOn(pairs: readonly string[] | undefined): Readonly<Partial<Record<Ending, number>>> {
  const map: Partial<Record<Ending, number>> = {};
  for (const pair of (pairs ?? []).flatMap((text) => text.split(','))) {
    const [name, code] = pair.split('=');
    const outcome = OUTCOMES.find((candidate) => candidate === name);
    const number = Number(code);
    if (outcome === undefined || !/^\d+$/.test(code ?? '') || number > 255 || number === 1)
      throw new KnownError('usage', `--exit-on ${pair} is not outcome=code`, {
        hint: `Outcomes: ${OUTCOMES.join(', ')}; codes 0 and 2 to 255 (1 is what a crash returns).`,
      });
    map[outcome] = number;
  }
  return map;
}

export function exitCode(report: Report, exitOn: Readonly<Partial<Record<Ending, number>>>): ExitCode {
  const end = ending(report);
  return (exitOn[end] ?? CODES[end]) as ExitCode;
}
