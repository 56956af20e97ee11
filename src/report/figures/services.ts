/** Bills by service: what the difference in cost is made of. */
import type { ServiceCosts } from '../../model/pictures.js';
import type { Report } from '../../model/report.js';
import { barChart } from '../charts/bars.js';
import type { Figure } from '../charts/table.js';
import { count, quantity } from '../format.js';
import { metricOf } from './held.js';

const MOST = 12;

const figure = ({ metric, unit, services }: ServiceCosts, i: number, report: Report): Figure => {
  const title = metricOf(report, metric)?.title ?? metric;
  const { arms } = report.experiment;
  const named = services.map(({ service, costs }) => ({
    name: service === '' ? 'no service named' : service,
    costs,
  }));
  const shown = named.slice(0, MOST);
  const costOf = (row: (typeof named)[number], arm: string): number =>
    row.costs.find((cost) => cost.arm === arm)?.cost ?? 0;
  const rest =
    named.length > MOST
      ? ` The ${count(named.length - MOST)} smallest services are in the numbers only.`
      : '';
  return {
    title: `By service: ${title}`,
    caption: `As billed over the whole window, before anything is divided by work.${rest}`,
    ...barChart({
      id: `services-${i}`,
      title: `${title} by service and arm`,
      description: shown
        .map(
          (row) =>
            `${row.name}: ${arms.map(({ name }) => `${name} ${quantity(costOf(row, name), unit)}`).join(', ')}`,
        )
        .join('; '),
      arms: arms.map(({ name }, index) => ({ index, title: name })),
      rows: shown.map((row) => ({
        name: row.name,
        bars: arms.map(({ name }) => ({
          value: costOf(row, name),
          text: quantity(costOf(row, name), unit),
        })),
      })),
    }),
    table: {
      columns: ['Service', ...arms.map(({ name }) => name)],
      rows: named.map((row) => [row.name, ...arms.map(({ name }) => quantity(costOf(row, name), unit, 4))]),
    },
  };
};

export const serviceFigures = (report: Report): readonly Figure[] =>
  (report.services ?? []).map((services, i) => figure(services, i, report));
