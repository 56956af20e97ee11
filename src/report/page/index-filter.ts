/** The script of reports/index.html: a filter by text and by outcome. Without it everything is shown. */
import { element } from './dom.js';

const runs = [...document.querySelectorAll<HTMLElement>('.run')];
const experiments = [...document.querySelectorAll<HTMLElement>('.experiment')];
const place = document.getElementById('filter');

function build(into: HTMLElement): void {
  const outcomes = [...new Set(runs.map((run) => run.dataset.outcome ?? ''))].sort();
  const search = element('input', { type: 'search', id: 'filter-text' });
  const outcome = element('select', { id: 'filter-outcome' }, element('option', { value: '' }, 'all'));
  for (const one of outcomes) outcome.append(element('option', { value: one }, one));
  const status = element('p', { role: 'status', class: 'small' });
  const update = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const experiment of experiments) {
      const about = (experiment.querySelector('h2')?.textContent ?? '').toLowerCase();
      const own = [...experiment.querySelectorAll<HTMLElement>('.run')];
      for (const run of own) {
        const text = `${about} ${(run.textContent ?? '').toLowerCase()}`;
        run.hidden =
          !text.includes(wanted) || (outcome.value !== '' && run.dataset.outcome !== outcome.value);
      }
      experiment.hidden = own.every((run) => run.hidden);
    }
    status.textContent = `${runs.filter((run) => !run.hidden).length} of ${runs.length} runs shown`;
  };
  const field = (label: string, input: HTMLElement) =>
    element('div', { class: 'assume' }, element('label', { for: input.id }, label), input);
  into.append(field('Filter by text', search), field('Outcome', outcome), status);
  into.addEventListener('input', update);
  update();
  into.hidden = false;
}

if (place !== null && runs.length > 1) build(place);
