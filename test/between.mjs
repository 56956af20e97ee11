/** Text between `<!-- name -->` and `<!-- /name -->` replaced. */
export function between(text, name, replacement) {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`no ${open} … ${close}`);
  return `${text.slice(0, from + open.length)}\n${replacement}\n${text.slice(to)}`;
}
