/** The long form of a sentence (see statement.ts) → the statement that its short form makes. */
import type { z } from 'zod';
import type { WrittenAmount } from '../amount.js';
import type { Problems } from '../problems.js';
import { child, items, type Located } from '../read/located.js';
import { joinedShape, longShape } from '../shape/claims.js';
import { rightParts } from '../shape/walk.js';
import type { ClaimStatement, Mode, Statement } from './statement.js';
import type { Noun } from './tokens.js';

const MODES: Readonly<Record<string, Mode>> = {
  better: 'better',
  notWorse: 'not-worse',
  within: 'within',
  below: 'below',
  above: 'above',
};

const nounAt = (at: Located | null, text: unknown, problems: Problems): Noun | null =>
  at === null || typeof text !== 'string'
    ? null
    : { text, blame: (message, hint) => problems.atValue(at, message, hint ?? null) };

function claimAt(
  at: Located,
  parts: Partial<z.output<typeof longShape>>,
  modes: readonly string[],
  problems: Problems,
): ClaimStatement | null {
  const named = modes.filter((key) => at.map?.has(key));
  const [key] = named;
  if (key === undefined) {
    // An unknown key has been complained about: it is likely the one that was meant.
    const misspelt = [...(at.map?.keys() ?? [])].some((name) => !Object.hasOwn(longShape.shape, name));
    if (!misspelt && at.map !== null)
      problems.atKey(at, 'this says nothing', `Give exactly one of ${modes.join(', ')}.`);
    return null;
  }
  if (named.length > 1) {
    const hint = `Give exactly one of ${modes.join(', ')}.`;
    problems.atKey(
      child(at, named[1] as string) as Located,
      `${named.join(' and ')} exclude each other`,
      hint,
    );
    return null;
  }
  const on = nounAt(child(at, 'metric'), parts.metric, problems);
  if (on === null) {
    if (!at.map?.has('metric')) problems.atKey(at, 'key "metric" is missing', 'Metric that is compared.');
    return null;
  }
  const value = (parts as Record<string, unknown>)[key];
  // A value of the wrong form has been complained about.
  if (value === undefined) return null;
  const amountAt = child(at, key) as Located;
  const amount =
    value === 'any'
      ? null
      : {
          written: value as WrittenAmount,
          blame: (message: string, hint?: string | null) => problems.atValue(amountAt, message, hint ?? null),
        };
  return {
    mode: MODES[key] as Mode,
    word: null,
    on,
    at: nounAt(child(at, 'at'), parts.at, problems),
    amount,
  };
}

/** null: it names no arm. Claims that cannot be read are left out. The problems have been added. */
export function longStatement(at: Located, problems: Problems): Statement | null {
  const parts = rightParts(longShape, at.value);
  const arm = nounAt(child(at, 'treatment'), parts.treatment, problems);
  if (arm === null) return null;
  const than = nounAt(child(at, 'than'), parts.than, problems);
  const join = at.map?.has('and') ? 'and' : at.map?.has('or') ? 'or' : null;
  if (join === null) {
    const claim = claimAt(at, parts, Object.keys(MODES), problems);
    if (claim?.mode === 'below' || claim?.mode === 'above')
      than?.blame('a limit is on one arm alone', 'Leave "than" out.');
    return { arm, than, join: 'and', claims: claim === null ? [] : [claim] };
  }
  for (const key of ['metric', 'at', join === 'and' ? 'or' : '', ...Object.keys(MODES)]) {
    const extra = child(at, key);
    if (extra !== null)
      problems.atKey(
        extra,
        `"${key}" does not go together with "${join}"`,
        `Put it into the items of "${join}".`,
      );
  }
  const claims = items(child(at, join)).map((item) =>
    claimAt(item, rightParts(joinedShape, item.value), ['better', 'notWorse'], problems),
  );
  return { arm, than, join, claims: claims.filter((claim) => claim !== null) };
}
