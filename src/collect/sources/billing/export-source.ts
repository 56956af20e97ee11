/** A source that reads a bill from files: what `focus` and `cur` have in common. */
import type { Observation } from '../../../model/evidence.js';
import type { Found, Query, Source, SourceContext, Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { bucketName } from '../../derive/bucket.js';
import { nothingFound } from '../../nothing-found.js';
import { reasonOf, SourceProblem } from '../../source-problem.js';
import { armsByValue } from './arm-values.js';
import { type Format, type Request, read } from './export-answer.js';
import { type ExportOptions, type ExportQuery, exportQuery, selectorOf } from './export-options.js';
import { bucketsOf } from './settled.js';

const ask = <O extends ExportOptions>(format: Format<O>, options: O, want: Want): readonly Query[] => {
  const query = exportQuery.parse(want.query);
  const { metric, fold } = want;
  const buckets = bucketsOf(want);
  const selector = selectorOf(options);
  const values = [...armsByValue(want, selector)].map(([value, arm]) => `${value} (${arm})`);
  if (query.services === true && fold.kind !== 'sum')
    throw new SourceProblem(reason('billing-needs-sum', { metric, fold: fold.kind }));
  const where = Object.entries({ ...options.where, ...query.where }).map(
    ([name, value]) => `${name} = ${value}`,
  );
  const text = [
    `${format.shown(options)} from ${options.file}`,
    `by ${options.tag === undefined ? 'column' : 'tag'} ${selector}: ${values.join(', ')}`,
    ...where,
    `${bucketName(buckets.fromMs)} to ${bucketName(buckets.toMs)} (exclusive)`,
  ].join('; ');
  const request: Request = { query };
  return [{ want, text, request }];
};

async function* fetch<O extends ExportOptions>(
  format: Format<O>,
  options: O,
  asked: Query,
  io: SourceContext,
): AsyncGenerator<Observation> {
  const { metric, arms } = asked.want;
  const { costs, warnings, why } = await read(format, options, asked, io);
  const [problem] = why.values();
  if (problem !== undefined) throw new SourceProblem(problem);
  for (const one of warnings)
    io.warn?.(
      one,
      arms.map(({ name }) => name),
    );
  for (const { arm, startMs, endMs, value, labels } of costs.rows)
    yield {
      metric,
      arm,
      unit: bucketName(startMs),
      start: startMs,
      end: endMs,
      value,
      n: 1,
      estimated: false,
      labels,
    };
}

async function preflight<O extends ExportOptions>(
  format: Format<O>,
  options: O,
  asked: Query,
  io: SourceContext,
): Promise<readonly Found[]> {
  const { metric, arms, byMs } = asked.want;
  try {
    const { costs, warnings, why } = await read(format, options, asked, io);
    for (const one of warnings)
      io.warn?.(
        one,
        arms.map(({ name }) => name),
      );
    return arms.map(({ name }): Found => {
      const paid = [...new Set(costs.paid.get(name) ?? [])];
      if (paid.length === 0)
        return { metric, arm: name, points: 0, fromMs: null, toMs: null, problem: why.get(name) ?? null };
      return {
        metric,
        arm: name,
        points: paid.length,
        fromMs: Math.min(...paid),
        toMs: Math.max(...paid) + (byMs ?? 0),
        problem: null,
      };
    });
  } catch (error) {
    io.signal.throwIfAborted();
    const problem = reasonOf(error);
    return arms.map(({ name }) => nothingFound(metric)(name, problem));
  }
}

export const exportSource = <O extends ExportOptions>(format: Format<O>): Source<O, ExportQuery> => ({
  title: format.title,
  options: format.options,
  query: exportQuery,
  ask: (options, want) => ask(format, options, want),
  preflight: (options, query, io) => preflight(format, options, query, io),
  fetch: (options, query, io) => fetch(format, options, query, io),
  version: async () => `DuckDB ${(await import('@duckdb/node-api')).version()}`,
});
