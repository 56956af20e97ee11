/**
 * Whole numbers as they were written. InfluxDB's integers have 64 bits; what a double cannot hold would become its
 * neighbour without a word. (InfluxQL writes a float such as 6e16 as it writes an integer, so of floats above 2^53
 * those are refused as well whose shortest digits are not the double itself.)
 */

export class LostInteger {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

const isExact = (digits: string): boolean => digits.length < 16 || BigInt(Number(digits)) === BigInt(digits);

/** Text of a whole number, as a number or as what it would not be. */
export const integer = (text: string): number | LostInteger =>
  isExact(text) ? Number(text) : new LostInteger(text);

/** Strings, which stay as they are, and whole numbers of 16 digits and more. */
const LONG = /"(?:[^"\\]|\\.)*"|(?<![\d.eE])-?\d{16,}(?![\d.eE])/gsu;
const MARK = '$lost-integer';

const marked = (found: string): string => {
  // Above 21 digits no integer of 64 bits is written: a float.
  if (found.startsWith('"') || found.length > 20 || isExact(found)) return found;
  return `{"${MARK}":"${found}"}`;
};

/** JSON in which whole numbers that would be lost stand as objects, for `revived`. */
export const markLost = (json: string): string => (/\d{16}/u.test(json) ? json.replace(LONG, marked) : json);

/** A cell of an answer: an object can only be a marked number, because fields are numbers, text and booleans. */
export const revived = (cell: unknown): unknown => {
  if (typeof cell !== 'object' || cell === null || !Object.hasOwn(cell, MARK)) return cell;
  return new LostInteger(String((cell as Record<string, unknown>)[MARK]));
};
