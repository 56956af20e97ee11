/** A plan as it is printed: per claim, together, looks, and what to keep in mind. */
import { type Reason, reason } from '../model/reason.js';
import type { ClaimPlan, Extent, Plan } from '../plan/index.js';
import { sentence as say } from '../report/index.js';

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
