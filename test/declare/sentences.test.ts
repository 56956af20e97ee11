import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain } from '../../src/declare/index.js';
import type { Claim } from '../../src/model/experiment.js';
import { COMMANDS, edited, marked, problemsOf, read } from './fixtures.js';

const HYPOTHESIS = 'engine is at least 10% faster and cheaper than functions';
const LIMIT = 'engine seconds at p99 stays below 90 s';
const hypothesis = (yaml: string): string => edited(COMMANDS, HYPOTHESIS, yaml);
const guardrail = (yaml: string): string => edited(COMMANDS, LIMIT, yaml);

const claimsOf = async (yaml: string): Promise<readonly Claim[]> => (await read(hypothesis(yaml))).hypotheses;
/** Kind, metric, estimand and amount: what a claim is about. */
const short = ({ kind, metric, estimand, amount, bound }: Claim): string =>
  `${kind} ${metric} ${estimand} ${amount.kind} ${amount.value}${bound === null ? '' : ` ${bound}`}`;
const said = async (text: string) =>
  (await problemsOf(text)).map(
    (problem) => `${problem.line}:${problem.column} ${marked(problem)} — ${problem.message}`,
  );

describe('what sentences say', () => {
  test.each([
    ['engine is faster than functions', ['better seconds total relative 0']],
    ['engine is at least 10% faster than functions', ['better seconds total relative 0.1']],
    ['engine is at least 10 s faster than functions', ['better seconds total absolute 10']],
    ['engine is at least 10 seconds faster than functions', ['better seconds total absolute 10']],
    ['engine is at least 10s faster than functions', ['better seconds total absolute 10']],
    ['engine is faster at p95 than functions', ['better seconds p95 relative 0']],
    ['engine is faster than functions at p99.9', ['better seconds p99.9 relative 0']],
    ['engine is at most 5% slower than functions', ['not-worse seconds total relative 0.05']],
    [
      'engine is at most 0.5 points worse than functions on error_rate',
      ['not-worse error_rate proportion points 0.005'],
    ],
    [
      'engine is at most 5% worse on error_rate than functions',
      ['not-worse error_rate proportion relative 0.05'],
    ],
    ['engine is better than functions on error_rate', ['better error_rate proportion points 0']],
    ['engine is at least 30% better on records than functions', ['better records total relative 0.3']],
    [
      'engine is at least 0.02 USD/1M records cheaper than functions',
      ['better cost_per_million total absolute 0.02'],
    ],
    ['engine is as fast as functions within 3%', ['within seconds total relative 0.03']],
    ['engine is as good on records as functions within 3%', ['within records total relative 0.03']],
    ['engine is as good as functions on records within 100 records', ['within records total absolute 100']],
    ['engine is as fast at p50 as functions within 1 s', ['within seconds p50 absolute 1']],
    ['Engine IS at Least 10 % Faster  than  FUNCTIONS', ['better seconds total relative 0.1']],
    [HYPOTHESIS, ['better seconds total relative 0.1', 'better cost_per_million total relative 0']],
    [
      'engine is faster at p95 and at most 2% dearer and better on records than functions',
      [
        'better seconds p95 relative 0',
        'not-worse cost_per_million total relative 0.02',
        'better records total relative 0',
      ],
    ],
  ])('%s', async (sentence, claims) => {
    expect((await claimsOf(sentence)).map(short)).toEqual(claims);
  });

  test('an amount binds only its own word', async () => {
    expect((await claimsOf('engine is cheaper and at least 10% faster than functions')).map(short)).toEqual([
      'better cost_per_million total relative 0',
      'better seconds total relative 0.1',
    ]);
  });

  test('claims know their sentence, their siblings and how they hang together', async () => {
    expect(await claimsOf('engine is faster or cheaper than functions')).toMatchObject([
      {
        id: 'h1.1',
        join: 'or',
        siblings: 2,
        sentenceIndex: 0,
        role: 'hypothesis',
        treatment: 'engine',
        reference: 'functions',
        text: 'engine is faster than functions',
      },
      { id: 'h1.2', join: 'or', siblings: 2, sentence: 'engine is faster or cheaper than functions' },
    ]);
    const { guardrails } = await read(COMMANDS);
    expect(guardrails.map(({ id, role, join, siblings }) => [id, role, join, siblings])).toEqual([
      ['g1.1', 'guardrail', 'and', 1],
      ['g2.1', 'guardrail', 'and', 1],
    ]);
  });

  test.each([
    [LIMIT, 'bound seconds p99 absolute 90 below', LIMIT],
    [
      'engine records stays above 1000 records',
      'bound records total absolute 1000 above',
      'engine records stays above 1000 records',
    ],
    [
      'engine error_rate stays below 0.5%',
      'bound error_rate proportion absolute 0.005 below',
      'engine error_rate stays below 0.5%',
    ],
    [
      'engine error_rate stays below 0.5 points',
      'bound error_rate proportion absolute 0.005 below',
      'engine error_rate stays below 0.5%',
    ],
    [
      'engine is at least 1% faster than functions',
      'better seconds total relative 0.01',
      'engine is at least 1% faster than functions',
    ],
  ])('guardrail: %s', async (sentence, claim, text) => {
    const found = (await read(guardrail(sentence))).guardrails[1] as Claim;
    expect([short(found), found.text]).toEqual([claim, text]);
  });

  test('without hypotheses the file is valid, and what that means is said', async () => {
    const experiment = await read(edited(COMMANDS, `hypotheses:\n  - ${HYPOTHESIS}\n`, 'hypotheses: []\n'));
    expect(experiment.hypotheses).toEqual([]);
    expect(explain(experiment)[0]?.claims[0]?.meaning).toBe(
      'nothing is claimed: the decision can never be adopt',
    );
  });
});

