/** What was seen while live traffic was divided, and when: polls in a row that were told the same are one stretch. */
import type { Evidence, WatchRow } from '../../model/evidence.js';
import type { WatchStrip } from '../../model/pictures.js';
import type { Report } from '../../model/report.js';

export function watchPart(evidence: Evidence, iso: (ms: number) => string): Pick<Report, 'watch'> {
  const { watched = [] } = evidence;
  const last = watched.at(-1);
  if (last === undefined) return {};
  const { stop, units, at } = last;
  const ended = stop === null ? null : { why: stop.why, at: iso(at), reason: stop.reason };
  return {
    watch: { polls: watched.length, lastAt: iso(at), units, stop: ended, strip: stripOf(evidence, watched) },
  };
}

const stripOf = (
  { experiment, schedule, executed = [] }: Evidence,
  watched: readonly WatchRow[],
): WatchStrip => ({
  exposed: executed.flatMap(({ index, appliedAt, endedAt }) => {
    const slot = schedule?.slots?.find((one) => one.index === index);
    if (slot === undefined || appliedAt === null) return [];
    const own = experiment.treatments.map((arm) => slot.shares[arm] ?? 0);
    const share = Number(own.reduce((sum, part) => sum + part, 0).toPrecision(12));
    return [{ fromMs: appliedAt, toMs: endedAt ?? slot.endMs, share }];
  }),
  guardrails: experiment.guardrails.map(({ id }) => ({ claim: id, stretches: stretchesOf(id, watched) })),
});

type Stretch = WatchStrip['guardrails'][number]['stretches'][number];

function stretchesOf(claim: string, watched: readonly WatchRow[]): readonly Stretch[] {
  const all: Stretch[] = [];
  for (const { at, guardrails } of watched) {
    const outcome = guardrails.find((one) => one.claim === claim)?.outcome;
    if (outcome === undefined) continue;
    const last = all.at(-1);
    if (last?.outcome === outcome) all[all.length - 1] = { ...last, toMs: at, polls: last.polls + 1 };
    else all.push({ fromMs: at, toMs: at, outcome, polls: 1 });
  }
  return all;
}
