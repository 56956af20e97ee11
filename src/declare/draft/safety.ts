/**
 * exposure, watch and rollback. A tap without a way back is refused here, before anything is turned; so is a schedule
 * that would pass a cap, because a cap that is only found while it is passed has been passed.
 */
import type { ArmName, Design, Experiment, Metric, Window } from '../../model/experiment.js';
import type { Exposure, Rollback } from '../../model/safety.js';
import { canonicalUnit } from '../amount.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';
import { exposureShape, rollbackShape, watchShape } from '../shape/safety.js';
import { rightParts } from '../shape/walk.js';
import { durationText } from './duration.js';

export interface Around {
  readonly isTap: boolean;
  readonly design: Design;
  readonly window: Window | null;
  readonly metrics: readonly Metric[];
  readonly baseline: ArmName | null;
}

const WATCH_EVERY_MS = 30_000;

export function readSafety(
  root: Located,
  around: Around,
  problems: Problems,
): Pick<Experiment, 'exposure' | 'watch' | 'rollback'> {
  const rollback = readRollback(root, around, problems);
  if (!around.isTap) {
    for (const key of ['exposure', 'watch'] as const) {
      const at = child(root, key);
      if (at !== null)
        problems.atKey(
          at,
          `"${key}" belongs to a driver that turns a tap`,
          'stacktrial list drivers shows which do; here no live traffic is turned.',
        );
    }
    return rollback === null ? {} : { rollback };
  }
  for (const [section, key, instead] of [
    ['decide', 'looks', 'The guardrails are watched while it runs; the claims are judged once, at the end.'],
    ['schedule', 'pace', 'A split runs from its start to its end; start it with stacktrial run.'],
  ] as const) {
    const at = child(child(root, section), key);
    if (at !== null) problems.atKey(at, `"${section}.${key}" is not for a driver that turns a tap`, instead);
  }
  const watchAt = child(root, 'watch');
  const { every = WATCH_EVERY_MS } = watchAt === null ? {} : rightParts(watchShape, watchAt.value);
  if (every <= 0) problems.atValue(child(watchAt, 'every') ?? root, 'a poll needs time', 'Write every: 30s.');
  return {
    ...(rollback === null ? {} : { rollback }),
    watch: { everyMs: every },
    exposure: readExposure(root, around, problems),
  };
}

function readRollback(root: Located, { isTap }: Around, problems: Problems): Rollback | null {
  const at = child(root, 'rollback');
  if (at === null) {
    const driver = child(root, 'driver');
    if (isTap && driver !== null)
      problems.atKey(
        driver,
        'live traffic is not turned without a way back: key "rollback" is missing',
        'Write rollback: restore; the state before is then put back and read back on every way out.',
      );
    return null;
  }
  const read = rollbackShape.safeParse(at.value);
  if (!read.success) return null; // said by the shape of the file
  if (read.data === 'none') {
    if (isTap)
      problems.atValue(
        at,
        'a tap that is not given back is refused',
        'Write rollback: restore. What should stay after the experiment, turn on after its decision.',
      );
    return 'none';
  }
  if (!isTap)
    problems.atValue(
      at,
      'nothing is turned that could be put back',
      'Write rollback: none, or leave it out.',
    );
  return { commands: read.data === 'restore' ? [] : read.data };
}

function readExposure(root: Located, around: Around, problems: Problems): Exposure {
  const at = child(root, 'exposure');
  const parts = at === null ? {} : rightParts(exposureShape, at.value);
  const { share = null, units = null, time = null } = parts;
  const most = mostShare(around);
  const shareAt = child(at, 'share');
  if (shareAt !== null && share !== null && most > share + 1e-9)
    problems.atValue(
      shareAt,
      `the design gives up to ${percent(most)} of the traffic to arms other than the baseline, more than ${percent(share)}`,
      'Lower shares, coverage or stages, or raise the cap.',
    );
  const lasts = lastsMs(around);
  const timeAt = child(at, 'time');
  if (timeAt !== null && time !== null && lasts !== null && lasts > time)
    problems.atValue(
      timeAt,
      `the design turns traffic for ${durationText(lasts)}, longer than ${durationText(time)}`,
      'Shorten the design, or raise the cap.',
    );
  return { share, units, durationMs: time, cost: readCost(at, parts.cost, around.metrics, problems) };
}

function readCost(
  at: Located | null,
  written: { readonly number: number; readonly unit: string | null } | undefined,
  metrics: readonly Metric[],
  problems: Problems,
): Exposure['cost'] {
  const costAt = child(at, 'cost');
  if (costAt === null || written === undefined) return null;
  const costs = metrics.filter(({ role, input }) => role === 'cost' && input.kind !== 'ratio');
  const metric = costs.find(
    ({ unit }) => written.unit !== null && canonicalUnit(unit) === canonicalUnit(written.unit),
  );
  if (metric !== undefined) return { amount: written.number, metric: metric.name };
  problems.atValue(
    costAt,
    `no metric with role: cost is measured in ${written.unit ?? 'a number without a unit'}, so nobody would notice`,
    costs.length === 0
      ? 'Declare the cost as a metric with role: cost; a ratio is no amount.'
      : `There is ${costs.map(({ name, unit }) => `${name} in ${unit}`).join(', ')}.`,
  );
  return null;
}

/** Most of the traffic that is not the baseline's at any time. */
function mostShare({ design, baseline }: Around): number {
  if (design.kind === 'switchback') return 1;
  if (design.kind !== 'by-key' && design.kind !== 'ramp') return 0;
  const own = Object.entries(design.shares).reduce(
    (sum, [arm, part]) => (arm === baseline ? sum : sum + part),
    0,
  );
  const coverage =
    design.stages === undefined ? design.coverage : Math.max(...design.stages.map((one) => one.coverage));
  return own * coverage;
}

/** How long other arms than the baseline get traffic; null: cannot be told from the file. */
function lastsMs({ design, window }: Around): number | null {
  if (design.stages !== undefined) return design.stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const held = window === null ? null : window.toMs - window.fromMs - window.warmupMs;
  if (design.kind !== 'switchback') return design.lastsMs ?? held;
  const { slotMs, slots } = design.switching ?? { slotMs: null, slots: null };
  const whole = slotMs !== null && slots !== null ? slotMs * slots : held;
  const arms = Object.keys(design.shares).length;
  return whole === null || arms === 0 ? null : (whole * (arms - 1)) / arms;
}

const percent = (part: number): string => `${Number((part * 100).toPrecision(6))}%`;