describe('the long form says the same', () => {
  test.each([
    [
      '{ treatment: engine, than: functions, metric: seconds, better: 10% }',
      'engine is at least 10% faster than functions',
    ],
    ['{ treatment: engine, metric: seconds, better: any }', 'engine is faster than functions'],
    [
      '{ treatment: engine, metric: seconds, at: p95, notWorse: 2 s }',
      'engine is at most 2 s slower at p95 than functions',
    ],
    [
      '{ treatment: engine, metric: records, within: 3% }',
      'engine is as good on records as functions within 3%',
    ],
    [
      '{ treatment: engine, and: [{ metric: seconds, better: 10% }, { metric: cost_per_million, better: any }] }',
      HYPOTHESIS,
    ],
    [
      '{ treatment: engine, or: [{ metric: seconds, better: any }, { metric: error_rate, notWorse: 0.5 points }] }',
      'engine is faster or at most 0.5 points worse on error_rate than functions',
    ],
  ])('%s', async (long, sentence) => {
    expect(await claimsOf(long)).toEqual(await claimsOf(sentence));
  });

  test('a limit', async () => {
    const long = await read(guardrail('{ treatment: engine, metric: seconds, at: p99, below: 90 s }'));
    expect(long.guardrails).toEqual((await read(COMMANDS)).guardrails);
  });

  test.each([
    ['{ treatment: engine, metric: seconds }', '29:5 { — this says nothing'],
    [
      '{ treatment: engine, metric: seconds, better: any, within: 3% }',
      '29:56 within — better and within exclude each other',
    ],
    ['{ treatment: engine, better: any }', '29:5 { — key "metric" is missing'],
    ['{ metric: seconds, better: any }', '29:5 { — key "treatment" is missing in hypotheses.0'],
    ['{ treatment: engin, metric: seconds, better: any }', '29:18 engin — there is no arm "engin"'],
    ['{ treatment: engine, metric: second, better: any }', '29:34 second — there is no metric "second"'],
    ['{ treatment: engine, metric: seconds, better: much }', '29:51 much — "much" is not an amount'],
    ['{ treatment: engine, metric: seconds, better: 10 }', '29:51 10 — a unit is missing'],
    [
      '{ treatment: engine, metric: seconds, at: 99, better: any }',
      '29:47 99 — expected text, found the number 99',
    ],
    [
      '{ treatment: engine, and: [{ metric: seconds, better: any }] }',
      '29:31 [{ metric: seconds, better: any }] — expected at least 2 items',
    ],
    [
      '{ treatment: engine, metric: seconds, and: [{ metric: seconds, better: any }, { metric: records, better: any }] }',
      '29:26 metric — "metric" does not go together with "and"',
    ],
    [
      '{ treatment: engine, metric: failed, better: any }',
      '29:34 failed — failed does not say which direction is better',
    ],
  ])('%s', async (long, problem) => {
    expect(await said(hypothesis(long))).toContain(problem);
  });
});

