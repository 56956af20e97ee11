/** What is due: from dates and a ledger alone; croner computes the dates. */
export { type Batch, type Due, due, nextDue } from './due.js';
export { type Firing, firingsBetween, nextFiring, startOf, type Work } from './firings.js';
export { type Ended, type LedgerRow, timetableText } from './ledger.js';
