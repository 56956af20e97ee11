/** A metric as far as it can be read; the other parts of draft/ complete it. */
import type { Estimand, Metric, MetricName } from '../../model/experiment.js';
import { canonicalUnit } from '../amount.js';
import type { Problems } from '../problems.js';
import { child, entries, type Located } from '../read/located.js';
import { type MetricParts, metricShape } from '../shape/metric.js';
import { rightParts } from '../shape/walk.js';
import { checkNames } from './names.js';

export interface MetricDraft {
  readonly name: MetricName;
  readonly at: Located;
  readonly parts: MetricParts;
  /** null: it says neither or several. */
  readonly form: Metric['input']['kind'] | null;
  readonly proportion: boolean;
}

const OBSERVED_KEYS = ['from', 'query', 'arms', 'by', 'fold'] as const;

function formOf(at: Located, name: string, problems: Problems): MetricDraft['form'] {
  if (at.map === null) return null;
  const computed = (['ratio', 'rate'] as const).filter((key) => at.map?.has(key));
  const [form] = computed;
  if (computed.length === 2) {
    problems.atKey(
      child(at, 'rate') as Located,
      `${name} cannot be both a ratio and a rate`,
      'Make two metrics of it.',
    );
    return null;
  }
  if (form !== undefined) {
    for (const key of OBSERVED_KEYS) {
      const extra = child(at, key);
      if (extra !== null)
        problems.atKey(
          extra,
          `${name} is computed: it has no "${key}"`,
          `Leave it out, or leave "${form}" out.`,
        );
    }
    return form;
  }
  if (at.map.has('from') || at.map.has('arms')) return 'observed';
  const hint = 'Give "from" (and "query"), "ratio" or "rate".';
  problems.atKey(
    at,
    at.map.has('query')
      ? `key "from" is missing in metrics.${name}`
      : `nothing says where ${name} comes from`,
    hint,
  );
  return null;
}

export function readMetrics(root: Located, problems: Problems): readonly MetricDraft[] {
  const map = child(root, 'metrics');
  checkNames(map, 'a metric', true, problems);
  if (map?.map?.size === 0) problems.atKey(map, 'an experiment needs at least one metric', null);
  return entries(map).map(([name, at]) => {
    const parts = rightParts(metricShape, at.value);
    const proportion = child(child(at, 'ratio'), 'kind')?.value === 'proportion';
    return { name, at, parts, form: formOf(at, name, problems), proportion };
  });
}

const TOTALLED = new Set(['ms', 's', 'min', 'h', 'records']);
const isCurrency = (unit: string): boolean => /^[A-Z]{3}$/.test(unit);

export const isCost = ({ parts, form }: MetricDraft): boolean => parts.role === 'cost' || form === 'rate';

/** STATISTICS §1: total for seconds, records, cost; always for cost. */
export function estimandOf(draft: MetricDraft, unit: string | null): Estimand {
  if (draft.proportion) return 'proportion';
  if (draft.form === 'ratio' || isCost(draft)) return 'total';
  if (draft.parts.estimand !== undefined) return draft.parts.estimand;
  const known = unit === null ? '' : canonicalUnit(unit);
  return draft.parts.role === 'time' || TOTALLED.has(known) || isCurrency(known) ? 'total' : 'mean';
}

export function checkEstimand(draft: MetricDraft, problems: Problems): void {
  const at = child(draft.at, 'estimand');
  if (at !== null && draft.parts.estimand === 'location' && isCurrency(draft.parts.in ?? ''))
    problems.atValue(at, 'a cost is paid in total: ranks say nothing about it', 'Leave "estimand" out.');
  if (
    at === null ||
    draft.parts.estimand === undefined ||
    (draft.parts.estimand === 'total' && !draft.proportion)
  )
    return;
  if (isCost(draft)) problems.atValue(at, 'a cost is always compared in total', 'Leave "estimand" out.');
  else if (draft.proportion)
    problems.atValue(at, 'a proportion is compared as it is', 'Leave "estimand" out.');
  else if (draft.form === 'ratio')
    problems.atValue(
      at,
      'a ratio is the sum of one metric ÷ the sum of another: total',
      'Leave "estimand" out.',
    );
}

/** What was counted of a proportion is a sample of what could have failed, also where nothing did. */
export function checkOutage({ at, parts, proportion }: MetricDraft, problems: Problems): void {
  const outage = child(at, 'outage');
  if (outage !== null && parts.outage !== undefined && !proportion)
    problems.atValue(
      outage,
      'only a proportion has outages',
      'Leave "outage" out, or declare the metric as ratio: { of: failed, per: served, kind: proportion }.',
    );
}

export function checkExact({ at, parts, proportion }: MetricDraft, problems: Problems): void {
  const exact = child(at, 'exact');
  if (exact !== null && parts.exact === true && proportion)
    problems.atValue(
      exact,
      'a proportion is measured, never known beforehand',
      'Leave "exact" out: it is for a known number, such as a contract price.',
    );
}