describe('what is no sentence', () => {
  test.each([
    ['engine is at least 10% fastr than functions', '29:28 fastr — "fastr" is not a word of any metric'],
    ['engine iz faster than functions', '29:12 iz — expected "is", found "iz"'],
    ['engine is faster then functions', '29:22 then — expected "than", "and" or "or", found "then"'],
    ['engin is faster than functions', '29:5 engin — there is no arm "engin"'],
    ['engine is faster than function', '29:27 function — there is no arm "function"'],
    ['engine is faster', '29:21  — expected "than", "and" or "or", but the sentence ends'],
    [
      'engine is faster than functions today',
      '29:37 today — expected the end of the sentence, found "today"',
    ],
    ['engine is slower than functions', '29:15 slower — "slower" does not say what is better'],
    [
      'engine is at most 5% faster than functions',
      '29:26 faster — "at most" limits a loss; "faster" is none',
    ],
    ['engine is as slow as functions within 3%', '29:18 slow — "slow" is not a word of any metric'],
    [
      'engine is as faster as functions within 3%',
      '29:18 faster — "as faster as" does not say that two arms are equal',
    ],
    ['engine is at last 5% faster than functions', '29:18 last — expected "least" or "most", found "last"'],
    [
      'engine is at least faster than functions',
      '29:24 faster — expected an amount such as 10%, found "faster"',
    ],
    [
      'engine is at least 10 faster than functions',
      '29:27 faster — expected %, points, or a unit (USD/1M records, fraction, records, USD, s, B) after 10, found "faster"',
    ],
    [
      'engine is at least 10 USD faster than functions',
      '29:24 10 USD — seconds is measured in s, not in USD',
    ],
    [
      'engine is at least 2 points faster than functions',
      '29:24 2 points — points are for fractions; seconds is measured in s',
    ],
    [
      'engine is at least 100% faster than functions',
      '29:24 100% — seconds cannot fall by 100%: that would leave nothing or less',
    ],
    [
      'engine is as fast as functions within 100%',
      '29:43 100% — seconds cannot fall by 100%: that would leave nothing or less',
    ],
    ['engine is as fast as functions within 0 s', '29:43 0 s — nothing is equal within 0'],
    [
      'functions is cheaper than engine',
      '29:5 functions — functions is the baseline; a sentence is about a treatment',
    ],
    ['engine is faster than engine', '29:27 engine — arms are compared with the baseline, functions'],
    ['engine is better than functions', '29:15 better — "better" needs a metric'],
    ['engine is better on memry than functions', '29:25 memry — there is no metric "memry"'],
    [
      'engine is faster on memory than functions',
      '29:25 memory — "faster" is a word of seconds, not of memory',
    ],
    [
      'engine is better on failed than functions',
      '29:15 better — failed does not say which direction is better',
    ],
    [
      'engine is faster and cheaper or better on memory than functions',
      '29:34 or — "and" and "or" cannot be mixed in one sentence',
    ],
    [
      'engine is faster and cheaper than functions at p95',
      '29:49 at — this does not say which of the claims it is about',
    ],
    ['engine is faster at p95 than functions at p99', '29:47 p99 — the quantile is given twice'],
    ['engine is faster at p100 than functions', '29:25 p100 — "p100" is not a quantile'],
    ['engine is faster at p0 than functions', '29:25 p0 — "p0" is not a quantile'],
    ['engine is cheaper at p95 than functions', '29:26 p95 — a cost is compared in total'],
    [LIMIT, '29:5 engine — a limit on one arm is not a hypothesis'],
    ['""', '29:5 "" — text is missing here'],
    ['42', '29:5 42 — expected text or a map of keys, found the number 42'],
  ])('%s', async (sentence, problem) => {
    expect(await said(hypothesis(sentence))).toEqual([problem]);
  });

  test.each([
    ['engine seconds stays under 90 s', '32:26 under — expected "below" or "above", found "under"'],
    ['engine seconds stay below 90 s', '32:20 stay — expected "stays", found "stay"'],
    ['engine seconds stays below 90%', '32:32 90% — a limit on seconds is a number of s, not a percentage'],
    [
      'engine seconds stays below 90 min',
      '32:35 min — expected %, points, or a unit (USD/1M records, fraction, records, USD, s, B) after 90, found "min"',
    ],
    ['engine second stays below 90 s', '32:12 second — there is no metric "second"'],
    [
      'functions seconds stays below 90 s',
      '32:5 functions — a limit is on a treatment; functions is the baseline',
    ],
  ])('guardrail: %s', async (sentence, problem) => {
    expect(await said(guardrail(sentence))).toEqual([problem]);
  });

  test('where names are written is found in every style of YAML text', async () => {
    const bad = '29:28 fastr — "fastr" is not a word of any metric';
    expect(await said(hypothesis('engine is at least 10% fastr than functions'))).toEqual([bad]);
    expect(await said(hypothesis("'engine is at least 10% fastr than functions'"))).toEqual([
      bad.replace('28', '29'),
    ]);
    expect(await said(hypothesis('"engine is \\x61t\\u0020least 10% fastr than functions"'))).toEqual([
      bad.replace('28', '37'),
    ]);
    expect(await said(hypothesis('engine is at least 10%\n      fastr than functions'))).toEqual([
      bad.replace('29:28', '30:7'),
    ]);
    expect(await said(hypothesis('"engine is at least 10% \\\n      fastr than functions"'))).toEqual([
      bad.replace('29:28', '30:7'),
    ]);
    expect(await said(hypothesis('>-\n      engine is at least 10%\n      fastr than functions'))).toEqual([
      bad.replace('29:28', '31:7'),
    ]);
    expect(await said(hypothesis('|\n      engine is at least\n      10% fastr than functions'))).toEqual([
      bad.replace('29:28', '31:11'),
    ]);
  });

  test('what a broken metric would have declared is not complained about a second time', async () => {
    const text = edited(COMMANDS, 'words: [faster, slower, fast]', 'words: faster');
    expect(await said(text)).toEqual(['15:100 faster — expected a list, found "faster"']);
    expect(await said(edited(COMMANDS, 'in: s, better: lower', 'in: s, better: less'))).toEqual([
      '15:74 less — "less" is not one of the values allowed here',
    ]);
  });
});

