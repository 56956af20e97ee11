/** Writes the JSON Schemas of the two documents: what a user writes, and what a program reads. Part of the build. */
import { writeFileSync } from 'node:fs';
import { experimentSchema } from '../declare/index.js';
import { plugins } from '../plugins.js';
import { reportSchema } from '../report/schema.js';

const root = new URL('../../', import.meta.url);
const write = (path: string, schema: object): void =>
  writeFileSync(new URL(path, root), `${JSON.stringify(schema, null, 2)}\n`);

write('dist/experiment.schema.json', experimentSchema(plugins));
write('dist/report.schema.json', reportSchema());
