/**
 * JUnit XML, so that a CI server shows the decision in its own list of tests: one test case for each claim, each
 * guardrail, each check that can make numbers worthless, and one for the decision itself.
 *
 *   supported, passed   a case that passes
 *   refuted             <failure>: the stack is not what the sentence says
 *   unmeasured, failed  <error>: nothing can be said, which is never a pass
 *   inconclusive        <skipped>: neither shown nor refuted; the exit code of the run, not this file, is the gate
 *
 * Elements and attributes are those that Jenkins' junit-10.xsd and the readers of GitLab and GitHub have in common.
 */
import type { Outcome } from '../model/decision.js';
import type { Renderer } from '../model/ports.js';
import type { Report } from '../model/report.js';
import { oneLine, visible } from './escape.js';
import type { CheckView } from './view/checks.js';
import type { ClaimView } from './view/claims.js';
import { type ReportView, viewOf } from './view.js';

type Ending = 'failure' | 'error' | 'skipped';

interface Case {
  readonly name: string;
  readonly ends: { readonly as: Ending; readonly type: string; readonly message: string } | null;
  /** What a reader sees who opens the case. */
  readonly text: readonly string[];
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 has no way to write most control characters, nor half a surrogate pair. */
const xml = (text: string): string =>
  visible(text)
    .toWellFormed()
    .replace(/[&<>"]/g, (c) => entities[c]);

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(oneLine(String(value)))}"`)
    .join('');

const verdictEnds = { refuted: 'failure', unmeasured: 'error', inconclusive: 'skipped' } as const;

const claimCase = (claim: ClaimView): Case => {
  const { verdict, effect, reasons, test, partOf } = claim;
  const message = [`${verdict}: ${effect}`, ...reasons].join(' ');
  return {
    name: claim.text,
    ends: verdict === 'supported' ? null : { as: verdictEnds[verdict], type: verdict, message },
    text: [
      ...(partOf === null ? [] : [`Part of: ${partOf}`]),
      `Effect: ${effect}`,
      ...reasons,
      ...(test === null ? [] : [test]),
    ],
  };
};

/** A check that only warns passes, with what it saw; CI servers know no warnings. */
const checkCase = (check: CheckView): Case => {
  const message = `${check.statusText}, which ${check.consequence}. ${check.saw}`;
  const failed = check.status === 'fail' && check.severity !== 'warning';
  return {
    name: check.metric === null ? check.title : `${check.title}: ${check.metric}`,
    ends: failed
      ? { as: 'error', type: check.severity, message }
      : check.status === 'skipped'
        ? { as: 'skipped', type: 'skipped', message: check.saw }
        : null,
    text: [`Saw: ${check.saw}`, `Needed: ${check.need}`],
  };
};

const decisionEnds: Readonly<Record<Outcome, Ending | null>> = {
  adopt: null,
  keep: null,
  'trade-off': null,
  inconclusive: 'skipped',
  invalid: 'error',
};

const decisionCase = (view: ReportView): Case => {
  const as = decisionEnds[view.outcome];
  return {
    name: view.question,
    ends: as === null ? null : { as, type: view.outcome, message: view.sentence },
    text: [`${view.label}. ${view.sentence}`, ...view.reasons, ...view.wouldChange],
  };
};

const suitesOf = (view: ReportView): readonly Suite[] =>
  [
    { name: 'decision', cases: [decisionCase(view)] },
    { name: 'claims', cases: view.hypotheses.map(claimCase) },
    { name: 'guardrails', cases: view.guardrails.map(claimCase) },
    { name: 'checks', cases: view.checks.filter(({ severity }) => severity !== 'warning').map(checkCase) },
  ].filter(({ cases }) => cases.length > 0);

const caseXml = (one: Case, classname: string): string => {
  const said = `<system-out>${xml(one.text.join('\n'))}</system-out>`;
  const { ends } = one;
  const ending =
    ends === null
      ? ''
      : ends.as === 'skipped'
        ? `      <skipped${attributes({ message: ends.message })}/>\n`
        : `      <${ends.as}${attributes({ type: ends.type, message: ends.message })}>${xml(ends.message)}</${ends.as}>\n`;
  return `    <testcase${attributes({ name: one.name, classname, time: 0 })}>\n${ending}      ${said}\n    </testcase>`;
};

const counts = (cases: readonly Case[]) => {
  const n = (as: Ending): number => cases.filter(({ ends }) => ends?.as === as).length;
  return { tests: cases.length, failures: n('failure'), errors: n('error'), skipped: n('skipped') };
};

const secondsOf = ({ run }: Report): number =>
  run.finishedAt === null ? 0 : (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;

const render = (report: Report): string => {
  const { experiment, run } = report;
  const suites = suitesOf(viewOf(report));
  const { skipped: _, ...all } = counts(suites.flatMap(({ cases }) => cases));
  const timestamp = run.startedAt.slice(0, 19); // the schema knows no zone and no fraction; it is UTC
  const body = suites.map(({ name, cases }) => {
    const classname = `${experiment.name}.${name}`;
    const about = { name: classname, ...counts(cases), time: 0, timestamp };
    return `  <testsuite${attributes(about)}>\n${cases.map((one) => caseXml(one, classname)).join('\n')}\n  </testsuite>`;
  });
  const head = attributes({ name: experiment.name, ...all, time: secondsOf(report) });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${head}>\n${body.join('\n')}\n</testsuites>\n`;
};

export const junit: Renderer = {
  title: 'JUnit XML: claims, guardrails and checks as test cases of a CI server',
  extension: 'junit.xml',
  render,
};