describe('explain', () => {
  const meaning = async (sentence: string) =>
    explain(await read(hypothesis(sentence)))[0]?.claims.map((claim) => claim.meaning);

  test.each([
    [
      'engine is at least 10% faster than functions',
      'seconds of engine ÷ seconds of functions is at most 0.9 (totals over all units; lower is better)',
    ],
    [
      'engine is at least 7% faster than functions',
      'seconds of engine ÷ seconds of functions is at most 0.93 (totals over all units; lower is better)',
    ],
    [
      'engine is faster than functions',
      'seconds of engine ÷ seconds of functions is below 1: better by any amount (c = 0) (totals over all units; lower is better)',
    ],
    [
      'engine is at least 30% better on records than functions',
      'records of engine ÷ records of functions is at least 1.3 (totals over all units; higher is better)',
    ],
    [
      'engine is at least 5 s faster than functions',
      'seconds of engine − seconds of functions is at most −5 s (totals over all units; lower is better)',
    ],
    [
      'engine is at most 5% slower than functions',
      'seconds of engine ÷ seconds of functions is below 1.05 (totals over all units; lower is better)',
    ],
    [
      'engine is at most 5% worse on records than functions',
      'records of engine ÷ records of functions is above 0.95 (totals over all units; higher is better)',
    ],
    [
      'engine is at most 5 records worse on records than functions',
      'records of engine − records of functions is above −5 records (totals over all units; higher is better)',
    ],
    [
      'engine is at most 0.5 points worse on error_rate than functions',
      'error_rate of engine − error_rate of functions is below 0.5 points (0.005) (proportions; lower is better)',
    ],
    [
      'engine is better on error_rate than functions',
      'error_rate of engine − error_rate of functions is below 0: better by any amount (c = 0) (proportions; lower is better)',
    ],
    [
      'engine is as fast as functions within 20%',
      'seconds of engine ÷ seconds of functions is between 0.8 and 1.25: equal within 20% (totals over all units; lower is better)',
    ],
    [
      'engine is as fast at p50 as functions within 1 s',
      'seconds of engine − seconds of functions is between −1 s and 1 s (p50; lower is better)',
    ],
  ])('%s', async (sentence, words) => {
    expect(await meaning(sentence)).toEqual([words]);
  });

  test('says how the claims of a sentence hang together', async () => {
    expect((await meaning('engine is faster and cheaper than functions'))?.[0]).toMatch(
      /; must hold together with h1\.2$/,
    );
    expect((await meaning('engine is faster or cheaper than functions'))?.[1]).toMatch(
      /; this or h1\.1 is enough, each at 1\/2 of α$/,
    );
  });

  test('shows hypotheses and guardrails in the order of the file', async () => {
    expect(
      explain(await read(COMMANDS)).map(({ sentence, claims }) => [sentence, claims.map(({ id }) => id)]),
    ).toEqual([
      [HYPOTHESIS, ['h1.1', 'h1.2']],
      ['engine is at most 0.1 points worse than functions on error_rate', ['g1.1']],
      [LIMIT, ['g2.1']],
    ]);
  });
});

