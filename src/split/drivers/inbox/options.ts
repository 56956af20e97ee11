/** What the file says under `driver: { type: inbox }`. */
import { normalize } from 'node:path';
import { z } from 'zod';
import { JSON_PATH } from '../../json-path.js';
import { DURATION } from '../duration.js';

const duration = z.string().regex(DURATION, 'expected a duration such as 50ms or 5m');
const jsonPath = z.string().regex(JSON_PATH, 'expected a path such as $.records');

export const inboxOptions = z
  .strictObject({
    arms: z.record(
      z.string(),
      z.strictObject({
        inbox: z.string().min(1).describe('Folder in which this stack looks for batches'),
        outbox: z
          .string()
          .min(1)
          .describe('Folder into which it writes NAME.done, a JSON object, for each batch NAME'),
      }),
    ),
    place: z
      .enum(['link', 'move'])
      .default('link')
      .describe('link: a hard link, the batch stays where it is; move: the batch itself, for design by-key'),
    timeout: duration.default('5m').describe('Limit of one batch'),
    poll: duration
      .default('200ms')
      .describe('How often the outbox is looked at where the system does not tell of changes'),
    output: z
      .strictObject({ count: jsonPath, checksum: jsonPath })
      .optional()
      .describe('Where NAME.done holds the number of records and their checksum: arms must agree on both'),
  })
  .superRefine(({ arms }, context) => {
    const taken = new Map<string, string>();
    for (const [arm, { inbox }] of Object.entries(arms)) {
      const folder = normalize(`${inbox}/`);
      const other = taken.get(folder);
      if (other !== undefined)
        context.addIssue({
          code: 'custom',
          path: ['arms', arm, 'inbox'],
          message: `${other} has this inbox, too: whoever is quicker would take the batch`,
        });
      taken.set(folder, other ?? arm);
    }
  });

export type InboxOptions = z.output<typeof inboxOptions>;
