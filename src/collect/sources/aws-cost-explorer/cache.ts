/**
 * What was paid for once is not paid for again: periods that AWS has answered are kept beside the experiment in
 * `.stacktrial-cache/cost-explorer/`, one file per request without its time. A period that is final is never asked
 * again; one that AWS still calls estimated is, as long as it can be: hourly costs are gone after 14 days, and then
 * what was kept is all there is. The file holds the request, amounts and tag values; no credentials and no account.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { SourceContext } from '../../../model/ports.js';
import type { CostExplorerOptions } from './options.js';
import type { Period } from './periods.js';
import type { Shape } from './question.js';

const cacheShape = z.object({
  version: z.literal(1),
  key: z.string(),
  periods: z.array(
    z.object({
      startMs: z.number(),
      endMs: z.number(),
      estimated: z.boolean(),
      groups: z.array(
        z.object({
          value: z.string(),
          service: z.string().nullable(),
          amount: z.string(),
          currency: z.string(),
        }),
      ),
    }),
  ),
});

const keyOf = ({ profile, region, endpoint }: CostExplorerOptions, shape: Shape): string =>
  JSON.stringify({ profile, region, endpoint, ...shape });

const pathOf = (key: string): string =>
  `.stacktrial-cache/cost-explorer/${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`;

const isMissing = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'ENOENT';

const write = async (io: SourceContext, path: string, content: string): Promise<void> => {
  try {
    await io.write(path, content);
  } catch (error) {
    if (!isMissing(error)) throw error;
    // The first time there is no folder yet.
    await mkdir(dirname(resolve(io.folder, path)), { recursive: true });
    await io.write(path, content);
  }
};

export interface Cache {
  /** By start. */
  readonly periods: ReadonlyMap<number, Period>;
  keep(periods: readonly Period[]): Promise<void>;
}

/** A cache that cannot be read or written costs money, not correctness: it is said, and the run goes on. */
export async function openCache(
  options: CostExplorerOptions,
  shape: Shape,
  io: SourceContext,
): Promise<Cache> {
  const key = keyOf(options, shape);
  const path = pathOf(key);
  const periods = new Map<number, Period>();
  try {
    const content = cacheShape.parse(JSON.parse(new TextDecoder().decode(await io.read(path))));
    if (content.key === key) for (const period of content.periods) periods.set(period.startMs, period);
  } catch (error) {
    if (!isMissing(error))
      io.log.detail(`${path} is not used: ${error instanceof Error ? error.message : error}`);
  }
  return {
    periods,
    async keep(fresh) {
      if (fresh.length === 0) return;
      for (const period of fresh) periods.set(period.startMs, period);
      const sorted = [...periods.values()].sort((a, b) => a.startMs - b.startMs);
      try {
        await write(io, path, `${JSON.stringify({ version: 1, key, periods: sorted })}\n`);
      } catch (error) {
        io.log.warn(`costs are not cached in ${path}: ${error instanceof Error ? error.message : error}`);
      }
    },
  };
}
