/**
 * Reports as Prometheus metrics: for the textfile collector of node_exporter, and for /metrics of a resident scheduler.
 * An effect that was not measured has no sample, so that an alert on its absence can be written; a bound that is not
 * there is ±Inf, as the interval says.
 */

import type { Outcome } from '../model/decision.js';
import type { IntervalData } from '../model/effect.js';
import type { Report } from '../model/report.js';
import { decisionTime } from './age.js';
import { failedSources } from './notice/failed-sources.js';

const OUTCOMES: readonly Outcome[] = ['adopt', 'keep', 'trade-off', 'inconclusive', 'invalid'];

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const valueText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
};

const sampleText = (name: string, { labels, value }: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${valueText(value)}`;
};

/** The text format, version 0.0.4; families without a sample are left out. */
export const expositionText = (families: readonly Family[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) =>
      [
        `# HELP ${name} ${escaped(help)}`,
        `# TYPE ${name} ${type}`,
        ...samples.map((sample) => sampleText(name, sample)),
        '',
      ].join('\n'),
    )
    .join('');

const bound = (interval: IntervalData, side: 'low' | 'high'): number =>
  (interval.kind === 'unbounded' ? null : interval[side]) ??
  (side === 'low' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  type: 'gauge',
  help,
  samples,
});

/** One report for each experiment, its newest. */
export function reportFamilies(reports: readonly Report[]): readonly Family[] {
  const each = (samples: (report: Report, experiment: string) => readonly Sample[]) =>
    reports.flatMap((report) => samples(report, report.experiment.name));
  const effects = (value: (ratio: { estimate: number; interval: IntervalData }) => number) =>
    each((report, experiment) =>
      report.comparisons.flatMap(({ metric, treatment, baseline, estimand, effect }) => {
        const ratio = effect?.ratio;
        if (ratio === null || ratio === undefined) return [];
        return [{ labels: { experiment, metric, treatment, baseline, estimand }, value: value(ratio) }];
      }),
    );
  const count = (of: (report: Report) => number) =>
    each((report, experiment) => [{ labels: { experiment }, value: of(report) }]);
  return [
    gauge(
      'stacktrial_decision',
      'Decision of the newest report: 1 for the one that holds.',
      each(({ decision }, experiment) =>
        OUTCOMES.map((outcome) => ({
          labels: { experiment, decision: outcome },
          value: decision.outcome === outcome ? 1 : 0,
        })),
      ),
    ),
    gauge(
      'stacktrial_effect_ratio',
      'Treatment divided by baseline.',
      effects(({ estimate }) => estimate),
    ),
    gauge(
      'stacktrial_effect_ratio_low',
      'Lower end of the interval that decides.',
      effects(({ interval }) => bound(interval, 'low')),
    ),
    gauge(
      'stacktrial_effect_ratio_high',
      'Upper end of the interval that decides.',
      effects(({ interval }) => bound(interval, 'high')),
    ),
    gauge(
      'stacktrial_guardrails_broken',
      'Guardrails that are refuted.',
      count(
        ({ claims }) =>
          claims.filter(({ claim, verdict }) => claim.role === 'guardrail' && verdict === 'refuted').length,
      ),
    ),
    gauge(
      'stacktrial_claims_unmeasured',
      'Claims and guardrails without an estimate.',
      count(({ claims }) => claims.filter(({ verdict }) => verdict === 'unmeasured').length),
    ),
    gauge(
      'stacktrial_sources_failed',
      'Questions that a source failed to answer.',
      count((report) => failedSources(report).length),
    ),
    gauge(
      'stacktrial_last_run_timestamp_seconds',
      'When the newest report was made.',
      count((report) => decisionTime(report) / 1000),
    ),
  ];
}
