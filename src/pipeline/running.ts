/** The estimates behind the claims while units came in, for the report's pictures; looks that were taken are among the places. */
import { running } from '../compare/index.js';
import type { ClaimResult } from '../model/decision.js';
import type { Comparison } from '../model/effect.js';
import type { Evidence } from '../model/evidence.js';
import type { Method, Registry } from '../model/ports.js';
import type { Report } from '../model/report.js';
import { createRandom } from '../stats/index.js';

interface Judged {
  readonly evidence: Evidence;
  readonly claims: readonly ClaimResult[];
  readonly comparisons: readonly Comparison[];
}

export function runningOf(
  { evidence, claims, comparisons }: Judged,
  { taken = [] }: Report['look'],
  methods: Registry<Method>,
): NonNullable<Report['running']> {
  const { design, name } = evidence.experiment;
  const ids = new Set(claims.flatMap(({ comparison }) => (comparison === null ? [] : [comparison])));
  const looks = taken.map(({ units, confidence }, i) => ({ index: i + 1, units, confidence }));
  return running(evidence, comparisons, ids, methods, looks, createRandom(design.seed, name));
}
