/** A run as it is kept: what can be written to it while it lasts, and read from it afterwards. */
import type { EarlierRun } from '../model/earlier-run.js';
import type {
  Collected,
  ExecutedSlot,
  ExposureRow,
  LineCount,
  Recorded,
  Request,
  RunInfo,
  Schedule,
  Trial,
  WatchRow,
} from '../model/evidence.js';
import type { Attachments } from '../model/experiment.js';
import type { Journal } from '../model/ports.js';
import type { StartTimeOf } from './lock.js';
import type { RowAt } from './row-log.js';
import type { JournalRow } from './run-journal.js';

/** Everything that was stored, as `analyze` needs it. */
export interface StoredRun extends Recorded {
  readonly info: RunInfo;
  /** The experiment file as it was read. */
  readonly experimentText: string;
  readonly attachments: Attachments;
}

export interface RunFolder {
  readonly path: string;
  readonly journal: Journal;
  journaled(): Promise<readonly JournalRow[]>;
  /** What the run was begun with. */
  loadExperiment(): Promise<Pick<StoredRun, 'experimentText' | 'attachments'>>;
  /** As it was last saved. */
  loadInfo(): Promise<RunInfo>;
  saveInfo(info: RunInfo): Promise<void>;
  /** earlier.json: what had been run under this name when the run began; the journal knows it until the manifest does. */
  saveEarlier(rows: readonly EarlierRun[]): Promise<void>;
  /** null: nobody recorded it. */
  loadEarlier(): Promise<readonly EarlierRun[] | null>;
  saveSchedule(schedule: Schedule): Promise<void>;
  loadSchedule(): Promise<Schedule | null>;
  /** On disk when it returns. */
  appendTrial(trial: Trial): Promise<void>;
  loadTrials(): Promise<readonly Trial[]>;
  /** Returns what is stored: with number and sha256 of its rows. */
  saveCollected(collected: Collected): Promise<Collected>;
  loadCollected(): Promise<readonly Collected[]>;
  /** slots.ndjson: what became of the slots; on disk when it returns. */
  appendSlot(row: ExecutedSlot): Promise<void>;
  loadSlots(): Promise<readonly ExecutedSlot[]>;
  /** requests.ndjson: what the tap saw; on disk when it returns. */
  appendRequests(rows: readonly Request[]): Promise<void>;
  /** One by one: there may be millions. */
  requests(): AsyncIterable<Request>;
  /** From that byte on, each with where the next one begins. */
  requestsFrom(byte: number): AsyncIterable<RowAt<Request>>;
  /** exposure.ndjson: what went where. */
  saveExposure(rows: readonly ExposureRow[]): Promise<void>;
  /** watch.ndjson: what was seen of the guardrails while the split ran; on disk when it returns. */
  appendWatch(row: WatchRow): Promise<void>;
  loadWatch(): Promise<readonly WatchRow[]>;
  /** lines.ndjson: lines of the request log against the proxy's counters; on disk when it returns. */
  appendLineCounts(rows: readonly LineCount[]): Promise<void>;
  /** looks.json, written before a look is analysed; until the manifest is there, the journal knows what was written. */
  saveLooks(looks: unknown): Promise<void>;
  loadLooks(): Promise<unknown>;
  /** The manifest, last: from now on the evidence is complete and must not change. */
  finish(info: RunInfo): Promise<void>;
  isFinished(): Promise<boolean>;
  /** Takes the manifest away, keeping it beside: until `finish`, this run is one that was cut off. */
  reopen(): Promise<void>;
  /** Refuses a run that was cut off, and evidence that was changed, naming the file. */
  load(): Promise<StoredRun>;
  /** A form of the report, beside the evidence. */
  saveReport(name: string, content: string | Uint8Array): Promise<void>;
  /** null: there is no such file. */
  loadReport(name: string): Promise<string | null>;
  /** One process at a time; returns the way to give it back. */
  lock(startTimeOf: StartTimeOf): Promise<() => Promise<void>>;
  /** Closes files; what is on disk stays. */
  close(): Promise<void>;
}
