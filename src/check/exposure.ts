/**
 * Was each request or record served by the arm that the split gave it to? Fatal: whoever is sent to one arm and served by
 * another is counted where it did not happen. Any warns, more than 1 in 1,000 beyond chance fails.
 * Needs a tap that sees single requests; intention and deed are counted by it. Source: reference/splitting.md §2.3.
 */
import type { ExposureRow } from '../model/evidence.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { isBeyondChance } from './beyond-chance.js';
import { answering, fail, pass, skip, warn } from './result.js';

const failAbove = 0.001;

export type Traffic = Extract<ExposureRow, { what: 'traffic' }>;

export const trafficOf = (rows: readonly ExposureRow[] | undefined): readonly Traffic[] =>
  (rows ?? []).filter((row): row is Traffic => row.what === 'traffic' && row.count > 0);

/** What went its way by itself: keys where all is routed by key, for the requests of a key go together; else requests. */
export function parcels(rows: readonly Traffic[], all: readonly Traffic[]): number {
  const byKey = all.every(({ keys }) => keys !== null);
  return rows.reduce((sum, { count, keys }) => sum + (byKey ? (keys ?? 0) : count), 0);
}

export const exposure: Check = {
  title: 'Each request was served by the arm that it was sent to',
  severity: 'fatal',
  run({ exposure: rows }) {
    const result = answering('exposure', 'fatal', reason('exposure-need', { failAbove }));
    const traffic = trafficOf(rows);
    if (traffic.length === 0) return [result('experiment', skip(reason('exposure-not-seen')))];
    const total = traffic.reduce((sum, { count }) => sum + count, 0);
    const strayed = traffic.filter(({ assigned, served }) => assigned !== served);
    const elsewhere = strayed.reduce((sum, { count }) => sum + count, 0);
    const most = strayed.reduce<Traffic | null>((a, b) => (a === null || b.count > a.count ? b : a), null);
    const saw = reason('exposure-saw', {
      total,
      elsewhere,
      share: elsewhere / total,
      assigned: most?.assigned ?? null,
      served: most?.served ?? null,
    });
    const isMuch = isBeyondChance(parcels(strayed, traffic), parcels(traffic, traffic), failAbove);
    const answer = isMuch ? fail(saw) : elsewhere > 0 ? warn(saw) : pass(saw);
    return [result('experiment', answer)];
  },
};
