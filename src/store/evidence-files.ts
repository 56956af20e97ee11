/** The files of evidence/ by name, and the rows that grow while a run lasts. */
import type { EarlierRun } from '../model/earlier-run.js';
import type {
  ExecutedSlot,
  ExposureRow,
  LineCount,
  Recorded,
  Request,
  Trial,
  WatchRow,
} from '../model/evidence.js';
import { readJson } from './json-file.js';
import { readRows, rowLog } from './row-log.js';

export const EXPERIMENT = 'experiment.yaml';
export const INFO = 'run.json';
export const EARLIER = 'earlier.json';
export const SCHEDULE = 'schedule.json';
export const TRIALS = 'trials.ndjson';
export const SLOTS = 'slots.ndjson';
export const REQUESTS = 'requests.ndjson';
export const EXPOSURE = 'exposure.ndjson';
export const WATCH = 'watch.ndjson';
export const LINES = 'lines.ndjson';
export const LOOKS = 'looks.json';
export const SOURCES = 'sources';
export const ATTACHMENTS = 'attachments';

/** `at`: where a file of the evidence lies. */
export function evidenceRows(at: (name: string) => string) {
  const rows = {
    trials: rowLog<Trial>(at(TRIALS)),
    slots: rowLog<ExecutedSlot>(at(SLOTS)),
    requests: rowLog<Request>(at(REQUESTS)),
    watch: rowLog<WatchRow>(at(WATCH)),
    lines: rowLog<LineCount>(at(LINES)),
  };
  const close = async () => {
    for (const log of Object.values(rows)) await log.close();
  };
  return { ...rows, close };
}

/** Absent where nothing was turned, so that an old run folder reads as it always did. */
export async function optionalEvidence(
  at: (name: string) => string,
  { slots, watch, lines }: Pick<ReturnType<typeof evidenceRows>, 'slots' | 'watch' | 'lines'>,
): Promise<Pick<Recorded, 'executed' | 'exposure' | 'watched' | 'lines' | 'earlier'>> {
  const executed = await slots.rows();
  const exposure = await readRows<ExposureRow>(at(EXPOSURE));
  const watched = await watch.rows();
  const counted = await lines.rows();
  const earlier = await readJson<readonly EarlierRun[]>(at(EARLIER));
  return {
    ...(executed.length === 0 ? {} : { executed }),
    ...(exposure.length === 0 ? {} : { exposure }),
    ...(watched.length === 0 ? {} : { watched }),
    ...(counted.length === 0 ? {} : { lines: counted }),
    ...(earlier === null ? {} : { earlier }),
  };
}
