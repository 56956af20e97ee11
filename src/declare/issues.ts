/** What zod found wrong with a value → problems at the key or the value, with the nearest valid name. */
import type { z } from 'zod';
import { distance, suggestion } from './nearest.js';
import type { Problems } from './problems.js';
import { child, type Located, locate } from './read/located.js';
import { describe } from './shape/describe.js';
import { alternatives, keysAt, schemasAt } from './shape/walk.js';
import { type Issue, PLAIN_UNION, wrongValue } from './wrong-value.js';

const under = (path: readonly PropertyKey[], issues: readonly Issue[]): Issue[] =>
  issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }) as Issue);

/** How far a branch of a union is from what was written: issues first, then the spelling of its keys. */
function misfit(branch: readonly Issue[]): number {
  const unknown = branch.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const named = branch.flatMap((issue) => issue.path.slice(0, 1).map(String));
  const spelling = unknown.reduce(
    (sum, key) => sum + Math.min(9, ...named.map((name) => distance(key, name))),
    0,
  );
  return branch.length * 10 + spelling;
}

/** Unions are replaced by the issues of the branch that was most likely meant. */
function flatten(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  // A union with words of its own says more than a branch, unless the branch looks deeper.
  const outside = issue.errors.every((branch) => branch.every(({ path }) => path.length === 0));
  if (outside && issue.message !== PLAIN_UNION && !issue.errors.flat().some(({ code }) => code === 'custom'))
    return [issue];
  const ofThisKind = issue.errors.filter(
    ([first, ...more]) =>
      more.length > 0 ||
      first?.path.length !== 0 ||
      !['invalid_type', 'invalid_value'].includes(first?.code ?? ''),
  );
  const meant = [...ofThisKind].sort((a, b) => misfit(a) - misfit(b))[0];
  return meant === undefined ? [issue] : under(issue.path, meant).flatMap(flatten);
}

const pathText = (path: readonly PropertyKey[], prefix: string): string => {
  const inside = [prefix, ...path.map(String)].filter((part) => part !== '').join('.');
  return inside === '' ? '' : ` in ${inside}`;
};

/** The choices that an enumeration (or the tag of a tagged union) has at this place. */
function choicesAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const options = schemasAt(schema, path).flatMap(alternatives);
  return options.flatMap((option) => {
    const { values } = option._zod as { values?: Set<unknown> };
    return values === undefined ? [] : [...values].map(String);
  });
}

const description = (schema: z.core.$ZodType, path: readonly PropertyKey[]): string | null =>
  schemasAt(schema, path)
    .map(describe)
    .find((text) => text !== undefined) ?? null;

export interface IssueContext {
  readonly root: Located;
  readonly schema: z.core.$ZodType;
  readonly problems: Problems;
  /** Name of the place that `root` has in the file, for messages. */
  readonly inside: string;
}

/** A key of an arm's own part that was written once for all of them. */
function belongsToArm(name: string, { path }: Issue, { schema, inside }: IssueContext): string | null {
  const here = [...(inside === '' ? [] : [inside]), ...path.map(String)];
  if (here.join('.') !== 'driver' || !keysAt(schema, [...path, 'arms', 'a']).includes(name)) return null;
  return `"${name}" belongs under driver.arms.<arm>: each arm has its own.`;
}

function place(issue: Issue, context: IssueContext): void {
  const { root, schema, problems, inside } = context;
  const path = issue.path;
  if (issue.code === 'unrecognized_keys') {
    const map = locate(root, path);
    const known = keysAt(schema, path);
    for (const name of issue.keys) {
      const at = child(map, name);
      if (at !== null)
        problems.atKey(
          at,
          `unknown key "${name}"${pathText(path, inside)}`,
          belongsToArm(name, issue, context) ?? suggestion(name, known, 'valid keys'),
        );
    }
    return;
  }
  const at = locate(root, path);
  if (at !== null && issue.code === 'invalid_key') {
    problems.atKey(at, `"${String(path.at(-1))}": ${issue.issues[0]?.message ?? issue.message}`);
    return;
  }
  if (at !== null) {
    const { message, hint } = wrongValue(issue, at, choicesAt(schema, path));
    problems.atValue(at, message, hint);
    return;
  }
  const parentPath = path.slice(0, -1);
  const parent = locate(root, parentPath) ?? root;
  const hint = description(schema, path);
  problems.atKey(parent, `key "${String(path.at(-1))}" is missing${pathText(parentPath, inside)}`, hint);
}

export function addIssues(issues: readonly Issue[], context: IssueContext): void {
  const flat = issues.flatMap(flatten);
  const pathOf = (issue: Issue): string => JSON.stringify(issue.path.map(String));
  // Text where a list belongs is also a list of the wrong length to zod.
  const wrongType = new Set(flat.filter(({ code }) => code === 'invalid_type').map(pathOf));
  for (const issue of flat) {
    const follows = (issue.code === 'too_small' || issue.code === 'too_big') && wrongType.has(pathOf(issue));
    if (!follows) place(issue, context);
  }
}
