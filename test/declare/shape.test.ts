import { describe, expect, test } from 'vitest';
import { CARD, COMMANDS, edited, marked, PIPELINES, problemsOf, read } from './fixtures.js';

/** [line, marked text, message, hint] of each problem of the edited file. */
const found = async (from: string, to: string, file = COMMANDS) =>
  (await problemsOf(edited(file, from, to))).map((problem) => [
    problem.line,
    marked(problem),
    problem.message,
    problem.hint,
  ]);
const lineOf = (file: string, passage: string): number =>
  file.slice(0, file.indexOf(passage)).split('\n').length;

describe('unknown keys', () => {
  test.each([
    ['at the top', 'decide:', 'decides:', 'decides', 'unknown key "decides"', 'decide'],
    [
      'in an arm',
      '{ title: Resident',
      '{ titel: Resident',
      'titel',
      'unknown key "titel" in arms.engine',
      'title',
    ],
    ['in the design', 'blocks: 20', 'block: 20', 'block', 'unknown key "block" in design', 'blocks'],
    ['in the workload', 'repeats: 3', 'repeats: 3, kye: a', 'kye', 'unknown key "kye" in workload', 'key'],
    [
      'in a metric',
      'margin: 3% }',
      'margni: 3% }',
      'margni',
      'unknown key "margni" in metrics.seconds',
      'margin',
    ],
    [
      'in a query',
      '{ field: wallSeconds }',
      '{ feild: wallSeconds }',
      'feild',
      'unknown key "feild" in metrics.seconds.query',
      'field',
    ],
    [
      'in a ratio',
      'times: 1e6',
      'time: 1e6',
      'time',
      'unknown key "time" in metrics.cost_per_million.ratio',
      'times',
    ],
    [
      'in a rate',
      'card: cards/aws.yaml',
      'card: cards/aws.yaml\n      region: x',
      'region',
      'unknown key "region" in metrics.cost.rate',
      null,
    ],
    [
      'in a driver',
      'timeout: 60s',
      'timout: 60s',
      'timout',
      'unknown key "timout" in driver.arms.functions',
      'timeout',
    ],
    [
      'in decide',
      '{ confidence: 95% }',
      '{ confidense: 95% }',
      'confidense',
      'unknown key "confidense" in decide',
      'confidence',
    ],
  ])('%s are marked at the key, with the nearest valid one', async (_, from, to, key, message, near) => {
    const problems = await problemsOf(edited(COMMANDS, from, to));
    const problem = problems.find((one) => one.message === message);
    expect(problem && marked(problem)).toBe(key);
    if (near === null) expect(problem?.hint).toBe('valid keys: card, arms');
    else expect(problem?.hint).toContain(`did you mean "${near}"?`);
  });

  test('an unknown key of a source whose plug-in forgot to refuse it', async () => {
    expect(await found('org: data', 'ogr: data', PIPELINES)).toEqual([
      [12, 'pipeline', 'key "org" is missing in sources.pipeline', null],
      [
        12,
        'ogr',
        'unknown key "ogr" in sources.pipeline',
        'did you mean "org"? (valid keys: url, token, org)',
      ],
    ]);
  });

  test.each(['gate: manual', 'faults: x'])('%s is unknown: its part is not built', async (row) => {
    const problems = await problemsOf(`${COMMANDS}${row}\n`);
    expect(problems.map(({ message }) => message)).toEqual([`unknown key "${row.split(':')[0]}"`]);
  });
});

