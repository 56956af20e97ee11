/**
 * Which method answers, from assignment × kind of metric × estimand (STATISTICS.md §2): the first line that fits.
 * Every line that is not built yet says so; nothing falls through to a method that does not fit.
 */
import type { Design, Estimand } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';

export interface Question {
  readonly design: Pick<Design, 'kind' | 'concurrent'>;
  readonly estimand: Estimand;
  /** Value ÷ per: a ratio of sums. */
  readonly ratio: boolean;
  readonly proportion: boolean;
  readonly workload: 'fixed' | 'sample' | null;
  readonly exact: boolean;
}

export interface Chosen {
  /** Id and title of the line that named the method. */
  readonly line: string;
  readonly title: string;
  /** Null where a number is held against the claim without a method. */
  readonly method: string | null;
  readonly companions: readonly string[];
}

interface Line extends Omit<Chosen, 'line'> {
  readonly fits: (question: Question) => boolean;
  readonly missing?: 'quantiles' | 'series';
}

const isQuantile = ({ estimand }: Question) => /^p\d/.test(estimand);
const interleaved = ({ design }: Question) => design.kind === 'interleaved';
const byKey = ({ design }: Question) => design.kind === 'by-key';
const ofSums = ({ ratio, estimand }: Question) =>
  ratio && (estimand === 'total' || estimand === 'proportion');
const typical = ({ estimand }: Question) => estimand === 'typical';
const fixed = ({ workload }: Question) => workload === 'fixed';
const sample = ({ workload }: Question) => workload === 'sample';
const all =
  (...conditions: ((question: Question) => boolean)[]) =>
  (question: Question) =>
    conditions.every((holds) => holds(question));

// biome-ignore format: a table is read in columns
const lines: Readonly<Record<string, Line>> = {
  exact:                      { title: 'exact metric: the number itself',               fits: ({ exact }) => exact,                method: null,                     companions: [] },
  quantiles:                  { title: 'quantiles',                                     fits: isQuantile,                          method: null,                     companions: [], missing: 'quantiles' },
  'interleaved-typical':      { title: 'interleaved, typical',                          fits: all(interleaved, typical),           method: 'typical',                companions: ['total', 'sign-flip'] },
  'interleaved-sample':       { title: 'interleaved, sample workload',                  fits: all(interleaved, sample),            method: 'paired-items',           companions: ['typical', 'delta', 'sign-flip'] },
  'interleaved-ratio-fixed':  { title: 'interleaved, ratio, fixed workload',            fits: all(interleaved, ofSums, fixed),     method: 'paired-ratio-stratified', companions: ['typical', 'jackknife', 'sign-flip'] },
  'interleaved-ratio':        { title: 'interleaved, ratio',                            fits: all(interleaved, ofSums),            method: 'paired-ratio',           companions: ['typical', 'delta', 'sign-flip'] },
  'interleaved-fixed':        { title: 'interleaved, total or mean, fixed workload',    fits: all(interleaved, fixed),             method: 'paired-t-stratified',    companions: ['typical', 'sign-flip'] },
  'interleaved':              { title: 'interleaved, total or mean',                    fits: interleaved,                         method: 'paired-t',               companions: ['typical', 'sign-flip'] },
  'by-key-typical':           { title: 'by key, typical',                               fits: all(byKey, typical),                 method: 'typical',                companions: ['total'] },
  'by-key-proportion':        { title: 'by key, proportion',                            fits: all(byKey, ({ proportion }) => proportion), method: 'newcombe',        companions: ['delta'] },
  'by-key-ratio':             { title: 'by key, ratio',                                 fits: all(byKey, ofSums),                  method: 'welch-ratio',            companions: ['typical', 'delta'] },
  'by-key':                   { title: 'by key, total or mean per key',                 fits: byKey,                               method: 'welch',                  companions: ['typical'] },
  series:                     { title: 'mirrored or observed: series of units in time', fits: () => true,                          method: null,                     companions: [], missing: 'series' },
};

export function chooseMethod(question: Question): Chosen | Reason {
  for (const [line, { fits, missing, title, method, companions }] of Object.entries(lines)) {
    if (!fits(question)) continue;
    if (missing !== undefined) {
      return reason('method-not-available', {
        design: question.design.kind,
        estimand: question.estimand,
        part: missing,
      });
    }
    // A share of failures has no typical unit ratio: most units have none.
    const shown = question.proportion ? companions.filter((name) => name !== 'typical') : companions;
    return { line, title, method, companions: shown };
  }
  throw new Error('choose.ts: the last line fits everything');
}
