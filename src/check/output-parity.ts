/**
 * Did all arms answer the same? Fatal: a stack that loses records is faster and cheaper for the wrong reason.
 * The output of a unit (how many, and the sha256 of what) must agree over all its successful trials, in every arm and
 * repeat, warm-up and superseded ones included: what a unit's answer is does not depend on when it was asked.
 * An arm that declares its output in some trials only, or in none while another does, cannot be held against the other.
 * Where no output is declared at all, the counts that metrics read from the answers stand in (answered-counts.ts); what
 * they cannot see is said as a warning, because a check that nobody could make is not a check that passed.
 */
import type { Evidence, Trial } from '../model/evidence.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { differingCounts } from './answered-counts.js';
import { type Answer, answering, fail, pass, skip, warn } from './result.js';

/** Differing units named in the report. */
const listed = 3;

export const outputParity: Check = {
  title: 'Every arm gave the same output for the same unit',
  severity: 'fatal',
  run(evidence) {
    const need = reason('output-parity-need');
    return [answering('output-parity', 'fatal', need)('experiment', compare(evidence))];
  },
};

type WithOutput = Trial & { readonly output: NonNullable<Trial['output']> };

function compare(evidence: Evidence): Answer {
  const { trials, experiment } = evidence;
  const ok = trials.filter(({ outcome }) => outcome === 'ok');
  const declared = ok.filter((trial): trial is WithOutput => trial.output !== undefined);
  if (declared.length === 0) return undeclared(evidence, ok);
  const silent = ok.filter(({ output }) => output === undefined);
  if (silent.length > 0) {
    const arms = experiment.arms
      .map(({ name }) => name)
      .filter((name) => silent.some(({ arm }) => arm === name));
    return fail(reason('output-parity-missing', { arms, trials: silent.length, first: silent[0].id }));
  }

  const byUnit = new Map<string, WithOutput[]>();
  for (const trial of declared) {
    const seen = byUnit.get(trial.unit);
    if (seen === undefined) byUnit.set(trial.unit, [trial]);
    else seen.push(trial);
  }
  const comparable = [...byUnit].filter(([, seen]) => seen.length > 1);
  const across = comparable.filter(([, seen]) => new Set(seen.map(({ arm }) => arm)).size > 1);
  const differing = comparable.flatMap(([unit, seen]) => {
    const other = seen.find((trial) => !agree(trial, seen[0]));
    return other === undefined ? [] : [{ unit, first: seen[0], other }];
  });
  if (differing.length > 0) {
    return fail(
      reason('output-parity-differs', {
        units: differing.length,
        of: byUnit.size,
        examples: differing.slice(0, listed).map(({ unit, first, other }) => exampleOf(unit, first, other)),
      }),
    );
  }
  // Repeats that agree inside one arm say nothing about the other.
  if (across.length === 0) return skip(reason('output-parity-not-shared', { units: byUnit.size }));
  return pass(reason('output-parity-same', { units: across.length, trials: declared.length }));
}

/** No stack says what it put out. */
function undeclared(evidence: Evidence, ok: readonly Trial[]): Answer {
  if (ok.length === 0) return skip(reason('output-parity-nothing-run'));
  const arms = new Map<string, Set<string>>();
  for (const { unit, arm } of ok) arms.set(unit, (arms.get(unit) ?? new Set<string>()).add(arm));
  if (![...arms.values()].some((seen) => seen.size > 1)) {
    return skip(reason('output-parity-not-shared', { units: arms.size }));
  }
  const [differing] = differingCounts(evidence);
  if (differing === undefined) return warn(reason('output-parity-none-declared'));
  const { metric, units, of } = differing;
  return fail(
    reason('output-parity-counts-differ', {
      metric,
      units: units.length,
      of,
      examples: units.slice(0, listed),
    }),
  );
}

const agree = (a: WithOutput, b: WithOutput): boolean =>
  a.output.count === b.output.count && a.output.sha256 === b.output.sha256;

/** `orders-03: 49500 in functions, 50000 in engine`; by checksum where the counts agree. */
function exampleOf(unit: string, a: WithOutput, b: WithOutput): string {
  const sameCount = a.output.count === b.output.count;
  const show = ({ arm, output }: WithOutput) =>
    `${sameCount ? output.sha256.slice(0, 8) : output.count} in ${arm}`;
  return `${unit}: ${show(a)}, ${show(b)}`;
}
