/** Does a journal say that a tap is still turned? Told from its rows alone; pure. */
import type { Json } from '../../model/tap.js';
import { readMeans, type TapMeans } from './tap-means.js';

type Row = Readonly<Record<string, unknown>>;

export interface OpenChange {
  readonly resource: string;
  /** Folder against which the driver's paths are resolved. */
  readonly folder: string;
  /** How the tap stood before: what has to be put back. */
  readonly saved: Json;
  /** With what it was turned; null: a journal from before that was kept. */
  readonly means: TapMeans | null;
  /** When it was first touched, UTC ms. */
  readonly since: number;
  /** The last split that was set, or was being set; null: it was not turned yet. */
  readonly shares: Readonly<Record<string, number>> | null;
  /** Somebody else's hand was on it. */
  readonly taken: boolean;
  /** Why it could not be given back; null: that was not tried, or cut off. */
  readonly failed: string | null;
  /** That failed for a command of `rollback:` only: the tap itself was read back as it was. */
  readonly standsAsBefore: boolean;
}

/** null: nothing is open. */
export function openChange(journal: readonly Row[]): OpenChange | null {
  const from = journal.findLastIndex(({ step }) => step === 'tap-saved');
  if (from === -1) return null;
  const since = journal.slice(from);
  if (since.some(({ step }) => step === 'tap-restored')) return null;
  const [begun] = since;
  const turned = since.findLast(({ step }) => step === 'tap-turning');
  const failed = since.findLast(({ step }) => step === 'tap-restore-failed');
  return {
    resource: String(begun.resource),
    folder: String(begun.folder),
    saved: begun.saved as Json,
    means: readMeans(begun),
    since: Number(begun.at),
    shares: (turned?.shares as OpenChange['shares'] | undefined) ?? null,
    taken: since.some(({ step, restarted }) => step === 'tap-lost' && restarted === false),
    failed: failed === undefined ? null : String(failed.why),
    standsAsBefore: failed?.standsAsBefore === true && since.at(-1) === failed,
  };
}
