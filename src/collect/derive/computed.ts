/** How a metric's number comes about, for the report's "how each number is computed". */
import type { Experiment, Metric, ObservedInput, RateInput } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import { averagePrice } from './price.js';

/** The part of a query that says what is measured: `wallSeconds`, `$.records`, else the query itself. */
const measured = (query: Readonly<Record<string, unknown>>): string => {
  const said = query.field ?? query.stdout ?? query.covariate ?? query.value;
  return typeof said === 'string' ? said : JSON.stringify(query);
};

const observed = (metric: Metric, input: ObservedInput, { sources }: Experiment): Reason => {
  const arms = Object.entries(input.arms);
  const types = arms.map(([, { source }]) =>
    Object.hasOwn(sources, source) ? sources[source].type : source,
  );
  return reason('computed-observed', {
    metric: metric.name,
    unit: metric.unit,
    fold: metric.fold.kind,
    q: metric.fold.kind === 'quantile' ? metric.fold.q : null,
    bucketMs: metric.byMs,
    arms: arms.map(([arm]) => arm),
    sources: arms.map(([, { source }]) => source),
    types,
    measured: arms.map(([, { query }]) => measured(query)),
  });
};

/**
 * One entry per arm and rate in each list; 0 where the card does not round, the rate is not resident or fixed, or no
 * monthly volume is declared. `price` is what is charged: the average at the declared volume where there are steps.
 */
const rate = (metric: Metric, { card, arms }: RateInput): Reason => {
  const used = Object.entries(arms).flatMap(([arm, uses]) =>
    uses.map((use) => ({
      arm,
      use,
      rate: Object.hasOwn(card.rates, use.rate) ? card.rates[use.rate] : null,
    })),
  );
  return reason('computed-rate', {
    metric: metric.name,
    card: card.card,
    date: card.date,
    source: card.source,
    currency: card.currency,
    arms: used.map(({ arm }) => arm),
    rates: used.map(({ use }) => use.rate),
    usages: used.map(({ use }) => use.usage),
    usageUnits: used.map((one) => one.rate?.usage ?? ''),
    roundUpTo: used.map((one) => one.rate?.roundUpTo ?? 0),
    minimum: used.map((one) => one.rate?.minimum ?? 0),
    times: used.map((one) => one.rate?.times ?? Number.NaN),
    per: used.map((one) => one.rate?.per ?? Number.NaN),
    price: used.map((one) => (one.rate === null ? Number.NaN : averagePrice(one.rate, one.use))),
    perUnit: used.map((one) => one.rate?.perUnit ?? 0),
    utilisation: used.map((one) => (one.rate?.resident === true ? (one.use.utilisation ?? 0) : 0)),
    counts: used.map(({ use }) => use.count ?? 1),
    monthly: used.map(({ use }) => use.monthly ?? 0),
    share: used.map(({ use }) => use.share ?? 1),
    fixed: used.map((one) => one.rate?.fixed ?? ''),
    steps: used.map((one) => one.rate?.tiers?.length ?? 0),
    free: used.map(({ rate, use }) => (use.freeTier === true ? (rate?.freeTier ?? 0) : 0)),
    low: used.map((one) => one.rate?.range?.low ?? Number.NaN),
    high: used.map((one) => one.rate?.range?.high ?? Number.NaN),
  });
};

export const computed = (metric: Metric, experiment: Experiment): Reason => {
  const { input } = metric;
  if (input.kind === 'observed') return observed(metric, input, experiment);
  if (input.kind === 'rate') return rate(metric, input);
  return reason('computed-ratio', {
    metric: metric.name,
    of: input.of,
    per: input.per,
    times: input.times,
    proportion: input.proportion,
  });
};
