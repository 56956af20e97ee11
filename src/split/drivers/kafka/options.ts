/** What the file says under `driver: { type: kafka }`. */
import { z } from 'zod';
import { JSON_PATH } from '../../json-path.js';
import { DURATION } from '../duration.js';
import { secretText } from '../secret-text.js';

const duration = z.string().regex(DURATION, 'expected a duration such as 20ms or 60s');
const topic = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, 'not a name of a topic');

const arm = z.strictObject({
  group: z.string().min(1).describe('Consumer group of this stack'),
  topic: topic.optional().describe('Its own input topic; absent: the one that all arms read'),
  out: topic.optional().describe('Where it writes one record for each that it worked on'),
});

const plainOptions = z.strictObject({
  brokers: z.array(secretText).min(1).describe('host:port, or the name of an environment variable'),
  topic: topic.optional().describe('Read by every arm through a group of its own: design mirrored'),
  arms: z.record(z.string(), arm),
  key: z
    .string()
    .regex(JSON_PATH, 'expected a path such as $.customer')
    .optional()
    .describe('Where a record (JSON) holds the key of its message'),
  rate: z
    .number()
    .positive()
    .optional()
    .describe(
      'Records per second, sent on time however slow the arms are; absent: as fast as they are taken',
    ),
  timeout: duration.default('60s').describe('Limit of one trial'),
  poll: duration
    .default('20ms')
    .describe('How often the groups’ offsets are read: the resolution of every time'),
  ssl: z.boolean().default(false),
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: secretText,
      password: secretText,
    })
    .optional(),
});

export type KafkaOptions = z.output<typeof plainOptions>;

export const kafkaOptions: z.ZodType<KafkaOptions, z.input<typeof plainOptions>> = plainOptions.superRefine(
  (options, context) => {
    const at = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path });
    const own = new Map<string, string>();
    for (const [name, { group, topic: mine }] of Object.entries(options.arms)) {
      const other = own.get(group);
      if (other !== undefined) at(sharedGroup(other, name, group), 'arms', name, 'group');
      own.set(group, name);
      if (mine === undefined && options.topic === undefined)
        at('it reads no topic: give it one, or all arms the same under `driver: topic`', 'arms', name);
      if (mine !== undefined && options.topic !== undefined)
        at('either every arm reads `driver: topic`, or each has a topic of its own', 'arms', name, 'topic');
    }
    const topics = Object.entries(options.arms).flatMap(([name, { topic: t }]) => (t ? [[t, name]] : []));
    topics.forEach(([name, owner], i) => {
      const twin = topics.slice(0, i).find(([each]) => each === name);
      if (twin)
        at(
          `${twin[1]} and ${owner} both read ${name}: write it once, as \`driver: topic\``,
          'arms',
          owner,
          'topic',
        );
    });
  },
);

export const sharedGroup = (one: string, other: string, group: string): string =>
  `${one} and ${other} share the group ${group}: Kafka gives each partition to one of them, so that the partition ` +
  'would be the unit (4 partitions are 4 units) and a rebalance moves them between the arms; give each arm its own group';
