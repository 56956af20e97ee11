/**
 * `{name}` in an address or body: arm, match.<label>, metric, and the ends of the window as {from} {to} (ISO),
 * {fromMs} {fromSeconds}, {by} in ms, {bySeconds}. In an address every value is URL-encoded; in a body it stands inside
 * the JSON string in which it was written, and a number that is a string's whole content becomes a number.
 * `{{stack}}` is sent as `{stack}`: languages such as Datadog's use braces themselves.
 */
import type { Arm } from '../../../model/experiment.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';

export type Variables = ReadonlyMap<string, string | number>;

const NAME = /\{\{([^{}]*)\}\}|\{([A-Za-z][\w.:/-]*)\}/gu;

const seconds = (ms: number): number => Math.floor(ms / 1000);

export const variablesOf = (
  metric: string,
  window: { readonly fromMs: number; readonly toMs: number } | null,
  byMs: number | null,
  arm: Arm | null,
): Variables => {
  const values = new Map<string, string | number>([['metric', metric]]);
  if (window !== null)
    for (const [name, ms] of [
      ['from', window.fromMs],
      ['to', window.toMs],
    ] as const) {
      values.set(name, new Date(ms).toISOString());
      values.set(`${name}Ms`, ms);
      values.set(`${name}Seconds`, seconds(ms));
    }
  if (byMs !== null) {
    values.set('by', byMs);
    values.set('bySeconds', byMs / 1000);
  }
  if (arm !== null) {
    values.set('arm', arm.name);
    for (const [label, value] of Object.entries(arm.match)) values.set(`match.${label}`, value);
  }
  return values;
};

/** Whether the text is another one for each arm. */
export const namesArm = (text: string): boolean =>
  [...text.matchAll(NAME)].some(([, , name]) => name === 'arm' || name?.startsWith('match.'));

const boundValue = (name: string, variables: Variables): string | number => {
  const value = variables.get(name);
  if (value !== undefined) return value;
  throw new SourceProblem(reason('http-no-variable', { variable: name, exist: [...variables.keys()] }));
};

/** The address with its values, encoded so that none of them can add to the path or the query. */
export const filledAddress = (template: string, variables: Variables): string =>
  template.replace(NAME, (_whole, literal: string | undefined, name: string) => {
    if (literal !== undefined) return `{${literal}}`;
    const text = String(boundValue(name, variables)).toWellFormed();
    // A path segment of dots only would be taken for a way up.
    return /^\.{1,2}$/u.test(text) ? text.replaceAll('.', '%2E') : encodeURIComponent(text);
  });

const WHOLE = /^\{([A-Za-z][\w.:/-]*)\}$/u;

export const filledBody = (body: unknown, variables: Variables): unknown => {
  if (typeof body === 'string') {
    const whole = WHOLE.exec(body);
    if (whole !== null) return boundValue(whole[1], variables);
    return body.replace(NAME, (_whole, literal: string | undefined, name: string) =>
      literal === undefined ? String(boundValue(name, variables)) : `{${literal}}`,
    );
  }
  if (Array.isArray(body)) return body.map((part) => filledBody(part, variables));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([key, part]) => [key, filledBody(part, variables)]));
};
