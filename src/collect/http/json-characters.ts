/** The characters that JSON is built of, and a quick way to the next of some. */
export const QUOTE = 34;
export const COMMA = 44;
export const COLON = 58;
export const OPEN_ARRAY = 91;
export const CLOSE_ARRAY = 93;
export const OPEN_MAP = 123;
export const CLOSE_MAP = 125;
export const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
/** One bit per class of characters below 128: a loop over it is several times faster than a regular expression. */
const classes = new Uint8Array(128);
const mark = (characters: string, bit: number): number => {
  for (const character of characters) classes[character.charCodeAt(0)] |= bit;
  return bit;
};
export const IN_STRING = mark('"\\', 1);
export const IN_ELEMENT = mark('"[]{}', 2);
export const ENDS_SCALAR = mark(',]} \t\n\v\f\r', 4);

/** Where the first character of this class is, from `from` on, or the end of the text. */
export const nextOf = (bit: number, text: string, from: number): number => {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 128 && (classes[code] & bit) !== 0) return i;
  }
  return text.length;
};
