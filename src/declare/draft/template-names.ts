/**
 * What a template names, as far as it can be known without data: the names at its top, and what no template may
 * reach. Names inside {{#each}} and {{#with}} are looked at when it is rendered.
 */
import { TEMPLATE_NAMES } from '../../model/house-style.js';

export interface Blamed {
  /** 1-based */
  readonly line: number;
  /** 0-based */
  readonly column: number;
  readonly length: number;
  readonly message: string;
  readonly hint: string | null;
}

/** Of Handlebars' syntax tree, what is looked at. */
interface Node {
  readonly type: string;
  readonly loc: { readonly start: { readonly line: number; readonly column: number } };
  readonly path?: Node;
  readonly params?: readonly Node[];
  readonly hash?: { readonly pairs: readonly { readonly value: Node }[] };
  readonly escaped?: boolean;
  readonly data?: boolean;
  readonly depth?: number;
  readonly parts?: readonly string[];
  readonly original?: unknown;
  readonly body?: readonly Node[];
  readonly program?: Node;
  readonly inverse?: Node;
  readonly blockParams?: readonly string[];
}

const NAMES: ReadonlySet<string> = new Set(TEMPLATE_NAMES);
const REACHING: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);
const SAME_CONTEXT: ReadonlySet<unknown> = new Set(['if', 'unless']);

export function templateFaults(
  program: unknown,
  markup: boolean,
  suggest: (name: string) => string | null,
): readonly Blamed[] {
  const found: Blamed[] = [];
  const blame = ({ loc }: Node, length: number, message: string, hint: string | null): void => {
    found.push({ ...loc.start, length, message, hint });
  };

  /** `top`: is the context here that of the whole template? `own`: names that blocks around it gave. */
  function value(node: Node, top: boolean, own: readonly string[]): void {
    if (node.type === 'SubExpression') call(node, top, own);
    if (node.type !== 'PathExpression') return;
    const { parts = [], original } = node;
    const reaching = parts.find((part) => REACHING.has(part));
    if (reaching !== undefined)
      blame(node, String(original).length, `a template cannot reach ${reaching}`, 'It sees data only.');
    else if (node.depth === 0 && !own.includes(parts[0])) {
      const first = node.data ? (parts[0] === 'root' ? parts[1] : undefined) : top ? parts[0] : undefined;
      if (first !== undefined && !NAMES.has(first))
        blame(node, String(original).length, `the report has no "${first}"`, suggest(first));
    }
  }

  function call(node: Node, top: boolean, own: readonly string[]): void {
    const args = [...(node.params ?? []), ...(node.hash?.pairs.map((pair) => pair.value) ?? [])];
    if (node.path !== undefined && args.length === 0) value(node.path, top, own);
    for (const arg of args) value(arg, top, own);
  }

  function statement(node: Node, top: boolean, own: readonly string[]): void {
    if (/^(Partial|Decorator)/.test(node.type))
      blame(node, 3, 'a template is one file: it has no partials and no decorators', null);
    else if (node.type === 'MustacheStatement') {
      if (markup && node.escaped === false)
        blame(
          node,
          3,
          'values are always escaped in HTML',
          'Write {{ }}; tags belong in the template itself.',
        );
      call(node, top, own);
    } else if (node.type === 'BlockStatement') {
      call(node, top, own);
      const inside = top && SAME_CONTEXT.has(node.path?.original);
      for (const one of node.program?.body ?? [])
        statement(one, inside, [...own, ...(node.program?.blockParams ?? [])]);
      for (const one of node.inverse?.body ?? []) statement(one, top, own);
    }
  }

  for (const one of (program as Node).body ?? []) statement(one, true, []);
  return found;
}
