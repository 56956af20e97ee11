/** `stacktrial list`: the registries, printed. */
import { type ExitCode, KnownError } from '../errors.js';
import { plugins } from '../plugins.js';
import type { Context } from './context.js';

interface Row {
  readonly name: string;
  readonly title: string;
}

const rows = (registry: Readonly<Record<string, { readonly title: string }>>): Row[] =>
  Object.entries(registry).map(([name, { title }]) => ({ name, title }));

export function inventory(): Readonly<Record<string, readonly Row[]>> {
  return {
    sources: rows(plugins.sources),
    drivers: rows(plugins.drivers),
    designs: rows(plugins.designs),
    methods: rows(plugins.methods),
    checks: rows(plugins.checks),
    formats: rows(plugins.renderers),
  };
}

export async function list(
  kind: string | undefined,
  options: { json?: boolean },
  context: Context,
): Promise<ExitCode> {
  const all = inventory();
  if (kind !== undefined && !Object.hasOwn(all, kind))
    throw new KnownError('usage', `there is no list of ${kind}`, {
      hint: `One of: ${Object.keys(all).join(', ')}`,
    });
  const chosen = kind === undefined ? all : { [kind]: all[kind] as readonly Row[] };
  if (options.json === true) {
    context.out(`${JSON.stringify(chosen, null, 2)}\n`);
    return 0;
  }
  for (const [name, entries] of Object.entries(chosen)) {
    context.out(`${name}\n`);
    const width = Math.max(...entries.map((entry) => entry.name.length));
    for (const entry of entries) context.out(`  ${entry.name.padEnd(width)}  ${entry.title}\n`);
  }
  return 0;
}
