/**
 * The experiment file, key by key: the one definition behind problems, types and the JSON Schema.
 * A new key is one line here. Shapes only: what one key means for another is looked at in draft/.
 */
import { z } from 'zod';
import { houseStyleShape } from './house-style.js';
import { exposureShape, rollbackShape, watchShape } from './safety.js';
import { notifyShape, scheduleShape } from './timetable.js';
import {
  amount,
  confidence,
  durationMs,
  hourValue,
  instantMs,
  lookAt,
  monthlyVolume,
  share,
  text,
} from './values.js';

const count = (least: number) => z.int().min(least);

export const armShape = z.strictObject({
  title: text.optional().describe('Name of the stack in reports.'),
  match: z.record(z.string(), text).optional().describe('Labels by which sources recognise this arm.'),
});

export const stageShape = z.strictObject({
  coverage: share('Part of all traffic that takes part.', 0, 1),
  for: durationMs('How long: 6h.'),
});

export const periodShape = z.strictObject({
  arm: text.describe('Which arm was deployed.'),
  from: instantMs('Start of the deployment, with its zone.'),
  to: instantMs('End (not included).'),
});

export const designShape = z.strictObject({
  kind: z
    .enum(['interleaved', 'mirrored', 'by-key', 'observed', 'switchback', 'ramp', 'runs'])
    .describe('How work is assigned to arms.'),
  seed: count(0)
    .max(0xffffffff)
    .optional()
    .describe('Seed of the schedule; without it, drawn from the name.'),
  blocks: count(1).optional().describe('Blocks of trials; without it, as many as units × repeats.'),
  warmup: count(0).optional().describe('Trials on each arm before the first block: kept, not analysed.'),
  shares: z
    .record(z.string(), share('Share of this arm.', 0, 1))
    .optional()
    .describe('by-key, ramp: share of each arm of what takes part; together 100%.'),
  coverage: share('by-key: part of all keys that takes part.', 0, 1).optional(),
  hash: z
    .enum(['fnv1a', 'xxh32'])
    .optional()
    .describe('How a key finds its arm: fnv1a (as GrowthBook, the default), xxh32 (as HAProxy).'),
  unit: text
    .optional()
    .describe('Label that names the unit in sources, e.g. batch_id; runs: the deployment.'),
  concurrent: z.boolean().optional().describe('observed: did both arms run at the same time?'),
  slot: durationMs('switchback: length of a slot, each given whole to one arm: 2h.').optional(),
  for: durationMs('by-key on a tap: how long traffic is split, from the start of the run: 2h.').optional(),
  slots: count(1).optional().describe('switchback: how many; without it, as many as the window holds.'),
  'burn-in': durationMs('switchback, ramp, by-key on a tap: left out after each change: 10m.').optional(),
  'burn-out': durationMs('switchback: left out at the end of each slot: 5m.').optional(),
  stages: z.array(stageShape).min(1).optional().describe('ramp: how much takes part, and for how long.'),
  periods: z.array(periodShape).min(1).optional().describe('runs: when which arm was deployed.'),
});

export const windowShape = z.strictObject({
  from: instantMs('Start, with its zone: 2026-11-01T00:00Z.'),
  to: instantMs('End (not included), with its zone.'),
  warmup: durationMs('Left out at the start: 30m.').optional(),
  settle: durationMs('After the end, until cost is final: 48h.').optional(),
});

const volumeShape = z.strictObject({
  of: z.enum(['records', 'bytes']).describe('What of a unit is its volume.'),
  at: z.number().positive().describe('The volume at which the claims are judged; some units must have it.'),
  each: durationMs(
    'A unit is the work of so long a time: the break-even is then said by the month.',
  ).optional(),
});

export const workloadShape = z.strictObject({
  kind: z
    .enum(['fixed', 'sample'])
    .describe('fixed: these units are the workload; sample: they stand for others.'),
  files: text.describe('The units: a pattern such as batches/*.csv.'),
  prepare: z.array(text).min(1).optional().describe('Command that is run before units are listed.'),
  repeats: count(1).optional().describe('How often each unit is run on each arm.'),
  key: text.optional().describe('by-key: path or covariate that holds the key of a unit.'),
  volume: volumeShape
    .optional()
    .describe('interleaved: units have different volumes, over which a break-even is sought.'),
});

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

