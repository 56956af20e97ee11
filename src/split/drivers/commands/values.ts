/** What a command is told: the shares as parts, percentages and whole weights, in its arguments and environment. */
import type { Arm } from '../../../model/experiment.js';
import type { TapSetting } from '../../../model/tap.js';

type Shares = Readonly<Record<string, number>>;

export interface Told {
  /** `{{share.spark}}` and its like. */
  readonly values: Readonly<Record<string, string>>;
  /** `STACKTRIAL_SHARE_SPARK` and its like. */
  readonly env: Readonly<Record<string, string>>;
}

/** @param printed how `read` said that it stood: its numbers are the weights, so that `apply` puts back 9 and 1 as 9 and 1 */
export function toldOf(
  setting: Pick<TapSetting, 'shares'> & Partial<TapSetting>,
  arms: readonly Arm[],
  printed: Shares | null = null,
): Told {
  const { shares } = setting;
  const names = arms.map(({ name }) => name);
  const weights =
    printed === null
      ? wholeWeights(names.map((name) => shares[name] ?? 0))
      : names.map((name) => printed[name] ?? 0);
  const whole = names.find((name) => shares[name] === 1) ?? '';
  const values: Record<string, string> = {
    arm: whole,
    slot: String(setting.slot ?? ''),
    coverage: String(setting.keys?.coverage ?? ''),
  };
  const env: Record<string, string> = {
    STACKTRIAL_ARM: whole,
    STACKTRIAL_SLOT: values.slot,
    STACKTRIAL_COVERAGE: values.coverage,
    STACKTRIAL_SHARES: JSON.stringify(shares),
  };
  names.forEach((name, i) => {
    const share = shares[name] ?? 0;
    const told = { share, percent: Number((share * 100).toPrecision(12)), weight: weights[i] };
    for (const [what, value] of Object.entries(told)) {
      values[`${what}.${name}`] = String(value);
      env[`STACKTRIAL_${what.toUpperCase()}_${variable(name)}`] = String(value);
    }
  });
  return { values, env };
}

const variable = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, '_');

/** Whole parts of 100 that add up to 100: what is over goes where most was cut off (largest remainders). */
export function wholeWeights(shares: readonly number[]): readonly number[] {
  const exact = shares.map((share) => share * 100);
  const floors = exact.map((part) => Math.floor(part + 1e-9));
  const over = 100 - floors.reduce((sum, part) => sum + part, 0);
  const order = exact
    .map((part, i) => ({ i, rest: part - floors[i] }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i)
    .slice(0, Math.max(0, over));
  for (const { i } of order) floors[i] += 1;
  return floors;
}

/** Half a point: taps know whole percentages. */
const TOLERANCE = 0.005;

/** Shares or weights as `read` printed them, as parts of 1; null where they are not that. */
export function sharesIn(printed: unknown, arms: readonly Arm[]): Shares | null {
  if (typeof printed !== 'object' || printed === null) return null;
  const given = printed as Record<string, unknown>;
  const parts = arms.map(({ name }) => given[name] ?? 0);
  if (!parts.every((part): part is number => typeof part === 'number' && part >= 0)) return null;
  const sum = parts.reduce((total, part) => total + part, 0);
  if (!(sum > 0)) return null;
  // Parts of 1 that were rounded when they were printed stay what they are.
  const whole = Math.abs(sum - 1) < 1e-6 ? 1 : sum;
  return Object.fromEntries(arms.map(({ name }, i) => [name, parts[i] / whole]));
}

/** Arms whose share is not the one that was asked for; none at all is never nearly some. */
export const offShares = (asked: Shares, found: Shares, arms: readonly Arm[]): readonly string[] =>
  arms
    .map(({ name }) => name)
    .filter((name) => {
      const [wanted, has] = [asked[name] ?? 0, found[name] ?? 0];
      return Math.abs(wanted - has) > TOLERANCE + 1e-9 || (wanted === 0) !== (has === 0);
    });
