/** The dashboard for Grafana: its queries are those of the experiment, in Grafana's time range. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is a variable of Grafana
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { declare } from '../../src/declare/index.js';
import { dashboard } from '../../src/pipeline/dashboard.js';
import { plugins } from '../../src/plugins.js';
import { serverSuite } from '../servers/require.js';

interface Target {
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly expr?: string;
  readonly query?: string;
  readonly rawSql?: string;
  readonly legendFormat?: string;
}
interface Board {
  readonly panels: readonly { readonly title: string; readonly targets: readonly Target[] }[];
  readonly templating: { readonly list: readonly { readonly query: string }[] };
  readonly time: { readonly from: string };
}

const boardOf = async (source: string, query: string, name = 'orders "today"'): Promise<Board> => {
  const text = `experiment: ${name.replace(/\W/g, '-')}
question: Is spark busier?
arms: { faas: { title: F, match: { stack: fn } }, spark: { title: S, match: { stack: "it's" } } }
baseline: faas
design: { kind: observed, concurrent: true }
window: { from: 2026-11-02T00:00Z, to: 2026-11-16T00:00Z, settle: 48h }
sources: { metrics: ${source} }
metrics:
  records: { from: metrics, query: ${query}, by: 5m, fold: sum, in: records, better: higher, words: [busier, idler] }
hypotheses: [ spark is busier than faas ]
`;
  const read = (): never => {
    throw new Error('nothing is read');
  };
  return dashboard(await declare({ text, file: 'x.yaml' }, plugins, read), plugins) as unknown as Board;
};

const prometheus = () =>
  boardOf(
    '{ type: prometheus, url: "http://p" }',
    '{ metric: orders_processed_total, counter: true, where: { job: orders } }',
  );
const lastTarget = ({ panels }: Board): Target => panels.at(-1)?.targets[0] as Target;

describe('a dashboard', () => {
  test('shows decision, effects and the series of a Prometheus source', async () => {
    const board = await prometheus();
    expect(board.panels.map(({ title }) => title)).toEqual([
      'Decision',
      'Effects, with the interval that decides',
      'records (records)',
    ]);
    expect(lastTarget(board)).toMatchObject({
      datasource: { type: 'prometheus', uid: '${prometheus}' },
      legendFormat: '{{stack}}',
      expr: expect.stringContaining('increase(orders_processed_total{'),
    });
    expect(board.templating.list.map(({ query }) => query)).toEqual(['prometheus']);
    expect(board.time.from).toBe('2026-11-02T00:00:00.000Z');
  });

  test.each([
    [
      'flux',
      '{ type: influxdb, url: "http://i", org: o, token: t }',
      '{ bucket: b, measurement: m, field: f }',
    ],
    [
      'influxql',
      '{ type: influxdb, url: "http://i", dialect: influxql, database: d }',
      '{ measurement: m, field: f }',
    ],
    [
      'sql',
      '{ type: influxdb, url: "http://i", dialect: sql, database: d, token: t }',
      '{ measurement: m, field: f }',
    ],
  ])(
    'asks InfluxDB in %s, in the time range of the board, with every value in its place',
    async (_, source, query) => {
      const board = await boardOf(source, query);
      const { query: text, rawSql } = lastTarget(board);
      const asked = text ?? rawSql ?? '';
      expect(asked).toMatch(/v\.timeRangeStart|\$timeFilter|\$__timeFilter\(time\)/);
      expect(asked).not.toMatch(/20\d\d-|\$p?\d/);
      expect(asked).toContain('fn');
      expect(asked).toMatch(/it's|it\\'s|it''s/);
      expect(board.templating.list.map(({ query: type }) => type)).toEqual(['prometheus', 'influxdb']);
    },
  );
});

serverSuite('prometheus', 'promtool', (promtool) => {
  test('its PromQL is what Prometheus reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stacktrial-board-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const targets = (await prometheus()).panels.flatMap((panel) => panel.targets);
    const rules = targets.map(({ expr }, i) => ({ record: `r${i}`, expr }));
    const file = join(folder, 'rules.yml');
    await writeFile(file, stringify({ groups: [{ name: 'board', rules }] }));
    expect((await readFile(file, 'utf8')).length).toBeGreaterThan(100);
    expect(execFileSync(promtool, ['check', 'rules', file], { encoding: 'utf8' })).toContain(
      'SUCCESS: 5 rules',
    );
  });
});
