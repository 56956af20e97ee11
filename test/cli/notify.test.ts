/** Who is told what, after real runs, by real requests to strict servers on loopback. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what a user writes
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { noticeBody } from '../../src/report/index.js';
import { json, type Loopback, loopback } from '../servers/loopback.js';
import { emptyFolder, onlyRun, smallExperiment, start } from './program.js';

interface Annotation {
  readonly time: number;
  readonly timeEnd?: number;
  readonly tags: readonly string[];
  readonly text: string;
  readonly dashboardUID?: string;
}

/** Grafana as its HTTP API describes it: anything else is refused, as it would be there. */
const isAnnotation = (value: unknown): value is Annotation => {
  const { time, timeEnd, tags, text, dashboardUID, ...others } = value as Record<string, unknown>;
  return (
    Object.keys(others).length === 0 &&
    Number.isInteger(time) &&
    (timeEnd === undefined || (Number.isInteger(timeEnd) && Number(timeEnd) >= Number(time))) &&
    Array.isArray(tags) &&
    tags.every((tag) => typeof tag === 'string') &&
    typeof text === 'string' &&
    (dashboardUID === undefined || typeof dashboardUID === 'string')
  );
};

async function receivers(): Promise<{
  server: Loopback;
  annotations: Annotation[];
  bodies: Map<string, unknown[]>;
}> {
  const annotations: Annotation[] = [];
  const bodies = new Map<string, unknown[]>();
  const server = await loopback((request, response, body, count) => {
    if (request.headers['content-type'] !== 'application/json') return json(response, {}, 415);
    const path = request.url ?? '';
    if (path === '/grafana/api/annotations') {
      if (request.headers.authorization !== 'Bearer glsa_1234567890') return json(response, {}, 401);
      const value: unknown = JSON.parse(body);
      if (!isAnnotation(value)) return json(response, { message: 'bad request data' }, 400);
      annotations.push(value);
      return json(response, { message: 'Annotation added', id: annotations.length });
    }
    // What refuses repeats what it was sent, as servers do.
    if (path.startsWith('/gone/')) return json(response, { error: `no hook ${path}` }, 404);
    if (path.startsWith('/flaky') && count % 2 === 1) return json(response, {}, 503);
    bodies.set(path, [...(bodies.get(path) ?? []), JSON.parse(body)]);
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
  });
  onTestFinished(() => server.close());
  return { server, annotations, bodies };
}

