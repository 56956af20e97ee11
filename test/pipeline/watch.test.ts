/** Guardrails whose sources hang or fail while live traffic is divided. */
import { expect, test } from 'vitest';
import { declare } from '../../src/declare/index.js';
import type { Slot } from '../../src/model/evidence.js';
import type { Source } from '../../src/model/ports.js';
import { sayBlind, type Watching, watch } from '../../src/pipeline/watch.js';
import { plugins } from '../../src/plugins.js';
import { sentence } from '../../src/report/index.js';
import { temporaryFolder, testIo } from '../split/support.js';

const slot: Slot = {
  index: 0,
  startMs: 0,
  endMs: 1_000,
  shares: { old: 0.5, new: 0.5 },
  burnInMs: 0,
  burnOutMs: 0,
  stage: null,
};

const FILE = `experiment: live
question: Is it?
arms: { old: { match: { stack: old } }, new: { match: { stack: new } } }
baseline: old
design: { kind: by-key, for: 2h }
driver: { type: commands, apply: a, read: b }
rollback: restore
exposure: { units: 100 }
sources: { far: { type: prometheus, url: "http://127.0.0.1:9" } }
metrics:
  seconds: { from: far, query: { metric: seconds }, by: 1m, fold: mean, in: s, better: lower, words: [faster, slower] }
hypotheses: [ new is faster than old ]
guardrails: [ new is at most 5% slower than old ]
`;

/** A guardrail on a metric of a source that does what it is told. */
async function watching(fetch: Source['fetch']) {
  const read = () => Promise.reject(new Error('it names no other file'));
  const watched = await declare({ text: FILE, file: 'live.yaml' }, plugins, read);
  const io = testIo(await temporaryFolder());
  const far = { ...plugins.sources.prometheus, fetch, version: async () => null };
  const told: (string | null)[] = [];
  const given: Watching = {
    experiment: watched,
    schedule: { slots: [slot] } as unknown as Watching['schedule'],
    folder: { requests: async function* () {}, requestsFrom: async function* () {} } as never,
    requests: { folds: async () => ({ add: () => undefined, observations: () => null }) },
    plugins: { sources: { prometheus: far } },
    io,
    answerWithinMs: 20,
    blind: (why) => void told.push(why?.code ?? null),
    judge: () => ({ harm: [], cost: null }),
  };
  const look = (units: number) =>
    watch(given, { slot, appliedAt: 0, units, executed: [], exposedMs: 0, isOver: false });
  return { look, told };
}

test('a source that hangs holds up no poll: guardrails cannot say, and a cap that is reached ends the split all the same', async () => {
  let isStopped = false;
  const { look, told } = await watching(async function* (_options, _query, { signal }) {
    signal.addEventListener('abort', () => {
      isStopped = true;
    });
    await new Promise(() => undefined);
    yield* [];
  });
  const row = await look(10);
  expect(row.guardrails).toEqual([
    { claim: 'g1.1', outcome: 'cannot say', why: { code: 'watch-too-slow', values: { limitMs: 20 } } },
  ]);
  expect([row.stop, isStopped, told]).toEqual([null, true, ['watch-too-slow']]);
  expect((await look(100)).stop).toMatchObject({ why: 'cap', reason: { values: { cap: 'units' } } });
});

test('a source that fails is told, one that has nothing yet has answered', async () => {
  const answers = [new Error('refused'), null, null];
  const { look, told } = await watching(async function* () {
    const failure = answers.shift();
    if (failure instanceof Error) throw failure;
    yield* [];
  });
  await look(1);
  await look(1);
  expect(told).toEqual(['source-failed', null]);
});

test('that nobody watches is said when it begins and when it ends, not at every poll', () => {
  const said: string[] = [];
  const blind = sayBlind({ warn: (text) => void said.push(text) });
  const why = { code: 'watch-too-slow', values: { limitMs: 30_000 } };
  for (const each of [null, why, why, null, null]) blind(each);
  expect(said).toEqual([
    `guardrails cannot be watched now: ${sentence(why)} The traffic stays divided; caps on units and time hold.`,
    'guardrails are watched again',
  ]);
});
