// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what an experiment file says
import { describe, expect, test } from 'vitest';
import { seedOf } from '../../src/declare/seed.js';
import { Secret } from '../../src/model/secret.js';
import { CARD, COMMANDS, edited, marked, PIPELINES, problemsOf, read } from './fixtures.js';

type Edit = readonly [from: string, to: string];
const edits = (file: string, ...all: readonly Edit[]): string =>
  all.reduce((text, [from, to]) => edited(text, from, to), file);
/** What is marked and said. */
const said = async (file: string, ...all: readonly Edit[]) =>
  (await problemsOf(edits(file, ...all))).map((problem) => `${marked(problem)} — ${problem.message}`);

describe('arms and baseline', () => {
  test('arms keep the order of the file; without labels the name is the label', async () => {
    const { arms, treatments, baseline } = await read(COMMANDS);
    expect(arms).toEqual([
      { name: 'engine', title: 'Resident engine', match: { arm: 'engine' } },
      { name: 'functions', title: 'A function per batch', match: { arm: 'functions' } },
    ]);
    expect([baseline, treatments]).toEqual(['functions', ['engine']]);
  });

  test('an arm may be nothing but its name', async () => {
    const { arms } = await read(edits(COMMANDS, ['engine:    { title: Resident engine }', 'engine:']));
    expect(arms[0]?.title).toBe('engine');
  });

  test('one arm is no comparison', async () => {
    expect(await said(COMMANDS, ['  functions: { title: A function per batch }\n', ''])).toContain(
      'arms — an experiment compares at least two arms',
    );
  });

  test.each([
    ['9lives', '"9lives" cannot be the name of an arm'],
    ['"a b"', '"a b" cannot be the name of an arm'],
    ['constructor', '"constructor" cannot be the name of an arm'],
    ['than', '"than" is a word of the grammar of sentences'],
    ['Functions', '"functions" differs from "Functions" only in upper and lower case'],
  ])('an arm cannot be called %s', async (name, message) => {
    const problems = await problemsOf(edits(COMMANDS, ['  engine:    { title', `  ${name}:    { title`]));
    expect(problems.map((problem) => problem.message)).toContain(message);
  });

  test('a label that YAML reads as a number must be quoted', async () => {
    const [problem] = await problemsOf(
      edits(PIPELINES, ['match: { stack: fn-orders }', 'match: { stack: 1.10 }']),
    );
    expect(problem).toMatchObject({
      message: 'expected text, found the number 1.1',
      hint: 'Put it in quotes: "1.1"',
    });
  });

  test.each(['../up', 'a/b', '.hidden', '"a b"'])('an experiment cannot be called %s', async (name) => {
    const [problem] = await problemsOf(edits(COMMANDS, ['engine-vs-functions', name]));
    expect(problem?.message).toContain('cannot be the name of an experiment');
  });
});

