/** A small SVG writer. Everything that a user typed goes through `escapeXml`; colours are classes of the page. */
import { visible } from '../escape.js';

/** For text and quoted attributes alike. */
export const escapeXml = (text: string): string =>
  visible(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');

/** Coordinates to a tenth: bytes must not depend on the last bits of a logarithm. */
export const at = (x: number): string => String(Math.round(x * 10) / 10 + 0);

type Attributes = Readonly<Record<string, string | number>>;

export const element = (name: string, attributes: Attributes, ...children: readonly string[]): string => {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? at(value) : escapeXml(value)}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
};

export const text = (content: string, attributes: Attributes): string =>
  element('text', attributes, escapeXml(content));

export const line = (x1: number, y1: number, x2: number, y2: number, className: string): string =>
  element('path', { d: `M${at(x1)} ${at(y1)}L${at(x2)} ${at(y2)}`, class: className });

export interface Frame {
  /** Unique in the page: ids of title and description are made from it. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
}

export const svg = (frame: Frame, ...body: readonly string[]): string =>
  element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      role: 'img',
      'aria-labelledby': `${frame.id}-t ${frame.id}-d`,
      viewBox: `0 0 ${at(frame.width)} ${at(frame.height)}`,
      class: 'chart',
    },
    element('title', { id: `${frame.id}-t` }, escapeXml(frame.title)),
    element('desc', { id: `${frame.id}-d` }, escapeXml(frame.description)),
    ...body,
  );

/** Cut to what fits into `width` at 13 px, about 6.8 px a character; the whole text is in the table behind. */
export const fitted = (content: string, width: number): string => {
  const most = Math.max(4, Math.floor(width / 6.8));
  const characters = Array.from(content.replace(/\s+/g, ' '));
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
};

/**
 * In at most `most` lines of `width`, broken between words; what is still too long is cut. Never an empty list.
 * `each`: width of a character, 6.8 px at 13 px.
 */
export const wrapped = (content: string, width: number, most: number, each = 6.8): readonly string[] => {
  const room = Math.max(4, Math.floor(width / each));
  const length = (words: string): number => Array.from(words).length;
  const lines: string[] = [''];
  for (const word of content.trim().split(/\s+/)) {
    const last = lines[lines.length - 1];
    const joined = last === '' ? word : `${last} ${word}`;
    if (length(joined) <= room || lines.length === most || last === '') lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines.map((one) => fitted(one, room * 6.8));
};
