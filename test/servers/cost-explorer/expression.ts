/** Filters as the service reads them: one root, known keys, at least two members of And and Or. */
import { Refused } from './refused.js';

export interface Line {
  /** UTC ms of the day or hour. */
  readonly startMs: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly service: string;
  /** Usage, DiscountedUsage, Credit, Tax … */
  readonly recordType?: string;
  /** Decimal with at most 12 places. */
  readonly amount: string;
}

const ROOTS = ['And', 'Or', 'Not', 'Dimensions', 'Tags', 'CostCategories'];
export const DIMENSIONS = [
  'AZ',
  'INSTANCE_TYPE',
  'LINKED_ACCOUNT',
  'OPERATION',
  'PURCHASE_TYPE',
  'REGION',
  'SERVICE',
  'USAGE_TYPE',
  'USAGE_TYPE_GROUP',
  'RECORD_TYPE',
  'OPERATING_SYSTEM',
  'TENANCY',
  'PLATFORM',
  'LEGAL_ENTITY_NAME',
  'BILLING_ENTITY',
];

const dimensionOf = (line: Line, key: string): string | undefined => {
  if (key === 'SERVICE') return line.service;
  return key === 'RECORD_TYPE' ? (line.recordType ?? 'Usage') : undefined;
};

type Json = Record<string, unknown>;
export type Test = (line: Line) => boolean;

const strings = (value: unknown, what: string): string[] => {
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => typeof one === 'string' && one.length <= 1024)
  )
    return value;
  throw new Refused('ValidationException', `${what} must be a list of strings`);
};

const members = (value: unknown, root: string, active: (key: string) => boolean): Test[] => {
  if (!Array.isArray(value) || value.length < 2)
    throw new Refused('ValidationException', `${root} expression must have at least 2 operands`);
  return value.map((one) => expression(one as Json, active));
};

const tagTest = ({ Key, Values, MatchOptions }: Json, active: (key: string) => boolean): Test => {
  if (typeof Key !== 'string') throw new Refused('ValidationException', 'Tags need a Key');
  const options = MatchOptions === undefined ? [] : strings(MatchOptions, 'MatchOptions');
  for (const option of options)
    if (!['EQUALS', 'ABSENT', 'CASE_SENSITIVE'].includes(option))
      throw new Refused('ValidationException', `Match option ${option} is not supported for tags`);
  const tagValueOf = (line: Line): string => (active(Key) ? (line.tags?.[Key] ?? '') : '');
  if (Values === undefined || options.includes('ABSENT')) return (line) => tagValueOf(line) === '';
  const values = strings(Values, 'Values');
  return (line) => values.includes(tagValueOf(line));
};

/** @param active whether a tag key is an activated cost allocation tag: of the others nothing is known */
export const expression = (filter: Json, active: (key: string) => boolean): Test => {
  const roots = Object.keys(filter);
  if (roots.length !== 1 || !ROOTS.includes(roots[0]))
    throw new Refused(
      'ValidationException',
      'Expression has more than one roots. Only one root operator is allowed for each expression: And, Or, Not, Dimensions, Tags, CostCategories',
    );
  const [root] = roots;
  const value = filter[root];
  if (root === 'And') {
    const tests = members(value, root, active);
    return (line) => tests.every((test) => test(line));
  }
  if (root === 'Or') {
    const tests = members(value, root, active);
    return (line) => tests.some((test) => test(line));
  }
  if (root === 'Not') {
    const test = expression(value as Json, active);
    return (line) => !test(line);
  }
  if (root === 'Tags') return tagTest(value as Json, active);
  if (root === 'CostCategories') return () => false;
  const { Key, Values } = value as Json;
  if (typeof Key !== 'string' || !DIMENSIONS.includes(Key))
    throw new Refused(
      'ValidationException',
      `Value '${String(Key)}' at 'filter.dimensions.key' failed to satisfy constraint: Member must satisfy enum value set`,
    );
  const values = strings(Values, 'Values');
  return (line) => values.includes(dimensionOf(line, Key) ?? '');
};
