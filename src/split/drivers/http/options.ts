/** What the file says under `driver: { type: http }`. */
import { z } from 'zod';
import { DURATION } from '../duration.js';
import { secretText } from '../secret-text.js';
import { isCredential, isHopByHop } from './headers.js';

const WHOLE_SECRET = /^\$\{\w+\}$/;

const headers = z
  .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'not a name of a header'), secretText)
  .superRefine((given, context) => {
    for (const [name, value] of Object.entries(given)) {
      const at = (message: string) => context.addIssue({ code: 'custom', message, path: [name] });
      if (isHopByHop(name)) at('it belongs to one connection and is set by the client');
      else if (isCredential(name) && !WHOLE_SECRET.test(String(value)))
        at('a credential is not written into the file: name an environment variable, "$' + '{NAME}"');
    }
  });

export const FORMATS = ['jsonl', 'har', 'access-log'] as const;

export const httpOptions = z.strictObject({
  arms: z.record(
    z.string(),
    z.strictObject({
      url: secretText.describe('Base URL: paths of the log are appended to it'),
      headers: headers.optional(),
    }),
  ),
  rate: z
    .union([z.number().positive(), z.literal('recorded')])
    .describe('Requests per second, or recorded: as the log has them'),
  speed: z.number().positive().default(1).describe('With rate: recorded, so many times as fast'),
  format: z.enum(FORMATS).optional().describe('By default from the file’s name: .jsonl, .har, .log'),
  methods: z
    .array(z.string().regex(/^[A-Z]+$/, 'methods are written in capitals'))
    .min(1)
    .default(['GET', 'HEAD'])
    .describe('Only these are sent: others change something, and would do so once more'),
  headers: headers.optional().describe('Sent to every arm, in place of the log’s'),
  timeout: z
    .string()
    .regex(DURATION, 'expected a duration such as 10s')
    .default('10s')
    .describe('Limit of one request, from when it was due'),
  connections: z.int().min(1).max(10_000).default(64).describe('At most so many at a time, for each arm'),
  failsFrom: z.int().min(400).max(600).default(500).describe('A status from here on is a failure'),
  parity: z
    .enum(['none', 'status', 'body'])
    .default('none')
    .describe('What must be the same on every arm; where it is not, the run is invalid'),
});

export type HttpOptions = z.output<typeof httpOptions>;
