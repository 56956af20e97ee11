/** `report:`, key by key. */
import { z } from 'zod';
import { text } from './values.js';

export const houseStyleShape = z.strictObject({
  template: text
    .optional()
    .describe('Handlebars file, rendered into the run folder: summary.md.hbs becomes summary.md.'),
  logo: text.optional().describe("SVG or PNG up to 200 kB, shown in the page's header."),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, { error: () => 'expected a colour such as "#0b5fff", in quotes' })
    .optional()
    .describe('Accent of the page: "#0b5fff"; must stand out on light and on dark.'),
});
