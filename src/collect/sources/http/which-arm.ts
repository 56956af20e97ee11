/** Which arm a row belongs to: by a value of `match`, by label:value, or by a list of such tags. */
import type { Arm } from '../../../model/experiment.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';

const forms = (arm: Arm): readonly (readonly string[])[] =>
  Object.entries(arm.match).map(([label, value]) => [value, `${label}:${value}`, `${label}=${value}`]);

const matches = (arm: Arm, texts: readonly string[]): boolean =>
  texts.length === 1
    ? forms(arm).some((ways) => ways.includes(texts[0]))
    : forms(arm).every((ways) => ways.some((way) => texts.includes(way)));

const textsOf = (found: unknown): readonly string[] => {
  if (Array.isArray(found)) return found.flatMap(textsOf);
  if (found === undefined || found === null) return [];
  return [typeof found === 'string' ? found : JSON.stringify(found)];
};

/** The arm, or what was found instead. `stack:fn-orders,env:prod` is a list of tags where it is no arm as it stands. */
export const whichArm = (arms: readonly Arm[], found: unknown): Arm | string => {
  const texts = textsOf(found);
  const shown = texts.join(',');
  if (texts.length === 0) return '';
  let of = arms.filter((arm) => matches(arm, texts));
  if (of.length === 0 && texts.length === 1 && texts[0].includes(',')) {
    const tags = texts[0].split(',').map((tag) => tag.trim());
    of = arms.filter((arm) => matches(arm, tags));
  }
  if (of.length > 1)
    throw new SourceProblem(reason('http-arm-ambiguous', { found: shown, arms: of.map(({ name }) => name) }));
  return of[0] ?? shown;
};
