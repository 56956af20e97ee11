/** The values of a reason as its sentence sees them: what a stage put in, by name. */
// biome-ignore lint/suspicious/noExplicitAny: a sentence knows the values of its own code; a test runs every one.
export type Values = Readonly<Record<string, any>>; // oxlint-disable-line typescript/no-explicit-any

/** One sentence per code. */
export type Words = Readonly<Record<string, (values: Values) => string>>;
