/** What the page's script needs of the report, as JSON inside the page: everything that is judged, nothing that is drawn. */
import type { Report } from '../model/report.js';
import { compactJson } from './json.js';

export const whatIfData = (report: Report): string | null => {
  const { whatIf, claims, comparisons, metrics, checks } = report;
  if (whatIf === undefined || whatIf.claims.length === 0) return null;
  const claimed = new Set(claims.map(({ comparison }) => comparison));
  const used = new Set(claims.map(({ claim }) => claim.metric));
  const slim: Report = {
    ...report,
    comparisons: comparisons
      .filter(({ id }) => claimed.has(id))
      .map((comparison) => ({ ...comparison, companions: [], warnings: [] })),
    metrics: metrics.filter(({ name }) => used.has(name)).map((metric) => ({ ...metric, arms: [] })),
    // A check that passed takes no part in a decision.
    checks: checks.filter(({ status }) => status === 'fail' || status === 'warn'),
    run: { ...report.run, environment: {} },
    ...(report.tradeOffs === undefined
      ? {}
      : { tradeOffs: report.tradeOffs.map((one) => ({ ...one, curve: [], cloud: null, noCloud: null })) }),
    ...(report.breakEvens === undefined
      ? {}
      : { breakEvens: report.breakEvens.map((one) => ({ ...one, runs: [], differences: [] })) }),
    trials: [],
    exclusions: [],
    methods: [],
    sources: [],
    warnings: [],
  };
  return compactJson(slim);
};
