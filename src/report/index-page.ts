/** reports/index.html: every experiment with its runs, newest first, and how its effects went from run to run. */
import { overRuns } from './charts/over-runs.js';
import { number, plural, quantity, timestamp } from './format.js';
import { reportDocument } from './json.js';
import { page } from './page-templates.js';
import type { IndexedClaim, IndexedRun, RunsIndex } from './runs-index.js';
import { css, cssHash, indexScript, indexScriptHash } from './templates.generated.js';

const states = { complete: null, unfinished: 'not finished', unreadable: 'cannot be read' } as const;

type Measured = IndexedClaim & { readonly benefit: NonNullable<IndexedClaim['benefit']> };

const labelOf =
  ({ scale, unit }: Measured['benefit']) =>
  (value: number): string =>
    scale === 'absolute' && unit !== 'fraction'
      ? quantity(value, unit)
      : `${number(value * 100)}${scale === 'relative' ? '%' : ' points'}`;

/** One picture for each hypothesis of the newest report, over all runs of the real thing that claimed the same. */
const pictures = (
  runs: readonly IndexedRun[],
  prefix: string,
): readonly { readonly title: string; readonly svg: string }[] => {
  const real = runs.filter(({ mode }) => mode === 'real');
  const claims = real[0]?.claims.filter(({ role }) => role === 'hypothesis') ?? [];
  return claims.flatMap((claim, i) => {
    const same = real
      .flatMap((run) => run.claims.filter(({ text }) => text === claim.text))
      .filter((one): one is Measured => one.benefit !== null)
      .toReversed();
    if (same.length < 2) return [];
    const { benefit } = same[same.length - 1];
    const comparable = same.filter((one) => one.benefit.scale === benefit.scale);
    const svg = overRuns({
      id: `${prefix}-${i}`,
      title: claim.text,
      description: `Oldest first: ${comparable.map(({ effect }) => effect ?? '').join('; ')}`,
      runs: comparable.map((one) => ({
        benefit: one.benefit,
        thresholds: [one.benefit.threshold],
        margin: null,
      })),
      relative: benefit.scale === 'relative',
      label: labelOf(benefit),
    });
    return [{ title: claim.text, svg }];
  });
};

const runRow = (run: IndexedRun) => ({
  ...run,
  at: run.startedAt === null ? null : timestamp(run.startedAt),
  note: [
    states[run.state],
    run.look !== null && run.look.of > 1 ? `look ${run.look.index} of ${run.look.of}` : null,
    run.mode === null || run.mode === 'real' ? null : `a rehearsal (--${run.mode})`,
    run.problem,
  ]
    .filter((text) => text !== null)
    .join(' · '),
});

export const indexJson = (index: RunsIndex): string => `${JSON.stringify(reportDocument(index), null, 2)}\n`;

export const indexPage = (index: RunsIndex): string =>
  page('index', {
    css,
    cssHash,
    script: indexScript,
    scriptHash: indexScriptHash,
    counts: `${plural(index.experiments.length, 'experiment')}, ${plural(
      index.experiments.reduce((sum, { runs }) => sum + runs.length, 0),
      'run',
    )}`,
    experiments: index.experiments.map(({ experiment, question, runs }, i) => ({
      id: `experiment-${i}`,
      experiment,
      question,
      pictures: pictures(runs, `over-${i}`),
      runs: runs.map(runRow),
    })),
  });
