/** Metrics that are computed from others: ratios and rates, their references, and cycles among them. */
import type { ArmName, RateInput, RateUse, RatioInput } from '../../model/experiment.js';
import { canonicalUnit } from '../amount.js';
import { suggestion } from '../nearest.js';
import type { Problems } from '../problems.js';
import { child, entries, type Located } from '../read/located.js';
import { checkArmKeys } from './arms.js';
import type { CardDraft } from './card.js';
import type { MetricDraft } from './metric.js';

interface Reference {
  readonly name: string;
  readonly at: Located;
  readonly use: 'part' | 'usage';
}

/** The metrics that a metric names, where it names them. */
function references({ at, form }: MetricDraft): readonly Reference[] {
  const parts =
    form === 'ratio'
      ? ['of', 'per'].map((key) => ({ at: child(child(at, 'ratio'), key), use: 'part' as const }))
      : form === 'rate'
        ? entries(child(child(at, 'rate'), 'arms'))
            .flatMap(([, arm]) => entries(arm).filter(([key]) => key !== 'utilisation'))
            .map(([, usage]) => ({ at: usage, use: 'usage' as const }))
        : [];
  return parts.flatMap(({ at: part, use }) =>
    typeof part?.value === 'string' && part.value !== '' ? [{ name: part.value, at: part, use }] : [],
  );
}

/** The way from a metric back to itself, if there is one. */
function cycleFrom(start: string, byName: ReadonlyMap<string, MetricDraft>): readonly string[] | null {
  const visited = new Set<string>();
  const walk = (name: string, way: readonly string[]): readonly string[] | null => {
    const metric = byName.get(name);
    for (const reference of metric === undefined ? [] : references(metric)) {
      if (reference.name === start) return [...way, start];
      if (visited.has(reference.name)) continue;
      visited.add(reference.name);
      const found = walk(reference.name, [...way, reference.name]);
      if (found !== null) return found;
    }
    return null;
  };
  return walk(start, [start]);
}

export function checkReferences(metrics: readonly MetricDraft[], problems: Problems): void {
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  const inCycle = new Set<string>();
  for (const metric of metrics) {
    const cycle = inCycle.has(metric.name) ? null : cycleFrom(metric.name, byName);
    for (const name of cycle ?? []) inCycle.add(name);
    const [, second] = cycle ?? [];
    for (const { name, at, use } of references(metric)) {
      const target = byName.get(name);
      if (target === undefined)
        problems.atValue(at, `there is no metric "${name}"`, suggestion(name, [...byName.keys()], 'metrics'));
      else if (cycle !== null && name === second)
        problems.atValue(
          at,
          `${metric.name} would be computed from itself: ${cycle.join(' → ')}`,
          'Name a metric that is measured.',
        );
      else if (inCycle.has(metric.name)) continue;
      else if (use === 'part' && target.form === 'ratio')
        problems.atValue(
          at,
          `${name} is itself a ratio, and ratios cannot be added up`,
          'Name the metrics that it is computed from.',
        );
      else if (use === 'usage' && (target.form === 'ratio' || target.form === 'rate'))
        problems.atValue(
          at,
          `${name} is computed; a rate prices what is measured`,
          'Name a metric with "from".',
        );
    }
  }
}

export function readRatio(draft: MetricDraft, problems: Problems): RatioInput | null {
  const { ratio } = draft.parts;
  if (ratio === undefined) return null;
  const times = child(child(draft.at, 'ratio'), 'times');
  if (draft.proportion && times !== null && ratio.times !== 1)
    problems.atKey(
      times,
      'a proportion lies between 0 and 1: it has no "times"',
      'Leave it out, or leave "kind: proportion" out.',
    );
  if (ratio.of === ratio.per)
    problems.atValue(
      child(child(draft.at, 'ratio'), 'per') as Located,
      `${ratio.of} ÷ ${ratio.per} is always 1`,
      null,
    );
  return {
    kind: 'ratio',
    of: ratio.of,
    per: ratio.per,
    times: ratio.times ?? 1,
    proportion: draft.proportion,
  };
}

interface RateContext {
  readonly arms: readonly ArmName[];
  readonly card: CardDraft;
  /** Unit of each metric that is known. */
  readonly units: ReadonlyMap<string, string | null>;
  readonly problems: Problems;
}

function readUse(
  rate: string,
  at: Located,
  arm: Located,
  draft: MetricDraft,
  context: RateContext,
): RateUse | null {
  const { card, units, problems } = context;
  const entry = card.rates.get(rate);
  if (entry === undefined) {
    problems.atKey(
      at,
      `the rate card has no rate "${rate}"`,
      suggestion(rate, [...card.rates.keys()], 'rates'),
    );
    return null;
  }
  const usage = String(at.value);
  const unit = units.get(usage);
  if (unit != null && entry.usage !== undefined && canonicalUnit(unit) !== canonicalUnit(entry.usage))
    problems.atValue(
      at,
      `rate ${rate} prices ${entry.usage}; ${usage} is measured in ${unit}`,
      `Name a metric in ${entry.usage}, or another rate.`,
    );
  const armName = arm.key?.name ?? '';
  if (entry.resident === true && !arm.map?.has('utilisation'))
    problems.atKey(
      at,
      `rate ${rate} is resident: without utilisation the cost of ${armName} is a lower bound and decides nothing`,
      'Add "utilisation: 40%", the share of paid time that does work.',
    );
  const shares = draft.parts.rate?.arms[armName]?.utilisation;
  return { rate, usage, utilisation: entry.resident === true ? (shares ?? null) : null };
}

export function readRate(draft: MetricDraft, context: RateContext): RateInput | null {
  const { arms, card, problems } = context;
  const map = child(child(draft.at, 'rate'), 'arms');
  checkArmKeys(map, arms, true, problems);
  const uses: Record<ArmName, readonly RateUse[]> = {};
  for (const [name, arm] of entries(map)) {
    const named = entries(arm).filter(([key]) => key !== 'utilisation');
    if (arm.map !== null && named.length === 0)
      problems.atKey(
        arm,
        `no rate prices the work of ${name}`,
        `Write "RATE: METRIC" with a rate of the card: ${[...card.rates.keys()].join(', ')}.`,
      );
    uses[name] = named.flatMap(([rate, at]) => readUse(rate, at, arm, draft, context) ?? []);
    const share = child(arm, 'utilisation');
    const resident = named.some(([rate]) => card.rates.get(rate)?.resident === true);
    const known = named.every(([rate]) => card.rates.has(rate));
    if (share !== null && named.length > 0 && known && !resident)
      problems.atKey(share, `no rate of ${name} is resident: utilisation has no effect`, 'Leave it out.');
  }
  return card.card && { kind: 'rate', card: card.card, cardPath: card.path, arms: uses };
}
