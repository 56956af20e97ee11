/**
 * Arms of which one asks for less than the other: `{ env: prod }` beside `{ env: prod, stack: emr }`. Every point of the
 * narrow one is one of the wide one as well, whatever the source holds, and the wide one's result a part of both.
 */
import type { Arm } from '../model/experiment.js';
import { reason } from '../model/reason.js';
import { SourceProblem } from './source-problem.js';

const asksForNoMore = (wide: Arm, narrow: Arm): boolean =>
  Object.entries(wide.match).every(([label, value]) => narrow.match[label] === value);

/** @throws SourceProblem `arms-nested` */
export const refuseNested = (arms: readonly Arm[]): void => {
  for (const wide of arms)
    for (const narrow of arms)
      if (wide !== narrow && asksForNoMore(wide, narrow))
        throw new SourceProblem(
          reason('arms-nested', {
            wide: wide.name,
            narrow: narrow.name,
            same: asksForNoMore(narrow, wide),
          }),
        );
};
