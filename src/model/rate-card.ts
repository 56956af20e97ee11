/** Prices, read from a public page on a day, and what they price. */
import type { ArmName, MetricName } from './names.js';

export interface RateInput {
  readonly kind: 'rate';
  readonly card: RateCard;
  /** Path of the card as the file names it. */
  readonly cardPath: string;
  /** Per arm: which rate of the card prices the usage that which metric measures. */
  readonly arms: Readonly<Record<ArmName, readonly RateUse[]>>;
}

export interface RateUse {
  readonly rate: string;
  readonly usage: MetricName;
  /** Share of paid time that does work, 0 < u ≤ 1; required where the rate is resident. */
  readonly utilisation: number | null;
  /** How many of it are paid for: nodes, DPUs, vCPUs. Absent: 1. */
  readonly count?: number;
  /** Usage of this arm in a month of 730 hours, in the usage's own unit: which price step holds, and what spreads a fixed cost. */
  readonly monthly?: number;
  /** Part of a fixed cost shared with the other arms that this arm bears, 0 < s ≤ 1. Absent: all of it. */
  readonly share?: number;
  /** The card's free tier is deducted. Absent: it is not, because it flatters whoever uses little. */
  readonly freeTier?: boolean;
}

/** Prices read from a public page on a day; a data file. */
export interface RateCard {
  readonly card: string;
  readonly currency: string;
  readonly date: string;
  readonly region: string | null;
  readonly source: string;
  readonly rates: Readonly<Record<string, Rate>>;
}

export interface Rate {
  readonly title: string;
  readonly source: string | null;
  /** Unit of the usage that is priced, e.g. `s`. */
  readonly usage: string;
  readonly roundUpTo: number | null;
  readonly minimum: number;
  /** Usage × times is what `price` prices (GB of memory: seconds → GB-seconds). */
  readonly times: number;
  /** Price per `per` units of usage × times. */
  readonly per: number;
  readonly price: number;
  /** Charge per unit of work on top (a request). */
  readonly perUnit: number;
  readonly resident: boolean;
  /** Steps by monthly volume in usage × times, ascending; the last has no end. Absent: `price` at any volume. */
  readonly tiers?: readonly PriceStep[];
  /** usage × times of a month that is free; deducted only where a use asks for it. */
  readonly freeTier?: number;
  /** Paid by the hour or the month (730 hours), whatever is used; `usage` then only names what it is spread over. */
  readonly fixed?: 'hour' | 'month';
  /** Declared range of the price; `price` is the typical one, at which is analysed. Never sampling noise. */
  readonly range?: { readonly low: number; readonly high: number };
}

export interface PriceStep {
  /** null: without end. */
  readonly upTo: number | null;
  readonly price: number;
}
