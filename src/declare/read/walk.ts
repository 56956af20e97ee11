/** Parsed YAML nodes → values with places: aliases, keys, duplicates. */
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml';
import type { Problems } from '../problems.js';
import type { Located, ScalarStyle } from './located.js';
import { placeOf, type SourceFile } from './source-file.js';

/** Deeper than any experiment. */
export const DEEPEST = 100;
/** Values that aliases may repeat in all: generous for a shared block, nothing for an alias bomb. */
const MOST_REPEATED = 2_000;

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** Thrown inside the walk to leave it at once; the problem has been added. */
export class Unreadable extends Error {}

export class Walk {
  readonly #source: SourceFile;
  readonly #problems: Problems;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #inAlias = 0;
  #repeated = 0;

  constructor(source: SourceFile, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  value(node: Node | null, key: Located['key'], depth: number): Located {
    const fallback = key?.end ?? 0;
    const [start, end] = node?.range ?? [fallback, fallback];
    if (depth > DEEPEST) this.#stop(start, end, 'nested too deeply');
    if (this.#inAlias > 0) {
      this.#repeated += 1;
      if (this.#repeated > MOST_REPEATED)
        this.#stop(
          start,
          end,
          'aliases repeat too much',
          `At most ${MOST_REPEATED} values may be repeated by *aliases.`,
        );
    }
    if (isAlias(node)) return this.#alias(node.source, start, end, key, depth);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined && node !== null) this.#anchors.set(anchor, node);
    const plain = { source: this.#source, start, end, key, map: null, list: null, style: null };
    if (isMap(node)) return { ...plain, ...this.#map(node, depth) };
    if (isSeq(node)) {
      this.#open.add(node);
      const list = node.items.map((item) => this.value(item as Node | null, null, depth + 1));
      this.#open.delete(node);
      return { ...plain, list, value: list.map((item) => item.value) };
    }
    if (isScalar(node)) return { ...plain, value: node.value, style: STYLES[node.type ?? ''] ?? null };
    return { ...plain, value: null };
  }

  #alias(name: string, start: number, end: number, key: Located['key'], depth: number): Located {
    const node = this.#anchors.get(name);
    if (node === undefined) this.#stop(start, end, `no &${name} stands before this *${name}`);
    if (this.#open.has(node)) this.#stop(start, end, `*${name} stands inside &${name}: it would never end`);
    this.#inAlias += 1;
    const found = this.value(node, key, depth + 1);
    this.#inAlias -= 1;
    return found;
  }

  #map(node: { items: readonly Pair[] } & Node, depth: number): Pick<Located, 'map' | 'value'> {
    this.#open.add(node);
    const map = new Map<string, Located>();
    for (const pair of node.items) {
      const key = this.#key(pair.key as Node | null, node);
      if (key === null) continue;
      const found = this.value(pair.value as Node | null, key, depth + 1);
      const first = map.get(key.name);
      if (first === undefined) map.set(key.name, found);
      else {
        const line = placeOf(this.#source, first.key?.start ?? 0).line;
        this.#problems.add(
          this.#source,
          key.start,
          key.end,
          `duplicate key "${key.name}"`,
          `It stands first on line ${line}: keep one of them.`,
        );
      }
    }
    this.#open.delete(node);
    return { map, value: Object.fromEntries([...map].map(([name, found]) => [name, found.value])) };
  }

  /** null: not usable as a key; the problem has been added. */
  #key(node: Node | null, parent: Node): NonNullable<Located['key']> | null {
    const [start, end] = node?.range ?? [parent.range?.[0] ?? 0, (parent.range?.[0] ?? 0) + 1];
    const refuse = (message: string, hint: string | null): null => {
      this.#problems.add(this.#source, start, end, message, hint);
      return null;
    };
    if (!isScalar(node)) return refuse('a key must be a plain word', 'Write `key: value`.');
    const { value, source } = node as Scalar;
    const name = typeof value === 'string' ? value : (source ?? '');
    if (name === '') return refuse('a key is missing before the ":"', null);
    if (name === '<<')
      return refuse(
        'merge keys (<<) are not supported',
        'Repeat the keys, or share a whole value with &name and *name.',
      );
    // Assigning it would change the object instead of filling it.
    if (name === '__proto__') return refuse('"__proto__" cannot be used as a key', null);
    return { name, start, end };
  }

  #stop(start: number, end: number, message: string, hint: string | null = null): never {
    this.#problems.add(this.#source, start, end, message, hint);
    throw new Unreadable(message);
  }
}
