/** Where every number comes from, and how to compute it again. */
import type { Report } from '../../model/report.js';
import { count, plural, timestamp } from '../format.js';
import { sentence } from '../words.js';
import type { Fact } from './facts.js';

export interface SourceView {
  readonly title: string;
  readonly type: string;
  readonly query: string;
  readonly about: string;
  readonly problem: string | null;
  readonly warnings: readonly string[];
}

export interface ProvenanceView {
  readonly facts: readonly Fact[];
  readonly environment: readonly Fact[];
  readonly sources: readonly SourceView[];
  /** Repeats the analysis from the stored evidence, without network. */
  readonly command: string;
}

const modes: Readonly<Record<Report['run']['mode'], string>> = {
  real: 'real',
  aa: 'A/A rehearsal',
  inject: 'rehearsal with an injected effect',
};

export const provenance = (report: Report): ProvenanceView => {
  const { experiment, run, stacktrial, sources } = report;
  return {
    facts: [
      { term: 'Run', value: run.id },
      { term: 'Mode', value: modes[run.mode] },
      { term: 'Started', value: timestamp(run.startedAt) },
      { term: 'Finished', value: run.finishedAt === null ? 'not finished' : timestamp(run.finishedAt) },
      { term: 'Resumed', value: plural(run.resumed, 'time') },
      { term: 'Seed', value: String(experiment.design.seed) },
      { term: 'stacktrial', value: stacktrial },
      { term: 'Experiment file', value: `sha256 ${experiment.sha256}` },
    ],
    environment: Object.entries(run.environment)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([term, value]) => ({ term, value })),
    sources: sources.map((meta) => ({
      title: `${meta.metric}, ${meta.arm}`,
      type: `${meta.source} (${meta.type}${meta.serverVersion === null ? '' : ` ${meta.serverVersion}`})`,
      query: meta.query,
      about: `${count(meta.observations)} observations, ${timestamp(meta.finishedAt)}, sha256 ${meta.sha256}`,
      problem: meta.problem === null ? null : sentence(meta.problem),
      warnings: (meta.warnings ?? []).map(sentence),
    })),
    command: `npx stacktrial analyze reports/${experiment.name}/${run.id}${report.postHoc === true ? ' --with FILE' : ''}`,
  };
};
