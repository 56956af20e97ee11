/** `stacktrial plan`: how long until the margin can be seen, the looks, and what the experiment will cost. */
import { type ExitCode, KnownError } from '../errors.js';
import type { Amount, Experiment, MetricName } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import { pilotOf, planRun, refuseForeign } from '../pipeline/plan.js';
import type { ClaimPlan, Extent, Pilot, Plan } from '../plan/index.js';
import { plugins } from '../plugins.js';
import { sentence as say } from '../report/index.js';
import { openRun } from '../store/index.js';
import type { Context } from './context.js';
import { storedExperiment } from './finish.js';
import { loadExperiment } from './load.js';
import { runFolderOf } from './run-folder.js';

export interface PlanOptions {
  readonly from?: string;
  readonly expect?: readonly string[];
  readonly autocorrelation?: string;
  readonly looks?: string;
  readonly json?: boolean;
}

export async function plan(file: string, options: PlanOptions, context: Context): Promise<ExitCode> {
  const { experiment, io } = await loadExperiment(file, context);
  const expect = parseExpect(options.expect ?? [], experiment);
  const autocorrelation = parseAutocorrelation(options.autocorrelation);
  const looks = parseLooks(options.looks);
  const pilot = options.from === undefined ? null : await readPilot(options.from, context);
  if (pilot !== null) refuseForeign(experiment, pilot);
  const planned = await planRun({ experiment, pilot, expect, autocorrelation, looks, plugins, io });
  context.out(options.json === true ? `${asJson(planned)}\n` : `${planText(planned)}\n`);
  return 0;
}

async function readPilot(path: string, context: Context): Promise<Pilot> {
  const folder = await openRun(await runFolderOf(path, context));
  try {
    const stored = await folder.load();
    const declared = await storedExperiment(stored);
    const id = `${declared.name}/${stored.info.id}`;
    return pilotOf(declared, { ...stored, run: stored.info }, id, plugins);
  } finally {
    await folder.close();
  }
}

const usage = (message: string, hint: string): KnownError => new KnownError('usage', message, { hint });

const INTO_WORDS = { relative: 'percent', points: 'points', absolute: 'the unit of the metric' } as const;

const AMOUNT = /^(-?\d+(?:\.\d+)?)\s*(%|points?)?$/;

/** `seconds=20%`, `error_rate=0.1 points`, `seconds=1.5` in the unit of the metric; negative is worse. */
function parseExpect(
  texts: readonly string[],
  { metrics, hypotheses, guardrails }: Experiment,
): ReadonlyMap<MetricName, Amount> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=');
      const name = text.slice(0, Math.max(0, at)).trim();
      const match = AMOUNT.exec(text.slice(at + 1).trim());
      if (at < 1 || match === null)
        throw usage(
          `--expect ${text} is not METRIC=AMOUNT`,
          'Write --expect seconds=20%, or seconds=1.5 in the unit of the metric.',
        );
      if (!metrics.some((metric) => metric.name === name))
        throw usage(
          `--expect ${text}: there is no metric ${name}`,
          `One of: ${metrics.map((metric) => metric.name).join(', ')}`,
        );
      const value = Number(match[1]);
      const kind = match[2] === undefined ? 'absolute' : match[2] === '%' ? 'relative' : 'points';
      const claimed = [...hypotheses, ...guardrails].filter(({ metric }) => metric === name);
      if (!claimed.some(({ amount }) => amount.kind === kind))
        throw usage(
          `--expect ${text}: no claim on ${name} is made in ${INTO_WORDS[kind]}`,
          claimed.length === 0
            ? 'Only what a sentence claims can be planned for.'
            : `Its claims are made in ${[...new Set(claimed.map(({ amount }) => INTO_WORDS[amount.kind]))].join(' and ')}.`,
        );
      return [name, { kind, value: kind === 'absolute' ? value : value / 100 } as Amount] as const;
    }),
  );
}

function parseAutocorrelation(text: string | undefined): number | null {
  if (text === undefined) return null;
  const rho = Number(text);
  if (text.trim() === '' || !(rho >= 0 && rho < 1))
    throw usage(`--autocorrelation ${text} is not a correlation`, 'A number from 0 to below 1, such as 0.5.');
  return rho;
}

/** `50%,100%` → [0.5, 1] */
function parseLooks(text: string | undefined): readonly number[] {
  if (text === undefined) return [1];
  const times = text.split(',').map((part) => {
    const match = /^\s*(\d+(?:\.\d+)?)%\s*$/.exec(part);
    return match === null ? Number.NaN : Number(match[1]) / 100;
  });
  const increasing = times.every((time, k) => time > (k === 0 ? 0 : times[k - 1]));
  if (!increasing || times[times.length - 1] !== 1)
    throw usage(`--looks ${text} are not looks`, 'Increasing shares that end with 100%: --looks 50%,100%');
  return times;
}