describe('normal form', () => {
  const METRICS = {
    seconds: { words: ['faster', 'slower', 'fast'], unit: 's', quantiles: true, fraction: false },
    memory: { words: null, unit: 'B', quantiles: true, fraction: false },
    records: { words: null, unit: 'records', quantiles: true, fraction: false },
    cost_per_million: {
      words: ['cheaper', 'dearer', 'cheap'],
      unit: 'USD/1M records',
      quantiles: false,
      fraction: false,
    },
    error_rate: { words: null, unit: 'fraction', quantiles: false, fraction: true },
  } as const;
  const digits = fc.oneof(
    fc.integer({ min: 1, max: 99 }).map(String),
    fc
      .tuple(fc.integer({ min: 0, max: 98 }), fc.integer({ min: 1, max: 99_999 }))
      .map(([a, b]) => `${a}.${b}`),
    fc.integer({ min: 1, max: 99 }).map((n) => `${n}e-3`),
  );
  const claim = fc
    .record({
      name: fc.constantFrom(...(Object.keys(METRICS) as (keyof typeof METRICS)[])),
      kind: fc.constantFrom('any', 'better', 'worse', 'within', 'below', 'above'),
      digits,
      unit: fc.constantFrom('%', 'own', 'points'),
      at: fc.option(fc.constantFrom('p50', 'p95', 'p99', 'p99.9')),
      onFirst: fc.boolean(),
    })
    .map(({ name, kind, digits: n, unit, at, onFirst }) => {
      const { words, unit: own, quantiles, fraction } = METRICS[name];
      const limit = kind === 'below' || kind === 'above';
      const amount =
        unit === 'points' && fraction
          ? `${n} points`
          : unit === '%' && (!limit || fraction)
            ? `${n}%`
            : `${n} ${own}`;
      const quantile = quantiles && at !== null ? ` at ${at}` : '';
      if (limit) return { role: 'guardrail', sentence: `engine ${name}${quantile} stays ${kind} ${amount}` };
      const word = (slot: 0 | 1 | 2) => words?.[slot] ?? ['better', 'worse', 'good'][slot];
      const on = words === null ? ` on ${name}` : '';
      const [before, after] = onFirst ? [`${quantile}${on}`, ''] : ['', `${quantile}${on}`];
      const sentence =
        kind === 'within'
          ? `engine is as ${word(2)}${before} as functions${after} within ${amount}`
          : kind === 'any'
            ? `engine is ${word(0)}${before} than functions${after}`
            : `engine is at ${kind === 'better' ? 'least' : 'most'} ${amount} ${word(kind === 'better' ? 0 : 1)}${before} than functions${after}`;
      return { role: 'hypothesis', sentence };
    });

  test('what explain prints of a claim is read back as the same claim', async () => {
    await fc.assert(
      fc.asyncProperty(claim, async ({ role, sentence }) => {
        const place = role === 'guardrail' ? guardrail : hypothesis;
        const own = async (text: string) => {
          const experiment = await read(place(JSON.stringify(text)));
          const found = role === 'guardrail' ? experiment.guardrails[1] : experiment.hypotheses[0];
          const shown = explain(experiment)
            .flatMap(({ claims }) => claims)
            .find(({ id }) => id === found?.id);
          expect(shown?.text).toBe(found?.text);
          return found as Claim;
        };
        const first = await own(sentence);
        const again = await own(first.text);
        expect({ ...again, sentence: first.sentence }).toEqual(first);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
