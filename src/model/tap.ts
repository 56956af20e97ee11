/**
 * Words of a tap: what divides live traffic between the arms. A tap that is turned is always given back: what it was
 * before is read first, and is JSON, so that a journal can hold it and another process can put it back.
 */
import type { ArmName, HashName } from './experiment.js';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** How a tap is to stand while a slot lasts. */
export interface TapSetting {
  /** Index of the slot. */
  readonly slot: number;
  /** ramp: index of the stage; null elsewhere. */
  readonly stage: number | null;
  /** Of all traffic; one for each arm, sum 1. What takes no part is in the baseline's. */
  readonly shares: Readonly<Record<ArmName, number>>;
  /** For taps that split by key: which part of all keys takes part, and how that part is divided. */
  readonly keys: {
    /** 0 < coverage ≤ 1. */
    readonly coverage: number;
    /** Of what takes part; sum 1, never changed by a ramp. In the experiment's order of arms. */
    readonly shares: readonly { readonly arm: ArmName; readonly share: number }[];
    /** How a key finds its bucket, for taps that hash it themselves (split/assignment.ts): as `stacktrial assign` does. */
    readonly hash?: { readonly name: HashName; readonly seed: number; readonly experiment: string };
  };
}

/** How a tap stands. */
export interface TapState {
  /** Only what the experiment may change, nothing that moves by itself: equal states are equal texts. */
  readonly state: Json;
  /** Which process it is: another one after a restart or reload, which may lose a setting. null: cannot be told. */
  readonly instance: string | null;
}

/** `null` where they are the same; else the paths that differ, for a person. */
export function differences(wanted: Json, found: Json, path = ''): readonly string[] | null {
  if (isMap(wanted) && isMap(found)) {
    const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
    const all = names.flatMap(
      (name) =>
        differences(wanted[name] ?? null, found[name] ?? null, path === '' ? name : `${path}.${name}`) ?? [],
    );
    return all.length === 0 ? null : all;
  }
  if (canonical(wanted) === canonical(found)) return null;
  return [`${path === '' ? 'it' : path} is ${short(found)} instead of ${short(wanted)}`];
}

const isMap = (value: Json): value is { readonly [name: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const canonical = (value: Json): string =>
  JSON.stringify(value, (_name, part: Json) =>
    isMap(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );

const LONGEST = 80;
const short = (value: Json): string => {
  const text = canonical(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
};