/** A trial's time is what the stack says it was, so that the decision does not hang on this machine. */
test('a first decision, an invalid run and a failure are told once each, to whoever wants to know, without a secret', async () => {
  const folder = await emptyFolder();
  const { server, annotations, bodies } = await receivers();
  const file = await smallExperiment(folder, { measured: 'work', old: { effort: 10 } });
  await writeFile(
    join(folder, 'told.mjs'),
    `import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync('told.ndjson', JSON.stringify(JSON.parse(readFileSync(0, 'utf8'))) + '\\n');`,
  );
  await appendFile(
    join(folder, file),
    `notify:
  - { webhook: "\${HOOK}", format: slack, headers: { x-team: "\${TEAM}" } }
  - { webhook: "${server.url}/teams", format: teams, on: [invalid, failed] }
  - { webhook: "\${GONE}" }
  - { command: [node, told.mjs] }
  - { command: [node, -e, "process.exit(7)"], on: [decision] }
  - { grafana: "${server.url}/grafana", token: "\${TOKEN}", dashboard: abc }
`,
  );
  const env = {
    HOOK: `${server.url}/flaky?sig=topsecret1`,
    GONE: `${server.url}/gone/T0123456/B0123456`,
    TOKEN: 'glsa_1234567890',
    TEAM: 'teamsecret',
  };
  const run = () => start(folder, ['run', file], { env }).ended;
  const told = async () =>
    (await readFile(join(folder, 'told.ndjson'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  const first = await run();
  expect(first.code).toBe(0);
  expect(await told()).toMatchObject([
    { notices: ['decision'], experiment: 'small', outcome: 'adopt', before: null, text: 'small: Adopt new' },
  ]);
  expect(bodies.get('/flaky?sig=topsecret1')).toMatchObject([
    {
      text: 'small: Adopt new',
      blocks: [{ type: 'header' }, { type: 'section' }, { type: 'section' }, { type: 'context' }],
    },
  ]);
  expect(bodies.get('/teams')).toBeUndefined();
  expect(first.stderr).toContain('webhook (json): nobody was told: ');
  expect(first.stderr).toContain('node: nobody was told: node ended with 7');
  for (const secret of ['topsecret1', 'T0123456', 'B0123456', 'glsa_1234567890', 'teamsecret'])
    expect(first.stderr, secret).not.toContain(secret);
  const [ran, decided] = annotations;
  expect(ran).toMatchObject({ tags: ['stacktrial', 'experiment:small', 'run'], dashboardUID: 'abc' });
  expect(ran.timeEnd).toBeGreaterThan(ran.time);
  expect(decided.tags).toEqual(['stacktrial', 'experiment:small', 'decision', 'adopt']);
  expect(decided.text).toMatch(/^Adopt new: new is .* faster than old/);
  const evidence = await readFile(join(await onlyRun(folder), 'evidence', 'experiment.yaml'), 'utf8');
  expect(evidence).toContain('${HOOK}');

  // The same again is no news.
  expect((await run()).code).toBe(0);
  expect(await told()).toHaveLength(1);

  const text = await readFile(join(folder, file), 'utf8');
  await writeFile(join(folder, file), text.replaceAll('\\"effort\\":10}', '\\"effort\\":10,\\"drop\\":9}'));
  expect((await run()).code).toBe(11);
  expect((await told())[1]).toMatchObject({ notices: ['decision', 'invalid'], before: 'Adopt new' });
  expect(bodies.get('/teams')).toMatchObject([
    { type: 'message', attachments: [{ content: { type: 'AdaptiveCard', version: '1.4' } }] },
  ]);

  await writeFile(join(folder, file), text.replace('data/*.txt', 'nothing/*.txt'));
  expect((await run()).code).toBe(64);
  expect((await told())[2]).toMatchObject({ notices: ['failed'], outcome: null, label: 'Failed' });

  // A rehearsal decides nothing, and nobody is told.
  await writeFile(join(folder, file), text);
  await start(folder, ['run', file, '--aa'], { env }).ended;
  expect(await told()).toHaveLength(3);
}, 180_000);

describe('bodies', () => {
  const ugly = 'say "hi" \\ \u2028 <!channel> \u202e{{x}} *b* \ud83d';
  const notice = {
    notices: ['decision', 'source'] as const,
    experiment: ugly,
    question: ugly,
    run: 'r',
    label: ugly,
    sentence: ugly.repeat(400),
    before: ugly,
    outcome: 'adopt',
    reasons: [ugly, ugly],
    text: ugly.repeat(20),
    report: '/a/b',
  };

  test.each(['json', 'slack', 'teams'] as const)(
    '%s is JSON whatever was typed, and as long as is taken',
    (format) => {
      const body = JSON.parse(noticeBody(format, notice));
      const texts: string[] = [];
      JSON.stringify(body, (_, value: unknown) => {
        if (typeof value === 'string') texts.push(value);
        return value;
      });
      expect(texts.some((text) => text.includes('say "hi" \\'))).toBe(true);
      expect(texts.some((text) => text.includes('\u202e'))).toBe(false);
      if (format === 'slack') {
        expect(body.blocks[0].text.text.length).toBeLessThanOrEqual(150);
        expect(body.blocks[1].text.text.length).toBeLessThanOrEqual(3_000);
        expect(JSON.stringify(body)).not.toContain('mrkdwn');
      }
      if (format === 'json')
        expect(body).toMatchObject({ notices: ['decision', 'source'], outcome: 'adopt' });
    },
  );
});
