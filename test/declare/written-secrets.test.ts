// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what a user writes
/** What is written in an experiment file is copied into its runs: passwords are refused where they stand, and not printed. */
import { expect, test } from 'vitest';
import { problemText, refuseAddresses } from '../../src/declare/index.js';
import { FileProblems } from '../../src/errors.js';

function said(...lines: readonly string[]): readonly string[] {
  try {
    refuseAddresses({ text: lines.join('\n'), file: 'e.yaml' });
    return [];
  } catch (error) {
    if (!(error instanceof FileProblems)) throw error;
    return error.problems.map(problemText);
  }
}

test('every one at its place, none of them printed', () => {
  const found = said(
    'sources:',
    '  prom: { type: prometheus, url: "http://reader:s3cret@prom:9090/x", timeout: 3s }',
    '  api: { type: http, url: http://h, auth: { basic: { user: u, password: s3cret } } }',
    '  key: { type: http, url: http://h, auth: { header: X-Key, value: s3cret } }',
    '  shop: { type: sql, url: postgres://u:s3cr%40et@h/d }',
    '  flux: { type: influxdb, url: http://h:8086, token: s3cret }',
    '  head: { type: http, url: http://h, headers: { Authorization: Bearer s3cret } }',
    'notify:',
    '  - { type: grafana, url: http://g, token: s3cret }',
  );
  expect(found.map((text) => text.slice(0, text.indexOf(': ')))).toEqual([
    'e.yaml:2:34',
    'e.yaml:3:73',
    'e.yaml:4:67',
    'e.yaml:5:27',
    'e.yaml:6:54',
    'e.yaml:7:64',
    'e.yaml:9:44',
  ]);
  expect(found.join('\n')).not.toMatch(/s3cr/u);
  for (const text of found) expect(text).toContain('write "${NAME}"');
  expect(found[0]).toContain('url: ***');
});

test('variables, ports, paths with an @ and words that are no secrets stand', () => {
  expect(
    said(
      'question: Is password x cheap?',
      'sources:',
      '  prom: { type: prometheus, url: "http://prom:9090/a@b", auth: { bearer: "${TOKEN}" } }',
      '  mail: { type: http, url: "http://h:80/x?to=a@b", value: 3, headers: { X-From: me@home } }',
      '  open: { type: http, url: "http://reader@h/", auth: { basic: { user: u, password: "${PW}" } } }',
      '  all: { type: sql, url: "${PG_URL}" }',
      'metrics: { tokens: { from: open, query: { path: /, token: x } } }',
    ),
  ).toEqual([]);
});

test('addresses that can be none are told offline', () => {
  const found = said(
    'sources:',
    '  a: { type: prometheus, url: prom.local:9090/x }',
    '  b: { type: prometheus, url: "${PROM_URL" }',
    '  c: { type: http, url: "http://[::1/" }',
    'driver: { type: http, arms: { x: { url: "http://h" }, y: { url: localhost } } }',
  );
  expect(found.map((text) => text.split('\n')[0])).toEqual([
    'e.yaml:2:31: an address needs its scheme',
    'e.yaml:3:31: this is neither an address nor a variable',
    'e.yaml:4:25: this is not an address',
    'e.yaml:5:65: an address needs its scheme',
  ]);
  expect(said('sources: { a: { type: http, url: "u:s3cret@h" } }').join('\n')).not.toContain('s3cret');
});
