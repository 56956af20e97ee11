/**
 * Price ranges as scenarios. A price that is not known exactly is declared as a range on the card; it is no noise and
 * widens no interval. The analysis is made at the typical prices, and once more at either end of each range that the
 * experiment uses, all else unchanged: the claims that then read otherwise hang on that price. Halfway between typical and
 * either end it is made for the report page, where a reader moves the price.
 */
import type { Evidence, MetricTable } from '../../model/evidence.js';
import type { Experiment, Metric, MetricName, Rate, RateInput } from '../../model/experiment.js';

export interface PriceScenario {
  /** Path of the card as the experiment names it, and the rate on it. */
  readonly card: string;
  readonly rate: string;
  readonly title: string;
  /** null: halfway between the typical price and one end. */
  readonly end: 'low' | 'high' | null;
  readonly price: number;
  readonly typical: number;
  readonly currency: string;
  /** The experiment at that price. */
  readonly experiment: Experiment;
}

type RateMetric = Metric & { readonly input: RateInput };

const rateMetrics = ({ metrics }: Experiment): readonly RateMetric[] =>
  metrics.filter((metric): metric is RateMetric => metric.input.kind === 'rate');

const withPrice = (experiment: Experiment, card: string, rate: string, price: number): Experiment => ({
  ...experiment,
  metrics: experiment.metrics.map((metric) => {
    const { input } = metric;
    if (input.kind !== 'rate' || input.cardPath !== card || !Object.hasOwn(input.card.rates, rate))
      return metric;
    const rates = { ...input.card.rates, [rate]: { ...input.card.rates[rate], price } };
    return { ...metric, input: { ...input, card: { ...input.card, rates } } };
  }),
});

interface Ranged {
  readonly cardPath: string;
  readonly currency: string;
  readonly name: string;
  readonly rate: Rate;
}

/** Rates with a range that any arm uses, each once, in file order. */
const ranged = (experiment: Experiment): readonly Ranged[] => {
  const found = new Map<string, Ranged>();
  for (const { input } of rateMetrics(experiment))
    for (const { rate: name } of Object.values(input.arms).flat()) {
      const rate = Object.hasOwn(input.card.rates, name) ? input.card.rates[name] : undefined;
      if (rate?.range === undefined || rate.range.low === rate.range.high) continue;
      found.set(JSON.stringify([input.cardPath, name]), {
        cardPath: input.cardPath,
        currency: input.card.currency,
        name,
        rate,
      });
    }
  return [...found.values()];
};

type OtherPrice = Pick<PriceScenario, 'end' | 'price'>;

const scenariosAt = (
  experiment: Experiment,
  others: (typical: number, low: number, high: number) => readonly OtherPrice[],
): readonly PriceScenario[] =>
  ranged(experiment).flatMap(({ cardPath, currency, name, rate: { title, price: typical, range } }) =>
    others(typical, range?.low ?? typical, range?.high ?? typical)
      .filter(({ price }) => price !== typical)
      .map(({ end, price }) => ({
        card: cardPath,
        rate: name,
        title,
        end,
        price,
        typical,
        currency,
        experiment: withPrice(experiment, cardPath, name, price),
      })),
  );

/** The experiment at the low and at the high end of each declared price range; none where no range is used. */
export const priceScenarios = (experiment: Experiment): readonly PriceScenario[] =>
  scenariosAt(experiment, (_, low, high) => [
    { end: 'low', price: low },
    { end: 'high', price: high },
  ]);

/** The experiment halfway between typical and either end of each range. */
export const pricesBetween = (experiment: Experiment): readonly PriceScenario[] =>
  scenariosAt(experiment, (typical, low, high) => [
    { end: null, price: (low + typical) / 2 },
    { end: null, price: (typical + high) / 2 },
  ]);

/** Tables that no price moves: those of metrics that stand in both experiments as they are, and are made of none that moved. */
export const unmovedTables = (
  { metrics }: Experiment,
  before: Pick<Evidence, 'experiment' | 'tables'>,
): ReadonlyMap<MetricName, MetricTable> => {
  const same = new Set(metrics.filter((metric) => before.experiment.metrics.includes(metric)));
  // Shared costs are divided by observed metrics only, so that an observed one hangs on no price.
  const isUnmoved = (metric: Metric): boolean => {
    const { input } = metric;
    if (!same.has(metric)) return false;
    if (input.kind !== 'ratio') return true;
    return [input.of, input.per].every((name) =>
      metrics.some((part) => part.name === name && isUnmoved(part)),
    );
  };
  return new Map(
    metrics.flatMap((metric) => {
      const table = before.tables.get(metric.name);
      return table !== undefined && isUnmoved(metric) ? [[metric.name, table]] : [];
    }),
  );
};
