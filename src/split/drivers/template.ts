/** `{{unit}}` and its like in arguments and environment values. */
export const TEMPLATE_NAMES = ['unit', 'path', 'block', 'trial', 'arm', 'repeat'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];
export type TemplateValues = Readonly<Partial<Record<TemplateName, string>>>;

const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Names that a text uses, known or not. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(VARIABLE)].map((match) => match[1]);
}

/** A variable without a value here (a unit during setup) becomes empty. */
export function fill(text: string, values: TemplateValues): string {
  return text.replace(VARIABLE, (_, name: TemplateName) => values[name] ?? '');
}
