import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { TapContext } from '../../src/model/ports.js';
import type { TapSetting } from '../../src/model/tap.js';
import { commandsOptions } from '../../src/split/drivers/commands/options.js';
import { wholeWeights } from '../../src/split/drivers/commands/values.js';
import { commandsTap } from '../../src/split/drivers/commands.js';
import { holdTap } from '../../src/split/tap/held-tap.js';
import { arms, temporaryFolder, testIo, testJournal } from './support.js';

const RECIPES = new URL('../../experiments/terraform-toggle.yaml', import.meta.url);

const setting = (shares: Readonly<Record<string, number>>): TapSetting => ({
  slot: 3,
  stage: null,
  shares,
  keys: { coverage: 1, shares: Object.entries(shares).map(([arm, share]) => ({ arm, share })) },
});

/** A program in PATH, as a user's machine has it; what it got is in calls.txt. */
async function inPath(folder: string, name: string, script: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await writeFile(
    join(folder, 'bin', name),
    `#!/bin/sh\necho "${name} $*" >> "${folder}/calls.txt"\n${script}`,
  );
  await chmod(join(folder, 'bin', name), 0o755);
}

async function held(given: object, names: readonly string[], folder: string) {
  const io = testIo(folder);
  const options = commandsOptions.parse({
    env: { PATH: `${folder}/bin${delimiter}${process.env.PATH}` },
    ...given,
  });
  const context: TapContext = {
    ...io,
    arms: arms(...names),
    baseline: names[0],
    journal: testJournal(),
    runId: 'test-commands',
  };
  return {
    options,
    context,
    io,
    tap: await holdTap(commandsTap, options, context, 'x', async () => undefined),
  };
}

/** Drivers that stand in the comments of the example. */
async function recipe(title: string): Promise<object> {
  const text = await readFile(RECIPES, 'utf8');
  const from = text
    .slice(text.indexOf(`# ${title}`))
    .split('\n')
    .slice(1);
  const lines = from
    .slice(
      0,
      from.findIndex((line) => line === '#' || line === ''),
    )
    .map((line) => line.slice(2));
  const {
    type: _,
    name: __,
    ...driver
  } = (parse(lines.join('\n')) as { driver: Record<string, unknown> }).driver;
  return driver;
}

