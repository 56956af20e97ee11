/** What `init` can write: complete files that `validate` accepts as they stand. */
export interface Situation {
  readonly title: string;
  text(name: string): string;
}

const SCHEMA_LINE =
  '# yaml-language-server: $schema=https://unpkg.com/stacktrial/dist/experiment.schema.json';

const commands: Situation = {
  title: 'two commands on this machine, the same files through both, in randomised blocks',
  text: (name) => `${SCHEMA_LINE}
experiment: ${name}
question: Does the new program process the files faster than the old one?

# The two stacks. The baseline is the one that runs today.
arms:
  old: { title: The program of today }
  new: { title: The program that might replace it }
baseline: old

# A block is one file on every arm, in random order; warm-up trials are kept but not analysed.
design: { kind: interleaved, warmup: 1 }

# "fixed": these very files are the work; each is run several times.
# "sample": they stand for others like them.
workload: { kind: fixed, files: "data/*", repeats: 3 }

# What is run for one file. No shell is involved; write a string instead of a list to get one.
# An arm that stays up between files is \`resident: [...]\`: one JSON line in, one out per trial.
driver:
  type: command
  answer: none        # what they print is not looked at
  arms:
    old: { command: [gzip, -k, -c, "{{unit}}"], timeout: 60s }
    new: { command: [gzip, "-1", -k, -c, "{{unit}}"], timeout: 60s }
  # Where each answers with one line of JSON, say which paths hold a count and a checksum of its output:
  # a program that is fast because it drops records then makes the run invalid.
  # output: { count: $.records, checksum: $.checksum }

# What is measured, in which unit, and which direction is good.
# margin: the smallest change that matters to you.
metrics:
  seconds:
    { from: trials, query: { field: wallSeconds }, in: s, better: lower, role: time, words: [faster, slower, fast], margin: 3% }
  memory: { from: trials, query: { field: peakMemoryBytes }, in: B, better: lower, words: [leaner, hungrier] }

# Sentences that will be held against the measurement.
hypotheses:
  - new is at least 10% faster than old
guardrails:
  - new is at most 20% hungrier than old

decide: { confidence: 95% }
`,
};

const files: Situation = {
  title: 'measurements you already have, one row per batch and stack in a CSV file',
  text: (name) => `${SCHEMA_LINE}
experiment: ${name}
question: Does Spark process the batches faster and at lower cost than Lambda?

arms:
  # match: how a row says to which arm it belongs (here: column "stack").
  faas:  { title: Kafka + Lambda, match: { stack: lambda } }
  spark: { title: Kafka + Spark on EMR, match: { stack: emr } }
baseline: faas

# by-key: each batch went to one arm, chosen by its key.
design: { kind: by-key, unit: batch_id }

sources:
  runs: { type: file }

metrics:
  seconds:
    from: runs
    query: { file: runs.csv, arm: stack, unit: batch_id, value: seconds, time: started_at }
    in: s
    better: lower
    role: time
    words: [faster, slower, fast]
    margin: 3%
  usd:
    from: runs
    query: { file: runs.csv, arm: stack, unit: batch_id, value: usd, time: started_at }
    in: USD
    better: lower
    role: cost
    words: [cheaper, dearer, cheap]
    margin: 3%

hypotheses:
  - spark is at least 10% faster and cheaper than faas

decide: { confidence: 95% }
`,
};

export const situations: Readonly<Record<string, Situation>> = { commands, files };
