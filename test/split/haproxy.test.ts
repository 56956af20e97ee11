import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TapContext } from '../../src/model/ports.js';
import type { TapSetting } from '../../src/model/tap.js';
import { readLine as read } from '../../src/split/drivers/haproxy/log-line.js';
import { packed, unpacked } from '../../src/split/drivers/haproxy/map.js';
import { type HaproxyOptions, haproxyOptions } from '../../src/split/drivers/haproxy/options.js';
import { weightsFor } from '../../src/split/drivers/haproxy/weights.js';
import { haproxyTap } from '../../src/split/drivers/haproxy.js';
import { holdTap } from '../../src/split/tap/held-tap.js';
import { CLI } from '../cli/program.js';
import { startWorld, type World, worldExperiment } from '../servers/haproxy-world.js';
import { serverSuite } from '../servers/require.js';
import { arms, temporaryFolder, testIo, testJournal, until } from './support.js';
import { node } from './tap-support.js';

const readLine = (line: string, options: HaproxyOptions) => {
  const told = read(line, options);
  return told === undefined ? undefined : told.request;
};

const setting = (old: number, coverage = 1): TapSetting => ({
  slot: 0,
  stage: null,
  shares: { old, new: 1 - old },
  keys: {
    coverage,
    shares: [
      { arm: 'old', share: 0.5 },
      { arm: 'new', share: 0.5 },
    ],
  },
});