describe('a tap that is turned by commands', () => {
  test('Terraform: a toggle that the plan knows, applied, read back, and no toggle left behind', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'infrastructure'));
    // Reads the toggle as Terraform does, keeps what was applied, and refuses what it would refuse.
    await inPath(
      folder,
      'terraform',
      `
toggle=false
if [ -e experiment.auto.tfvars.json ]; then
  case "$(cat experiment.auto.tfvars.json)" in
    '{ "enable_spark": true }') toggle=true ;;
    '{ "enable_spark": false }') ;;
    *) echo "Error: invalid tfvars" >&2; exit 1 ;;
  esac
fi
case "$*" in
  'apply -auto-approve -input=false') echo $toggle > applied ;;
  'plan -detailed-exitcode -input=false') [ "$(cat applied 2>/dev/null || echo false)" = $toggle ] && exit 0; echo '1 to add'; exit 2 ;;
  'output -json shares') [ "$(cat applied 2>/dev/null)" = true ] && echo '{"faas":0,"spark":100}' || echo '{"faas":100,"spark":0}' ;;
  *) echo "Error: unexpected $*" >&2; exit 1 ;;
esac
`,
    );
    const { driver } = parse(await readFile(RECIPES, 'utf8')) as { driver: Record<string, unknown> };
    const { type: _, ...given } = driver;
    const { tap, options, context } = await held(given, ['faas', 'spark'], folder);
    expect(tap.saved).toEqual({ shares: { faas: 100, spark: 0 }, toggle: false });
    expect(await commandsTap.preview?.(options, setting({ faas: 0, spark: 1 }), context)).toBe('');
    await tap.turn(setting({ faas: 0, spark: 1 }));
    expect(await readFile(join(folder, 'infrastructure/experiment.auto.tfvars.json'), 'utf8')).toBe(
      '{ "enable_spark": true }\n',
    );
    expect(await tap.verify()).toBe('as-set');
    await tap.turn(setting({ faas: 1, spark: 0 }));
    await tap.giveBack();
    await expect(readFile(join(folder, 'infrastructure/experiment.auto.tfvars.json'))).rejects.toThrow(
      'ENOENT',
    );
    expect(await readFile(join(folder, 'infrastructure/applied'), 'utf8')).toBe('false\n');
    // A broken module is an error with Terraform's own words.
    await writeFile(join(folder, 'infrastructure/experiment.auto.tfvars.json'), 'enable_spark = maybe');
    await expect(commandsTap.preview?.(options, setting({ faas: 1, spark: 0 }), context)).rejects.toThrow(
      /dryRun ended with exit code 1[\s\S]*invalid tfvars/,
    );
  });

  test.each([
    ['Gateway API', 'httproute', '/spec/rules/0/backendRefs/', '.spec.rules[0].backendRefs[1].weight'],
    ['Istio', 'virtualservice', '/spec/http/0/route/', '.spec.http[0].route[1].weight'],
  ])('kubectl, %s: the weights of a %s', async (title, kind, path, asked) => {
    const folder = await temporaryFolder();
    await inPath(
      folder,
      'kubectl',
      `
[ "$2" = ${kind} ] || exit 1
case "$1" in
  get) cat weights 2>/dev/null || echo '{"shares":{"old":9,"new":1}}' ;;
  patch) node -e '
    const patch = JSON.parse(process.argv.at(-1));
    const at = (i) => patch.find(({ op, path }) => op === "replace" && path === "${path}" + i + "/weight").value;
    require("fs").writeFileSync("weights", JSON.stringify({ shares: { old: at(0), new: at(1) } }) + "\\n");
  ' -- "$@" ;;
esac
`,
    );
    const { tap } = await held(await recipe(title), ['old', 'new'], folder);
    await tap.turn(setting({ old: 0.95, new: 0.05 }));
    expect(await readFile(join(folder, 'weights'), 'utf8')).toBe('{"shares":{"old":95,"new":5}}\n');
    await tap.giveBack();
    // Weights are relative: as they were, and not only in the same proportion.
    expect(await readFile(join(folder, 'weights'), 'utf8')).toBe('{"shares":{"old":9,"new":1}}\n');
    const calls = await readFile(join(folder, 'calls.txt'), 'utf8');
    expect(calls).toContain(`kubectl patch ${kind} orders --type=json`);
    expect(calls).toContain(asked);
  });

  test('AWS Lambda: the weight of an alias, and none at all again', async () => {
    const folder = await temporaryFolder();
    await inPath(
      folder,
      'aws',
      `
case "$2" in
  get-alias) cat alias 2>/dev/null || echo None ;;
  update-alias) node -e '
    const { AdditionalVersionWeights } = JSON.parse(process.argv.at(-1));
    require("fs").writeFileSync("alias", String(AdditionalVersionWeights["7"] ?? "None") + "\\n");
  ' -- "$@" ;;
esac
`,
    );
    const { tap } = await held(await recipe('AWS Lambda'), ['old', 'new'], folder);
    await tap.turn(setting({ old: 0.9, new: 0.1 }));
    expect(await readFile(join(folder, 'alias'), 'utf8')).toBe('0.1\n');
    await tap.giveBack();
    expect(await readFile(join(folder, 'alias'), 'utf8')).toBe('None\n');
  });

  test('an apply that ends well and turns nothing is not believed', async () => {
    const folder = await temporaryFolder();
    const read = `echo '{"shares":{"old":100,"new":0}}'`;
    const { tap } = await held({ apply: ['true'], read }, ['old', 'new'], folder);
    await expect(tap.turn(setting({ old: 0.5, new: 0.5 }))).rejects.toThrow(
      'apply ended well, but read shows another share for old: 1 instead of 0.5, new: 0 instead of 0.5',
    );
    await tap.giveBack();
  });

  test('an arm that was to have a little and has nothing, or the other way round, is not believed either', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'state'), '{"shares":{"old":100,"new":0}}');
    const options = {
      apply: `printf '{"shares":{"old":%s,"new":%s}}' $STACKTRIAL_WEIGHT_OLD $STACKTRIAL_WEIGHT_NEW > state`,
    };
    const { tap } = await held({ ...options, read: 'cat state' }, ['old', 'new'], folder);
    // Whole weights of 100 cannot say it.
    await expect(tap.turn(setting({ old: 0.997, new: 0.003 }))).rejects.toMatchObject({
      message: expect.stringContaining('new: 0 instead of 0.003'),
      hint: expect.stringContaining('cannot say less than 1%'),
    });
    await tap.giveBack();
    const sticky = await held(
      { apply: ['true'], read: `echo '{"shares":{"old":997,"new":3}}'` },
      ['old', 'new'],
      folder,
    );
    await expect(sticky.tap.turn(setting({ old: 1, new: 0 }))).rejects.toThrow('new: 0.003 instead of 0');
  });

  test('without a restore of its own apply puts back what read printed, or it is said what to declare', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'state'), '{"shares":{"old":9,"new":1}}');
    const writing = (what: string) =>
      `printf '{"shares":{"old":%s,"new":%s}}' $STACKTRIAL_${what}_OLD $STACKTRIAL_${what}_NEW > state`;
    const turned = async (what: string) => {
      const { tap } = await held({ apply: writing(what), read: 'cat state' }, ['old', 'new'], folder);
      await tap.turn(setting({ old: 0.5, new: 0.5 }));
      return tap;
    };
    await (await turned('WEIGHT')).giveBack();
    expect(await readFile(join(folder, 'state'), 'utf8')).toBe('{"shares":{"old":9,"new":1}}');
    await expect((await turned('PERCENT')).giveBack()).rejects.toThrow(
      'apply was told the shares from before, and now shares.new is 10 instead of 1; shares.old is 90 instead of 9. A restore: of its own',
    );
  });

  test('a command that fails, hangs or says nothing is an error with its own words', async () => {
    const folder = await temporaryFolder();
    await expect(
      held({ apply: 'true', read: 'echo broken >&2; exit 3' }, ['old', 'new'], folder),
    ).rejects.toThrow('read ended with exit code 3\nbroken');
    await expect(
      held({ apply: 'true', read: 'sleep 30', timeout: '200ms' }, ['old', 'new'], folder),
    ).rejects.toThrow('read did not end within its time limit');
    await expect(held({ apply: 'true', read: 'echo fine' }, ['old', 'new'], folder)).rejects.toThrow(
      'read did not end with a line of JSON: fine',
    );
    await expect(held({ apply: 'true', read: `echo '{"a":1}'` }, ['old', 'new'], folder)).rejects.toThrow(
      'read printed no shares',
    );
  });

  test('whole weights always make 100', () => {
    expect(wholeWeights([1 / 3, 1 / 3, 1 / 3])).toEqual([34, 33, 33]);
    expect(wholeWeights([0.995, 0.005])).toEqual([100, 0]);
    expect(wholeWeights([0.29, 0.71])).toEqual([29, 71]);
  });
});
