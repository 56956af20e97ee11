/**
 * Which rate of the card prices the usage that which metric measures, and on what terms:
 *
 *   arms: { faas: { lambda: gb_seconds }, spark: { emr: { of: batch_seconds, count: 4, utilisation: 60% } } }
 *
 * `monthly` is the arm's usage in a month of 730 hours. It decides price steps (each step of the volume at its own
 * price, the average is charged), the utilisation of what is resident, and what part of a fixed cost a unit bears.
 */
import type { ArmName, RateInput, RateUse } from '../../model/experiment.js';
import { canonicalUnit } from '../amount.js';
import { suggestion } from '../nearest.js';
import type { Problems } from '../problems.js';
import { child, entries, type Located } from '../read/located.js';
import type { CardEntry } from '../shape/card.js';
import { termsShape } from '../shape/metric.js';
import { share as shareShape } from '../shape/values.js';
import { rightParts } from '../shape/walk.js';
import { checkArmKeys } from './arms.js';
import type { CardDraft } from './card.js';
import type { MetricDraft } from './metric.js';
import { checkShares } from './shares.js';

const HOURS_PER_MONTH = 730;
/** Hours of one unit of time. */
const HOURS: Readonly<Record<string, number>> = { ms: 1 / 36e5, s: 1 / 3600, min: 1 / 60, h: 1 };

interface RateContext {
  readonly arms: readonly ArmName[];
  readonly card: CardDraft;
  /** Unit of each metric that is known. */
  readonly units: ReadonlyMap<string, string | null>;
  /** Metrics whose units are time buckets. */
  readonly bucketed: ReadonlySet<string>;
  readonly problems: Problems;
}

/** `lambda: gb_seconds` or `lambda: { of: gb_seconds, … }` */
export const usageAt = (use: Located): Located | null => (use.map === null ? use : child(use, 'of'));

interface Reading extends RateContext {
  readonly rate: string;
  readonly entry: Partial<CardEntry>;
  readonly at: Located;
  readonly arm: Located;
  readonly usage: string;
  readonly terms: Partial<ReturnType<typeof termsShape.parse>>;
}

/** Share of the paid time that `monthly` of work takes; null where it cannot be told. */
function monthlyUtilisation({ rate, at, terms, usage, units, problems }: Reading): number | null {
  const { monthly } = terms;
  const monthlyAt = child(at, 'monthly');
  if (monthly === undefined || monthlyAt === null) return null;
  const hours = HOURS[canonicalUnit(units.get(usage) ?? '')];
  if (hours === undefined) return null;
  const utilisation = (monthly * hours) / HOURS_PER_MONTH;
  if (utilisation <= 1) return utilisation;
  problems.atValue(
    monthlyAt,
    `${monthly} ${units.get(usage)} are more than the ${HOURS_PER_MONTH} hours of a month that one ${rate} works`,
    'Correct the volume, or declare "utilisation" instead.',
  );
  return null;
}

function utilisationOf(reading: Reading): number | null {
  const { rate, entry, at, arm, terms, problems } = reading;
  const own = child(at, 'utilisation');
  if (entry.resident !== true) {
    if (own !== null)
      problems.atKey(own, `rate ${rate} is not resident: utilisation has no effect`, 'Leave it out.');
    return null;
  }
  if (own !== null && at.map?.has('monthly') && entry.tiers === undefined)
    problems.atKey(own, 'utilisation follows from the monthly volume', 'Keep one of them.');
  const monthly = monthlyUtilisation(reading);
  if (monthly !== null) return monthly;
  const ofArm = child(arm, 'utilisation');
  if (own === null && ofArm === null && !at.map?.has('monthly'))
    problems.atKey(
      at,
      `rate ${rate} is resident: without utilisation the cost of ${arm.key?.name ?? ''} is a lower bound and decides nothing`,
      'Add "utilisation: 40%", the share of paid time that does work.',
    );
  if (terms.utilisation !== undefined) return terms.utilisation;
  const shared = shareShape('', 0, 1).safeParse(ofArm?.value);
  return shared.success ? shared.data : null;
}

