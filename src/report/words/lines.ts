/** Why a line of the method table applied: what about design, workload and number made it so. By id of compare/choose.ts. */
const lines: Readonly<Record<string, string>> = {
  exact: 'The number is declared exact, so it is held against the claim as it is; there is no chance in it.',
  'series-quantile':
    'Units follow each other in time and a quantile is asked for: it is read from the order of the values, and memory widens its interval.',
  'series-typical':
    'Units follow each other in time and the typical ratio is asked for: logarithms of the ratios, with memory.',
  'series-apart':
    'The arms were observed at different times: nothing pairs them, so each has a variance of its own, with memory.',
  'series-ratio':
    'Both arms ran at once and the number is a ratio of sums: it is linearised, paired in time, with memory.',
  series: 'Both arms ran at once: differences are paired in time, and their memory is counted.',
  'interleaved-quantile':
    'Every block holds each arm and a quantile is asked for: blocks are drawn again, pairs together.',
  'interleaved-typical':
    'Every block holds each arm and the typical ratio is asked for: logarithms, paired by block.',
  'interleaved-sample': 'The items stand for others, so items are what is counted: repeats are folded first.',
  'interleaved-ratio-fixed':
    'Every block holds each arm, the items are the whole workload, and the number is a ratio of sums: only repeats of an item vary.',
  'interleaved-ratio':
    'Every block holds each arm and the number is a ratio of sums, linearised and paired by block.',
  'interleaved-fixed':
    'Every block holds each arm and the items are the whole workload: pairs within each item, since only repeats vary.',
  interleaved:
    'Every block holds each arm in drawn order: differences of the pairs, the effect of order removed.',
  'by-key-quantile':
    'Each key is on one arm and a quantile is asked for: order statistics of each arm, keys drawn again.',
  'by-key-typical': 'Each key is on one arm and the typical value is asked for: logarithms, two samples.',
  'by-key-proportion':
    'Each key is on one arm and the number is a share of attempts: intervals of two proportions.',
  'by-key-ratio':
    'Each key is on one arm and the number is a ratio of sums: linearised, two samples of keys.',
  'by-key': 'Each key is on one arm: two samples of keys, each with its own variance.',
};

/** '' for a line that has no words: its id is printed all the same. */
export const lineText = (id: string): string => (Object.hasOwn(lines, id) ? lines[id] : '');
