/** The splitter of one run while it works: a feed, whoever gives its records out, and how they are divided just now. */
import type { TapSetting } from '../../../model/tap.js';
import type { Place } from './divide.js';
import type { Feed, FeedRecord } from './feed.js';
import type { Giver } from './giver.js';

export type Divide = (record: FeedRecord) => Place;

export interface Splitter {
  /** Resolves when records are being divided, or when that has failed. */
  readonly ready: Promise<void>;
  /** Resolves when no record is divided in the old way any more. */
  turn(setting: TapSetting, divide: Divide): Promise<void>;
  readonly setting: TapSetting;
  /** Records given out, and of them those that had no key. */
  readonly given: number;
  readonly keyless: number;
  /** All has been given out. */
  readonly isOver: boolean;
  /** Why it ended by itself; null: it did not. */
  readonly failure: unknown;
  /** When that was, monotonic ms; null: it did not. */
  readonly failedAt: number | null;
  /** The batch under way is given out whole, or not at all. */
  stop(): Promise<void>;
}

export function startSplitter(feed: Feed, giver: Giver, first: TapSetting, firstDivide: Divide): Splitter {
  let setting = first;
  let divide = firstDivide;
  let underWay: Promise<void> = Promise.resolve();
  let stopping: Promise<void> | null = null;
  const state = {
    given: 0,
    keyless: 0,
    isOver: false,
    failure: null as unknown,
    failedAt: null as number | null,
  };
  const running = feed
    .run((batch) => {
      const with_ = divide;
      let keyless = 0;
      underWay = giver
        .give(batch, (record) => {
          const place = with_(record);
          if (place.key === null) keyless++;
          return place;
        })
        .then(() => {
          state.given += batch.records.length;
          state.keyless += keyless;
        });
      return underWay;
    })
    .then(
      () => {
        state.isOver = stopping === null;
      },
      (error: unknown) => {
        if (stopping !== null) return;
        state.failure = error;
        state.failedAt = performance.now();
      },
    );
  const stop = async (): Promise<void> => {
    await feed.stop();
    await running;
    await giver.close();
  };
  return {
    ready: Promise.race([feed.ready, running]),
    get setting() {
      return setting;
    },
    get given() {
      return state.given;
    },
    get keyless() {
      return state.keyless;
    },
    get isOver() {
      return state.isOver;
    },
    get failure() {
      return state.failure;
    },
    get failedAt() {
      return state.failedAt;
    },
    async turn(next, nextDivide) {
      setting = next;
      divide = nextDivide;
      await underWay.catch(() => undefined); // the feed tells it
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
