import { count, duration, list, number, percent, plural } from '../format.js';
import type { Words } from './types.js';

export const splitWords = {
  'unit-without-key': (v) =>
    v.key === null
      ? `${v.unit} has no key, so no arm could be assigned to it; it took no part.`
      : `${v.unit} has no value at ${v.key}, so no arm could be assigned to it; it took no part.`,
  'unit-outside-coverage': (v) =>
    `${v.unit} lies outside the ${percent(v.coverage)} of keys that take part; raise \`coverage\` to include it.`,
  'watch-too-slow': (v) =>
    `The sources of the guardrails had not answered after ${duration(v.limitMs)}; they are asked again at the next poll.`,
  'split-stopped-harm': (v) =>
    `The split was ended before its time and traffic given back: harm was seen of ${list(v.arms)} on “${list(v.sentences)}”.`,
  'split-stopped-end': (v) =>
    `Nothing more came to divide: the split ended with it, after ${count(v.held)} of ${plural(v.planned, 'planned slot')}.`,
  'split-stopped-cap': (v) => {
    const [have, most] =
      v.cap === 'time'
        ? [duration(v.have), duration(v.most)]
        : v.cap === 'units'
          ? [`${count(v.have)} requests`, count(v.most)]
          : [number(v.have), number(v.most)];
    return `The split was ended before its time because the cap exposure.${v.cap} was reached: ${have} of ${most}.`;
  },
} satisfies Words;