function checkUnit({ rate, entry, at, usage, units, problems }: Reading): void {
  const unit = units.get(usage);
  const where = usageAt(at);
  if (unit == null || entry.usage === undefined || where === null) return;
  if (canonicalUnit(unit) !== canonicalUnit(entry.usage))
    problems.atValue(
      where,
      `rate ${rate} prices ${entry.usage}; ${usage} is measured in ${unit}`,
      `Name a metric in ${entry.usage}, or another rate.`,
    );
}

/** What the monthly volume is needed for, and what needs it. */
function checkMonthly({ rate, entry, at, usage, bucketed, terms, units, problems }: Reading): void {
  const monthly = child(at, 'monthly');
  const example = `Write "${rate}: { of: ${usage}, monthly: 3000000 }": how much of it this arm uses in a month, in ${units.get(usage) ?? 'its unit'}.`;
  const free = child(at, 'freeTier');
  if (free !== null && entry.freeTier === undefined)
    problems.atKey(free, `rate ${rate} has no free tier`, 'Leave it out, or add "freeTier" to the card.');
  if (monthly === null) {
    if (entry.tiers !== undefined)
      problems.atKey(at, `rate ${rate} has price steps: the monthly volume decides which holds`, example);
    else if (terms.freeTier === true && entry.freeTier !== undefined)
      problems.atKey(at, `what part of the usage is free depends on the monthly volume`, example);
    else if (entry.fixed !== undefined && units.has(usage) && !bucketed.has(usage))
      problems.atKey(
        at,
        `rate ${rate} is paid by the ${entry.fixed}: nothing says what part of it a unit of ${usage} bears`,
        `${example} Or measure ${usage} in time buckets ("by: 5m").`,
      );
    return;
  }
  const needed =
    entry.tiers !== undefined ||
    entry.fixed !== undefined ||
    terms.freeTier === true ||
    (entry.resident === true && Object.hasOwn(HOURS, canonicalUnit(units.get(usage) ?? '')));
  if (!needed)
    problems.atKey(
      monthly,
      `rate ${rate} costs the same at any volume: monthly has no effect`,
      entry.resident === true ? 'Declare "utilisation" instead.' : 'Leave it out.',
    );
}

function readUse(rate: string, at: Located, arm: Located, context: RateContext): RateUse | null {
  const { card, problems } = context;
  const entry = card.rates.get(rate);
  if (entry === undefined) {
    problems.atKey(
      at,
      `the rate card has no rate "${rate}"`,
      suggestion(rate, [...card.rates.keys()], 'rates'),
    );
    return null;
  }
  const usage = String(usageAt(at)?.value);
  const terms = rightParts(termsShape, at.value);
  const reading = { ...context, rate, entry, at, arm, usage, terms };
  checkUnit(reading);
  checkMonthly(reading);
  const shareAt = child(at, 'share');
  if (shareAt !== null && entry.fixed === undefined)
    problems.atKey(shareAt, `rate ${rate} is paid by use: nothing of it is shared`, 'Leave it out.');
  const { count, monthly, freeTier } = terms;
  const share = terms.share === 'equal' ? 1 / Math.max(1, context.arms.length) : terms.share;
  return {
    rate,
    usage,
    utilisation: utilisationOf(reading),
    ...(count === undefined ? {} : { count }),
    ...(monthly === undefined ? {} : { monthly }),
    ...(share === undefined ? {} : { share }),
    ...(freeTier === true ? { freeTier } : {}),
  };
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
    uses[name] = named.flatMap(([rate, at]) => readUse(rate, at, arm, context) ?? []);
    const share = child(arm, 'utilisation');
    const resident = named.some(([rate]) => card.rates.get(rate)?.resident === true);
    const known = named.every(([rate]) => card.rates.has(rate));
    if (share !== null && named.length > 0 && known && !resident)
      problems.atKey(share, `no rate of ${name} is resident: utilisation has no effect`, 'Leave it out.');
  }
  checkShares(map, uses, arms, problems);
  return card.card && { kind: 'rate', card: card.card, cardPath: card.path, arms: uses };
}