const anyAmount = amount('Amount, or any.');

const claimShape = {
  metric: text.describe('Metric that is compared.'),
  at: text.optional().describe('Quantile: p99.'),
  better: z
    .union([z.literal('any'), anyAmount])
    .optional()
    .describe('At least this much better, or any.'),
  notWorse: anyAmount.optional().describe('At most this much worse.'),
};

export const joinedShape = z.strictObject(claimShape);

/** A sentence in its long form; exactly one of better, notWorse, within, below, above, and, or. */
export const longShape = z.strictObject({
  treatment: text.describe('Arm that the claim is about.'),
  than: text.optional().describe('The baseline.'),
  ...claimShape,
  metric: claimShape.metric.optional(),
  within: anyAmount.optional().describe('Equal within this amount.'),
  below: anyAmount.optional().describe('guardrails: a limit on this arm.'),
  above: anyAmount.optional().describe('guardrails: a limit on this arm.'),
  and: z.array(joinedShape).min(2).optional().describe('Several claims: all must hold.'),
  or: z.array(joinedShape).min(2).optional().describe('Several claims: one is enough.'),
});

const sentence = z.union([text, longShape]);

const looksWords = () => 'expected anytime, or a list such as [50%, 100%]';

export const decideShape = z.strictObject({
  confidence: confidence.optional(),
  looks: z
    .union([z.literal('anytime', { error: looksWords }), z.array(lookAt).min(1)], { error: looksWords })
    .optional()
    .describe(
      'When it is analysed, and may stop: [50%, 100%] of the units or the window, or dates in the window; anytime: whenever run is called, with wider intervals. Without it, once, at the end.',
    ),
  hourValue: hourValue.optional(),
  volume: monthlyVolume.optional(),
});

/** Options of sources and drivers are held against the plug-in's own definition afterwards. */
const plugged = z.looseObject({ type: text.describe('Which kind; `stacktrial list` shows them.') });

export const fileShape = z.strictObject({
  experiment: text.describe('Name: letters, digits, - _ and dots. Reports are kept under it.'),
  question: text.describe('The question, as it was asked.'),
  owner: text.optional().describe('Who answers for it.'),
  arms: z.record(z.string(), z.union([armShape, z.null()])).describe('The stacks: name → title, labels.'),
  baseline: text.describe('The arm that runs today.'),
  design: designShape.describe('How work is assigned to arms.'),
  window: windowShape.optional().describe('Time that is looked at.'),
  sources: z
    .record(z.string(), plugged)
    .optional()
    .describe('Where measurements come from: name → type, options.'),
  driver: plugged.optional().describe('What runs a trial.'),
  workload: workloadShape.optional().describe('What the trials work on.'),
  metrics: z.record(z.string(), metricShape).describe('What is measured or computed: name → definition.'),
  hypotheses: z.array(sentence).describe('Sentences such as: spark is at least 10% faster than faas.'),
  guardrails: z.array(sentence).optional().describe('What must not get worse.'),
  decide: decideShape.optional().describe('How it is decided.'),
  exposure: exposureShape
    .optional()
    .describe('What live traffic may be exposed to at most; a cap that is reached ends the split.'),
  watch: watchShape.optional().describe('How often tap, caps and guardrails are looked at.'),
  rollback: rollbackShape
    .optional()
    .describe(
      'restore: what the tap was before; a list of commands: these, too, afterwards; none: nothing is turned.',
    ),
  schedule: scheduleShape.optional().describe('When `stacktrial schedule` works on it.'),
  notify: z
    .array(notifyShape)
    .optional()
    .describe('Who is told when a decision changes or something breaks.'),
  report: houseStyleShape.optional().describe("Colour, logo and a template of one's own."),
});

export type FileParts = Partial<z.output<typeof fileShape>>;
export type MetricParts = Partial<z.output<typeof metricShape>>;
