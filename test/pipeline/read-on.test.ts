/** Requests read once, folded as they come, against all of them read again at every poll. */
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { collect, deriveTables, questions, requestFolds } from '../../src/collect/index.js';
import { harm } from '../../src/decide/index.js';
import { declare } from '../../src/declare/index.js';
import type { ExecutedSlot, MetricTable, Request, Schedule, Slot } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import { readOn } from '../../src/pipeline/turn-tap/read-on.js';
import { requestsIn } from '../../src/pipeline/turn-tap/requests-in.js';
import { plugins } from '../../src/plugins.js';
import { createRandom } from '../../src/stats/index.js';
import { createRun } from '../../src/store/index.js';
import { temporaryFolder, testIo } from '../split/support.js';

const MORE = `
  longest: { from: requests, query: { field: total }, fold: max, in: s }
  shortest: { from: requests, query: { field: response }, fold: min, in: s }
  latest: { from: requests, query: { field: total, whenFailed: 9 }, fold: last, in: s }
  size: { from: requests, query: { covariate: bytes }, fold: mean, in: B }
  busy: { from: requests, query: { field: count }, by: 200ms, fold: sum, in: requests }
  middle: { from: requests, query: { field: total }, fold: p50, in: s }
`;
/** Where keys are divided, requests are no units of their own. */
const EACH = `
  each: { from: requests, query: { field: total, unit: request }, fold: mean, in: s }
`;

let experiments: readonly Experiment[];
beforeAll(async () => {
  const text = await readFile(new URL('../../experiments/haproxy-backends.yaml', import.meta.url), 'utf8');
  const designs = [
    '{ kind: by-key, hash: xxh32, seed: 1, shares: { old: 50%, new: 50% }, for: 6s, burn-in: 300ms }',
    '{ kind: ramp, hash: xxh32, seed: 1, shares: { old: 50%, new: 50% }, burn-in: 200ms, stages: [{ coverage: 5%, for: 2s }, { coverage: 50%, for: 4s }] }',
    '{ kind: switchback, slot: 1s, slots: 10, burn-in: 100ms, burn-out: 100ms, seed: 3 }',
  ];
  experiments = await Promise.all(
    designs.map((design) =>
      declare(
        {
          text: text
            .replace(/design:\n( {2}.*\n)+/, `design: ${design}\n`)
            .replace(/exposure: .*/, 'exposure: { share: 100% }')
            .replace('hypotheses:', `${MORE}${design.includes('switchback') ? EACH : ''}hypotheses:`),
          file: 'x.yaml',
        },
        plugins,
        () => Promise.reject(new Error('no attachment')),
      ),
    ),
  );
});

const slots = (experiment: Experiment): readonly Slot[] =>
  plugins.designs[experiment.design.kind].schedule(experiment, [], createRandom, 0).slots ?? [];

const requestArb = fc
  .record({
    at: fc.integer({ min: 0, max: 10_500 }),
    late: fc.integer({ min: 0, max: 400 }),
    key: fc.option(fc.integer({ min: 0, max: 25 }), { freq: 12 }),
    assigned: fc.constantFrom('old', 'new', null),
    status: fc.constantFrom(200, 200, 200, 503, null),
    total: fc.integer({ min: 1, max: 3_000 }),
    bytes: fc.option(fc.integer({ min: 0, max: 900 }), { freq: 20 }),
  })
  .map(({ at, late, key, assigned, status, total, bytes }): Request & { readonly heardAt: number } => ({
    at,
    heardAt: at + late,
    key: key === null ? null : `k${key}`,
    assigned,
    served: assigned,
    redispatched: false,
    status,
    ms: { queue: 0, connect: 1, response: total - 1, total: status === null ? null : total },
    covariates: bytes === null ? {} : { bytes },
  }));

const worldArb = fc.record({
  which: fc.integer({ min: 0, max: 2 }),
  requests: fc.array(requestArb, { maxLength: 220 }),
  polls: fc.array(fc.integer({ min: 50, max: 10_900 }), { minLength: 1, maxLength: 9 }),
  overshoot: fc.integer({ min: 0, max: 60 }),
  gapIn: fc.option(fc.integer({ min: 0, max: 5 })),
  cutOff: fc.option(fc.integer({ min: 0, max: 5 })),
});

