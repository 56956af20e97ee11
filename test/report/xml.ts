/** Is this well-formed, as far as our pages and pictures go? Balanced tags, quoted attributes, no bare `<`. */
const VOID = new Set(['meta', 'link', 'br', 'hr', 'img', 'input', '!doctype']);

export const problemsOf = (markup: string): readonly string[] => {
  const problems: string[] = [];
  const open: string[] = [];
  const body = markup
    .replace(/<(style|script)([^>]*)>[\s\S]*?<\/\1>/g, '<$1$2></$1>')
    .replace(/<!--[\s\S]*?-->/g, '');
  const tag = /<(\/?)([a-zA-Z!][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/g;
  let last = 0;
  for (const match of body.matchAll(tag)) {
    const between = body.slice(last, match.index);
    if (/[<>]/.test(between)) problems.push(`bare markup in “${between.slice(0, 60)}”`);
    last = match.index + match[0].length;
    const [, closing, name, , selfClosed] = match;
    if (closing === '/') {
      const expected = open.pop();
      if (expected !== name) problems.push(`</${name}> closes <${expected}>`);
    } else if (selfClosed !== '/' && !VOID.has(name.toLowerCase())) {
      open.push(name);
    }
  }
  if (open.length > 0) problems.push(`never closed: ${open.join(', ')}`);
  return problems;
};

export const idsOf = (markup: string): readonly string[] =>
  [...markup.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