describe('wrong values', () => {
  test.each([
    [
      'an enumeration',
      'better: lower, role',
      'better: less, role',
      'less',
      '"less" is not one of the values allowed here',
      'valid: lower, higher',
    ],
    [
      'a near miss',
      'kind: interleaved',
      'kind: interleavd',
      'interleavd',
      '"interleavd" is not one of the values allowed here',
      'did you mean "interleaved"? (valid: interleaved, mirrored, by-key, observed, switchback, ramp, runs)',
    ],
    [
      'a number for text',
      'baseline: functions',
      'baseline: 3',
      '3',
      'expected text, found the number 3',
      'Put it in quotes: "3"',
    ],
    ['text for a number', 'repeats: 3', 'repeats: three', 'three', 'expected a number, found "three"', null],
    [
      'a fraction for a count',
      'blocks: 20',
      'blocks: 20.5',
      '20.5',
      'expected a whole number, found the number 20.5',
      null,
    ],
    ['below the least', 'warmup: 1', 'warmup: -1', '-1', 'expected at least 0, found the number -1', null],
    [
      'a list for a map',
      'decide: { confidence: 95% }',
      'decide: [95%]',
      '[95%]',
      'expected a map of keys, found a list',
      null,
    ],
    [
      'nothing for a map',
      'decide: { confidence: 95% }',
      'decide:',
      'decide',
      'expected a map of keys, found nothing',
      null,
    ],
    ['empty text', 'Is the engine faster and cheaper?', '""', '""', 'text is missing here', null],
    ['not a number', 'times: 1e6', 'times: .nan', '.nan', 'expected a number, found NaN', null],
    [
      'a query value',
      'field: wallSeconds',
      'field: wallSecond',
      'wallSecond',
      '"wallSecond" is not one of the values allowed here',
      'did you mean "wallSeconds"? (valid: wallSeconds, cpuSeconds, peakMemoryBytes)',
    ],
    [
      'a driver option',
      'timeout: 60s',
      'timeout: 60',
      '60',
      'expected text, found the number 60',
      'Put it in quotes: "60"',
    ],
    [
      'a custom message of a plug-in',
      'timeout: 60s',
      'timeout: 1y',
      '1y',
      'expected a duration such as 60s',
      null,
    ],
    [
      'a driver type',
      'type: command',
      'type: comand',
      'comand',
      'there is no type "comand"',
      'did you mean "command"? (types: command, haproxy)',
    ],
    [
      'words of the wrong number',
      'words: [faster, slower, fast]',
      'words: [faster]',
      '[faster]',
      'expected at least 2 items',
      null,
    ],
    [
      'a fold',
      'fold: max',
      'fold: maximum',
      'maximum',
      'expected one of only, sum, mean, last, max, min, increase or a quantile such as p99',
      null,
    ],
    [
      'a confidence',
      '95%',
      '100%',
      '100%',
      'confidence lies between 50% and 99.99%',
      'The usual choice is 95%.',
    ],
    [
      'a confidence in percent without its sign',
      '95%',
      '95',
      '95',
      'confidence lies between 50% and 99.99%',
      'The usual choice is 95%.',
    ],
    [
      'a share',
      'utilisation: 40%',
      'utilisation: 140%',
      '140%',
      'expected more than 0% and at most 100%',
      '140% is outside.',
    ],
    [
      'no share',
      'utilisation: 40%',
      'utilisation: often',
      'often',
      '"often" is not a percentage',
      'Write 40% or 0.4.',
    ],
    [
      'an amount',
      'margin: 3% }\n  memory',
      'margin: much }\n  memory',
      'much',
      '"much" is not an amount',
      'Write 3%, 0.5 points, or a number with the unit of the metric: 5 s.',
    ],
  ])('%s', async (_, from, to, mark, message, hint) => {
    const problems = await found(from, to);
    expect(problems).toEqual([[expect.any(Number), mark, message, hint]]);
  });

  test.each([
    ['2026-11-01', 'a date needs a time and its zone', 'Write 2026-11-01T00:00Z for UTC.'],
    ['2026-11-01T08:30', 'a date needs a time and its zone', 'Write 2026-11-01T08:30Z for UTC.'],
    ['2026-02-30T00:00Z', 'there is no 2026-02-30T00:00Z', 'Check day, hour and zone.'],
    ['2026-11-01T24:30Z', 'there is no 2026-11-01T24:30Z', 'Check day, hour and zone.'],
    ['last week', '"last week" is not a date', expect.any(String)],
    ['2026', '"2026" is not a date', expect.any(String)],
  ])('the date %s', async (date, message, hint) => {
    expect(await found('from: 2026-11-01T00:00Z', `from: ${date}`, PIPELINES)).toEqual([
      [10, date, message, hint],
    ]);
  });

  test.each([
    ['30', 'a duration needs a unit: 30 what?'],
    ['30 parsecs', '"30 parsecs" is not a duration'],
    ['soon', '"soon" is not a duration'],
  ])('the duration %s', async (text, message) => {
    expect(await found('warmup: 30m', `warmup: ${text}`, PIPELINES)).toEqual([
      [10, text, message, expect.any(String)],
    ]);
  });

  test('durations and dates are read to the millisecond, zones included', async () => {
    const { window } = await read(
      edited(
        PIPELINES,
        'from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z, warmup: 30m, settle: 48h',
        'from: 2026-11-01T00:00+01:00, to: "2026-11-15T00:00:01.5-02:30", warmup: 250ms, settle: 1.5d',
      ),
    );
    expect(window).toEqual({
      fromMs: Date.UTC(2026, 9, 31, 23),
      toMs: Date.UTC(2026, 10, 15, 2, 30, 1, 500),
      warmupMs: 250,
      settleMs: 129_600_000,
    });
  });

  test('percentages are exact: 7% is 0.07, 29% is 0.29', async () => {
    const { metrics, decide } = await read(
      edited(
        edited(COMMANDS, 'margin: 3% }\n  memory', 'margin: 7% }\n  memory'),
        'confidence: 95%',
        'confidence: 99.9%',
      ),
    );
    expect(metrics[0]?.margin).toEqual({ kind: 'relative', value: 0.07 });
    expect(decide.confidence).toBe(0.999);
  });
});

