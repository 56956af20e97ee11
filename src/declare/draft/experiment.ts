/**
 * The file, section by section → Experiment. Each section takes what is right in the others, so that all
 * problems of a file are found at once; where there are any, what is returned is not used.
 */
import type { Design, Experiment, Window } from '../../model/experiment.js';
import type { Plugins } from '../../model/ports.js';
import { addIssues } from '../issues.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';
import { fileShape } from '../shape/file.js';
import { rightParts } from '../shape/walk.js';
import { checkAdjusted } from './adjust.js';
import { checkArmKeys, readArms } from './arms.js';
import { readClaims } from './claims.js';
import { readDesign } from './design.js';
import { checkFirstLook } from './first-look.js';
import { readHouseStyle } from './house-style.js';
import { readLooks } from './looks.js';
import { completeMetrics } from './metrics.js';
import { readMoney } from './money.js';
import type { Read } from './named-file.js';
import { readNotifications } from './notifications.js';
import { foreignHash, hearsAlways, isTapType, namesKeys, readDriver, readSources } from './plugged.js';
import { readSafety } from './safety.js';
import { readSecrets } from './secrets.js';
import { checkSlots } from './slots-fit.js';
import { readTimetable } from './timetable.js';
import { checkTogether } from './together.js';
import { checkBuckets, readWindow } from './window.js';
import { readWorkload } from './workload.js';

/** The name is a folder under reports/. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Sources that metrics name by their type are written out, so that every name is in one place. */
function withDirectSources(
  declared: Experiment['sources'],
  metrics: Experiment['metrics'],
  registry: Plugins['sources'],
): Experiment['sources'] {
  const all = { ...declared };
  for (const { input } of metrics)
    for (const { source } of input.kind === 'observed' ? Object.values(input.arms) : [])
      if (!Object.hasOwn(all, source))
        all[source] = {
          type: source,
          options: registry[source]?.options.parse({}) as Record<string, unknown>,
        };
  return all;
}

/** Deployments that are listed with their times are their own window. */
const spanOf = ({ periods }: Design): Window | null =>
  periods === undefined
    ? null
    : {
        fromMs: Math.min(...periods.map(({ fromMs }) => fromMs)),
        toMs: Math.max(...periods.map(({ toMs }) => toMs)),
        warmupMs: 0,
        settleMs: 0,
      };

export async function readExperiment(
  root: Located,
  plugins: Pick<Plugins, 'sources' | 'drivers'>,
  read: Read,
  problems: Problems,
): Promise<Experiment> {
  const shape = fileShape.safeParse(root.value);
  if (!shape.success) addIssues(shape.error.issues, { root, schema: fileShape, problems, inside: '' });
  const file = rightParts(fileShape, root.value);
  const nameAt = child(root, 'experiment');
  if (nameAt !== null && file.experiment !== undefined && !NAME.test(file.experiment))
    problems.atValue(
      nameAt,
      `"${file.experiment}" cannot be the name of an experiment`,
      'Letters, digits, - _ and dots; it names the folder of the reports.',
    );

  const secrets = readSecrets(root, plugins.drivers, problems);
  const { arms, names, baseline } = readArms(root, file, problems);
  const design = readDesign(root, file, names, problems);
  const workload = readWorkload(root, problems);
  const { window, ...timetable } = await readTimetable(
    root,
    readWindow(root, problems) ?? spanOf(design),
    problems,
  );
  const driver = readDriver(root, plugins.drivers, problems);
  const driverType = child(child(root, 'driver'), 'type')?.value;
  const isTap = isTapType(driverType, plugins.drivers);
  checkTogether(root, { design, isTap, window, hash: foreignHash(driver, plugins.drivers) }, problems);
  checkArmKeys(child(child(root, 'driver'), 'arms'), names, true, problems);
  const sources = readSources(root, plugins.sources, problems);
  const completed = await completeMetrics({
    root,
    arms: names,
    sources,
    registry: plugins.sources,
    hears: hearsAlways(driverType, plugins.drivers),
    hasKeys: (design.kind === 'by-key' || design.kind === 'ramp') && namesKeys(driver, plugins.drivers),
    read,
    problems,
  });
  const { metrics, spoken, wordsIncomplete, attachments } = completed;
  const houseStyle = await readHouseStyle(root, read, problems);
  const vocabulary = { arms: names, baseline, metrics: spoken, wordsIncomplete };
  const hypotheses = readClaims(child(root, 'hypotheses'), 'hypothesis', vocabulary, problems);
  const guardrails = readClaims(child(root, 'guardrails'), 'guardrail', vocabulary, problems);
  checkAdjusted(root, metrics, design, window, problems);
  const confidence = file.decide?.confidence ?? 0.95;
  checkSlots(root, { design, arms: names.length, confidence, window, workload, metrics }, problems);
  const inTime = design.kind === 'mirrored' || design.kind === 'observed';
  const claimed = new Set([...hypotheses, ...guardrails].map(({ metric }) => metric));
  if (inTime) checkBuckets(root, window, metrics, claimed, design, problems);
  const looks = readLooks(root, window, problems);
  if (window !== null && child(root, 'driver') === null)
    checkFirstLook(root, { looks: looks.looks, design, window, metrics, claimed }, problems);
  return {
    name: file.experiment ?? '',
    question: file.question ?? '',
    owner: file.owner ?? null,
    arms,
    baseline: baseline ?? '',
    treatments: names.filter((name) => name !== baseline),
    design,
    window,
    sources: withDirectSources(sources.sources, metrics, plugins.sources),
    driver,
    workload,
    metrics,
    hypotheses,
    guardrails,
    decide: {
      confidence,
      ...looks,
      ...readMoney(root, metrics, problems),
    },
    ...readSafety(root, { isTap, design, window, metrics, baseline }, problems),
    ...timetable,
    ...readNotifications(root, problems),
    ...houseStyle.part,
    secrets,
    text: root.source.text,
    attachments: { ...attachments, ...houseStyle.attachments },
  };
}
