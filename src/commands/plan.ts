/** `stacktrial plan`: how long until the margin can be seen, the looks, and what the experiment will cost. */
import type { ExitCode } from '../errors.js';
import type { Reason } from '../model/reason.js';
import { pilotOf, planRun, refuseForeign } from '../pipeline/plan.js';
import type { Pilot, Plan } from '../plan/index.js';
import { plugins } from '../plugins.js';
import { sentence as say } from '../report/index.js';
import { openRun } from '../store/index.js';
import type { Context } from './context.js';
import { storedExperiment } from './finish.js';
import { loadExperiment } from './load.js';
import { askedLooks, parseAutocorrelation, parseExpect } from './plan-options.js';
import { planText } from './plan-text.js';
import { runFolderOf } from './run-folder.js';

export interface PlanOptions {
  readonly from?: string;
  readonly expect?: readonly string[];
  readonly autocorrelation?: string;
  readonly looks?: string;
  readonly json?: boolean;
}

export async function plan(file: string, options: PlanOptions, context: Context): Promise<ExitCode> {
  const { experiment: declared, io } = await loadExperiment(file, context);
  const { experiment, looks } = askedLooks(declared, options.looks);
  const expect = parseExpect(options.expect ?? [], experiment);
  const autocorrelation = parseAutocorrelation(options.autocorrelation);
  const pilot = options.from === undefined ? null : await readPilot(options.from, context);
  if (pilot !== null) refuseForeign(experiment, pilot);
  const planned = await planRun({ experiment, pilot, expect, autocorrelation, looks, plugins, io });
  context.out(options.json === true ? `${asJson(planned)}\n` : `${planText(planned)}\n`);
  return 0;
}

async function readPilot(path: string, context: Context): Promise<Pilot> {
  const folder = await openRun(await runFolderOf(path, context));
  try {
    const stored = await folder.load();
    const declared = await storedExperiment(stored);
    const id = `${declared.name}/${stored.info.id}`;
    return pilotOf(declared, { ...stored, run: stored.info }, id, plugins);
  } finally {
    await folder.close();
  }
}

const SIGNIFICANT = 12;

/** Numbers at 12 significant digits; each reason with its sentence. */
const asJson = (planned: Plan): string =>
  JSON.stringify(
    planned,
    (_key, value: unknown) => {
      if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value))
        return Number(value.toPrecision(SIGNIFICANT));
      const isReason = typeof value === 'object' && value !== null && 'code' in value && 'values' in value;
      return isReason ? { ...value, sentence: say(value as Reason) } : value;
    },
    2,
  );
