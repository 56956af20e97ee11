/** `agrees-with: cost, tolerance: 10%`: a bill that has to confirm a computed cost. */
import type { Metric } from '../../model/experiment.js';
import { canonicalUnit } from '../amount.js';
import { suggestion } from '../nearest.js';
import type { Problems } from '../problems.js';
import { child } from '../read/located.js';
import type { MetricDraft } from './metric.js';

interface Context {
  readonly drafts: readonly MetricDraft[];
  readonly units: ReadonlyMap<string, string | null>;
  readonly problems: Problems;
}

export function readAgreement(
  draft: MetricDraft,
  { drafts, units, problems }: Context,
): Metric['agreesWith'] | undefined {
  const at = child(draft.at, 'agrees-with');
  const toleranceAt = child(draft.at, 'tolerance');
  if (at === null) {
    if (toleranceAt !== null)
      problems.atKey(
        toleranceAt,
        'tolerance belongs to "agrees-with"',
        'Add "agrees-with: METRIC", or leave it out.',
      );
    return undefined;
  }
  const name = draft.parts['agrees-with'];
  if (toleranceAt === null)
    problems.atKey(
      at,
      `key "tolerance" is missing in metrics.${draft.name}`,
      'How far the two may be apart, decided before they are seen: 10%.',
    );
  if (draft.form !== null && draft.form !== 'observed')
    problems.atKey(
      at,
      `${draft.name} is computed; a bill is measured`,
      'Write it at the metric that holds the bill.',
    );
  if (name === undefined) return undefined;
  const priced = drafts.filter(({ form }) => form === 'rate').map((one) => one.name);
  const target = drafts.find((one) => one.name === name);
  if (target === undefined)
    problems.atValue(at, `there is no metric "${name}"`, suggestion(name, priced, 'costs from a rate card'));
  else if (target.form !== null && target.form !== 'rate')
    problems.atValue(
      at,
      `${name} is not computed from a rate card`,
      suggestion(name, priced, 'costs from a rate card') ?? 'A bill confirms a metric with "rate".',
    );
  else {
    const [own, other] = [units.get(draft.name), units.get(name)];
    if (own != null && other != null && canonicalUnit(own) !== canonicalUnit(other))
      problems.atValue(
        at,
        `${draft.name} is in ${own}, ${name} in ${other}`,
        'Nothing is converted between currencies.',
      );
  }
  const { tolerance } = draft.parts;
  return tolerance === undefined ? undefined : { metric: name, tolerance };
}
