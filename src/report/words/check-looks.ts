/** What the check on looks that nobody declared saw and needed. */
import { count, list, plural, timestamp } from '../format.js';
import type { Words } from './types.js';

export const checkLooksWords = {
  'peeking-need': () =>
    'One analysis, or looks that were declared: whoever repeats, stops or declares anew after having seen results errs oftener than 1 − confidence.',
  'peeking-post-hoc': () => 'The experiment was declared after the evidence was seen (`--with`).',
  'peeking-rehearsal': () => 'A rehearsal decides nothing, so nothing is gained by looking.',
  'peeking-not-recorded': () => 'What had been run before this run began was not recorded.',
  'peeking-none': (v) =>
    v.runs === 0
      ? 'Nothing had been run under this name before.'
      : v.declared
        ? `${plural(v.runs, 'run')} before this one, as the schedule declares.`
        : `${plural(v.runs, 'run')} before this one, none of which makes this another attempt.`,
  'peeking-saw': (v) => {
    const known = (runs: unknown, what: string) => {
      const names = runs as readonly string[];
      const more = names.length > 3 ? ` and ${count(names.length - 3)} more` : '';
      return names.length === 0 ? [] : [`${what} (${names.slice(-3).join(', ')}${more})`];
    };
    const runs = v.repeated as readonly string[];
    const found = [
      ...known(
        runs,
        `it was run before and not adopted: ${list([...new Set(v.outcomes as readonly string[])])}; of ${count(runs.length + 1)} attempts the first is the one that keeps its level`,
      ),
      ...known(v.unfinished, 'it was begun before and left, and what was seen then is not in this evidence'),
      ...known(v.moved, 'the end of the window was moved after it had been analysed'),
      ...known(v.redeclared, `this window was analysed before ${list(v.changed)} was changed`),
      ...(v.endedAt === null
        ? []
        : [
            `it was analysed at ${timestamp(v.endedAt)}, before its window ended at ${timestamp(v.windowEndsAt)}: declare looks`,
          ]),
      ...(v.slotsLeft === 0
        ? []
        : [
            `the last ${count(v.slotsLeft)} of ${plural(v.slots, 'slot')} were not held, and no rule ended them`,
          ]),
    ];
    const [first, ...rest] = found;
    return `${first[0].toUpperCase()}${first.slice(1)}${rest.map((one) => `; ${one}`).join('')}.`;
  },
} satisfies Words;
