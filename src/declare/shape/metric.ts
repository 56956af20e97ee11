/** A metric of the file: asked, divided, or priced. */
import { z } from 'zod';
import { amount, durationMs, share, text } from './values.js';

const query = z.record(z.string(), z.unknown());

const armMetricShape = z.strictObject({
  from: text.optional().describe('Source of this arm.'),
  query: query.optional().describe('What is asked of it.'),
});

const ratioShape = z.strictObject({
  of: text.describe('Metric above the line.'),
  per: text.describe('Metric below the line.'),
  times: z.number().positive().optional().describe('Factor for a readable unit: 1e6.'),
  kind: z.enum(['ratio', 'proportion']).optional().describe('proportion: events among attempts.'),
});

const utilisation = share('Share of paid time that does work.', 0, 1);

/** What a rate needs to know beside the metric that it prices. */
export const termsShape = z.strictObject({
  of: text.describe('Metric that measures the usage; for a fixed cost, the work it is spread over.'),
  utilisation: utilisation.optional(),
  count: z.number().positive().optional().describe('How many are paid for: nodes, DPUs.'),
  monthly: z
    .number()
    .positive()
    .optional()
    .describe('Usage in a month, in the unit of the metric: decides price steps, spreads fixed costs.'),
  share: z
    .union([z.literal('equal'), share('Part of a shared fixed cost.', 0, 1)], {
      error: () => 'expected equal or a percentage such as 40%',
    })
    .optional()
    .describe('Part of a fixed cost that is shared between the arms: equal, 40%.'),
  freeTier: z.boolean().optional().describe('Deduct the free tier of the card; it flatters who uses little.'),
});

/** Rate of the card → metric that it prices; several are added up. */
const useShape = z.object({ utilisation: utilisation.optional() }).catchall(z.union([text, termsShape]));

const rateShape = z.strictObject({
  card: text.describe('Rate card: a file, relative to this one.'),
  arms: z
    .record(z.string(), useShape)
    .describe('Per arm: rate of the card → metric that it prices; utilisation.'),
});

const FOLDS = ['only', 'sum', 'mean', 'last', 'max', 'min', 'increase'] as const;

const foldWords = () => `expected one of ${FOLDS.join(', ')} or a quantile such as p99`;

export const metricShape = z.strictObject({
  title: text.optional().describe('Name in reports.'),
  from: text.optional().describe('Source that measures it: a name under sources, or a type without options.'),
  query: query.optional().describe('What is asked of the source.'),
  arms: z.record(z.string(), armMetricShape).optional().describe('Source and query per arm.'),
  by: durationMs('Width of a time bucket: 5m, 1d.').optional(),
  fold: z
    .union([z.enum(FOLDS), z.string().regex(/^p\d{1,2}(\.\d+)?$/, { error: foldWords })], {
      error: foldWords,
    })
    .optional()
    .describe('How the points of a unit become one value.'),
  ratio: ratioShape.optional().describe('Computed: sum of one metric ÷ sum of another.'),
  rate: rateShape.optional().describe('Computed: usage × prices of a rate card.'),
  in: text.optional().describe('Unit: s, USD, records.'),
  better: z.enum(['lower', 'higher']).optional().describe('Which direction is good.'),
  role: z.enum(['time', 'cost', 'throughput']).optional().describe('What it is for the trade-off.'),
  words: z.array(text).min(2).max(3).optional().describe('[better, worse, equal]: [faster, slower, fast].'),
  margin: amount('Smallest change that matters: 3%, 0.5 points, 5 s.').optional(),
  variation: share(
    'For `plan` before there is evidence: how much a unit varies, 15%: sd ÷ mean of its ratio between the arms; by key, of the unit itself.',
    0,
    10,
  ).optional(),
  estimand: z
    .enum(['total', 'typical', 'mean', 'location'])
    .optional()
    .describe('What is compared; location: by how much one arm is shifted, by ranks (by-key).'),
  outage: durationMs(
    'A proportion, by key or in a ramp: an outage of one arm that nobody saw lasts at most so long, 30s. Without it a twelfth of the run.',
  ).optional(),
  adjust: text
    .optional()
    .describe('by-key: a metric known before any arm saw the unit; what it explains is taken out (CUPED).'),
  before: durationMs('Measured over so long before the window, not in it: 7d; for adjust.').optional(),
  exact: z.boolean().optional().describe('A known number, such as a contract price: no interval.'),
  balance: z
    .boolean()
    .optional()
    .describe('Known before any arm saw the unit, such as its size: the arms must get alike work.'),
  'agrees-with': text
    .optional()
    .describe('A bill: the computed cost that it must agree with, arm by arm, within tolerance.'),
  tolerance: share('How far bill and computed cost may be apart: 10%.', 0, 1).optional(),
});

export type MetricParts = Partial<z.output<typeof metricShape>>;
