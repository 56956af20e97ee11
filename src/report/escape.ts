/** What users typed, made harmless for Markdown and for terminals. (HTML: Handlebars; SVG: charts/svg.ts.) */

/**
 * Without what would not be seen but obeyed: control characters, escape sequences, characters that turn the
 * direction of what follows, invisible ones that make two names look alike. Joiners of emoji and scripts stay.
 */
export const visible = (text: string): string =>
  text.replace(/(?![\t\n])[\p{Cc}\p{Bidi_Control}\u200b\u2060-\u206f\ufeff\ufffe\uffff]/gu, '');

/** Visible text on one line. */
export const oneLine = (text: string): string => visible(text.replace(/\s+/g, ' ')).trim();

/** Splits a name, an address or a reference so that no site turns it into a link or a mention. */
const BREAK = '<!-- -->';

/** Text for Markdown, safe in paragraphs, list items and table cells: shown as typed, nothing interpreted. */
export const markdownText = (text: string): string =>
  oneLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]|~!$]/g, '\\$&')
    .replace(/^[-+=#](?=[-+=#\s]|$)/, '\\$&')
    .replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\')
    .replace(/@(?=\w)/g, `@${BREAK}`)
    .replace(/#(?=\d)/g, `#${BREAK}`)
    .replace(/:\/\//g, `:${BREAK}//`)
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}${BREAK}.`);

/** A fenced block whose fence is longer than any run of backticks inside. */
export const markdownBlock = (text: string, language = ''): string => {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${visible(text)}\n${fence}`;
};
