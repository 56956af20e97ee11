/** What Handlebars says of a template that it cannot read, with the place. */
import { placeOf, type SourceFile } from '../read/source-file.js';
import type { Blamed } from './template-names.js';

/** How much the parser shows before and after the place. */
const SHOWN = 20;

/** Throws an error again that is none of Handlebars'. */
export function broken(error: unknown, source: SourceFile): Blamed {
  if (!(error instanceof Error)) throw error;
  const { message, lineNumber, column } = error as Error & { lineNumber?: number; column?: number };
  if (lineNumber !== undefined && column !== undefined)
    return blamed({ line: lineNumber, column }, message.replace(/ - \d+:\d+$/, ''));
  const said = /^(?:Parse|Lexical) error on line (\d+)[:.]([\s\S]*)$/.exec(message);
  if (said === null) throw error;
  const [, line, rest] = said;
  const [, shown, caret, expecting] = /^\s*\n(.*)\n(-*)\^\n?(.*)$/.exec(rest) ?? [];
  if (caret === undefined) return blamed({ line: Number(line), column: 0 }, rest.trim());
  const got = /got '(\w+)'$/.exec(expecting)?.[1];
  return got === 'EOF'
    ? blamed(
        placeShown(shown, caret.length, Number(line), source),
        'it ends inside a block or a {{ }}',
        'Every {{#if}} needs its {{/if}}.',
      )
    : blamed(placeShown(shown, caret.length, Number(line), source), 'this is not expected here');
}

const blamed = (
  place: Pick<Blamed, 'line' | 'column'>,
  what: string,
  hint: string | null = null,
): Blamed => ({
  ...place,
  length: 1,
  message: `the template is broken: ${what}`,
  hint,
});

/** The parser tells the line, and draws what stands around the place without its line ends: where is that? */
function placeShown(
  shown: string,
  caret: number,
  line: number,
  source: SourceFile,
): Pick<Blamed, 'line' | 'column'> {
  const { text } = source;
  const before = shown.slice(0, caret).replace(/^\.\.\.(?=[\s\S]{0,20}$)/, '');
  const after = shown
    .slice(caret)
    .replace(/\.\.\.$/, '')
    .slice(0, SHOWN);
  const places = Array.from({ length: text.length + 1 }, (_, at) => at)
    .filter(
      (at) =>
        text.slice(Math.max(0, at - SHOWN), at).replaceAll('\n', '') === before &&
        text.slice(at).replaceAll('\n', '').startsWith(after),
    )
    .map((at) => placeOf(source, at))
    .sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line));
  return places.length === 0 ? { line, column: 0 } : { line: places[0].line, column: places[0].column - 1 };
}
