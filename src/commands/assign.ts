/** `stacktrial assign`: which arm a key belongs to; one key, or a stream of them that is never held in memory. */
import { type ExitCode, KnownError } from '../errors.js';
import { assigner } from '../split/index.js';
import type { Context } from './context.js';
import { loadExperiment } from './load.js';

export interface AssignOptions {
  readonly coverage?: string;
  readonly json?: boolean;
}

const NO_ARM = '-';
const NEWLINE = 0x0a;
/** A key is a name, not a document: what is longer is a file without line breaks. */
const LONGEST_KEY_BYTES = 1 << 20;

export async function assign(
  file: string,
  keys: readonly string[],
  options: AssignOptions,
  context: Context,
): Promise<ExitCode> {
  const { experiment } = await loadExperiment(file, context);
  const { design } = experiment;
  if (design.kind !== 'by-key' && design.kind !== 'ramp')
    throw new KnownError('usage', `design ${design.kind} assigns no keys`, {
      hint: 'Keys belong to arms under design by-key or ramp.',
    });
  const coverage = options.coverage === undefined ? design.coverage : parseCoverage(options.coverage);
  const place = assigner({ ...experiment, design: { ...design, coverage } });
  const counts = new Map<string, number>();
  const count = (arm: string): void => void counts.set(arm, (counts.get(arm) ?? 0) + 1);

  /** A key that is not there belongs to nobody: all keyless units would land on one arm. */
  const line = (key: string): string => {
    const { bucket, arm } = key === '' ? { bucket: null, arm: null } : place(key);
    count(arm ?? NO_ARM);
    return options.json === true ? `${JSON.stringify({ key, bucket, arm })}\n` : `${key}\t${arm ?? NO_ARM}\n`;
  };

  if (keys.length > 0) {
    for (const key of keys) context.out(line(key));
    return 0;
  }
  for await (const lines of linesOf(context.input())) {
    context.signal.throwIfAborted();
    context.out(lines.map(line).join(''));
    await context.drained();
  }
  const said = [...counts].map(([arm, n]) => `${arm === NO_ARM ? 'no arm' : arm} ${n}`);
  context.log.info(said.length === 0 ? 'no keys on standard input' : `keys: ${said.join(', ')}`);
  return 0;
}

function parseCoverage(text: string): number {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text);
  const coverage = match === null ? Number.NaN : Number(`${match[1]}e-2`);
  if (!(coverage > 0 && coverage <= 1))
    throw new KnownError('usage', `--coverage ${text} is not a percentage`, {
      hint: 'Write it as --coverage 25%',
    });
  return coverage;
}

/** The lines of a stream, some at a time; a line is cut only where it ends, whatever the pieces are. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (bytes: Uint8Array): readonly string[] => {
    try {
      // The last line comes without its newline: its carriage return is all that is left of its end.
      return decoder.decode(bytes).replace(/\r$/, '').split(/\r?\n/u);
    } catch (cause) {
      throw new KnownError('usage', 'a key on standard input is not UTF-8', {
        hint: 'Convert it first: iconv -f ISO-8859-1 -t UTF-8',
        cause,
      });
    }
  };
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of input) {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last !== -1) yield decode(Buffer.concat([rest, chunk.subarray(0, last)]));
    rest = last === -1 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk.subarray(last + 1));
    if (rest.length > LONGEST_KEY_BYTES)
      throw new KnownError('usage', 'a key on standard input is longer than 1 MiB', {
        hint: 'One key a line.',
      });
  }
  if (rest.length > 0) yield decode(rest);
}