describe('missing keys', () => {
  test.each([
    ['experiment: engine-vs-functions\n', '', 1, 'key "experiment" is missing'],
    ['baseline: functions\n', '', 1, 'key "baseline" is missing'],
    ['kind: interleaved, ', '', 7, 'key "kind" is missing in design'],
    ['files: batches/*.ndjson, ', '', 13, 'key "files" is missing in workload'],
    [
      'of: cost, ',
      '',
      lineOf(COMMANDS, 'cost_per_million'),
      'key "of" is missing in metrics.cost_per_million.ratio',
    ],
    ['in: s, ', '', 15, 'key "in" is missing in metrics.seconds'],
    [
      'query: { stdout: $.records }, ',
      '',
      lineOf(COMMANDS, '  records:'),
      'key "query" is missing in metrics.records',
    ],
    ['  type: command\n', '', 8, 'key "type" is missing in driver'],
  ])('without %j', async (from, to, line, message) => {
    const problems = await problemsOf(edited(COMMANDS, from, to));
    expect(problems.filter((problem) => problem.message === message).map((problem) => problem.line)).toEqual([
      line,
    ]);
  });

  test('a missing key is marked at the key of its parent', async () => {
    const [problem] = await problemsOf(edited(COMMANDS, 'kind: interleaved, ', ''));
    expect(problem && marked(problem)).toBe('design');
  });
});

describe('all problems at once', () => {
  test('problems of every section are reported together, in the order of the file', async () => {
    let text = COMMANDS;
    for (const [from, to] of [
      ['title: Resident engine', 'titel: Resident engine'],
      ['baseline: functions', 'baseline: function'],
      ['blocks: 20', 'blocks: 3'],
      ['timeout: 60s', 'timout: 60s'],
      ['field: peakMemoryBytes', 'field: memory'],
      ['of: cost', 'of: costs'],
      ['kind: proportion', 'kind: proportions'],
      ['engine is at least 10% faster', 'engin is at least 10% fastr'],
      ['engine seconds at p99', 'engine second at p99'],
      ['confidence: 95%', 'confidence: 20%'],
    ] as const)
      text = edited(text, from, to);
    const problems = await problemsOf(text, edited(CARD, 'usage: s,', 'usage: 5,'));
    expect(problems.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual(
      [
        'exp.yaml:4 unknown key "titel" in arms.engine',
        'exp.yaml:6 the baseline "function" is not an arm',
        'exp.yaml:7 3 blocks can never answer: 5 are needed for a verdict',
        'exp.yaml:12 unknown key "timout" in driver.arms.functions',
        'exp.yaml:16 "memory" is not one of the values allowed here',
        'exp.yaml:26 there is no metric "costs"',
        'exp.yaml:27 key "in" is missing',
        'exp.yaml:29 there is no arm "engin"',
        'exp.yaml:29 "fastr" is not a word of any metric',
        'exp.yaml:32 there is no metric "second"',
        'exp.yaml:33 confidence lies between 50% and 99.99%',
        'cards/aws.yaml:8 expected text, found the number 5',
      ].map((row) => (row.includes('"in" is missing') ? expect.stringMatching(/proportions/) : row)),
    );
  });
});
