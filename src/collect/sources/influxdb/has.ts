/** What can be asked of a server about what it has. */
export interface Catalogue {
  databases(): Promise<readonly string[]>;
  measurements(): Promise<readonly string[]>;
  fields(): Promise<readonly string[]>;
  tags(): Promise<readonly string[]>;
  /** Values of a tag of the measurement. */
  values(tag: string): Promise<readonly string[]>;
  /** First and last time, UTC ms, at which the field has a point of these tags; null: never. */
  span(
    tags: readonly (readonly [tag: string, value: string])[],
  ): Promise<{ fromMs: number; toMs: number } | null>;
}

/** At most so many names are asked for. */
export const MOST = 1_000;

export const unique = (cells: readonly unknown[]): readonly string[] => [
  ...new Set(cells.filter((cell) => typeof cell === 'string' && cell !== '') as string[]),
];
