/** A tap `kafka-split` as `run` holds it, orders to divide, and the stacks that work them off. */
import kafkajs from 'kafkajs';
import type { Slot } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { RequestListener, TapContext } from '../../src/model/ports.js';
import { kafkaSplitTap } from '../../src/split/drivers/kafka-split.js';
import { type HeldTap, holdTap } from '../../src/split/tap/held-tap.js';
import { client, type Got, type Place, type Stack, stack } from './kafka-support.js';
import { experiment, newRunId, temporaryFolder, testIo, testJournal } from './support.js';

export const keyed = (given: Parameters<typeof experiment>[0] = {}): Experiment =>
  experiment({ arms: ['batch', 'record'], ...given, design: { kind: 'by-key', ...given.design } });

export const slot = (coverage: number, shares: Slot['shares'] = {}): Slot => ({
  index: 0,
  startMs: 0,
  endMs: 1e12,
  shares,
  burnInMs: 0,
  burnOutMs: 0,
  stage: null,
  coverage,
});

export interface Live {
  readonly held: HeldTap;
  readonly listener: RequestListener;
  readonly context: TapContext;
  readonly said: string[];
}

/** What the run that holds the tap has beside it. */
export function contextOf(
  asked: Experiment,
  folder: string,
  runId = newRunId(),
  journal = testJournal(),
): Pick<Live, 'context' | 'said'> {
  const io = testIo(folder);
  const said: string[] = [];
  const context: TapContext = {
    ...io,
    log: { ...io.log, info: (text) => void said.push(text), warn: (text) => void said.push(text) },
    arms: asked.arms,
    baseline: 'record',
    journal,
    journaled: async () => journal.rows,
    runId,
  };
  return { context, said };
}

export const optionsOf = ({ address, arms }: Pick<Place, 'address' | 'arms'>, driver: object) =>
  kafkaSplitTap.options.parse({ brokers: [address], arms, poll: '10ms', ...driver });

export async function hold(
  place: Place,
  asked: Experiment,
  driver: object,
  given?: Pick<Live, 'context' | 'said'>,
): Promise<Live> {
  const { context, said } = given ?? contextOf(asked, await temporaryFolder(place.finished));
  const options = optionsOf(place, driver);
  const listener = (await kafkaSplitTap.listen?.(options, context)) as RequestListener;
  place.finished(() => listener.close());
  const held = await holdTap(kafkaSplitTap, options, context, 'kafka', async () => undefined);
  return { held, listener, context, said };
}

export const order = (i: number, key: string | null = `C${i % 60}`): kafkajs.Message => ({
  key,
  value: JSON.stringify({ order: i, customer: key }),
  headers: { source: `shop-${i % 3}` },
  timestamp: String(1_790_000_000_000 + i),
});

export const orders = (count: number, from = 0): readonly kafkajs.Message[] =>
  Array.from({ length: count }, (_, i) => order(from + i));

export const numbers = (count: number, from = 0): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + i);

export async function produce(
  { address, source }: Pick<Place, 'address' | 'source'>,
  messages: readonly kafkajs.Message[],
): Promise<void> {
  const producer = client(address).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: source, messages: [...messages] });
  await producer.disconnect();
}

/** Orders that arrive by themselves until it is stopped; resolves with how many there were. */
export function traffic({ address, source, finished }: Place): () => Promise<number> {
  let going = true;
  let sent = 0;
  const running = (async () => {
    const producer = client(address).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    for (; going; sent += 5) {
      await producer.send({ topic: source, messages: [...orders(5, sent)] });
      await new Promise((done) => setTimeout(done, 20));
    }
    await producer.disconnect();
    return sent;
  })();
  const end = () => {
    going = false;
    return running;
  };
  finished(async () => void (await end()));
  return end;
}

export const ordersIn = ({ values }: Pick<Stack, 'values'>): readonly number[] =>
  values.map(({ value }) => JSON.parse(value).order);

export const ascending = (all: readonly number[]): readonly number[] => all.toSorted((a, b) => a - b);

export interface Stacks {
  readonly batch: Stack;
  readonly record: Stack;
  /** Of all records that they have read. */
  arrived(): readonly number[];
}

export async function stacks({ address, arms, finished }: Place): Promise<Stacks> {
  const [batch, record] = await Promise.all([
    stack(address, arms.batch.group, arms.batch.topic),
    stack(address, arms.record.group, arms.record.topic),
  ]);
  finished(async () => {
    await Promise.all([batch.stop(), record.stop()]);
  });
  return { batch, record, arrived: () => [...ordersIn(batch), ...ordersIn(record)] };
}

/** Order numbers of each key as they were read from its arm's topic. */
export function byKey(values: readonly Got[]): ReadonlyMap<string, readonly number[]> {
  const all = new Map<string, number[]>();
  for (const { key, value } of values) {
    if (key === undefined) continue;
    const own = all.get(key) ?? [];
    own.push(JSON.parse(value).order);
    all.set(key, own);
  }
  return all;
}

export async function committedIn({ address, group, source }: Place): Promise<ReadonlyMap<number, number>> {
  const admin = client(address).admin();
  await admin.connect();
  const [{ partitions }] = await admin.fetchOffsets({ groupId: group, topics: [source] });
  await admin.disconnect();
  return new Map(partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
}
