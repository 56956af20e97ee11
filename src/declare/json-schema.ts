/** JSON Schema (draft-7) of the experiment file, for editors: from the same definitions that problems come from. */
import { z } from 'zod';
import type { Plugins } from '../model/ports.js';
import { fileShape } from './shape/file.js';
import { strict } from './shape/walk.js';

type Json = Record<string, unknown>;

function jsonOf(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  }) as Json;
  return json;
}

/** Options of one plug-in with the `type` that chooses it; each branch of a union gets it. */
function tagged(type: string, title: string, json: Json): Json {
  const branches = (json.anyOf ?? json.oneOf) as Json[] | undefined;
  if (branches !== undefined) return { title, anyOf: branches.map((branch) => tagged(type, title, branch)) };
  return {
    ...json,
    title,
    type: 'object',
    properties: { type: { const: type }, ...(json.properties as Json | undefined) },
    required: ['type', ...((json.required as string[] | undefined) ?? [])],
  };
}

const choice = (
  registry: Readonly<Record<string, { readonly title: string; readonly options: z.ZodType }>>,
): Json => ({
  oneOf: Object.entries(registry).map(([type, { title, options }]) =>
    tagged(type, title, jsonOf(strict(options))),
  ),
});

/** Which query fits follows from `from` only where that is a type; behind a declared name it may be any. */
function withQueries(metric: Json, sources: Plugins['sources']): Json {
  const queries = Object.entries(sources).map(([type, { query }]) => ({ type, json: jsonOf(strict(query)) }));
  const properties = metric.properties as Json;
  const any = { ...(properties.query as Json), anyOf: queries.map(({ json }) => json) };
  const direct = queries.filter(({ type }) => sources[type]?.options.safeParse({}).success);
  return {
    ...metric,
    properties: { ...properties, query: queries.length === 0 ? properties.query : any },
    allOf: direct.map(({ type, json }) => ({
      if: { properties: { from: { const: type } }, required: ['from'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { query: json } },
    })),
  };
}

/**
 * The JSON Schema of the experiment file, for editors.
 *
 * @param plugins sources and drivers whose options it describes (`plugins`)
 * @returns JSON Schema, draft-07, as plain data; never throws
 * @example
 * ```ts
 * JSON.stringify(experimentSchema(plugins)).includes('"hypotheses"'); // → true
 * ```
 */
export function experimentSchema(plugins: Pick<Plugins, 'sources' | 'drivers'>): object {
  const file = jsonOf(fileShape);
  const properties = file.properties as Record<string, Json>;
  const { sources, driver, metrics } = properties as { sources: Json; driver: Json; metrics: Json };
  const metric = withQueries(metrics.additionalProperties as Json, plugins.sources);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'stacktrial experiment',
    ...file,
    properties: {
      ...properties,
      sources: { ...sources, additionalProperties: choice(plugins.sources) },
      driver: { description: driver.description, ...choice(plugins.drivers) },
      metrics: { ...metrics, additionalProperties: metric },
    },
  };
}