describe('words of HAProxy', () => {
  const options = haproxyOptions.parse({
    socket: 'x',
    backend: 'both',
    arms: { old: ['old'], new: ['canary0', 'canary1'] },
  });

  test('weights are as near to the shares as whole numbers can be, and divide an arm as its servers stand to each other', () => {
    const servers = [
      { name: 'old', initial: 8 },
      { name: 'canary0', initial: 2 },
      { name: 'canary1', initial: 4 },
    ];
    const weights = weightsFor(options, { old: 0.7, new: 0.3 }, arms('old', 'new'), servers);
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    expect(weights.old / total).toBeCloseTo(0.7, 2);
    expect(weights.canary1 / weights.canary0).toBeCloseTo(2, 1);
    expect(Math.max(...Object.values(weights))).toBeLessThanOrEqual(256);
    expect(weightsFor(options, { old: 1, new: 0 }, arms('old', 'new'), servers)).toMatchObject({
      canary0: 0,
      canary1: 0,
    });
    expect(() => weightsFor(options, { old: 0.9999, new: 0.0001 }, arms('old', 'new'), servers)).toThrow(
      'cannot divide the traffic like that',
    );
  });

  test('a map is kept in runs of buckets and comes back entry by entry, whatever its keys are', () => {
    const entries = [
      ['0', 'a'],
      ['1', 'a'],
      ['2', 'b'],
      ['example.org', 'a b'],
      ['7', 'a'],
      ['9', 'a'],
    ] as const;
    expect(packed(entries)).toEqual(['0-1 a', '2 b', 'example.org a b', '7 a', '9 a']);
    expect(unpacked(packed(entries))).toEqual(entries);
    const odd = [
      ['5-7', 'a'],
      ['007', 'a'],
      ['8', 'a'],
      ['9-', 'a'],
      ['10-11', 'b c'],
      ['=', 'a'],
      ['99999999999999999999', 'a'],
      ['100000000000000000000', 'a'],
    ] as const;
    expect(unpacked(packed(odd))).toEqual(odd);
    // As journals from before this was told apart hold it.
    expect(unpacked(['0-2 a', 'example.org b'])).toEqual([
      ['0', 'a'],
      ['1', 'a'],
      ['2', 'a'],
      ['example.org', 'b'],
    ]);
  });

  test('one socket is one tap, however its path is written', () => {
    const named = (socket: string, folder = '/srv/web') =>
      haproxyTap.resource(haproxyOptions.parse({ socket, backend: 'b', arms: { old: 'o' } }), folder);
    expect(named('./run/admin.sock')).toBe(named('run/admin.sock'));
    expect(named('../web/run//admin.sock')).toBe(named('/srv/web/run/admin.sock'));
    expect(named('localhost:9999')).toBe(named('localhost:9999', '/elsewhere'));
    expect(named('[::1]:9999')).toBe('haproxy [::1]:9999 b');
  });

  test('lines are read in both forms; an arm that nobody reached has served nothing', () => {
    const json = (more: object) =>
      `{${JSON.stringify({ be: 'both', srv: 'old', Tw: 0, Tc: 1, Tr: 20, Ta: 21, st: 200, ts: '--', rc: '0', ...more }).slice(1, -1)},"t":1795898375.073}`.replace(
        /^\{"be"/,
        '{"be"',
      );
    expect(readLine(json({}), options)).toMatchObject({
      at: 1795898375073,
      assigned: 'old',
      served: 'old',
      redispatched: false,
      status: 200,
      ms: { total: 21 },
    });
    // Kept alive and idle: it came that much later than the request before it ended.
    expect(readLine(json({ Ti: 1500 }), options)).toMatchObject({ at: 1795898376573 });
    expect(readLine(json({ srv: 'canary1', rc: '+1' }), options)).toMatchObject({
      served: 'new',
      redispatched: true,
    });
    expect(readLine(json({ Tc: -1, st: 503 }), options)).toMatchObject({ served: null, status: 503 });
    expect(readLine(json({ be: 'other' }), options)).toBeNull();
    expect(readLine('{"be": half a line', options)).toBeUndefined();
    // What the proxy says of itself is neither a request nor a line that could not be understood.
    expect(readLine('Server both/new enters drain state. 1 active and 0 backup servers', options)).toBeNull();
    expect(
      readLine('<133>Nov 28 20:00:00 haproxy[7]: backend both has no server available!', options),
    ).toBeNull();
    const http =
      '<134>1 2026-11-28T20:00:00.500000+01:00 host haproxy 7 - - 127.0.0.1:1 [28/Nov/2026:20:00:00.479] fe both/canary0 0/0/1/19/21 200 120 - - ---- 1/1/0/0/+1 0/0 {k17} "GET / HTTP/1.1"';
    expect(readLine(http, options)).toMatchObject({
      at: Date.parse('2026-11-28T19:00:00.479Z'),
      key: 'k17',
      served: 'new',
      redispatched: true,
      ms: { response: 19, total: 21 },
    });
  });

  test('a hostile line does not stop the watch: one that is too long is unread, any other takes time as its length', () => {
    const nearly = (length: number) =>
      `${'2026-11-28T20:00:00Z'.repeat(length / 40)}[a] b ${'/'.repeat(length / 2)}`;
    const hostile = [
      nearly(8_000),
      `2026-11-28T20:00:00Z${'[a] '.repeat(2_000)}`,
      `2026-11-28T20:00:00Z${'['.repeat(4_000)}a] ${'b'.repeat(4_000)}`,
      `2026-11-28T20:00:00Z [a] b c/${'d'.repeat(4_000)}/${'1'.repeat(4_000)}`,
      `2026-11-28T${'1'.repeat(8_000)}`,
      `Server ${'Server '.repeat(1_000)}`,
    ];
    const before = performance.now();
    for (const line of hostile) expect(readLine(line, options)).toBeUndefined();
    for (const length of [8_400, 64_000]) expect(readLine(nearly(length), options)).toBeUndefined();
    // An unclosed capture is no key; the request counts all the same.
    const request =
      '2026-11-28T20:00:00Z h p 7 - - c:1 [28/Nov/2026:20:00:00.479] fe both/old 0/0/1/19/21 200 120 - - ---- 1/1/0/0/0 0/0 {';
    expect(readLine(request + 'k'.repeat(8_000), options)).toMatchObject({ key: null, served: 'old' });
    expect(readLine(`${request}k17|agent} "GET / HTTP/1.1"`, options)).toMatchObject({ key: 'k17' });
    // No measure of speed: before, the first of them took 5 s, and a whole datagram of it three quarters of an hour.
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(readLine(`${' '.repeat(9_000)}{"be":"both"}`, options)).toBeUndefined();
  });
});

serverSuite('haproxy', 'haproxy', () => {
  describe('weights', () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld('--mode', 'requests', '--rate', '150');
    }, 30_000);
    afterAll(() => world.stop());

    const held = async (over: object = {}) => {
      const folder = await temporaryFolder();
      const io = testIo(folder);
      const journal = testJournal();
      const context: TapContext = { ...io, arms: arms('old', 'new'), baseline: 'old', journal, runId: 'x' };
      const options = haproxyOptions.parse({
        socket: world.socket,
        backend: 'both',
        arms: { old: 'old', new: 'new' },
        ...over,
      });
      const tap = await holdTap(haproxyTap, options, context, 'x', async () => undefined);
      return { tap, journal, options, context, io };
    };

    test('are turned, read back and restored exactly; forty flips under load break no request', async () => {
      await world.ask('set weight both/old 77');
      const before = await world.ask('show servers state both');
      const { tap } = await held();
      const start = await world.counts();
      for (let i = 0; i < 40; i++) await tap.turn(setting(i % 2));
      await tap.turn(setting(0.25));
      expect(await world.ask('get weight both/new')).toMatch(/^255 /);
      expect(await world.ask('get weight both/old')).toMatch(/^85 /);
      await tap.giveBack();
      await tap.giveBack();
      const state = (text: string) => text.split('\n').map((line) => line.split(' ').slice(0, 9).join(' '));
      expect(state(await world.ask('show servers state both'))).toEqual(state(before));
      const end = await world.counts();
      expect(end.sent).toBeGreaterThan(start.sent);
      expect([end.failed, end.broken]).toEqual([0, 0]);
    }, 30_000);

    test('what the proxy refuses in prose is an error with its own words', async () => {
      await expect(held({ arms: { old: 'old', new: 'nobody' } })).rejects.toThrow(
        'No such server both/nobody',
      );
      await expect(held({ backend: 'nowhere' })).rejects.toThrow(
        /HAProxy refused `show servers state nowhere`/,
      );
      const { options, context } = await held();
      await expect(
        haproxyTap.restore(options, { old: { weight: 300, admin: 'ready' } }, context),
      ).rejects.toThrow('Absolute weight can only be between 0 and 256 inclusive');
    });

    test('a socket that takes no commands has turned nothing, so nothing is left to be given back', async () => {
      const { tap } = await held({ socket: world.socket.replace('admin.sock', 'user.sock') });
      await expect(tap.turn(setting(0.5))).rejects.toMatchObject({
        message: expect.stringContaining('Permission denied'),
        hint: expect.stringContaining('level admin'),
      });
      await tap.giveBack();
    });

    test('a server in maintenance is not taken for an arm', async () => {
      await world.ask('set server both/new state maint');
      const { tap } = await held();
      await expect(tap.turn(setting(0.5))).rejects.toThrow('both/new is maint');
      await tap.giveBack();
      expect(
        (await world.ask('show servers state both')).split('\n').find((line) => line.includes(' new ')),
      ).toMatch(/ new 127\.0\.0\.1 0 1 /);
      await world.ask('set server both/new state ready');
    });

    test('somebody else’s hand is worth more: their weight is left as it is', async () => {
      const { tap, journal } = await held();
      await tap.turn(setting(0.5));
      await world.ask('set weight both/new 0');
      await expect(tap.verify()).rejects.toThrow(
        'Somebody else has turned the tap: new.weight is 0 instead of 256',
      );
      expect(journal.rows.at(-1)).toMatchObject({ step: 'tap-lost', restarted: false });
      await tap.giveBack();
    });

    test('a reload loses the weights; it is noticed and they are set again', async () => {
      const { tap, journal, io } = await held();
      await tap.turn(setting(0.5));
      const pid = /^Pid: (\d+)$/m.exec(await world.ask('show info'))?.[1];
      world.tell('reload');
      await until(async () => {
        const now = /^Pid: (\d+)$/m.exec(await world.ask('show info').catch(() => ''))?.[1];
        return now !== undefined && now !== pid;
      }, 10_000);
      expect(await world.ask('get weight both/new')).toMatch(/^0 /);
      expect(await tap.verify()).toBe('put-right');
      expect(await world.ask('get weight both/new')).toMatch(/^256 /);
      expect(await tap.verify()).toBe('as-set');
      expect(io.warnings.join()).toContain('was reloaded and lost its setting');
      expect(journal.rows.some(({ step, restarted }) => step === 'tap-lost' && restarted === true)).toBe(
        true,
      );
      await tap.giveBack();
    }, 30_000);

    test('an arm that is taken back is drained, and ready again when the tap is restored', async () => {
      const { tap } = await held();
      await tap.turn(setting(0.5));
      await tap.retreat(['new'], { ...setting(1), slot: -1 });
      expect(await world.ask('show stat both 4 -1')).toMatch(/both,new,.*DRAIN/);
      await tap.giveBack();
      expect(await world.ask('show stat both 4 -1')).not.toContain('DRAIN');
    });
  });

  test('a map is not turned to a backend that the proxy has not, or whose servers are down', async () => {
    const world = await startWorld('--mode', 'keys', '--rate', '1');
    try {
      const folder = await temporaryFolder();
      const io = testIo(folder);
      const context: TapContext = {
        ...io,
        arms: arms('old', 'new'),
        baseline: 'old',
        journal: testJournal(),
        runId: 'x',
      };
      const held = (backend: string) =>
        holdTap(
          haproxyTap,
          haproxyOptions.parse({ socket: world.socket, map: world.map, arms: { old: 'old', new: backend } }),
          context,
          'x',
          async () => undefined,
        );
      const absent = await held('nowhere');
      await expect(absent.turn(setting(0.5))).rejects.toThrow('HAProxy has no backend nowhere');
      await absent.giveBack();
      const there = await held('new');
      await world.ask('set server new/new state maint');
      await expect(there.turn(setting(0.5))).rejects.toThrow('backend new is DOWN');
      // Nobody needs it to be up when it gets nothing.
      await there.turn({ ...setting(1), keys: { ...setting(1).keys, coverage: 0 } });
      await world.ask('set server new/new state ready');
      await there.turn(setting(0.5));
      expect(await world.ask(`show map ${world.map}`)).toContain('9999 new');
      await there.giveBack();
      expect((await world.ask(`show map ${world.map}`)).trim()).toBe('');
    } finally {
      await world.stop();
    }
  }, 30_000);

  describe('stacktrial run', () => {
    const live = async (
      world: World,
      given: Parameters<typeof worldExperiment>[1],
      during?: () => Promise<void>,
    ) => {
      const folder = await temporaryFolder();
      await mkdir(join(folder, 'x'));
      await writeFile(join(folder, 'live.yaml'), await worldExperiment(world, given));
      const running = node(folder, [CLI, 'run', 'live.yaml', '--json']);
      await during?.();
      const ended = await running;
      expect(ended.stdout, ended.stderr).not.toBe('');
      return { ...ended, report: JSON.parse(ended.stdout), folder };
    };
    const inWorld = async <T>(args: readonly string[], work: (world: World) => Promise<T>): Promise<T> => {
      const world = await startWorld(...args);
      try {
        return await work(world);
      } finally {
        await world.stop();
      }
    };
    /** Means are held against what lasts in time (stalls of a process on a machine that does other things, too). */
    const byTypical = (text: string) =>
      text.replace('fold: mean, in: s,', 'fold: mean, estimand: typical, in: s,');
    type Claim = { claim: { role: string }; verdict: string; direction: string };
    type Checked = { check: string; status: string };
    const failing = (report: { checks: Checked[] }) =>
      report.checks.filter(({ status }) => status === 'fail').map(({ check }) => check);

    test(
      'a backend that is 20% slower: refuted, and the map is empty again',
      () =>
        inWorld(['--slower', '20'], async (world) => {
          const { report, code } = await live(world, { lasts: '6s', every: '2s', edit: byTypical });
          expect(code).toBe(0);
          expect(report.decision.outcome).toBe('keep');
          expect(report.claims[0]).toMatchObject({ verdict: 'refuted', direction: 'worse' });
          expect(failing(report)).toEqual([]);
          expect((await world.ask(`show map ${world.map}`)).trim()).toBe('');
          expect(await world.counts()).toMatchObject({ failed: 0, broken: 0 });
        }),
      60_000,
    );

    test(
      'two equal backends: equivalent',
      () =>
        inWorld(['--rate', '350'], async (world) => {
          const { report } = await live(world, {
            lasts: '9s',
            every: '4s',
            // Wide enough for a machine that does other things, too: its noise is that of the real world.
            // Nothing that noise could support: of two equal ones none is 10 % faster.
            edit: (text) =>
              byTypical(text)
                .replace('margin: 8%', 'margin: 20%')
                .replace('new is faster than old', 'new is at least 10% faster than old'),
          });
          expect(report.claims.map((one: Claim) => one.direction)[0]).toBe('equivalent');
          expect(['keep', 'inconclusive']).toContain(report.decision.outcome);
          expect(failing(report)).toEqual([]);
        }),
      60_000,
    );

    test(
      'a backend that fails 2%: harm is seen within two polls, and its traffic is gone at once',
      () =>
        inWorld(['--failing', '2', '--rate', '400'], async (world) => {
          const { report, code, folder, stderr } = await live(world, { lasts: '60s', every: '8s' });
          expect(code, stderr).toBe(12);
          expect(report.watch).toMatchObject({ stop: { why: 'harm' } });
          expect(report.watch.polls).toBeLessThanOrEqual(2);
          expect(report.decision.outcome).toBe('keep');
          expect((await world.ask(`show map ${world.map}`)).trim()).toBe('');
          expect(
            await readFile(join(folder, 'reports/haproxy-backends', report.run.id, 'journal.ndjson'), 'utf8'),
          ).toMatch(
            /tap-turning[\s\S]*tap-draining[\s\S]*tap-drained[\s\S]*tap-restoring[\s\S]*tap-restored/,
          );
        }),
      90_000,
    );

    test(
      'an arm that is killed while it is measured is invalid, not a win',
      () =>
        inWorld([], async (world) => {
          const { report, code } = await live(
            world,
            { lasts: '6s', every: '20s', edit: (text) => text.replace(/guardrails:\n.*\n/, '') },
            () =>
              new Promise((done) =>
                setTimeout(() => {
                  world.tell('kill new');
                  done();
                }, 4_000),
              ),
          );
          expect(code).toBe(11);
          expect(report.decision.outcome).toBe('invalid');
          expect(failing(report)).toContain('exposure');
        }),
      60_000,
    );

    test(
      'heavy and light requests in turns under round-robin: the counts are perfect, and it is invalid',
      () =>
        inWorld(
          ['--mode', 'requests', '--balance', 'roundrobin', '--alternating', '--rate', '60'],
          async (world) => {
            const { report, code } = await live(world, {
              lasts: '5s',
              every: '20s',
              edit: (text) =>
                text
                  .replace(/map: .*\n/, 'backend: both\n')
                  .replace(
                    'hypotheses:',
                    '  bytes: { from: requests, query: { covariate: bytes }, in: B, balance: true }\nhypotheses:',
                  ),
            });
            expect(code).toBe(11);
            expect(failing(report)).toEqual(['covariate-balance']);
            const ratio = report.checks.find(({ check }: Checked) => check === 'sample-ratio');
            expect(ratio.status).toBe('pass');
          },
        ),
      60_000,
    );
  });
});
