/** What is due: pure but for croner, which computes dates. */
export { type Firing, firingsBetween, nextFiring, startOf, type Work } from './firings.js';
