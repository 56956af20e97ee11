/** What it costs, per unit of work and per month, and what those amounts are made of. */
import type { MetricReport, Report } from '../../model/report.js';
import { comparisonEffect } from '../effect-words.js';
import { breakEvenText } from '../figures/break-even.js';
import { priceText } from '../figures/trade-off.js';
import { estimateWithInterval, percent, quantity, workAmount } from '../format.js';
import { sentence } from '../words.js';

interface Table {
  readonly title: string;
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface MoneyView {
  readonly tables: readonly Table[];
  /** Price of an hour, break-even: a sentence each. */
  readonly findings: readonly string[];
  /** How each amount is computed, what is estimated, excluded, amortised, shared. */
  readonly madeOf: readonly string[];
}

const isMoney = ({ unit, role }: MetricReport): boolean => role === 'cost' || /^[A-Z]{3}(\s*\/|$)/.test(unit);

const perWork = (report: Report, metrics: readonly MetricReport[]): readonly Table[] => {
  const compared = report.comparisons.filter(
    ({ metric, effect }) => effect !== null && metrics.some(({ name }) => name === metric),
  );
  if (compared.length === 0) return [];
  const arms = report.experiment.arms.map(({ name }) => name);
  return [
    {
      title: 'Per unit of work',
      note: '',
      columns: ['Amount', ...arms, 'Effect', 'Difference'],
      rows: compared.map((comparison) => {
        const metric = metrics.find(({ name }) => name === comparison.metric);
        const [unit = '', per] = (metric?.unit ?? '').split('/');
        const effect = comparison.effect as NonNullable<typeof comparison.effect>;
        const { difference } = effect;
        const value = (arm: string): string => {
          const own = compared.find(
            ({ metric: name, treatment }) => name === comparison.metric && treatment === arm,
          )?.effect?.treatmentValue;
          const found = arm === comparison.baseline ? effect.baselineValue : own;
          return found === undefined ? '–' : quantity(found, unit);
        };
        const title = `${metric?.title ?? comparison.metric}${per === undefined ? '' : ` (per ${per})`}`;
        return [
          arms.length > 2 ? `${title}, ${comparison.treatment}` : title,
          ...arms.map(value),
          comparisonEffect(comparison, metric) ?? '–',
          comparison.exact
            ? `${quantity(difference.estimate, unit)} (exact)`
            : estimateWithInterval(difference.estimate, difference.interval, { unit, signed: true }),
        ];
      }),
    },
  ];
};

const perMonth = ({ monthly }: Report): readonly Table[] => {
  if (monthly === undefined) return [];
  const { currency } = monthly;
  return [
    {
      title: 'Per month',
      note: `At the declared ${workAmount(monthly.volume, monthly.volumeUnit, 6)} a month; intervals at ${percent(monthly.confidence)}. The volume itself is taken as certain.`,
      columns: ['Arm', 'Cost of a month'],
      rows: [
        ...monthly.arms.map(({ arm, estimate, interval }) => [
          arm,
          interval === null
            ? quantity(estimate, currency)
            : estimateWithInterval(estimate, interval, { unit: currency }),
        ]),
        ...monthly.differences.map(({ treatment, baseline, difference }) => [
          `${treatment} instead of ${baseline}`,
          estimateWithInterval(difference.estimate, difference.interval, { unit: currency, signed: true }),
        ]),
      ],
    },
  ];
};

const paysBetween = ({ extraCost, hoursSaved }: NonNullable<Report['tradeOffs']>[number]): boolean =>
  extraCost.estimate * hoursSaved.estimate > 0;

/** The price of an hour, where one arm is faster and the other cheaper. */
const hourPrices = (tradeOffs: Report['tradeOffs'] = []): readonly string[] =>
  tradeOffs.filter(paysBetween).flatMap((tradeOff) => {
    const price = priceText(tradeOff);
    if (price === null) return [];
    const fast = tradeOff.hoursSaved.estimate > 0 ? tradeOff.treatment : tradeOff.baseline;
    return [`An hour saved by ${fast} costs ${price}.`];
  });

/** At which value of an hour the net benefit that decided would decide no longer: the end of the prices that fit. */
const hourTurns = ({ decision, tradeOffs = [] }: Report): readonly string[] =>
  tradeOffs.flatMap(({ treatment, hourValue, hoursSaved, priceOfAnHour, currency }) => {
    const own = decision.perTreatment.find((each) => each.treatment === treatment);
    const pays = own?.reasons.some(({ code }) => code === 'net-benefit-pays') ?? false;
    const [piece] = priceOfAnHour.set;
    if (hourValue === null || !pays || priceOfAnHour.set.length !== 1) return [];
    const end = hoursSaved.estimate > 0 ? piece.high : piece.low;
    if (end === null || end <= 0) return [];
    const less = hoursSaved.estimate > 0 ? 'less' : 'more';
    return [
      `The value of an hour: if it were ${less} than ${quantity(end, currency)}, ${treatment} would no longer be shown to pay.`,
    ];
  });

/** Where nobody declared what an hour is worth, its price is what a trade-off turns on. */
export const hourWouldDecide = (report: Report): readonly string[] => [
  ...hourTurns(report),
  ...hourNotDeclared(report),
];

const hourNotDeclared = ({ decision, tradeOffs = [] }: Report): readonly string[] =>
  decision.outcome === 'trade-off'
    ? hourPrices(tradeOffs.filter(({ hourValue }) => hourValue === null)).map(
        (price) =>
          `${price} Declare what an hour is worth to you (\`hourValue\` under \`decide\`), and that decides.`,
      )
    : [];

const moneyChecks = ['settled', 'currency', 'bill-agrees'];

const madeOf = (report: Report, metrics: readonly MetricReport[]): readonly string[] => {
  const names = new Set(metrics.map(({ name }) => name));
  return [
    ...metrics.map(({ computed }) => sentence(computed)),
    ...report.sources
      .filter(({ metric }) => names.has(metric))
      .flatMap(({ warnings = [] }) => warnings.map(sentence)),
    ...report.checks
      .filter(({ check, status }) => moneyChecks.includes(check) && status !== 'skipped')
      .map(({ saw }) => sentence(saw)),
  ];
};

/** Null where the experiment counts no money. */
export const moneyView = (report: Report): MoneyView | null => {
  const metrics = report.metrics.filter(isMoney);
  if (metrics.length === 0) return null;
  return {
    tables: [...perWork(report, metrics), ...perMonth(report)],
    findings: [...hourPrices(report.tradeOffs), ...(report.breakEvens ?? []).map(breakEvenText)],
    madeOf: [...new Set(madeOf(report, metrics))],
  };
};
