/** Reading an export: its files, its lines, the arms' costs, and why an arm has none. */
import type { ZodType } from 'zod';
import type { Query, SourceContext, Want } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';
import { nearestFirst } from '../../nearest.js';
import { SourceProblem } from '../../source-problem.js';
import { checkWhole } from '../file/whole.js';
import { armsByValue } from './arm-values.js';
import { type Columns, columnsIn } from './columns.js';
import { countDuplicates, type Part, whatExists } from './export-contents.js';
import { type ExportCosts, exportCosts } from './export-costs.js';
import { openExport } from './export-files.js';
import { type Layout, type Line, linesOf } from './export-lines.js';
import { type ExportOptions, type ExportQuery, selectorOf } from './export-options.js';
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

export interface Request extends Readonly<Record<string, unknown>> {
  readonly query: ExportQuery;
}

export interface Answer {
  readonly costs: ExportCosts;
  readonly warnings: readonly Reason[];
  /** Why an arm has no cost, with what is there instead. */
  readonly why: ReadonlyMap<string, Reason>;
}

export async function read<O extends ExportOptions>(
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
    const parts: Part[] = [];
    for (const [done, file] of files.entries()) {
      io.signal.throwIfAborted();
      if (files.length > 1) io.log.detail(`${metric}: file ${done + 1} of ${files.length}`);
      await checkWhole(file, io.signal);
      const columns = await columnsIn(sandbox, file);
      const layout = format.layout(file, columns, options);
      parts.push({ file, columns, layout });
      lines.push(...(await linesOf(sandbox, file, columns, layout, about)));
    }
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
        if (costs.free.includes(arm))
          why.set(
            arm,
            whyFree(options, want, { arm, value }, exist, lines, (kind) => format.counts(kind, options)),
          );
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
  counts: (kind: string) => boolean,
): Reason => {
  const key = selectorOf(options);
  const about = { metric, who: arm, key, value };
  const own = lines.filter((line) => line.value === value);
  if (own.length > 0 && !own.some(({ kind }) => counts(kind)))
    return reason('billing-arm-left-out', {
      ...about,
      kinds: [...new Set(own.map(({ kind }) => kind))].sort(),
    });
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
