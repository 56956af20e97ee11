/** The answer: amounts per period and group, over all pages. What is not as it should be is refused, not guessed. */
import { z } from 'zod';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import type { CostExplorer } from './client.js';
import { isStalePage } from './failure.js';
import { type Question, type Shape, timePeriod } from './question.js';

/** `value` is that of the tag, '' for what has none. */
export interface Group {
  readonly value: string;
  readonly service: string | null;
  /** Decimal, as AWS wrote it. */
  readonly amount: string;
  readonly currency: string;
}

export interface Period {
  readonly startMs: number;
  readonly endMs: number;
  readonly estimated: boolean;
  readonly groups: readonly Group[];
}

const pageShape = z.object({
  NextPageToken: z.string().optional(),
  ResultsByTime: z.array(
    z.object({
      TimePeriod: z.object({ Start: z.string(), End: z.string() }),
      Estimated: z.boolean().optional(),
      Groups: z
        .array(
          z.object({
            Keys: z.array(z.string()),
            Metrics: z.record(z.string(), z.object({ Amount: z.string(), Unit: z.string() })),
          }),
        )
        .optional(),
    }),
  ),
});
type Page = z.infer<typeof pageShape>;

const unexpected = (metric: string, what: string): SourceProblem =>
  new SourceProblem(reason('cost-answer-unexpected', { metric, what: what.slice(0, 200) }));

class Gathered {
  readonly periods = new Map<
    number,
    { startMs: number; endMs: number; estimated: boolean; groups: Map<string, Group> }
  >();
  readonly #metric: string;
  readonly #shape: Shape;

  constructor(metric: string, shape: Shape) {
    this.#metric = metric;
    this.#shape = shape;
  }

  add({ ResultsByTime }: Page): void {
    for (const { TimePeriod, Estimated = false, Groups = [] } of ResultsByTime) {
      const [startMs, endMs] = [Date.parse(TimePeriod.Start), Date.parse(TimePeriod.End)];
      if (!(endMs > startMs))
        throw unexpected(this.#metric, `a period from ${TimePeriod.Start} to ${TimePeriod.End}`);
      const known = this.periods.get(startMs);
      const period = known ?? { startMs, endMs, estimated: false, groups: new Map<string, Group>() };
      period.estimated ||= Estimated;
      this.periods.set(startMs, period);
      for (const group of Groups) this.#group(period.groups, group, TimePeriod.Start);
    }
  }

  #group(
    groups: Map<string, Group>,
    { Keys, Metrics }: NonNullable<Page['ResultsByTime'][number]['Groups']>[number],
    at: string,
  ) {
    const key = JSON.stringify(Keys);
    const [tagged, service] = Keys;
    const prefix = `${this.#shape.GroupBy[0].Key}$`;
    const cost = Metrics[this.#shape.Metrics[0]];
    if (Keys.length !== this.#shape.GroupBy.length || !tagged.startsWith(prefix) || cost === undefined)
      throw unexpected(this.#metric, `the group ${key}`);
    // Added twice, or once? Either would be a guess.
    if (groups.has(key)) throw unexpected(this.#metric, `the group ${key} of ${at} twice`);
    const value = tagged.slice(prefix.length);
    groups.set(key, { value, service: service ?? null, amount: cost.Amount, currency: cost.Unit });
  }
}

const readPages = async (
  explorer: CostExplorer,
  metric: string,
  shape: Shape,
  fromMs: number,
  toMs: number,
) => {
  const gathered = new Gathered(metric, shape);
  const input = { TimePeriod: timePeriod(fromMs, toMs, shape), ...shape };
  const tokens = new Set<string>();
  for (let token: string | undefined; ; ) {
    const request = token === undefined ? input : { ...input, NextPageToken: token };
    const command = new explorer.sdk.GetCostAndUsageCommand(request as never);
    const page = pageShape.safeParse(await explorer.ask('GetCostAndUsage', command));
    if (!page.success) throw unexpected(metric, page.error.issues[0].path.join('.'));
    gathered.add(page.data);
    token = page.data.NextPageToken;
    if (token === undefined || token === '') return gathered;
    if (tokens.has(token)) throw unexpected(metric, 'the same page again and again');
    tokens.add(token);
  }
};

/**
 * Periods of [fromMs, toMs) that exist, in time order. There is no paginator for this operation in the SDK; a token
 * that AWS does not accept any more means to begin again, which is done once.
 */
export async function fetchPeriods(
  explorer: CostExplorer,
  metric: string,
  { shape }: Question,
  fromMs: number,
  toMs: number,
): Promise<readonly Period[]> {
  const gathered = await readPages(explorer, metric, shape, fromMs, toMs).catch((error: unknown) => {
    if (!isStalePage(error)) throw error;
    return readPages(explorer, metric, shape, fromMs, toMs);
  });
  return [...gathered.periods.values()]
    .filter(({ startMs, endMs }) => startMs >= fromMs && endMs <= toMs)
    .sort((a, b) => a.startMs - b.startMs)
    .map((period) => ({ ...period, groups: [...period.groups.values()] }));
}