describe('design, driver, workload', () => {
  test('without a seed, the seed is a hash of the name and nothing else', async () => {
    const { design } = await read(edits(COMMANDS, [', seed: 20191104', '']));
    expect(design.seed).toBe(seedOf('engine-vs-functions'));
    // FNV-1a, 32 bits: the published vectors.
    expect([seedOf(''), seedOf('a'), seedOf('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });

  test('shares are equal unless declared, and declared shares add up', async () => {
    const byKey = [
      '{ kind: interleaved, blocks: 20, warmup: 1, seed: 20191104 }',
      '{ kind: by-key, shares: { engine: 10%, functions: 90% }, coverage: 50%, unit: id }',
    ] as const;
    const { design } = await read(edits(COMMANDS, byKey));
    expect(design).toMatchObject({
      shares: { engine: 0.1, functions: 0.9 },
      coverage: 0.5,
      unit: 'id',
      blocks: null,
    });
    expect(await said(COMMANDS, byKey, ['functions: 90%', 'functions: 80%'])).toEqual([
      'shares — the shares add up to 90%, not 100%',
    ]);
    expect(await said(COMMANDS, byKey, ['engine: 10%, functions: 90%', 'engin: 100%'])).toEqual(
      [
        'shares — arm "engine" is missing here',
        'shares — arm "functions" is missing here',
        'shares — the shares add up to 100%, not 100%',
        'engin — there is no arm "engin"',
      ].filter((row) => !row.includes('up to 100%')),
    );
  });

  test('a key that the design would ignore is a problem', async () => {
    expect(
      await said(COMMANDS, ['warmup: 1,', 'warmup: 1, coverage: 10%, concurrent: true, unit: id,']),
    ).toEqual([
      'coverage — design interleaved has no "coverage"',
      'concurrent — design interleaved has no "concurrent"',
      'unit — design interleaved has no "unit"',
    ]);
  });

  test('blocks that can never answer are refused', async () => {
    expect(await said(COMMANDS, ['blocks: 20', 'blocks: 4'])).toEqual([
      '4 — 4 blocks can never answer: 5 are needed for a verdict',
    ]);
    expect((await read(edits(COMMANDS, ['blocks: 20', 'blocks: 5']))).design.blocks).toBe(5);
  });

  test.each([
    ['repeats: 3', 'repeats: 1', 'repeats — a fixed workload needs each unit at least twice on each arm'],
    [', repeats: 3', '', 'workload — a fixed workload needs each unit at least twice on each arm'],
    [
      'workload: { kind: fixed, files: batches/*.ndjson, repeats: 3 }\n',
      '',
      'driver — a driver needs a workload',
    ],
    [
      'kind: interleaved, blocks: 20, warmup: 1, seed: 20191104',
      'kind: observed',
      'driver — design observed runs nothing: it has no driver',
    ],
    ['    functions: { command', '    function: { command', 'function — there is no arm "function"'],
  ])('%j → %j', async (from, to, message) => {
    expect(await said(COMMANDS, [from, to])).toContain(message);
  });

  test('interleaved needs a driver; trials and a workload need one too', async () => {
    const start = COMMANDS.indexOf('driver:');
    const withoutDriver = COMMANDS.slice(0, start) + COMMANDS.slice(COMMANDS.indexOf('workload:'));
    const messages = (await problemsOf(withoutDriver)).map(({ message }) => message);
    expect(new Set(messages)).toEqual(
      new Set([
        'design interleaved runs trials and needs a driver',
        'a workload needs a driver that runs it',
        'there are no trials without a driver',
      ]),
    );
  });
});

describe('window', () => {
  test('must not end before it starts', async () => {
    expect(await said(PIPELINES, ['to: 2026-11-15', 'to: 2026-10-15'])).toEqual([
      '2026-10-15T00:00Z — the window ends before it starts',
    ]);
  });

  test('must leave something after its warm-up', async () => {
    expect(await said(PIPELINES, ['warmup: 30m', 'warmup: 20d'])).toEqual([
      '20d — nothing of the window is left after its warm-up',
    ]);
  });

  test('must hold ten buckets of what claims rest on, parts of ratios included', async () => {
    const problems = await problemsOf(
      edits(PIPELINES, [
        'field: records, unit: batch_id }, fold: sum',
        'field: records, unit: batch_id }, by: 2d, fold: sum',
      ]),
    );
    expect(problems.map((problem) => [marked(problem), problem.message, problem.hint])).toEqual([
      [
        '2d',
        'the window holds 6 buckets of 2d; 10 are needed, so records can never answer',
        'Make the window at least 28830m long, or the buckets shorter.',
      ],
    ]);
    await read(
      edits(PIPELINES, [
        'field: records, unit: batch_id }, fold: sum',
        'field: records, unit: batch_id }, by: 1d, fold: sum',
      ]),
    );
  });

  test('need not hold ten buckets of what no claim rests on', async () => {
    const extra =
      '  other: { from: pipeline, query: { bucket: b, measurement: m, field: f }, by: 7d, in: B }\nhypotheses:';
    expect((await read(edits(PIPELINES, ['hypotheses:', extra]))).metrics.at(-1)?.byMs).toBe(604_800_000);
  });
});

describe('sources and secrets', () => {
  test('${NAME} becomes a secret that prints as it was written, and no value is needed', async () => {
    const { sources, secrets } = await read(PIPELINES);
    expect(sources).toEqual({
      pipeline: {
        type: 'influxdb',
        options: { url: new Secret('INFLUX_URL'), token: new Secret('INFLUX_TOKEN'), org: 'data' },
      },
    });
    expect(secrets.map(String)).toEqual(['${INFLUX_URL}', '${INFLUX_TOKEN}']);
    expect(JSON.stringify(sources)).toContain('"token":"${INFLUX_TOKEN}"');
  });

  test('a secret is a whole value, and only in sources', async () => {
    expect(
      await said(
        PIPELINES,
        ['"${INFLUX_URL}"', '"https://${HOST}/x"'],
        ['title: Kafka + Lambda', 'title: "${TITLE}"'],
        ['measurement: batch, field: records', 'measurement: "${M}", field: records'],
      ),
    ).toEqual([
      '"${TITLE}" — ${TITLE} is allowed in sources and notify only',
      '"https://${HOST}/x" — ${HOST} must be the whole value',
      '"${M}" — ${M} is allowed in sources and notify only',
    ]);
  });

  test('a type without options can be named directly; one with options must be declared', async () => {
    expect((await read(COMMANDS)).sources).toEqual({ trials: { type: 'trials', options: {} } });
    const [problem] = await problemsOf(
      edits(COMMANDS, [
        'from: trials, query: { field: wallSeconds }',
        'from: influxdb, query: { field: wallSeconds }',
      ]),
    );
    expect(problem).toMatchObject({
      message: 'there is no source "influxdb"',
      hint: 'Type influxdb needs options: declare it under sources and name it here.',
    });
  });

  test('an unknown source has the nearest name; an unreadable one is not complained about twice', async () => {
    const [problem] = await problemsOf(edits(COMMANDS, ['from: trials', 'from: trails']));
    expect(problem).toMatchObject({
      message: 'there is no source "trails"',
      hint: 'did you mean "trials"? (sources: trials, file)',
    });
    expect(await said(PIPELINES, ['type: influxdb', 'type: influx'])).toEqual([
      'influx — there is no type "influx"',
    ]);
  });

  test('each arm may have its own source and query', async () => {
    const metric =
      'batch_seconds: { from: pipeline, query: { bucket: pipelines, measurement: batch, field: seconds, unit: batch_id }';
    const perArm =
      'batch_seconds: { from: pipeline, query: { bucket: pipelines, measurement: batch, field: seconds, unit: batch_id }, arms: { spark: { from: file, query: { file: a.csv, arm: a, unit: u, value: v } } }';
    const { metrics, sources } = await read(edits(PIPELINES, [metric, perArm]));
    expect(metrics[0]?.input).toEqual({
      kind: 'observed',
      arms: {
        faas: {
          source: 'pipeline',
          query: { bucket: 'pipelines', measurement: 'batch', field: 'seconds', unit: 'batch_id' },
        },
        spark: { source: 'file', query: { file: 'a.csv', arm: 'a', unit: 'u', value: 'v' } },
      },
    });
    expect(sources.file).toEqual({ type: 'file', options: {} });
  });

  test('arms of a metric must be arms, all of them where nothing is shared', async () => {
    const metric =
      'batch_seconds: { from: pipeline, query: { bucket: pipelines, measurement: batch, field: seconds, unit: batch_id }';
    const query = '{ from: file, query: { file: a.csv, arm: a, unit: u, value: v } }';
    expect(await said(PIPELINES, [metric, `batch_seconds: { arms: { spak: ${query} }`])).toEqual([
      'arms — arm "faas" is missing here',
      'arms — arm "spark" is missing here',
      'spak — there is no arm "spak"',
    ]);
    expect(
      await said(PIPELINES, [
        metric,
        `batch_seconds: { arms: { spark: ${query}, faas: { query: { file: a.csv } } }`,
      ]),
    ).toEqual(['faas — key "from" is missing in metrics.batch_seconds.arms.faas']);
  });

  test('a query is held against the source it goes to, and complained about once', async () => {
    expect(await said(PIPELINES, ['field: seconds, unit', 'feild: seconds, unit'])).toEqual([
      'query — key "field" is missing in metrics.batch_seconds.query',
      'feild — unknown key "feild" in metrics.batch_seconds.query',
    ]);
  });
});

describe('metrics', () => {
  const estimandIn = async (...all: readonly Edit[]) =>
    (await read(edits(COMMANDS, ...all))).metrics[1]?.estimand;

  test('the estimand follows from unit and role unless declared', async () => {
    const { metrics } = await read(COMMANDS);
    expect(metrics.map(({ name, estimand }) => `${name} ${estimand}`)).toEqual([
      'seconds total',
      'memory mean',
      'records total',
      'failed total',
      'cost total',
      'cost_per_million total',
      'error_rate proportion',
    ]);
    expect(await estimandIn(['in: B,', 'in: B, role: time,'])).toBe('total');
    expect(await estimandIn(['in: B,', 'in: EUR,'])).toBe('total');
    expect(await estimandIn(['in: B,', 'in: seconds, estimand: typical,'])).toBe('typical');
  });

  test.each([
    ['role: cost,', 'role: cost, estimand: mean,', 'mean — a cost is always compared in total'],
    [
      'kind: proportion }, in',
      'kind: proportion }, estimand: total, in',
      'total — a proportion is compared as it is',
    ],
    ['in: B,', 'in: B, role: cost, estimand: typical,', 'typical — a cost is always compared in total'],
    ['margin: 3% }\n  memory', 'margin: 0% }\n  memory', '0% — a margin of 0 says that every change matters'],
    [
      'margin: 3% }\n  memory',
      'margin: 1 point }\n  memory',
      '1 point — points are for fractions; seconds is measured in s',
    ],
    ['margin: 3% }\n  memory', 'margin: 3 }\n  memory', '3 — the margin 3 has no unit'],
    ['margin: 3% }\n  memory', 'margin: 5 USD }\n  memory', '5 USD — seconds is measured in s, not in USD'],
    ['margin: 3% }\n  memory', 'margin: 100% }\n  memory', '100% — a margin is less than 100%'],
    [
      'fold: sum, in: records }\n  cost',
      'fold: sum, in: records, margin: 3% }\n  cost',
      'margin — a margin needs a direction: failed has no "better"',
    ],
    [
      'fold: sum, in: records }\n  cost',
      'fold: sum, in: records, words: [a, b] }\n  cost',
      'words — words need a direction: failed has no "better"',
    ],
    ['words: [cheaper', 'words: [faster', 'faster — "faster" is already a word of seconds'],
    ['words: [cheaper', 'words: [Engine', 'Engine — "Engine" is already an arm'],
    ['words: [cheaper', 'words: [memory', 'memory — "memory" is already a metric'],
    ['words: [cheaper', 'words: [better', 'better — "better" is a word of the grammar'],
    ['words: [cheaper', 'words: [than', 'than — "than" is a word of the grammar'],
    ['words: [cheaper', 'words: ["less dear"', '"less dear" — "less dear" is not one word'],
    ['  memory: ', '  Seconds: ', 'Seconds — "Seconds" differs from "seconds" only in upper and lower case'],
    ['per: records, times', 'per: record, times', 'record — there is no metric "record"'],
    [
      'of: cost, per',
      'of: cost_per_million, per',
      'cost_per_million — cost_per_million would be computed from itself: cost_per_million → cost_per_million',
    ],
    [
      'of: failed',
      'of: cost_per_million',
      'cost_per_million — cost_per_million is itself a ratio, and ratios cannot be added up',
    ],
    ['of: failed', 'of: records', 'records — records ÷ records is always 1'],
    [
      'kind: proportion }',
      'kind: proportion, times: 100 }',
      'times — a proportion lies between 0 and 1: it has no "times"',
    ],
    ['in: fraction', 'in: percent', 'percent — a proportion is a fraction'],
    ['in: fraction', 'in: fraction, exact: true', 'true — a proportion is measured, never known beforehand'],
    ['    in: USD\n', '    in: USD\n    outage: 30s\n', '30s — only a proportion has outages'],
    ['    in: USD\n', '    in: EUR\n', 'EUR — the rate card is in USD'],
    ['    in: USD\n', '    in: USD\n    fold: sum\n', 'fold — cost is computed: it has no "fold"'],
    [
      'from: trials, query: { field: peakMemoryBytes }, ',
      '',
      'memory — nothing says where memory comes from',
    ],
    [
      'from: trials, query: { field: peakMemoryBytes }',
      'query: { field: peakMemoryBytes }',
      'memory — key "from" is missing in metrics.memory',
    ],
    [
      'in: USD\n',
      'in: USD\n    ratio: { of: failed, per: records }\n',
      'rate — cost cannot be both a ratio and a rate',
    ],
  ])('%j → %j', async (from, to, message) => {
    expect(await said(COMMANDS, [from, to])).toContain(message);
  });

  test('a cycle through several metrics is named once, way and all', async () => {
    const problems = await said(COMMANDS, [
      'engine:    { m5-large: seconds, utilisation: 40% }',
      'engine:    { m5-large: cost_per_million, utilisation: 40% }',
    ]);
    expect(problems.filter((row) => row.includes('itself'))).toEqual([
      'cost_per_million — cost would be computed from itself: cost → cost_per_million → cost',
    ]);
  });

  test('units and defaults: fraction for a proportion, the currency of the card for a rate', async () => {
    const { metrics } = await read(edits(COMMANDS, ['in: fraction, ', ''], ['    in: USD\n', '']));
    expect(metrics.slice(-3).map(({ unit }) => unit)).toEqual(['USD', 'USD/1M records', 'fraction']);
  });

  test('folds: a quantile is exact, the default takes exactly one point', async () => {
    const { metrics } = await read(edits(COMMANDS, ['fold: max', 'fold: p99.9']));
    expect(metrics[0]?.fold).toEqual({ kind: 'only' });
    expect(metrics[1]?.fold).toEqual({ kind: 'quantile', q: 0.999 });
  });

  test('margins are amounts: relative, points, or in the unit', async () => {
    const { metrics } = await read(
      edits(
        COMMANDS,
        ['margin: 3% }\n  memory', 'margin: 5 sec }\n  memory'],
        ['in: B, better: lower', 'in: B, better: lower, margin: 1024 B'],
        ['in: fraction, better: lower', 'in: fraction, better: lower, margin: 0.5 points'],
      ),
    );
    expect(metrics.map(({ margin }) => margin).filter((margin) => margin !== null)).toEqual([
      { kind: 'absolute', value: 5 },
      { kind: 'absolute', value: 1024 },
      { kind: 'relative', value: 0.03 },
      { kind: 'points', value: 0.005 },
    ]);
  });
});

describe('rates and their card', () => {
  const cardSaid = async (from: string, to: string) =>
    (await problemsOf(COMMANDS, edited(CARD, from, to))).map(
      (p) => `${p.file}:${p.line}:${p.column} ${marked(p)} — ${p.message}`,
    );

  test('the card is kept as an attachment under its path, and read into the metric', async () => {
    const { attachments, metrics } = await read(COMMANDS);
    expect(attachments).toEqual({ 'cards/aws.yaml': CARD });
    const cost = metrics.find(({ name }) => name === 'cost')?.input;
    expect(cost).toMatchObject({
      kind: 'rate',
      cardPath: 'cards/aws.yaml',
      arms: {
        engine: [{ rate: 'm5-large', usage: 'seconds', utilisation: 0.4 }],
        functions: [{ rate: 'lambda', usage: 'seconds', utilisation: null }],
      },
    });
    expect(cost?.kind === 'rate' && cost.card.rates['m5-large']).toEqual({
      title: 'EC2',
      source: null,
      usage: 's',
      roundUpTo: null,
      minimum: 0,
      times: 1,
      per: 3600,
      price: 0.096,
      perUnit: 0,
      resident: true,
    });
  });

  test('several rates of one arm are added up', async () => {
    const { metrics } = await read(
      edits(COMMANDS, ['{ lambda: seconds }', '{ lambda: seconds, m5-large: seconds, utilisation: 50% }']),
    );
    const cost = metrics.find(({ name }) => name === 'cost')?.input;
    expect(cost?.kind === 'rate' && cost.arms.functions).toEqual([
      { rate: 'lambda', usage: 'seconds', utilisation: null },
      { rate: 'm5-large', usage: 'seconds', utilisation: 0.5 },
    ]);
  });

  test.each([
    ['lambda: seconds', 'lamda: seconds', 'lamda — the rate card has no rate "lamda"'],
    ['lambda: seconds', 'lambda: second', 'second — there is no metric "second"'],
    ['lambda: seconds', 'lambda: memory', 'memory — rate lambda prices seconds; memory is measured in B'],
    [
      'lambda: seconds',
      'lambda: seconds, utilisation: 5%',
      'utilisation — no rate of functions is resident: utilisation has no effect',
    ],
    [
      'm5-large: seconds, utilisation: 40%',
      'm5-large: seconds',
      'm5-large — rate m5-large is resident: without utilisation the cost of engine is a lower bound and decides nothing',
    ],
    ['        functions: { lambda: seconds }\n', '', 'arms — arm "functions" is missing here'],
    ['{ lambda: seconds }', '{}', 'functions — no rate prices the work of functions'],
    [
      'cards/aws.yaml',
      'cards/gone.yaml',
      'cards/gone.yaml — the rate card cards/gone.yaml cannot be read: there is no such file',
    ],
  ])('%j → %j', async (from, to, message) => {
    expect(await said(COMMANDS, [from, to])).toContain(message);
  });

  test.each([
    ['currency: USD', 'currency: dollars', 'cards/aws.yaml:2:11 dollars — expected a currency such as USD'],
    ['price: 0.096', 'prise: 0.096', 'cards/aws.yaml:8:48 prise — unknown key "prise" in rates.m5-large'],
    ['price: 0.096', 'price: -1', 'cards/aws.yaml:8:55 -1 — expected at least 0, found the number -1'],
    ['date: 2026-08-21', 'date: August', 'cards/aws.yaml:3:7 August — expected a day such as 2026-11-01'],
    ['source: https://aws.amazon.com/pricing/\n', '', 'cards/aws.yaml:1:1 c — key "source" is missing'],
    [
      '  gb: ',
      '  utilisation: ',
      'cards/aws.yaml:7:3 utilisation — "utilisation" cannot be the name of a rate',
    ],
    ['rates:', 'rates: [', undefined],
  ])('in the card: %j → %j', async (from, to, message) => {
    const problems = await cardSaid(from, to);
    if (message === undefined) expect(problems.every((row) => row.startsWith('cards/aws.yaml:'))).toBe(true);
    else expect(problems).toContain(message);
  });

  test('a card that is not UTF-8 is reported in the card', async () => {
    const [problem] = await problemsOf(COMMANDS, new Uint8Array([0x63, 0xff]));
    expect(problem).toMatchObject({ file: 'cards/aws.yaml', line: 1, column: 2 });
  });
});
