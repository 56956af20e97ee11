/** Public samples of bills, read where they lie; tests of them are skipped under a name that says so where they do not. */
import { existsSync } from 'node:fs';
import { test } from 'vitest';

const FOLDER = process.env.STACKTRIAL_SAMPLES ?? '/work/shared/data';
export const FOCUS_SAMPLE = `${FOLDER}/focus/FOCUS-1.0/focus_sample.csv`;
export const CUR_SAMPLE = `${FOLDER}/cur-samples/focus_converter_base/tests/provider_config_tests/aws/sample-anonymous-aws-export-dataset.csv`;

export const sampleTest = (sample: string, name: string, run: () => Promise<void>): void => {
  if (existsSync(sample)) test(name, run, 30_000);
  else test.skip(`${name} — SKIPPED, no ${sample} (set STACKTRIAL_SAMPLES)`, () => {});
};
