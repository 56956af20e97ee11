/** Names of units: `s` and `seconds` are one; what differs by a factor is not converted, but refused. */
import type { Experiment } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';

const SAME: readonly (readonly string[])[] = [
  ['s', 'sec', 'secs', 'second', 'seconds'],
  ['ms', 'millisecond', 'milliseconds'],
  ['us', 'µs', 'μs', 'microsecond', 'microseconds'],
  ['min', 'mins', 'minute', 'minutes'],
  ['h', 'hr', 'hour', 'hours'],
  ['d', 'day', 'days'],
  ['B', 'byte', 'bytes'],
  ['kB', 'KB', 'kilobyte', 'kilobytes'],
  ['MB', 'megabyte', 'megabytes'],
  ['GB', 'gigabyte', 'gigabytes'],
  ['KiB', 'kibibyte', 'kibibytes'],
  ['MiB', 'mebibyte', 'mebibytes'],
  ['GiB', 'gibibyte', 'gibibytes'],
  ['1', '', 'count'],
];
const NORMAL: ReadonlyMap<string, string> = new Map(
  SAME.flatMap((names) => names.map((name) => [name, names[0]])),
);

/** `gigabyte-seconds` → `GB·s`: factors by themselves; a plural of an unknown word is its singular. */
const normal = (unit: string): string =>
  unit
    .trim()
    .split(/\s*[·*×⋅-]\s*|\s+/u)
    .map(
      (part) =>
        NORMAL.get(part) ??
        NORMAL.get(part.toLowerCase()) ??
        (part.length > 3 ? part.replace(/s$/u, '') : part),
    )
    .join('·');

export const sameUnit = (a: string, b: string): boolean => normal(a) === normal(b);

/**
 * Where a rate prices another unit than its usage is measured in. A ratio's and a rate's own units are the user's
 * words and are taken as they are.
 */
export const checkUnits = (experiment: Experiment): readonly Reason[] => {
  const unitOf = new Map(experiment.metrics.map(({ name, unit }) => [name, unit]));
  return experiment.metrics.flatMap(({ name, input }) => {
    if (input.kind !== 'rate') return [];
    return Object.entries(input.arms).flatMap(([arm, uses]) =>
      uses.flatMap(({ rate, usage }) => {
        const measured = unitOf.get(usage);
        const known = Object.hasOwn(input.card.rates, rate) ? input.card.rates[rate] : undefined;
        const priced = known?.fixed === undefined ? known?.usage : undefined;
        if (measured === undefined || priced === undefined || sameUnit(priced, measured)) return [];
        return [reason('rate-unit-mismatch', { metric: name, arm, rate, usage, priced, measured })];
      }),
    );
  });
};
