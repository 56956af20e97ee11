/**
 * Which arm's topic does a record belong to? Its key is hashed with the experiment's own hash, seed and shares, as
 * `stacktrial assign` does. A record without a key, or whose key takes no part, goes to the baseline and is not counted:
 * all keyless records would hash alike, and none may be lost. Pure.
 */
import type { Arm, ArmName } from '../../../model/experiment.js';
import type { TapSetting } from '../../../model/tap.js';
import { assigner } from '../../assignment.js';
import { atPath } from '../../json-path.js';

export interface Keyed {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

export interface Place {
  /** Whose topic it goes to. */
  readonly to: ArmName;
  /** null: it takes no part. */
  readonly assigned: ArmName | null;
  /** What it is divided by; null: it has none. */
  readonly key: string | null;
}

export function divider(
  { keys }: Pick<TapSetting, 'keys'>,
  arms: readonly Arm[],
  baseline: ArmName,
  path: string | undefined,
): (record: Keyed) => Place {
  const { hash, shares, coverage } = keys;
  const whole = wholeArm(keys);
  if (whole !== null) return (record) => ({ to: whole, assigned: whole, key: keyOf(record, path) });
  if (coverage === 0) return (record) => ({ to: baseline, assigned: null, key: keyOf(record, path) });
  if (hash === undefined) throw new Error('nobody says how keys are hashed');
  const assign = assigner({
    name: hash.experiment,
    arms,
    design: {
      seed: hash.seed,
      hash: hash.name,
      coverage,
      shares: Object.fromEntries(shares.map(({ arm, share }) => [arm, share])),
    },
  });
  return (record) => {
    const key = keyOf(record, path);
    const assigned = key === null ? null : assign(key).arm;
    return { to: assigned ?? baseline, assigned, key };
  };
}

/** A slot of a switchback: everything is one arm's, also what has no key. null: keys are divided. */
export const wholeArm = ({ coverage, shares }: TapSetting['keys']): ArmName | null =>
  coverage === 1 ? (shares.find(({ share }) => share === 1)?.arm ?? null) : null;

/** null: none, or an empty one. */
export function keyOf({ key, value }: Keyed, path: string | undefined): string | null {
  if (path === undefined) return key === null || key.length === 0 ? null : utf8(key);
  if (value === null) return null;
  try {
    const found = atPath(JSON.parse(utf8(value)), path);
    if (typeof found === 'number') return String(found);
    return typeof found === 'string' && found !== '' ? found : null;
  } catch {
    return null; // no JSON: it has no such part
  }
}

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
