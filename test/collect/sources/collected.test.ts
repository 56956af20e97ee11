import { expect, test } from 'vitest';
import { collect, deriveTables, sources } from '../../../src/collect/index.js';
import type { Collected } from '../../../src/model/evidence.js';
import { Secret } from '../../../src/model/secret.js';
import { testContext } from '../../servers/context.js';
import { json, loopback } from '../../servers/loopback.js';
import { experiment, metric } from '../fixtures.js';
import { CANARY, expectNoCanary, SHOWN } from '../http/ask.js';
import { ARMS, MINUTE } from './asking.js';

const FROM = Date.UTC(2026, 9, 1);

test('evidence of a run: degraded, failed and whole answers side by side, and the token in none of it', async () => {
  const points = [1, 2, 3].map((minute) => [FROM / 1000 + minute * 60, String(10 * minute)]);
  const server = await loopback((request, response) => {
    const token = request.headers.authorization ?? '';
    if (request.url?.startsWith('/prom/api/v1/status'))
      json(response, { status: 'success', data: { version: token } });
    else if (request.url?.startsWith('/prom/'))
      json(response, {
        status: 'success',
        warnings: [`store of ${token} is unreachable`],
        data: { resultType: 'matrix', result: ARMS.map(({ match }) => ({ metric: match, values: points })) },
      });
    else json(response, { error: `${token} may not` }, 403);
  });
  const auth = { bearer: new Secret('TOKEN') };
  const observed = (source: string, query: object) => ({
    kind: 'observed' as const,
    arms: Object.fromEntries(ARMS.map(({ name }) => [name, { source, query: { ...query } }])),
  });
  const declared = experiment({
    arms: ARMS,
    baseline: 'faas',
    treatments: ['spark'],
    design: { ...experiment().design, kind: 'observed', concurrent: true },
    window: { fromMs: FROM, toMs: FROM + 3 * MINUTE, warmupMs: 0, settleMs: 0 },
    sources: {
      metrics: { type: 'prometheus', options: { url: `${server.url}/prom`, auth } },
      bill: { type: 'http', options: { url: `${server.url}/bill`, auth } },
    },
    secrets: [new Secret('TOKEN')],
    metrics: [
      metric('records', {
        byMs: MINUTE,
        fold: { kind: 'sum' },
        input: observed('metrics', { metric: 'orders_total', counter: true }),
      }),
      metric('cost', {
        byMs: MINUTE,
        fold: { kind: 'sum' },
        input: observed('bill', { path: '/{arm}', rows: '$', value: '$.v', time: '$.t' }),
      }),
    ],
  });
  const io = testContext({ TOKEN: CANARY });
  const kept: Collected[] = [];
  const all = await collect(declared, sources, io, async (one) => void kept.push(one));
  await server.close();
  expectNoCanary(JSON.stringify([all, kept]), io.said.join('\n'));

  const of = (name: string, arm: string) =>
    all.find(({ meta }) => meta.metric === name && meta.arm === arm) as Collected;
  expect(of('records', 'spark').observations.map(({ value }) => value)).toEqual([10, 20, 30]);
  expect(of('records', 'spark').meta.problem).toBeNull();
  expect(of('records', 'spark').meta.serverVersion).toBe(`prometheus Bearer ${SHOWN}`);
  expect(of('records', 'faas').meta.warnings?.[0]).toMatchObject({
    code: 'prometheus-warnings',
    values: { warnings: [`store of Bearer ${SHOWN} is unreachable`] },
  });
  expect(of('cost', 'faas').observations).toEqual([]);
  expect(of('cost', 'faas').meta.problem?.code).toBe('source-failed');
  expect(String(of('cost', 'faas').meta.problem?.values.message)).toContain(
    `403 Forbidden: {"error":"Bearer ${SHOWN} may not"}`,
  );

  const tables = deriveTables(declared, null, [], all, []);
  expect(tables.get('records')?.unmeasured).toBeNull();
  expect(tables.get('records')?.coverage).toMatchObject({ expected: 3, complete: 3 });
  expect(tables.get('records')?.warnings.map(({ code }) => code)).toContain('prometheus-warnings');
  expect(tables.get('cost')?.unmeasured?.code).toBe('source-failed');
});
