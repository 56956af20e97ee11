/** Decimals of any length as doubles, or not at all: a value that would become its neighbour is not a value. */

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/iu;

/** Digits without zeros at the ends, and the power of ten of the last: equal for decimals that are equal. */
const canonical = (text: string): string => {
  const [, sign, whole, fraction = '', power = '0'] = DECIMAL.exec(text) as unknown as string[];
  const all = `${whole}${fraction}`.replace(/^0+/u, '');
  const digits = all.replace(/0+$/u, '');
  if (digits === '') return '0';
  return `${sign === '-' ? '-' : ''}${digits}e${Number(power ?? 0) - fraction.length + all.length - digits.length}`;
};

/** The double that is this whole number, or is written like this decimal (always so up to 15 digits); null where there is none. */
export const exactNumber = (text: string): number | null => {
  if (!DECIMAL.test(text)) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  const [, sign, digits] = /^([+-]?)(\d+)(?:\.0*)?$/u.exec(text) ?? [];
  // Far out a double is written with zeros that are not its digits.
  if (digits !== undefined)
    return BigInt(value) === BigInt(`${sign === '-' ? '-' : ''}${digits}`) ? value : null;
  return canonical(String(value)) === canonical(text) ? value : null;
};
