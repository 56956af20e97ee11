/** What the file says under `driver: { type: kafka-split }`. */
import { z } from 'zod';
import { connectionShape, durationText, groupName, keyPath, topicName } from '../kafka/connection.js';

const arm = z.strictObject({
  topic: topicName.describe('Its own input topic, to which nobody else writes'),
  group: groupName.describe('Consumer group in which this stack reads it'),
});

const liveSource = z.strictObject({
  topic: topicName.describe('Where the records come from'),
  group: groupName.describe(
    'The baseline’s own group on that topic: its offsets say how far records have been given out, before, during and after',
  ),
  begin: z
    .enum(['earliest', 'latest'])
    .optional()
    .describe('Where to begin if that group has never committed; absent: that is refused'),
});

const files = z.strictObject({
  files: z
    .string()
    .min(1)
    .describe('Pattern of files of records, a JSON object a line, sent in order of name'),
  rate: z
    .number()
    .positive()
    .optional()
    .describe(
      'Records per second, sent on time however slow the arms are; absent: as fast as they are taken',
    ),
});

const plainOptions = z.strictObject({
  ...connectionShape,
  from: z.union([liveSource, files]),
  key: keyPath
    .optional()
    .describe('Where a record (JSON) holds the key by which it is divided; absent: the key of its message'),
  arms: z.record(z.string(), arm),
  poll: durationText
    .default('50ms')
    .describe('How often the arms’ offsets are read: the resolution of every time'),
  timeout: durationText.default('60s').describe('A record that is not worked off by then counts as failed'),
  outage: durationText
    .default('30s')
    .describe('Longest time without brokers that the split survives: then it ends, and nothing is lost'),
  drain: durationText
    .default('30s')
    .describe('Longest wait in the end until the arms have worked off what they were given'),
});

export type KafkaSplitOptions = z.output<typeof plainOptions>;
export type LiveSource = z.output<typeof liveSource>;
export type FileSource = z.output<typeof files>;

export const isLive = (from: KafkaSplitOptions['from']): from is LiveSource => 'topic' in from;

export const kafkaSplitOptions: z.ZodType<
  KafkaSplitOptions,
  z.input<typeof plainOptions>
> = plainOptions.superRefine(({ arms, from, key }, context) => {
  const at = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path });
  const topics = new Map<string, string>(isLive(from) ? [[from.topic, 'the source']] : []);
  const groups = new Map<string, string>(isLive(from) ? [[from.group, 'the source']] : []);
  for (const [name, { topic, group }] of Object.entries(arms)) {
    const twin = topics.get(topic);
    if (twin !== undefined)
      at(`${twin} and ${name} have the topic ${topic}: each needs its own`, 'arms', name, 'topic');
    const other = groups.get(group);
    if (other !== undefined)
      at(`${other} and ${name} share the group ${group}: give each its own`, 'arms', name, 'group');
    topics.set(topic, name);
    groups.set(group, name);
  }
  if (!isLive(from) && key === undefined)
    at('lines of files have no key of their own: write `key: $.customer`', 'key');
});
