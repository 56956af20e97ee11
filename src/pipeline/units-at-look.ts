/**
 * Is there enough for an interim look at a window? With fewer units than a verdict needs, a look could stop nothing, and
 * the α that it spends would be lost: it is not taken, and said why. Told from numbers of units alone, never from what was
 * measured in them, so that not looking cannot favour anybody. STATISTICS.md §3, §6.
 */
import type { Look } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import { isPaired } from '../model/paired.js';
import { type Reason, reason } from '../model/reason.js';
import { derive, type RawEvidence } from './recorded.js';
import { untilOf } from './window-looks.js';

/** Units in time of each arm. */
const FEWEST = 10;

/** The claimed metric that is furthest from enough; null: the look can be taken. Pure. */
export function tooFewUnits(
  experiment: Experiment,
  raw: RawEvidence,
  { index, of, untilMs }: Pick<Look, 'index' | 'of'> & { readonly untilMs: number },
): Reason | null {
  const { tables } = derive(untilOf(experiment, untilMs), raw);
  const { design, hypotheses, guardrails, metrics, arms } = experiment;
  const claimed = new Set([...hypotheses, ...guardrails].map(({ metric }) => metric));
  const counted = metrics.flatMap(({ name, exact }) => {
    const table = tables.get(name);
    // What could not be read is told by its own reason, and more time would not help.
    if (!claimed.has(name) || exact || table === undefined || table.unmeasured !== null) return [];
    const together = isPaired(design, (table.bucketMs ?? null) !== null);
    const own = arms.map((arm) => table.arms.get(arm.name)?.n ?? 0);
    return [{ metric: name, have: Math.min(...own, ...(together ? [table.coverage.complete] : [])) }];
  });
  const fewest = counted.reduce<(typeof counted)[number] | null>(
    (least, one) => (least === null || one.have < least.have ? one : least),
    null,
  );
  if (fewest === null || fewest.have >= FEWEST) return null;
  return reason('look-too-few-units', { ...fewest, need: FEWEST, index, of });
}
