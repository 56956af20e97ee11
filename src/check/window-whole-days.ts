/**
 * Does the window cover whole days, and whole weeks from seven days on? A warning: load follows the clock and the
 * calendar, so a window with two Mondays and one Sunday is about Mondays.
 *
 * Holds for arms watched at the same time; the analysed part, without warm-up, may miss an hour, which is what a
 * warm-up takes. STATISTICS.md §3.
 */
import type { CheckResult } from '../model/decision.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { answering, pass, skip, warn } from './result.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const windowWholeDays: Check = {
  title: 'The window covers whole days, or whole weeks',
  severity: 'warning',
  run({ experiment }): readonly CheckResult[] {
    const { design, window } = experiment;
    const result = answering('window-whole-days', 'warning', reason('window-whole-days-need'));
    const watched = design.kind === 'mirrored' || (design.kind === 'observed' && design.concurrent);
    if (!watched || window === null)
      return [result('experiment', skip(reason('window-whole-days-not-watched')))];
    const lengthMs = window.toMs - window.fromMs - window.warmupMs;
    const periodMs = lengthMs > 7 * dayMs - hourMs ? 7 * dayMs : dayMs;
    const whole = Math.round(lengthMs / periodMs);
    const overMs = lengthMs - whole * periodMs;
    const saw = { lengthMs, periodMs, overMs };
    const fits = whole > 0 && Math.abs(overMs) <= hourMs;
    const seen = reason(fits ? 'window-whole-days-whole' : 'window-whole-days-broken', saw);
    return [result('experiment', fits ? pass(seen) : warn(seen))];
  },
};
