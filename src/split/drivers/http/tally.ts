/** What came back, request by request; a failure has the time of its limit, so that no arm is fast because it fails. */
import { createHash } from 'node:crypto';

/** status 0: no answer. */
export interface Outcome {
  readonly index: number;
  readonly status: number;
  readonly failure: string | null;
  readonly latencyMs: number;
  readonly bytes: number;
  readonly body: string;
}

/** A log of a few requests may well consist of some that are refused. */
const FEWEST = 10;

export class Tally {
  readonly #limitMs: number;
  #latencies = new Float64Array(1024);
  /** What must be equal on every arm, by request. */
  #seen: string[] = [];
  #requests = 0;
  #bytes = 0;
  #failed = 0;
  #refused = 0;
  #lateMs = 0;
  readonly #failures = new Map<string, number>();
  readonly #parity: 'none' | 'status' | 'body';
  skipped = 0;

  constructor(limitMs: number, parity: 'none' | 'status' | 'body') {
    this.#limitMs = limitMs;
    this.#parity = parity;
  }

  /** How much later than due a request left although nothing of the arm held it up. */
  left(lateMs: number): void {
    this.#lateMs = Math.max(this.#lateMs, lateMs);
  }

  add({ index, status, failure, latencyMs, bytes, body }: Outcome): void {
    if (this.#requests === this.#latencies.length) {
      const larger = new Float64Array(2 * this.#requests);
      larger.set(this.#latencies);
      this.#latencies = larger;
    }
    this.#latencies[this.#requests++] = failure === null ? latencyMs : Math.max(this.#limitMs, latencyMs);
    this.#bytes += bytes;
    if (this.#parity !== 'none')
      this.#seen[index] = this.#parity === 'body' ? `${status} ${body}` : String(status);
    if (failure === null) {
      if (status >= 400 && status < 500) this.#refused++;
      return;
    }
    this.#failed++;
    this.#failures.set(failure, (this.#failures.get(failure) ?? 0) + 1);
  }

  get requests(): number {
    return this.#requests;
  }

  /** Every request failed. */
  get dead(): boolean {
    return this.#requests > 0 && this.#failed === this.#requests;
  }

  /** Nothing was answered but refusals (4xx): a wrong base URL, or nobody who may ask. That is no work, however fast. */
  get refusing(): boolean {
    return this.#requests >= FEWEST && this.#refused + this.#failed === this.#requests && this.#refused > 0;
  }

  /** Most frequent first. */
  failures(): string {
    return [...this.#failures]
      .sort(([, a], [, b]) => b - a)
      .map(([what, n]) => `${n} × ${what}`)
      .join(', ');
  }

  summary(seconds: number) {
    const sorted = this.#latencies.slice(0, this.#requests).sort();
    const quantile = (q: number) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] / 1000;
    return {
      requests: this.#requests,
      failed: this.#failed,
      refused: this.#refused,
      skipped: this.skipped,
      bytes: this.#bytes,
      perSecond: this.#requests / seconds,
      latencySeconds: sorted.reduce((sum, ms) => sum + ms, 0) / 1000,
      p50Seconds: quantile(0.5),
      p90Seconds: quantile(0.9),
      p99Seconds: quantile(0.99),
      maxSeconds: quantile(1),
      lateSeconds: this.#lateMs / 1000,
      failures: Object.fromEntries(this.#failures),
    };
  }

  output(): { count: number; sha256: string } | undefined {
    if (this.#parity === 'none') return undefined;
    const hash = createHash('sha256');
    for (const each of this.#seen) hash.update(`${each}\n`);
    return { count: this.#requests, sha256: hash.digest('hex') };
  }
}
