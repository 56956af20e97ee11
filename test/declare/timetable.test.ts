/** schedule and notify: what is read, and what is refused where it stands. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what a user writes
import { describe, expect, test } from 'vitest';
import { NOTICES } from '../../src/model/timetable.js';
import { COMMANDS, marked, PIPELINES, problemsOf, read } from './fixtures.js';

const said = async (file: string) =>
  (await problemsOf(file)).map((problem) => `${marked(problem)} — ${problem.message}`);

describe('schedule', () => {
  test('is read with its defaults; without it there is none', async () => {
    expect((await read(COMMANDS)).timetable).toBeUndefined();
    expect((await read(`${COMMANDS}\nschedule: { look: "30 0 * * *" }\n`)).timetable).toEqual({
      look: '30 0 * * *',
      pace: null,
      blocks: 1,
      timezone: 'UTC',
      missed: 'make-up',
      disabled: false,
      jitterMs: 0,
    });
    expect(
      (
        await read(
          `${COMMANDS}\nschedule: { pace: "0 2 * * 1-5", blocks: 3, timezone: Europe/Berlin, missed: skip, disabled: true, jitter: 5m }\n`,
        )
      ).timetable,
    ).toEqual({
      look: null,
      pace: '0 2 * * 1-5',
      blocks: 3,
      timezone: 'Europe/Berlin',
      missed: 'skip',
      disabled: true,
      jitterMs: 300_000,
    });
  });

  test.each([
    ['{ look: "30 0 * *" }', '"30 0 * *" — "30 0 * *" is not a time of cron: it has 4 fields'],
    ['{ look: "0 0 31 2 *" }', '"0 0 31 2 *" — "0 0 31 2 *" is not a time of cron: it never fires'],
    ['{ look: "61 0 * * *" }', /61 0 \* \* \*" is not a time of cron: .*61/],
    ['{ look: "30 0 * * *", timezone: Europe/Bern1 }', 'Europe/Bern1 — there is no time zone "Europe/Bern1"'],
    ['{ timezone: UTC }', 'schedule — nothing is scheduled'],
    ['{ look: "30 0 * * *", blocks: 2 }', 'blocks — blocks says how many one firing of pace does'],
    ['{ look: "30 0 * * *", settle: 48h }', 'settle — settle needs a window: it begins at its end'],
  ])('%s is refused where it stands', async (schedule, problem) => {
    const problems = await said(`${COMMANDS}\nschedule: ${schedule}\n`);
    expect(problems).toContainEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem));
  });

  test('a pace needs a driver, and a time to settle may stand with it or with the window', async () => {
    expect(await said(`${PIPELINES}\nschedule: { pace: "0 2 * * *" }\n`)).toContain(
      'pace — pace needs a driver: there are no blocks to do',
    );
    const window = 'window: { from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z }\n';
    const inTime = PIPELINES.replace(/^window:.*\n/m, '');
    const settled = await read(`${inTime}\n${window}schedule: { look: "30 0 * * *", settle: 48h }\n`);
    expect(settled.window?.settleMs).toBe(48 * 3_600_000);
    expect(
      await said(
        `${inTime}\n${window.replace(' }', ', settle: 24h }')}schedule: { look: "30 0 * * *", settle: 48h }\n`,
      ),
    ).toContain('48h — the window declares another time to settle');
  });
});

describe('notify', () => {
  test('is read with secrets as names, and all notices where none are chosen', async () => {
    const { notifications, secrets } = await read(`${COMMANDS}
notify:
  - { webhook: "\${SLACK_URL}", format: slack }
  - { command: [node, page-me.js], on: [invalid], timeout: 5s }
  - { grafana: "http://grafana:3000/", token: "\${GRAFANA_TOKEN}" }
`);
    expect(secrets.map(String)).toEqual(['${SLACK_URL}', '${GRAFANA_TOKEN}']);
    expect(JSON.parse(JSON.stringify(notifications))).toEqual([
      { kind: 'webhook', url: '${SLACK_URL}', format: 'slack', headers: {}, on: [...NOTICES] },
      { kind: 'command', command: ['node', 'page-me.js'], timeoutMs: 5_000, on: ['invalid'] },
      {
        kind: 'grafana',
        url: 'http://grafana:3000/',
        token: '${GRAFANA_TOKEN}',
        path: '/api',
        dashboard: null,
      },
    ]);
  });

  test.each([
    ['{ webhook: slack.example/x }', 'slack.example/x — "slack.example/x" is not an address'],
    ['{ webhook: "https://a/x", on: [decisions] }', /decisions — "decisions" is not one of/],
    ['{ webhok: "https://a/x" }', /webhok — unknown key "webhok"/],
  ])('%s is refused where it stands', async (one, problem) => {
    expect(await said(`${COMMANDS}\nnotify: [ ${one} ]\n`)).toContainEqual(
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    );
  });
});
