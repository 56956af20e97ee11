/** The part of JSONPath that names one place in an answer: `$`, `.name`, `['name']`, `["name"]`, `[0]`. */
export type Step = string | number;

const STEP = /\.([\p{L}_$][\p{L}\p{N}_$-]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/uy;

/** Steps of the path, or null where the text is not such a path. */
export const parsePath = (text: string): readonly Step[] | null => {
  if (!text.startsWith('$')) return null;
  const steps: Step[] = [];
  let at = 1;
  while (at < text.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (match === null) return null;
    const [, name, index, single, double] = match;
    steps.push(index === undefined ? (name ?? (single ?? double).replace(/\\(.)/gu, '$1')) : Number(index));
    at = STEP.lastIndex;
  }
  return steps;
};

/** What stands at the place; undefined where there is nothing. Reads own properties only. */
export const readPath = (value: unknown, steps: readonly Step[]): unknown => {
  let here = value;
  for (const step of steps) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    if (Array.isArray(here) !== (typeof step === 'number')) return undefined;
    here = (here as Record<Step, unknown>)[step];
  }
  return here;
};
