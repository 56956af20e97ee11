/** Words around numbers. */
import { count } from './number.js';

/** "a", "a and b", "a, b and c". */
export const list = (items: unknown, joint = 'and'): string => {
  const texts = (Array.isArray(items) ? items : [items]).map((item) => String(item));
  if (texts.length === 0) return 'none';
  const last = texts[texts.length - 1];
  return texts.length === 1 ? String(last) : `${texts.slice(0, -1).join(', ')} ${joint} ${last}`;
};

/** "1 unit", "12 units"; `many` where the plural is not `one` + s. */
export const plural = (n: unknown, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;
