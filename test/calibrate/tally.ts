/** Counting what happened in a simulation, by the name of the measure. */
import type { Outcome } from './cell.ts';

export class Tally {
  readonly #shares = new Map<string, { hits: number; trials: number }>();
  readonly #means = new Map<string, number[]>();

  share(name: string, hit: boolean): void {
    const known = this.#shares.get(name) ?? { hits: 0, trials: 0 };
    known.trials += 1;
    if (hit) known.hits += 1;
    this.#shares.set(name, known);
  }

  mean(name: string, value: number): void {
    const known = this.#means.get(name) ?? [];
    known.push(value);
    this.#means.set(name, known);
  }

  outcomes(): Record<string, Outcome> {
    const all: Record<string, Outcome> = {};
    for (const [name, counted] of this.#shares) all[name] = { kind: 'share', ...counted };
    for (const [name, values] of this.#means) {
      const value = values.reduce((a, b) => a + b, 0) / values.length;
      const square = values.reduce((a, b) => a + (b - value) * (b - value), 0) / (values.length - 1);
      all[name] = { kind: 'mean', value, standardError: Math.sqrt(square / values.length) };
    }
    return all;
  }
}
