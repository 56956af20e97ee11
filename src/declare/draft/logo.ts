/**
 * A logo. In the page it is an <img>, where browsers run no script of an SVG and fetch nothing for it, and the page's
 * content security policy allows no script and no network besides. What would try is refused all the same: the file may
 * be opened on its own.
 */
import type { Logo } from '../../model/house-style.js';
import type { Problems } from '../problems.js';
import type { Located } from '../read/located.js';
import { readText } from '../read/text.js';
import { type Read, readNamed } from './named-file.js';

const LARGEST_BYTES = 200_000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/<(?:[\w-]+:)?script\b/gi, 'a logo runs no script'],
  [/<(?:[\w-]+:)?(?:foreignObject|iframe|embed|object)\b/gi, 'a logo holds nothing but its drawing'],
  [/[\s"'/]on[a-z]+\s*=/gi, 'a logo has no event handlers'],
  [/<!(?:DOCTYPE|ENTITY)\b|<\?xml-stylesheet\b/gi, 'a logo declares no document type, entity or style sheet'],
  [/\b(?:href|src)\s*=\s*(?:"(?!\s*#)|'(?!\s*#)|[^\s"'])/gi, 'a logo refers to nothing outside itself'],
  [/@import\b|\burl\(\s*["']?\s*(?!["'#\s])/gi, 'a logo refers to nothing outside itself'],
  [/&#/g, 'a logo spells no characters as numbers: what they say could not be looked at'],
];

export interface LogoDraft {
  readonly logo: Logo;
  readonly content: string | Uint8Array;
}

export async function readLogo(at: Located, read: Read, problems: Problems): Promise<LogoDraft | null> {
  const file = await readNamed(at, 'logo', read, problems);
  if (file === null) return null;
  const bytes = Buffer.from(file.bytes);
  if (bytes.length > LARGEST_BYTES) {
    const size = `${(bytes.length / 1000).toFixed(0)} kB`;
    problems.atValue(at, `the logo is ${size}, at most 200 kB fit`, 'Make it smaller, or draw it as SVG.');
    return null;
  }
  if (bytes.subarray(0, PNG.length).equals(PNG))
    return { logo: { mediaType: 'image/png', base64: bytes.toString('base64') }, content: bytes };
  if (
    !/^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/.test(
      bytes.toString('utf8').replace(/^\ufeff/, ''),
    )
  ) {
    problems.atValue(at, `${file.path} is neither SVG nor PNG`, 'Save the logo as SVG or PNG.');
    return null;
  }
  const source = readText(bytes, file.shown, problems);
  if (source === null) return null;
  const found = FORBIDDEN.flatMap(([pattern, why]) =>
    [...source.text.matchAll(pattern)].map((match) => ({ match, why })),
  );
  for (const { match, why } of found)
    problems.add(source, match.index, match.index + match[0].length, why, 'Save it as plain SVG.');
  return found.length > 0
    ? null
    : {
        logo: { mediaType: 'image/svg+xml', base64: Buffer.from(source.text).toString('base64') },
        content: source.text,
      };
}
