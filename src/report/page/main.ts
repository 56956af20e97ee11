/**
 * The script of the report page: what would be decided under other assumptions. It reads what the report recorded,
 * builds its controls (without it the page has none), and judges again with the project's own decision code.
 */
import { judgeable } from '../../decide/judgeable.js';
import { judgeAgain } from '../../decide/what-if.js';
import type { Report } from '../../model/report.js';
import { percent } from '../format/number.js';
import { controls } from './controls.js';
import { element } from './dom.js';
import { pays } from './pays.js';
import { result } from './result.js';

function build(place: HTMLElement, report: Report): void {
  const judged = judgeable(report);
  if (judged === null) return;
  const declared = judged.confidences.indexOf(report.experiment.confidence);
  const { form, read, reset } = controls(judged, declared);
  const shown = result(report);
  const back = element('button', { type: 'button' }, 'Back to the declared values');
  const start = JSON.stringify(read());
  const update = () => {
    const assumed = read();
    const isDeclared = JSON.stringify(assumed) === start;
    back.disabled = isDeclared;
    shown.show(assumed === null ? null : judgeAgain(judged, assumed), isDeclared);
  };
  form.addEventListener('input', update);
  back.addEventListener('click', () => {
    reset();
    update();
    form.querySelector('select')?.focus(); // a disabled button would lose the place of the keyboard
  });
  form.append(back);
  const money = pays(report);
  const left = element('div', {}, form);
  if (money.length > 0) left.append(element('div', { class: 'assumptions money' }, ...money));
  const when = report.postHoc === true ? 'were written after' : 'were declared before';
  const about = `The decision of this report is the one at the values that ${when} the data were seen, ${percent(report.experiment.confidence)} confidence among them. Here they can be moved, to see what hangs on them: nothing here decides anything.`;
  place.append(
    element('h2', { id: 'what-if-h' }, 'What if'),
    element('p', { class: 'small' }, about),
    element('div', { class: 'what-if' }, left, shown.region),
  );
  place.setAttribute('aria-labelledby', 'what-if-h');
  update();
  place.hidden = false;
}

const data = document.getElementById('what-if-data')?.textContent;
const place = document.getElementById('what-if');
if (data !== null && data !== undefined && place !== null) build(place, JSON.parse(data) as Report);
