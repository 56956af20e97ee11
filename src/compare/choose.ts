/**
 * Which method answers, from assignment × kind of unit × estimand (STATISTICS.md §2): the first line that fits.
 * Units in time are batches of a mirrored design, whatever was observed, and time buckets in any design.
 */
import type { Design, DesignKind, Estimand } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';

export interface Question {
  readonly design: Pick<Design, 'kind' | 'concurrent'>;
  readonly estimand: Estimand;
  /** Value ÷ per: a ratio of sums. */
  readonly ratio: boolean;
  readonly proportion: boolean;
  readonly workload: 'fixed' | 'sample' | null;
  readonly exact: boolean;
  /** The metric is adjusted for what was known of its units beforehand. */
  readonly adjusted?: boolean;
  /** Units are time buckets. */
  readonly bucketed: boolean;
  /** Looked at whenever somebody likes (`looks: anytime`). */
  readonly anytime?: boolean;
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
  /** Set where no method fits: why, and what would. */
  readonly refused?: Reason;
}

const quantile = ({ estimand }: Question) => /^p\d/.test(estimand);
const interleaved = ({ design }: Question) => design.kind === 'interleaved';
const byKey = ({ design }: Question) => design.kind === 'by-key';
const kind =
  (name: DesignKind) =>
  ({ design }: Question) =>
    design.kind === name;
const bucketed = ({ bucketed }: Question) => bucketed;
const inTime = ({ design, bucketed }: Question) =>
  bucketed || design.kind === 'mirrored' || design.kind === 'observed';
const apart = ({ design }: Question) => design.kind === 'observed' && !design.concurrent;
const ofSums = ({ ratio, estimand }: Question) =>
  ratio && (estimand === 'total' || estimand === 'proportion');
const bareTotal = ({ ratio, estimand }: Question) => !ratio && estimand === 'total';
const location = ({ estimand }: Question) => estimand === 'location';
const adjusted = ({ adjusted = false }: Question) => adjusted;
const typical = ({ estimand }: Question) => estimand === 'typical';
const fixed = ({ workload }: Question) => workload === 'fixed';
const sample = ({ workload }: Question) => workload === 'sample';
const all =
  (...conditions: ((question: Question) => boolean)[]) =>
  (question: Question) =>
    conditions.every((holds) => holds(question));

