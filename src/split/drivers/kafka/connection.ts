/** How brokers are reached: what the drivers `kafka` and `kafka-split` have in common in the file. */
import { z } from 'zod';
import { JSON_PATH } from '../../json-path.js';
import { DURATION } from '../duration.js';
import { secretText } from '../secret-text.js';

export const durationText = z.string().regex(DURATION, 'expected a duration such as 20ms or 60s');
export const topicName = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, 'not a name of a topic');
export const groupName = z.string().min(1);
export const keyPath = z.string().regex(JSON_PATH, 'expected a path such as $.customer');

export const connectionShape = {
  brokers: z.array(secretText).min(1).describe('host:port, or the name of an environment variable'),
  ssl: z.boolean().default(false),
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: secretText,
      password: secretText,
    })
    .optional(),
};

const connection = z.strictObject(connectionShape);
export type Connection = z.output<typeof connection>;
