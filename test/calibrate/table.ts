/** The calibration as Markdown: one line a promise in the README, one line a measure of each cell beside it. */
import { type Band, type Cell, keeps, measured, type Outcome } from './cell.ts';
import type { RealRow } from './real-series.ts';

export interface Result {
  readonly id: string;
  readonly replicates: number;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

export interface Line {
  readonly cell: Cell;
  readonly measure: string;
  readonly band: Band;
  readonly outcome: Outcome;
  readonly kept: boolean;
}

/** Throws where a promise was not measured. */
export function linesOf(cell: Cell, { outcomes }: Pick<Result, 'outcomes'>): readonly Line[] {
  const promised = Object.entries(cell.owed).map(([measure, band]) => {
    const outcome = outcomes[measure];
    if (outcome !== undefined) return { cell, measure, band, outcome, kept: keeps(outcome, band) };
    // Nothing was answered: nothing could be claimed among the answered.
    if (
      band === 'shown' ||
      `${measure.replace(' answered', '')} the few answered` in outcomes ||
      hasNoAnswer(outcomes)
    ) {
      return null;
    }
    throw new Error(`${cell.id}: ${measure} is owed and was not measured`);
  });
  const extra = Object.entries(outcomes)
    .filter(([measure]) => !(measure in cell.owed))
    .map(([measure, outcome]) => ({ cell, measure, band: 'shown' as const, outcome, kept: true }));
  return [...promised.filter((line) => line !== null), ...extra];
}

const hasNoAnswer = ({ answered }: Result['outcomes']): boolean =>
  answered?.kind === 'share' && answered.hits === 0;

const isPlain = (measure: string): boolean => measure.includes('plain t');

/** Promises of a row that ask the same are one line: the range over its cells. */
export function summary(lines: readonly Line[]): string {
  const out = ['| on | measure | owed | measured | plain test |', '|--|--|--|--|--|'];
  for (const [row, ofRow] of groupBy(lines, ({ cell }) => cell.row)) {
    const promises = ofRow.filter(
      ({ band, measure }) => band !== 'shown' && measure !== 'interval and test disagree',
    );
    const shown =
      promises.length > 0
        ? promises
        : ofRow.filter(({ measure }) => measure.startsWith('false claims') && !isPlain(measure));
    const plain = range(ofRow.filter(({ measure }) => isPlain(measure)));
    let first = true;
    for (const [, same] of groupBy(shown, ({ measure, band }) => `${measure} ${owed(band)}`)) {
      const { measure, band } = same[0];
      const failed = same.some(({ kept }) => !kept) ? ' **fails**' : '';
      const beside = measure.startsWith('false claims') && !measure.includes('among') ? plain : '';
      out.push(`| ${first ? row : ''} | ${measure} | ${owed(band)} | ${range(same)}${failed} | ${beside} |`);
      first = false;
    }
  }
  return out.join('\n');
}

export function everyCell(lines: readonly Line[]): string {
  const out = ['| cell | measure | owed | measured | replicates | |', '|--|--|--|--|--|--|'];
  for (const { cell, measure, band, outcome, kept } of lines) {
    const count = outcome.kind === 'share' ? `${outcome.trials}` : '';
    out.push(
      `| ${cell.id} | ${measure} | ${owed(band)} | ${figure(measure, measured(outcome))} | ${count} | ${kept ? '' : '**fails**'} |`,
    );
  }
  return out.join('\n');
}

/** Series that were really measured, where nothing was changed. */
export function realTable(rows: readonly RealRow[]): string {
  const out = [
    '| on real series, nothing changed | runs | answered | claims | claims of the plain test |',
    '|--|--|--|--|--|',
  ];
  for (const { what, runs, answered, claimed, plain } of rows) {
    const [a, c, p] = [answered, claimed, plain].map((share) => figure('', share));
    out.push(`| ${what} | ${runs} | ${a} | ${c} | ${p} |`);
  }
  return out.join('\n');
}

/** Ratios are multiples, all else are shares. */
const isMultiple = (measure: string): boolean => measure.includes('against oracle');

function figure(measure: string, value: number): string {
  return isMultiple(measure) ? `${value.toFixed(2)} ×` : `${(100 * value).toFixed(1)} %`;
}

function range(lines: readonly Line[]): string {
  if (lines.length === 0) return '';
  const values = lines.map(({ outcome }) => measured(outcome)).sort((a, b) => a - b);
  const { measure } = lines[0];
  const [low, high] = [figure(measure, values[0]), figure(measure, values[values.length - 1])];
  return low === high ? low : `${low.replace(/ [%×]$/u, '')}–${high}`;
}

function owed(band: Band): string {
  if (band === 'shown') return 'shown';
  const show = (share: number) => `${Number((100 * share).toFixed(2))}`;
  if (band.low === 0) return `≤ ${show(band.high)} %`;
  if (band.high >= 1) return `≥ ${show(band.low)} %`;
  return `${show(band.low)}–${show(band.high)} %`;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
