/** The line under the headline: who, when, how many, which design. */
import type { Report } from '../../model/report.js';
import { count, duration, list, percent, plural, timestamp } from '../format.js';

export interface Fact {
  readonly term: string;
  readonly value: string;
}

const design = ({ design, workload }: Report['experiment']): string => {
  const blocks = design.blocks > 0 ? `, ${plural(design.blocks, 'block')}` : '';
  if (workload === null) return `${design.kind}${blocks}`;
  const repeats = workload.repeats > 1 ? ` × ${count(workload.repeats)}` : '';
  return `${design.kind}${blocks}; ${workload.kind} workload, ${plural(workload.units, 'unit')}${repeats}`;
};

const measured = ({ run, experiment }: Report): string => {
  if (experiment.window !== null)
    return `${timestamp(experiment.window.from)} to ${timestamp(experiment.window.to)}`;
  if (run.finishedAt === null) return `${timestamp(run.startedAt)}, not finished`;
  return `${timestamp(run.startedAt)}, for ${duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))}`;
};

/** Confidence of the intervals that neither `or` nor several treatments make wider. */
export const intervalConfidence = ({ experiment, look }: Report): number =>
  look.taken?.at(-1)?.confidence ?? experiment.confidence;

/** "95%", or "95% or 97.5%" where several treatments or looks share what may be wrong. */
export const intervalConfidences = (report: Report, comparisons = report.comparisons): string => {
  const own = comparisons.flatMap(({ effect }) => (effect === null ? [] : [effect.confidence]));
  const all = [...new Set(own)].sort((a, b) => a - b);
  return all.length === 0
    ? percent(intervalConfidence(report))
    : list(
        all.map((confidence) => percent(confidence)),
        'or',
      );
};

const lookText = ({ index, of, taken }: Report['look']): string => {
  const newest = taken?.at(-1);
  const reached =
    newest === undefined
      ? ''
      : `, after ${count(newest.units)} of ${plural(newest.maximum, 'unit')}, intervals at ${percent(newest.confidence)}`;
  return `${index} of ${of}${reached}`;
};

export const facts = (report: Report): readonly Fact[] => {
  const { experiment, look } = report;
  return [
    { term: 'Owner', value: experiment.owner ?? 'nobody named' },
    { term: 'Measured', value: measured(report) },
    { term: 'Design', value: design(experiment) },
    { term: 'Confidence', value: percent(experiment.confidence) },
    ...(look.of > 1 ? [{ term: 'Look', value: lookText(look) }] : []),
  ];
};

export interface ArmView {
  readonly name: string;
  readonly title: string | null;
  readonly role: 'baseline' | 'treatment';
}

export const armViews = ({ experiment }: Report): readonly ArmView[] =>
  experiment.arms.map(({ name, title, baseline }) => ({
    name,
    title: title === name ? null : title,
    role: baseline ? 'baseline' : 'treatment',
  }));