// biome-ignore format: a table is read in columns
const lines: Readonly<Record<string, Line>> = {
  exact:                      { title: 'exact metric: the number itself',               fits: ({ exact }) => exact,                method: null,                      companions: [] },
  'anytime':                  { title: 'looks at any time, units side by side in time', fits: (question) => question.anytime === true && inTime(question) && !apart(question) && !quantile(question) && !typical(question), method: 'batch-looks', companions: [] },
  'anytime-refused':          { title: 'looks at any time',                             fits: ({ anytime }) => anytime === true,   method: null,                      companions: [], refused: reason('anytime-needs-series') },
  'interleaved-buckets':      { title: 'interleaved, time buckets',                     fits: all(interleaved, bucketed),          method: null,                      companions: [], refused: reason('buckets-are-not-trials') },
  'by-key-buckets-total':     { title: 'by key, time buckets, total',                   fits: all(byKey, bucketed, bareTotal),     method: null,                      companions: [], refused: reason('buckets-by-key-need-work') },
  'location-elsewhere':       { title: 'location, not by key',                          fits: all(location, ({ design, bucketed }) => design.kind !== 'by-key' || bucketed), method: null, companions: [], refused: reason('location-needs-keys') },
  'by-key-location':          { title: 'by key, location',                              fits: location,                            method: 'hodges-lehmann',          companions: ['typical'] },
  'switchback':               { title: 'switchback',                                    fits: kind('switchback'),                  method: 'switchback',              companions: ['other'] },
  'runs':                     { title: 'several runs per arm',                          fits: kind('runs'),                        method: 'runs',                    companions: ['other'] },
  'ramp-quantile':            { title: 'ramp, quantile',                                fits: all(kind('ramp'), quantile),         method: null,                      companions: [], refused: reason('ramp-needs-means') },
  'ramp-typical':             { title: 'ramp, typical',                                 fits: all(kind('ramp'), typical),          method: null,                      companions: [], refused: reason('ramp-needs-means') },
  'ramp-buckets-total':       { title: 'ramp, time buckets, total',                     fits: all(kind('ramp'), bucketed, bareTotal), method: null,                   companions: [], refused: reason('ramp-buckets-need-work') },
  'ramp-buckets':             { title: 'ramp, time buckets, stage by stage',            fits: all(kind('ramp'), bucketed),         method: 'ramp-series',             companions: [] },
  'ramp':                     { title: 'ramp, keys, stage by stage',                    fits: kind('ramp'),                        method: 'ramp-keys',               companions: [] },
  'series-quantile':          { title: 'units in time, quantile',                       fits: all(inTime, quantile),               method: 'series-quantile',         companions: [] },
  'series-typical':           { title: 'units in time, typical',                        fits: all(inTime, typical),                method: 'series-typical',          companions: ['total'] },
  'series-apart':             { title: 'observed at different times',                   fits: all(inTime, apart),                  method: 'unpaired-series',         companions: ['series-typical'] },
  'series-ratio':             { title: 'units in time, both arms at once, ratio',       fits: all(inTime, ofSums),                 method: 'paired-series-ratio',     companions: ['series-typical'] },
  'series':                   { title: 'units in time, both arms at once',              fits: inTime,                              method: 'paired-series',           companions: ['series-typical'] },
  'interleaved-quantile':     { title: 'interleaved, quantile',                         fits: all(interleaved, quantile),          method: 'paired-quantile',         companions: [] },
  'interleaved-typical':      { title: 'interleaved, typical',                          fits: all(interleaved, typical),           method: 'typical',                 companions: ['total', 'sign-flip'] },
  'interleaved-sample':       { title: 'interleaved, sample workload',                  fits: all(interleaved, sample),            method: 'paired-items',            companions: ['typical', 'delta', 'sign-flip'] },
  'interleaved-ratio-fixed':  { title: 'interleaved, ratio, fixed workload',            fits: all(interleaved, ofSums, fixed),     method: 'paired-ratio-stratified', companions: ['typical', 'jackknife', 'sign-flip'] },
  'interleaved-ratio':        { title: 'interleaved, ratio',                            fits: all(interleaved, ofSums),            method: 'paired-ratio',            companions: ['typical', 'delta', 'sign-flip'] },
  'interleaved-fixed':        { title: 'interleaved, total or mean, fixed workload',    fits: all(interleaved, fixed),             method: 'paired-t-stratified',     companions: ['typical', 'sign-flip'] },
  'interleaved':              { title: 'interleaved, total or mean',                    fits: interleaved,                         method: 'paired-t',                companions: ['typical', 'sign-flip'] },
  'by-key-quantile':          { title: 'by key, quantile',                              fits: all(byKey, quantile),                method: 'key-quantile',            companions: [] },
  'by-key-typical':           { title: 'by key, typical',                               fits: all(byKey, typical),                 method: 'typical',                 companions: ['total'] },
  'by-key-adjusted':          { title: 'by key, total or mean per key, adjusted',       fits: all(byKey, adjusted),                method: 'cuped',                   companions: ['welch'] },
  'by-key-proportion':        { title: 'by key, proportion',                            fits: all(byKey, ({ proportion }) => proportion), method: 'newcombe',         companions: ['delta'] },
  'by-key-ratio':             { title: 'by key, ratio',                                 fits: all(byKey, ofSums),                  method: 'welch-ratio',             companions: ['typical', 'delta'] },
  'by-key':                   { title: 'by key, total or mean per key',                 fits: byKey,                               method: 'welch',                   companions: ['typical'] },
};

export function chooseMethod(question: Question): Chosen | Reason {
  for (const [line, { fits, refused, title, method, companions }] of Object.entries(lines)) {
    if (!fits(question)) continue;
    if (refused !== undefined) return refused;
    // A share of failures has no typical unit ratio: most units have none.
    const isTypical = (name: string) => ['typical', 'series-typical', 'other'].includes(name);
    const shown = question.proportion ? companions.filter((name) => !isTypical(name)) : companions;
    return { line, title, method, companions: shown };
  }
  throw new Error('choose.ts: every design has a last line');
}
