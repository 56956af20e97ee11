/** What was seen of a divided traffic, and when: which guardrail crossed, and where the split was ended. */
import type { Report } from '../../model/report.js';
import type { Figure } from '../charts/table.js';
import { watchChart } from '../charts/watch.js';
import { percent, plural, timestamp } from '../format.js';

export function watchFigure({ watch, claims }: Report): Figure | null {
  if (watch?.strip === undefined) return null;
  const { strip, stop, polls } = watch;
  const sentenceOf = (id: string) => claims.find(({ claim }) => claim.id === id)?.claim.sentence ?? id;
  const guardrails = strip.guardrails.map(({ claim, stretches }) => ({
    sentence: sentenceOf(claim),
    stretches,
  }));
  const end = stop === null ? null : { at: Date.parse(stop.at), text: `ended: ${because(stop.why)}` };
  return {
    title: 'What was watched while traffic was divided',
    caption:
      'Each guardrail is asked at every poll, at a quarter of α over all polls together. “No harm seen” proves no safety; “cannot say” waits for more.',
    ...watchChart({
      id: 'watch',
      title: 'Guardrails beside the traffic that was at risk',
      description:
        stop === null
          ? `${plural(polls, 'poll')}; the split came to its end.`
          : `${plural(polls, 'poll')}; ended ${timestamp(Date.parse(stop.at))} because of ${because(stop.why)}.`,
      exposed: strip.exposed,
      guardrails,
      stop: end,
    }),
    table: {
      columns: ['From', 'To', 'What', 'Seen'],
      rows: [
        ...strip.exposed.map(({ fromMs, toMs, share }) => [
          timestamp(fromMs),
          timestamp(toMs),
          'traffic of the other arms',
          percent(share),
        ]),
        ...guardrails.flatMap(({ sentence, stretches }) =>
          stretches.map(({ fromMs, toMs, outcome, polls: n }) => [
            timestamp(fromMs),
            timestamp(toMs),
            sentence,
            `${outcome} (${plural(n, 'poll')})`,
          ]),
        ),
      ],
    },
  };
}

const because = (why: 'harm' | 'cap' | 'end'): string => (why === 'end' ? 'end of what was divided' : why);
