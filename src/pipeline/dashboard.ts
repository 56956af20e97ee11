/**
 * A Grafana dashboard for one experiment: its decision and effects from the exported metrics, the very series that it
 * compares from its own sources, and its annotations. Pure.
 */
import { questions } from '../collect/index.js';
import type { Experiment } from '../model/experiment.js';
import type { Plugins, Query } from '../model/ports.js';

type Json = Readonly<Record<string, unknown>>;

const DAY_MS = 864e5;
/** Queries are written for a window; what it is does not matter, as Grafana puts its own in. */
const ANY_WINDOW = { fromMs: 0, toMs: DAY_MS, warmupMs: 0, settleMs: 0 };

const source = (type: string): Json => ({ type, uid: `\${${type}}` });

const sqlQuoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

interface AskedInflux {
  readonly dialect: 'flux' | 'influxql' | 'sql';
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Grafana's own time range in place of the window's. */
function influxTarget({ dialect, text, params }: AskedInflux): Json {
  const times = /time >= (?:(?:TIMESTAMP )?'[^']*'|\d+\w*) AND time < (?:(?:TIMESTAMP )?'[^']*'|\d+\w*)/;
  if (dialect === 'flux')
    return {
      query: text.replace(
        /range\(start: [^,]+, stop: [^)]+\)/g,
        'range(start: v.timeRangeStart, stop: v.timeRangeStop)',
      ),
    };
  const filled = Object.entries(params)
    .sort(([a], [b]) => b.length - a.length)
    .reduce((query, [name, value]) => query.replaceAll(`$${name}`, () => sqlQuoted(value)), text);
  return dialect === 'influxql'
    ? { query: filled.replace(times, () => '$timeFilter'), rawQuery: true, resultFormat: 'time_series' }
    : { rawSql: filled.replace(times, () => '$__timeFilter(time)'), rawQuery: true, format: 'time_series' };
}

interface AskedPrometheus {
  readonly promql: string;
  readonly byLabels: boolean;
}

/** null: this source is not one that Grafana can ask by itself. */
function target(type: string, { request, want }: Query, refId: string): Json | null {
  if (type === 'prometheus') {
    const { promql, byLabels } = (request as unknown as { expression: AskedPrometheus }).expression;
    const labels = Object.keys(want.arms[0].match).map((label) => `{{${label}}}`);
    return {
      refId,
      datasource: source(type),
      expr: promql,
      legendFormat: byLabels ? labels.join(' ') : want.arms[0].name,
    };
  }
  if (type !== 'influxdb') return null;
  return {
    refId,
    datasource: source(type),
    ...influxTarget((request as unknown as { asked: AskedInflux }).asked),
  };
}

const UNITS: Readonly<Record<string, string>> = {
  s: 's',
  ms: 'ms',
  B: 'bytes',
  USD: 'currencyUSD',
  fraction: 'percentunit',
};

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

interface Panel {
  readonly title: string;
  readonly type: 'timeseries' | 'stat';
  readonly unit: string;
  readonly targets: readonly Json[];
}

interface SourcePanel extends Panel {
  readonly sourceType: string;
}

/** One panel for each metric that a source can be asked for again. */
function sourcePanels(experiment: Experiment, plugins: Pick<Plugins, 'sources'>): readonly SourcePanel[] {
  const asked = questions({ ...experiment, window: experiment.window ?? ANY_WINDOW }, plugins.sources);
  return experiment.metrics.flatMap(({ name, title, unit }) => {
    const own = asked.filter(({ metric }) => metric.name === name);
    const targets = own
      .flatMap(({ type, queries }) => queries.map((query) => [type, query] as const))
      .map(([type, query], i) => target(type, query, LETTERS[i % LETTERS.length]))
      .filter((one) => one !== null);
    const sourceType = own[0]?.type ?? '';
    return targets.length === 0
      ? []
      : [{ title: `${title} (${unit})`, type: 'timeseries', unit, targets, sourceType } as const];
  });
}

const exported = (expr: string, legendFormat: string, refId = 'A'): Json => ({
  refId,
  datasource: source('prometheus'),
  expr,
  legendFormat,
});

const literal = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

function decisionPanels({ name }: Experiment): readonly Panel[] {
  const of = `{experiment="${literal(name)}"}`;
  const pair = '{{metric}}: {{treatment}} ÷ {{baseline}}';
  return [
    {
      title: 'Decision',
      type: 'stat',
      unit: '',
      targets: [exported(`stacktrial_decision${of} == 1`, '{{decision}}')],
    },
    {
      title: 'Effects, with the interval that decides',
      type: 'timeseries',
      unit: '',
      targets: [
        exported(`stacktrial_effect_ratio${of}`, pair, 'A'),
        exported(`stacktrial_effect_ratio_low${of}`, `${pair}, low`, 'B'),
        exported(`stacktrial_effect_ratio_high${of}`, `${pair}, high`, 'C'),
      ],
    },
  ];
}

const panelJson = ({ title, type, unit, targets }: Panel, i: number): Json => ({
  id: i + 1,
  title,
  type,
  datasource: (targets[0] as { datasource: Json }).datasource,
  gridPos: { h: 8, w: 12, x: 12 * (i % 2), y: 8 * Math.floor(i / 2) },
  fieldConfig: { defaults: { unit: Object.hasOwn(UNITS, unit) ? UNITS[unit] : 'short' }, overrides: [] },
  options: type === 'stat' ? { textMode: 'name', reduceOptions: { calcs: ['lastNotNull'] } } : {},
  targets,
});

const variable = (type: string): Json => ({ name: type, label: type, type: 'datasource', query: type });

export function dashboard(experiment: Experiment, plugins: Pick<Plugins, 'sources'>): Json {
  const fromSources = sourcePanels(experiment, plugins);
  const types = new Set(['prometheus', ...fromSources.map(({ sourceType }) => sourceType)]);
  const { window } = experiment;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    uid: null,
    title: `stacktrial: ${experiment.name}`,
    description: experiment.question,
    tags: ['stacktrial', `experiment:${experiment.name}`],
    schemaVersion: 39,
    editable: true,
    timezone: 'utc',
    time:
      window === null
        ? { from: 'now-7d', to: 'now' }
        : { from: iso(window.fromMs), to: iso(window.toMs + window.settleMs) },
    templating: { list: [...types].map(variable) },
    annotations: {
      list: [
        {
          name: 'stacktrial',
          enable: true,
          iconColor: 'purple',
          datasource: { type: 'grafana', uid: '-- Grafana --' },
          target: {
            type: 'tags',
            tags: ['stacktrial', `experiment:${experiment.name}`],
            matchAny: false,
            limit: 100,
          },
        },
      ],
    },
    panels: [...decisionPanels(experiment), ...fromSources].map(panelJson),
  };
}
