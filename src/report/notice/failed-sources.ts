/** Sources that broke. One that answered with nothing did not: an arm may have nothing of a metric; its claims say so. */
import type { SourceMeta } from '../../model/evidence.js';
import type { Report } from '../../model/report.js';

export const failedSources = ({ sources }: Report): readonly SourceMeta[] =>
  sources.filter(({ problem }) => problem !== null && problem.code !== 'no-data');
