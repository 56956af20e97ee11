/** The numbers behind a picture. */
export interface NumberTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A picture drawn twice, for wide screens and for phones, so that its words keep their size. */
export interface Figure {
  readonly title: string;
  readonly caption: string;
  readonly wide: string;
  /** null where the wide one is narrow enough. */
  readonly narrow: string | null;
  readonly table: NumberTable;
}
