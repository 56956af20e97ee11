/** Declared looks: shares of the planned units, rising to all of them; only a driver's trials are counted so far. */
import type { Decide } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, items, type Located } from '../read/located.js';
import { decideShape } from '../shape/file.js';
import { rightParts } from '../shape/walk.js';

export function readLooks(root: Located, problems: Problems): Pick<Decide, 'looks'> {
  const at = child(child(root, 'decide'), 'looks');
  const { looks } = rightParts(decideShape, child(root, 'decide')?.value);
  if (at === null || looks === undefined) return {};
  const places = items(at);
  looks.forEach((look, i) => {
    if (i > 0 && look <= looks[i - 1])
      problems.atValue(places[i] ?? at, 'looks must rise', 'Write them in order: [50%, 100%].');
  });
  const last = places[looks.length - 1] ?? at;
  if (looks[looks.length - 1] !== 1)
    problems.atValue(last, 'the last look is at the end', 'End the list with 100%: [50%, 100%].');
  if (looks.length > 1 && child(root, 'driver') === null)
    problems.atKey(
      at,
      'looks need a driver: a window of time has one look, at its end',
      'Leave looks out, or let stacktrial run the trials ("driver:").',
    );
  return looks.length > 1 ? { looks } : {};
}
