/** What the file says under `driver: { type: kafka }`. */
import { z } from 'zod';
import { connectionShape, durationText, groupName, keyPath, topicName } from './connection.js';

const arm = z.strictObject({
  group: groupName.describe('Consumer group of this stack'),
  topic: topicName.optional().describe('Its own input topic; absent: the one that all arms read'),
  out: topicName.optional().describe('Where it writes one record for each that it worked on'),
});

const plainOptions = z.strictObject({
  ...connectionShape,
  topic: topicName.optional().describe('Read by every arm through a group of its own: design mirrored'),
  arms: z.record(z.string(), arm),
  key: keyPath.optional().describe('Where a record (JSON) holds the key of its message'),
  rate: z
    .number()
    .positive()
    .optional()
    .describe(
      'Records per second, sent on time however slow the arms are; absent: as fast as they are taken',
    ),
  timeout: durationText.default('60s').describe('Limit of one trial'),
  parity: z
    .union([z.enum(['none', 'content']), z.array(keyPath).min(1)])
    .default('none')
    .describe(
      'What every arm has to write alike for a unit, in any order: content (key and value), or these parts of each value',
    ),
  poll: durationText
    .default('20ms')
    .describe('How often the groups’ offsets are read: the resolution of every time'),
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
    for (const [name, { out }] of Object.entries(options.arms))
      if (options.parity !== 'none' && out === undefined)
        at('`parity` compares what every arm writes: name its topic, `out:`', 'arms', name);
    const written = new Map<string, string>();
    for (const [name, { out }] of Object.entries(options.arms)) {
      const other = out === undefined ? undefined : written.get(out);
      if (other !== undefined)
        at(`${other} and ${name} both write to ${out}: what is whose cannot be told`, 'arms', name, 'out');
      if (out !== undefined) written.set(out, name);
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
