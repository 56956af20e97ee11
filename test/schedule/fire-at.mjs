/** One experiment's due work in a process of its own, at a moment that is given: to be killed in the middle. */
import { fireDue } from '../../dist/commands/schedule/fire.js';

const [file, at, folder] = process.argv.slice(2);
const silent = () => undefined;
await fireDue(
  file,
  { reports: 'reports', emit: (event) => console.log(JSON.stringify(event)) },
  {
    out: silent,
    log: { info: silent, warn: silent, detail: silent, progress: silent, progressEnd: silent },
    variables: process.env,
    signal: new AbortController().signal,
    colour: false,
    columns: 80,
    workingFolder: folder,
    version: '0.0.0',
    now: () => Number(at),
  },
);
