/** Shares of a fixed cost that the arms have in common. */
import type { ArmName, RateInput } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';

/** Shares such as 33.3% need not add up to the last digit. */
const SHARE_TOLERANCE = 1e-9;

/** A shared cost is in all arms or in none, and never charged more than once. */
export function checkShares(
  map: Located | null,
  uses: RateInput['arms'],
  arms: readonly ArmName[],
  problems: Problems,
): void {
  const shared = new Set(
    Object.values(uses).flatMap((own) =>
      own.flatMap(({ rate, share }) => (share === undefined ? [] : [rate])),
    ),
  );
  for (const rate of shared) {
    const shares = arms.map((arm) => uses[arm]?.find((use) => use.rate === rate)?.share);
    const firstAt = arms.map((arm) => child(child(child(map, arm), rate), 'share')).find((at) => at !== null);
    if (firstAt == null) continue;
    const without = arms.filter((_, i) => shares[i] === undefined);
    const sum = shares.reduce<number>((total, share) => total + (share ?? 0), 0);
    if (without.length > 0)
      problems.atKey(
        firstAt,
        `${rate} is shared, but ${without.join(', ')} bears no share of it`,
        'A shared cost is in all arms or in none.',
      );
    else if (sum > 1 + SHARE_TOLERANCE)
      problems.atValue(
        firstAt,
        `the shares of ${rate} add up to ${Number((sum * 100).toPrecision(6))}%`,
        '100% at most.',
      );
  }
}