const numbersOf = ({ arms, unmeasured }: MetricTable) => ({
  unmeasured,
  arms: [...arms].map(([arm, { n, unit, value, per, start, slot }]) => {
    const rows = unit
      .map((name, i) => ({
        name,
        value: value[i],
        per: per?.[i] ?? 0,
        start: start[i],
        slot: slot?.[i] ?? 0,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.slot - b.slot));
    return { arm, n, rows };
  }),
});

describe('requests beside a running split', () => {
  test('read on and folded give the tables and the harm of reading all of them again, whatever becomes of the slots', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(worldArb, async ({ which, requests, polls, overshoot, gapIn, cutOff }) => {
        const experiment = {
          ...experiments[which],
          window: { fromMs: 0, toMs: 12_000, warmupMs: 0, settleMs: 0 },
        };
        const schedule = { slots: slots(experiment) } as unknown as Schedule;
        // Names that are drawn by their place in the file are no part of the answer.
        const named = requests.map((one) => (which === 2 ? { ...one, key: one.key ?? 'none' } : one));
        const file = [...named].sort((a, b) => a.heardAt - b.heardAt);
        const io = { ...testIo('.'), trials: [] };
        const asked = questions(experiment, plugins.sources).flatMap(({ queries }) => queries);
        let heard: readonly Request[] = [];
        let reads = 0;
        const reader = readOn(
          {
            async *requestsFrom(from) {
              for (const [i, row] of heard.slice(from).entries()) {
                reads += 1;
                yield { row, next: from + i + 1 };
              }
            },
          },
          schedule,
          () => requestFolds(asked),
        );
        for (const now of [...polls].sort((a, b) => a - b)) {
          heard = file.filter(({ heardAt }) => heardAt <= now);
          const executed = executedAt(now, schedule.slots ?? [], overshoot, gapIn, cutOff);
          if (executed.length === 0) continue;
          const whole = () =>
            requestsIn(
              (async function* all() {
                yield* heard;
              })(),
              schedule,
              executed,
            );
          const folds = await reader.folds(executed);
          const tables = async (context: object) => {
            const collected = await collect(
              experiment,
              plugins.sources,
              { ...io, ...context },
              async () => undefined,
            );
            return deriveTables(experiment, schedule, [], collected, [], executed);
          };
          const [full, folded] = [
            await tables({ requests: whole }),
            await tables({ requests: whole, foldedRequests: folds.observations }),
          ];
          for (const [metric, table] of full) {
            const [expected, found] = [numbersOf(table), numbersOf(folded.get(metric) as MetricTable)];
            expect(closely(found), metric).toEqual(closely(expected));
            compared += table.unmeasured === null ? 1 : 0;
          }
          const verdicts = (all: typeof full) =>
            harm({ experiment, tables: all }).map(({ verdict }) => verdict);
          expect(verdicts(folded)).toEqual(verdicts(full));
        }
        if (gapIn === null && cutOff === null) expect(reads).toBe(heard.length);
      }),
      { numRuns: 120 },
    );
    expect(compared).toBeGreaterThan(500);
  }, 120_000);

  test('are read from the byte on at which reading stopped, and half a row is left for the next time', async () => {
    const run = await createRun(
      await temporaryFolder(),
      'x',
      {
        id: 'r',
        stacktrial: '0',
        startedAt: 0,
        finishedAt: null,
        mode: 'real',
        inject: null,
        environment: {},
        resumed: 0,
      },
      'experiment: x\n',
      {},
    );
    const row = (i: number) =>
      ({ at: i, key: `ключ${i}`.repeat(1 + (i % 40)), assigned: 'old' }) as unknown as Request;
    const read = async (from: number) => {
      const rows: Request[] = [];
      let byte = from;
      for await (const { row: one, next } of run.requestsFrom(from)) {
        rows.push(one);
        byte = next;
      }
      return { rows, byte };
    };
    const seen: Request[] = [];
    let byte = 0;
    for (let i = 0; i < 2_000; i += 400) {
      await run.appendRequests(Array.from({ length: 400 }, (_, k) => row(i + k)));
      const more = await read(byte);
      seen.push(...more.rows);
      byte = more.byte;
    }
    await run.close();
    expect(seen).toEqual(Array.from({ length: 2_000 }, (_, i) => row(i)));
    expect(await read(byte)).toEqual({ rows: [], byte });
    const { appendFile } = await import('node:fs/promises');
    await appendFile(`${run.path}/evidence/requests.ndjson`, '{"at":');
    expect(await read(byte)).toEqual({ rows: [], byte });
    await appendFile(`${run.path}/evidence/requests.ndjson`, '7}\n');
    expect((await read(byte)).rows).toEqual([{ at: 7 }]);
  });
});

/** As the watch sees them at that time: those that have ended, and the one that is on. */
function executedAt(
  now: number,
  planned: readonly Slot[],
  overshoot: number,
  gapIn: number | null,
  cutOff: number | null,
): readonly ExecutedSlot[] {
  return planned.flatMap(({ index, startMs, endMs }): ExecutedSlot[] => {
    const appliedAt = startMs + overshoot;
    if (appliedAt > now) return [];
    const ends = index === cutOff ? endMs - 300 : endMs + overshoot - 1;
    const row = { index, attempt: 0, appliedAt, outcome: 'ok' } as const;
    if (ends > now) return [{ ...row, endedAt: endMs }];
    return [
      {
        ...row,
        endedAt: ends,
        outcome: index === cutOff ? 'cut-off' : 'ok',
        ...(index === gapIn ? { gaps: [{ fromMs: appliedAt + 100, toMs: appliedAt + 400 }] } : {}),
      },
    ];
  });
}

const closely = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one: unknown) =>
      typeof one === 'number' ? (Number.isFinite(one) ? Number(one.toPrecision(11)) : String(one)) : one,
    ),
  );
