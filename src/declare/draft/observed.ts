/** Where a measured metric comes from, per arm: source and query. */
import type { ArmName, Fold, ObservedInput } from '../../model/experiment.js';
import type { Plugins } from '../../model/ports.js';
import { suggestion } from '../nearest.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';
import type { MetricParts } from '../shape/metric.js';
import { checkArmKeys } from './arms.js';
import type { MetricDraft } from './metric.js';
import { type Options, readPart, type SourcesDraft } from './plugged.js';

export const foldOf = ({ fold }: MetricParts): Fold =>
  fold === undefined
    ? { kind: 'only' }
    : /^p\d/.test(fold)
      ? { kind: 'quantile', q: Number(`${fold.slice(1)}e-2`) }
      : { kind: fold as Exclude<Fold['kind'], 'quantile'> };

interface Context {
  readonly root: Located;
  readonly arms: readonly ArmName[];
  readonly sources: SourcesDraft;
  readonly registry: Plugins['sources'];
  /** The driver hears requests without being told where. */
  readonly hears: boolean;
  /** A unit is a key, which comes with many requests. */
  readonly hasKeys: boolean;
  readonly problems: Problems;
}

/** Type of the source that `from` names; null where it names none or one with problems of its own. */
function typeOf(from: Located, { root, sources, registry, hears, problems }: Context): string | null {
  const name = from.value;
  if (typeof name !== 'string' || name === '') return null;
  if (sources.declared.has(name)) return sources.sources[name]?.type ?? null;
  if (sources.direct.includes(name)) {
    if (name === 'trials' && child(root, 'driver') === null)
      problems.atValue(
        from,
        'there are no trials without a driver',
        'Add "driver: { type: command, … }" and a workload, or another source.',
      );
    if (name === 'requests' && !hears && child(child(root, 'driver'), 'log') === null)
      problems.atValue(
        from,
        'nobody sees requests: the driver hears no log',
        'Add "log: 127.0.0.1:15140" to a driver that turns a tap and can hear one (haproxy), or another source.',
      );
    return name;
  }
  const hint = Object.hasOwn(registry, name)
    ? `Type ${name} needs options: declare it under sources and name it here.`
    : suggestion(name, [...sources.declared, ...sources.direct], 'sources');
  problems.atValue(from, `there is no source "${name}"`, hint);
  return null;
}

function readQuery(
  owner: Located,
  query: Located | null,
  type: string,
  inside: string,
  context: Context,
): Options | null {
  const definition = context.registry[type]?.query;
  if (definition === undefined) return null;
  if (query === null) {
    const result = definition.safeParse({});
    if (result.success) return result.data as Options;
    context.problems.atKey(
      owner,
      `key "query" is missing in ${inside}`,
      `What is asked of the source ${type}.`,
    );
    return null;
  }
  // A query that is no map has been complained about.
  return query.map === null ? null : readPart(query, `${inside}.query`, definition, context.problems);
}

/** Requests of keys: else it shows at the end, when hours of live traffic have been divided for nothing. */
function checkKeyed({ name, at, parts }: MetricDraft, input: ObservedInput, context: Context): void {
  const asked = Object.values(input.arms).filter(({ source }) => {
    const { declared, sources } = context.sources;
    return (declared.has(source) ? sources[source]?.type : source) === 'requests';
  });
  if (!context.hasKeys || asked.length === 0) return;
  if (asked.some(({ query }) => query.unit === 'request'))
    context.problems.atKey(
      at,
      `${name} counts each request as a unit, but keys were assigned to the arms`,
      'Leave "unit: request" out: requests of one key are no more independent than its values of one day.',
    );
  if (child(at, 'fold') !== null) return;
  const what = parts.by === undefined ? 'a key has many requests' : 'a bucket of time holds many requests';
  context.problems.atKey(
    at,
    `${what}, and nothing says how ${name} of them becomes one value`,
    'Add "fold: mean", or sum, max, p99.',
  );
}

export function readObserved(draft: MetricDraft, context: Context): ObservedInput {
  const { name, at } = draft;
  const { arms, problems } = context;
  const perArm = child(at, 'arms');
  const from = child(at, 'from');
  const query = child(at, 'query');
  checkArmKeys(perArm, arms, from === null, problems);
  const found: Record<ArmName, { source: string; query: Options }> = {};
  // Each source and query is read once, and complained about once, however many arms share it.
  const types = new Map<Located, string | null>();
  const queries = new Map<string, Options | null>();
  for (const arm of arms) {
    const own = child(perArm, arm);
    const ownFrom = child(own, 'from') ?? from;
    if (ownFrom === null) {
      if (own?.map)
        problems.atKey(own, `key "from" is missing in metrics.${name}.arms.${arm}`, 'Source of this arm.');
      continue;
    }
    if (!types.has(ownFrom)) types.set(ownFrom, typeOf(ownFrom, context));
    const type = types.get(ownFrom) ?? null;
    if (type === null) continue;
    const ownQuery = child(own, 'query') ?? query;
    const key = `${type} ${ownQuery?.start ?? `none ${own === null ? '' : arm}`}`;
    if (!queries.has(key)) {
      const inside = `metrics.${name}${ownQuery !== null && ownQuery !== query ? `.arms.${arm}` : ''}`;
      queries.set(key, readQuery(own ?? at, ownQuery, type, inside, context));
    }
    const read = queries.get(key) ?? null;
    if (read !== null) found[arm] = { source: String(ownFrom.value), query: read };
  }
  const input: ObservedInput = { kind: 'observed', arms: found };
  checkKeyed(draft, input, context);
  return input;
}
