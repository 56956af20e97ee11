/** A source that reads a bill from files: what `focus` and `cur` have in common. */
import type { ZodType } from 'zod';
import type { Observation } from '../../../model/evidence.js';
import type { Found, Query, Source, SourceContext, Want } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';
import { bucketName } from '../../derive/bucket.js';
import { nearestFirst } from '../../nearest.js';
import { reasonOf, SourceProblem } from '../../source-problem.js';
import { armsByValue } from './arm-values.js';
import { type Columns, columnsIn } from './columns.js';
import { type ExportCosts, exportCosts } from './export-costs.js';
import { openExport } from './export-files.js';
import { countDuplicates, type Layout, type Line, linesOf, whatExists } from './export-lines.js';
import { type ExportOptions, type ExportQuery, exportQuery, selectorOf } from './export-options.js';
import { bucketsOf } from './settled.js';

/** What one format of bills is. */
export interface Format<O extends ExportOptions> {
  readonly title: string;
  readonly options: ZodType<O>;
  /** @throws SourceProblem where the file lacks a column that is needed */
  layout(file: string, columns: Columns, options: O): Layout;
  /** Whether charges of this kind are costs of a stack. */
  counts(kind: string, options: O): boolean;
  /** The warning where many lines have a cost that is hard to believe. */
  readonly doubt: string;
  /** What `validate` prints: `EffectiveCost of Usage`. */
  shown(options: O): string;
}

interface Request extends Readonly<Record<string, unknown>> {
  readonly query: ExportQuery;
}

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

interface Answer {
  readonly costs: ExportCosts;
  readonly warnings: readonly Reason[];
  /** Why an arm has no cost, with what is there instead. */
  readonly why: ReadonlyMap<string, Reason>;
}

async function read<O extends ExportOptions>(
  format: Format<O>,
  options: O,
  asked: Query,
  io: SourceContext,
): Promise<Answer> {
  const { want } = asked;
  const { metric } = want;
  const { query } = asked.request as Request;
  const selector = selectorOf(options);
  const arms = armsByValue(want, selector);
  const { sandbox, files, chosen } = await openExport(options.file, io);
  try {
    const about = { options, query, values: [...arms.keys()], metric };
    const lines: Line[] = [];
    const parts: { file: string; columns: Columns; layout: Layout }[] = [];
    for (const [done, file] of files.entries()) {
      io.signal.throwIfAborted();
      io.log.progress(metric, done, files.length, null);
      const columns = await columnsIn(sandbox, file);
      const layout = format.layout(file, columns, options);
      parts.push({ file, columns, layout });
      lines.push(...(await linesOf(sandbox, file, columns, layout, about)));
    }
    io.log.progressEnd();
    const duplicates = await countDuplicates(sandbox, parts, about);
    if (duplicates > 0)
      throw new SourceProblem(
        reason('billing-duplicates', { metric, rows: duplicates, files: files.length }),
      );
    const buckets = bucketsOf(want);
    const costs = exportCosts(
      {
        options,
        want,
        arms,
        buckets,
        services: query.services === true,
        counts: (kind) => format.counts(kind, options),
        doubt: format.doubt,
        selector,
        nowMs: io.now(),
      },
      lines,
    );
    const why = new Map<string, Reason>();
    if (costs.free.length > 0) {
      const exist = await whatExists(sandbox, parts, options);
      for (const [value, arm] of arms)
        if (costs.free.includes(arm)) why.set(arm, whyFree(options, want, { arm, value }, exist, lines));
    }
    const runs = chosen.map((one) =>
      reason('billing-run-chosen', {
        metric,
        period: one.period,
        run: one.run === '' ? one.period : one.run,
        others: one.others,
      }),
    );
    return { costs, warnings: [...runs, ...costs.warnings], why };
  } finally {
    sandbox.close();
  }
}

const whyFree = (
  options: ExportOptions,
  { metric, window }: Want,
  { arm, value }: { arm: string; value: string },
  exist: { values: readonly string[]; keys: readonly string[] },
  lines: readonly Line[],
): Reason => {
  const key = selectorOf(options);
  const about = { metric, who: arm, key, value };
  const own = lines.filter((line) => line.value === value);
  if (own.length > 0) {
    const first = Math.min(...own.map(({ startMs }) => startMs));
    const last = Math.max(...own.map(({ endMs }) => endMs));
    return reason('billing-arm-zero', {
      ...about,
      first,
      last,
      from: window?.fromMs ?? null,
      to: window?.toMs ?? null,
    });
  }
  if (exist.values.length > 0)
    return reason('billing-value-absent', { ...about, exist: nearestFirst(value, exist.values) });
  return reason('billing-key-absent', { ...about, exist: nearestFirst(key, exist.keys) });
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
    return arms.map(({ name }) => ({ metric, arm: name, points: 0, fromMs: null, toMs: null, problem }));
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
