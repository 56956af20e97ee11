/** Options of sources and drivers, and queries of metrics: held against the plug-in's own definition. */
import type { z } from 'zod';
import type { HashName } from '../../model/experiment.js';
import type { Plugins, Registry } from '../../model/ports.js';
import { addIssues } from '../issues.js';
import { suggestion } from '../nearest.js';
import type { Problems } from '../problems.js';
import { child, entries, type Located } from '../read/located.js';
import { strict } from '../shape/walk.js';
import { withSecrets } from './secrets.js';

export type Options = Readonly<Record<string, unknown>>;

/** The value as the plug-in reads it; null where it refuses (the problems have been added). */
export function readPart(
  at: Located,
  inside: string,
  definition: z.ZodType,
  problems: Problems,
): Options | null {
  const schema = strict(definition);
  const result = schema.safeParse(at.value);
  if (result.success) return result.data as Options;
  addIssues(result.error.issues, { root: at, schema, problems, inside });
  return null;
}

/** `{ type, ...options }` of a registry. */
function readTyped<T extends { readonly options: z.ZodType }>(
  at: Located,
  inside: string,
  registry: Registry<T>,
  problems: Problems,
): { type: string; options: Options } | null {
  const typeAt = child(at, 'type');
  const type = typeAt?.value;
  if (typeAt === null || typeof type !== 'string') return null;
  const plugin = Object.hasOwn(registry, type) ? registry[type] : undefined;
  if (plugin === undefined) {
    problems.atValue(typeAt, `there is no type "${type}"`, suggestion(type, Object.keys(registry), 'types'));
    return null;
  }
  const rest = entries(at).filter(([name]) => name !== 'type');
  const withoutType: Located = {
    ...at,
    map: new Map(rest),
    value: Object.fromEntries(rest.map(([name, one]) => [name, one.value])),
  };
  const options = readPart(withoutType, inside, plugin.options, problems);
  return options && { type, options };
}

export interface SourcesDraft {
  readonly sources: Readonly<Record<string, { readonly type: string; readonly options: Options }>>;
  /** Declared names, readable or not. */
  readonly declared: ReadonlySet<string>;
  /** Types that need no options and can be named directly. */
  readonly direct: readonly string[];
}

export function readSources(root: Located, registry: Plugins['sources'], problems: Problems): SourcesDraft {
  const map = child(root, 'sources');
  const sources: Record<string, { type: string; options: Options }> = {};
  for (const [name, at] of entries(map)) {
    const found = readTyped(at, `sources.${name}`, registry, problems);
    if (found !== null) sources[name] = { type: found.type, options: withSecrets(found.options) as Options };
  }
  const direct = Object.keys(registry).filter((type) => registry[type]?.options.safeParse({}).success);
  return { sources, declared: new Set(entries(map).map(([name]) => name)), direct };
}

export const readDriver = (root: Located, registry: Plugins['drivers'], problems: Problems) => {
  const at = child(root, 'driver');
  const found = at?.map == null ? null : readTyped(at, 'driver', registry, problems);
  if (found === null || registry[found.type]?.secrets !== true) return found;
  return { type: found.type, options: withSecrets(found.options) as Options };
};

/** Does the driver see requests without a log being named? */
export function hearsAlways(type: unknown, registry: Plugins['drivers']): boolean {
  const plugin = typeof type === 'string' && Object.hasOwn(registry, type) ? registry[type] : undefined;
  return plugin?.kind === 'tap' && plugin.alwaysHears === true;
}

/** Do the requests that it hears have keys? Not told where its options are wrong. */
export function namesKeys(
  driver: { readonly type: string; readonly options: Options } | null,
  registry: Plugins['drivers'],
): boolean {
  const plugin = driver === null ? undefined : registry[driver.type];
  return plugin?.kind === 'tap' && plugin.namesKeys?.(driver?.options) === true;
}

/** The hash that divides keys in front of the stacks; null: this program's own, or that of nobody known. */
export function foreignHash(
  driver: { readonly type: string; readonly options: Options } | null,
  registry: Plugins['drivers'],
): HashName | null {
  const plugin = driver === null ? undefined : registry[driver.type];
  return plugin?.kind === 'tap' ? (plugin.hashOf?.(driver?.options) ?? null) : null;
}

/** Told by its name, so that wrong options hide no other problem. */
export const isTapType = (type: unknown, registry: Plugins['drivers']): boolean =>
  typeof type === 'string' && Object.hasOwn(registry, type) && registry[type].kind === 'tap';