const claimLines = (claim: ClaimPlan): readonly Reason[] => {
  const { kind, unit, unitOfScale, scale, threshold } = claim;
  const base = { unit, unitOfScale, scale };
  const lines: Reason[] = [];
  if (claim.expected !== null)
    lines.push(
      reason('plan-claim-expects', {
        ...base,
        unit: claim.expectedFrom === 'evidence' ? unitOfScale : unit,
        kind,
        threshold,
        expected: claim.expected,
        from: claim.expectedFrom,
      }),
    );
  if (claim.seen !== null && claim.expectedFrom !== 'evidence')
    lines.push(reason('plan-claim-seen', { ...base, seen: claim.seen }));
  if (claim.variation !== null)
    lines.push(
      reason('plan-claim-variation', {
        ...base,
        variation: claim.variation,
        basis: claim.basis,
        tau: claim.tau,
      }),
    );
  if (claim.needed['80'] !== null)
    lines.push(
      reason('plan-claim-needs', { ...base, units80: claim.needed['80'], units90: claim.needed['90'] }),
    );
  if (claim.declared !== null && claim.basis !== 'none')
    lines.push(
      reason('plan-claim-declared', {
        ...base,
        have: claim.declared.units,
        power: claim.declared.power,
        detectable80: claim.declared.detectable['80'],
        detectable90: claim.declared.detectable['90'],
      }),
    );
  for (const { variation, needed } of claim.table)
    lines.push(
      reason('plan-claim-if-varies', {
        ...base,
        variation,
        units80: needed['80'],
        units90: needed['90'],
      }),
    );
  return [...lines, ...claim.notes];
};

const totalLine = (power: number, extent: Extent): Reason => {
  const { units, unit, repeats, durationMs, endMs, finalMs } = extent;
  return units === null
    ? reason('plan-total-unknown', { power })
    : reason('plan-total', { power, units, unit, repeats, durationMs, endMs, finalMs });
};

const costLines = (power: number, { cost }: Extent): readonly Reason[] =>
  cost.map(({ metric, unit, arms, total }) =>
    reason('plan-cost', {
      power,
      metric,
      unit,
      total,
      arms: Object.keys(arms),
      costs: Object.values(arms),
    }),
  );

function totalLines({ total, declared, queries }: Plan): readonly Reason[] {
  const lines = [totalLine(0.8, total['80']), totalLine(0.9, total['90'])];
  if (declared !== null) {
    const { units, unit, repeats, durationMs, endMs } = declared;
    lines.push(reason('plan-total-declared', { units, unit, repeats, durationMs, endMs }));
  }
  return [
    ...lines,
    ...costLines(0.8, total['80']),
    ...costLines(0.9, total['90']),
    ...queries.map(({ metric, source, usd }) => reason('plan-query-price', { metric, source, usd })),
  ];
}

function lookLines({ looks, total }: Plan): readonly Reason[] {
  if (looks === null) return [];
  return [
    reason('plan-looks', { looks: looks.at.length, extra: looks.inflation - 1 }),
    ...looks.at.map(({ time, units, atMs, critical, stopped }) =>
      reason('plan-look', { time, units, unit: total['80'].unit, atMs, critical, stopped }),
    ),
  ];
}

const section = (title: string, lines: readonly Reason[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${say(line)}`)];

/** As it is printed. */
export function planText(planned: Plan): string {
  const { claims, evidence, obligations, each, warnings } = planned;
  const shared = reason('plan-power-shared', { obligations, each80: each['80'], each90: each['90'] });
  return [
    planned.question,
    '',
    say(shared),
    ...(evidence === null ? [] : [say(reason('plan-from-evidence', { run: evidence }))]),
    ...claims.flatMap((claim) => section(`${claim.id}  ${claim.text}`, claimLines(claim))),
    ...section('Together', totalLines(planned)),
    ...section('Looks', lookLines(planned)),
    ...section('To keep in mind', warnings),
  ].join('\n');
}

const SIGNIFICANT = 12;

/** Numbers at 12 significant digits; each reason with its sentence. */
const asJson = (planned: Plan): string =>
  JSON.stringify(
    planned,
    (_key, value: unknown) => {
      if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value))
        return Number(value.toPrecision(SIGNIFICANT));
      const isReason = typeof value === 'object' && value !== null && 'code' in value && 'values' in value;
      return isReason ? { ...value, sentence: say(value as Reason) } : value;
    },
    2,
  );
