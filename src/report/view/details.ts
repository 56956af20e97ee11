/** What a method wants known beside its result, in plain words: how many units, what they are worth, what was used. */
import { count, number } from '../format.js';

type Details = Readonly<Record<string, number | string>>;

/** Keys of the series methods; each may have the arm in front ("treatment tau"). */
const said: Readonly<Record<string, (value: number | string) => string>> = {
  tau: (tau) => `memory τ = ${number(tau, 3)} units`,
  'effective n': (n) => `worth ${number(n, 3)} independent units (n_eff)`,
  nu: (nu) => `variance from ${count(nu)} slow cosines (ν)`,
  decided: (by) => `widest interval by ${by}`,
};

const worded = (name: string, value: number | string): string => {
  const [, arm = '', key = name] = /^(treatment |baseline )?(.*)$/.exec(name) ?? [];
  if (Object.hasOwn(said, key)) return `${arm === '' ? '' : `${arm.trim()}: `}${said[key](value)}`;
  return `${name} ${typeof value === 'number' ? number(value, 4) : value}`;
};

export const detailText = (details: Details): string =>
  Object.entries(details)
    .map(([name, value]) => worded(name, value))
    .join(', ');
