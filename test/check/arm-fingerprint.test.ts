/** What sources label their points with tells whether an arm stayed what it was, and on which machines it stood. */
import { describe, expect, test } from 'vitest';
import { armFingerprint } from '../../src/check/arm-fingerprint.js';
import { runChecks } from '../../src/check/index.js';
import type { CheckResult } from '../../src/model/decision.js';
import { sentence } from '../../src/report/words.js';
import { collectedOf, observation } from '../pipeline/slotted.js';
import { healthy, simulate } from './simulate.js';

type Labels = Readonly<Record<string, string>>;

/** One point for each set of labels that an arm had, in time order. */
const seen = (points: Readonly<Record<string, readonly Labels[]>>, match: Labels = {}): CheckResult => {
  const base = simulate(healthy, 1);
  const collected = Object.entries(points).map(([arm, all]) =>
    collectedOf(
      'seconds',
      arm,
      all.map((labels, i) => ({ ...observation('seconds', arm, i, 1), labels })),
    ),
  );
  const arms = base.experiment.arms.map((arm) => ({ ...arm, match }));
  const evidence = { ...base, collected, experiment: { ...base.experiment, arms } };
  const [result] = runChecks(evidence, { index: 1, of: 1 }, { 'arm-fingerprint': armFingerprint });
  return result;
};
const v = (version: string): Labels => ({ app_version: version });
const on = (machine: string): Labels => ({ 'k8s.node.instance_type': machine });

describe('versions', () => {
  test('that stay warn nobody, and may differ between the arms', () => {
    expect(seen({ engine: [v('2.1'), v('2.1')], functions: [v('7'), v('7')] }).status).toBe('pass');
  });

  test('that change in an arm while it is measured warn, and say which to which', () => {
    const found = seen({ engine: [v('2.1'), v('2.2')], functions: [v('7')] });
    expect(found).toMatchObject({ severity: 'warning', status: 'warn' });
    expect(found.saw.values).toMatchObject({ changed: ['app_version of engine: 2.1, 2.2'], differing: [] });
    expect(sentence(found.saw)).toContain('app_version of engine: 2.1, 2.2');
  });

  test('are told by images, builds and revisions, whatever stands before the word', () => {
    for (const name of ['image', 'build', 'git.commit', 'service-revision', 'release'])
      expect(seen({ engine: [{ [name]: 'a' }, { [name]: 'b' }], functions: [] }).status, name).toBe('warn');
    for (const name of ['inversion', 'images_total', 'builder'])
      expect(seen({ engine: [{ [name]: 'a' }, { [name]: 'b' }], functions: [] }).status, name).toBe(
        'skipped',
      );
  });
});

describe('machines', () => {
  test('of one kind in both arms warn nobody, several of them included', () => {
    const both = [on('m5.large'), on('m5.xlarge')];
    expect(seen({ engine: both, functions: both.toReversed() }).status).toBe('pass');
  });

  test('that differ between the arms warn, and say where which', () => {
    const found = seen({ engine: [on('m5.large')], functions: [on('m6g.large')] });
    expect(found.status).toBe('warn');
    expect(found.saw.values).toMatchObject({
      changed: [],
      differing: ['k8s.node.instance_type (engine: m5.large; functions: m6g.large)'],
    });
  });

  test('of another region or zone warn; labels by which an arm is recognised do not', () => {
    const apart = { engine: [{ region: 'eu-central-1' }], functions: [{ region: 'us-east-1' }] };
    expect(seen(apart).status).toBe('warn');
    expect(seen(apart, { region: 'eu-central-1' }).status).toBe('skipped');
  });

  test('of which only one arm tells are neither alike nor unlike', () => {
    const alone = seen({ engine: [on('m5.large')], functions: [{}] });
    expect(alone).toMatchObject({ status: 'skipped', saw: { code: 'arm-fingerprint-one-arm' } });
    const beside = seen({ engine: [{ ...on('m5.large'), ...v('2') }], functions: [v('7')] });
    expect(beside.status).toBe('pass');
    expect(sentence(beside.saw)).toBe(
      'Unchanged and alike: app_version. Told of some arms only: k8s.node.instance_type (engine).',
    );
  });
});

test('without such labels nothing is known, and that is said', () => {
  expect(seen({ engine: [{ pod: 'a' }], functions: [] })).toMatchObject({
    status: 'skipped',
    saw: { code: 'arm-fingerprint-no-labels' },
  });
});
