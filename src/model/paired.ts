/** In which designs row i of both arms is the same unit. Pure; collect, check, compare and the looks see the same. */
import type { Design } from './experiment.js';

/** True where every unit meets every arm. Time is shared by key and in a ramp, too: `bucketed`. */
export const isPaired = (
  { kind, concurrent }: Pick<Design, 'kind' | 'concurrent'>,
  bucketed = false,
): boolean =>
  kind === 'interleaved' ||
  kind === 'mirrored' ||
  (kind === 'observed' && concurrent) ||
  ((kind === 'by-key' || kind === 'ramp') && bucketed);
