/** What every export of a bill is asked with: where it lies, what tells the arms apart, what counts. */
import { z } from 'zod';
import { settleText } from './settled.js';
import { sharedRules } from './shared.js';

const text = z.string().min(1);
const where = z
  .record(z.string(), z.string())
  .optional()
  .describe('Only lines whose column has this value: { RegionId: eu-central-1 }.');

export const exportShape = {
  file: text.describe(
    'A CSV (also .gz) or Parquet file, a folder, or a pattern such as export/**/*.parquet.',
  ),
  tag: text
    .optional()
    .describe('Tag that tells the arms apart; its value is that of match. With or without user:.'),
  column: text.optional().describe('Column that tells them apart instead: SubAccountId.'),
  where,
  shared: sharedRules,
  settle: settleText,
};

export const oneSelector = ({
  tag,
  column,
}: {
  tag?: string | undefined;
  column?: string | undefined;
}): boolean => (tag === undefined) !== (column === undefined);
export const ONE_SELECTOR = 'needs exactly one of tag and column';

export const exportQuery = z.strictObject({
  where,
  services: z
    .boolean()
    .optional()
    .describe('One observation per service, with label `service`; needs fold: sum.'),
});
export type ExportQuery = z.infer<typeof exportQuery>;

export interface ExportOptions {
  readonly file: string;
  readonly tag?: string | undefined;
  readonly column?: string | undefined;
  readonly cost?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly where?: Readonly<Record<string, string>> | undefined;
  readonly shared?: z.infer<typeof sharedRules>;
  readonly settle?: string | undefined;
}

/** What the arms are told apart by: name of the tag or of the column. */
export const selectorOf = ({ tag, column }: ExportOptions): string => tag ?? column ?? '';
