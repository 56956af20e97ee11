/** A seeded stream of random numbers; `stats/random.ts` makes one. */
export interface Random {
  uint32(): number;
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer 0 … n−1, unbiased. */
  integer(n: number): number;
  normal(): number;
  shuffle<T>(array: T[]): void;
  /** An independent stream, named. */
  stream(...names: string[]): Random;
}
