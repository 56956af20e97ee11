/*
 * The standard normal distribution.
 *
 * Answers: the probability below or above z, and the z that has a given probability below or above it.
 * Applies: limits of t, boundaries for several looks, transforms of uniform random numbers.
 * Formula: rational approximations on three ranges of |z|. In the tails exp(-z^2 / 2) is split into
 * exp(-s^2 / 2) * exp(-(z - s) * (z + s) / 2), s being z cut to sixteenths, so that squaring costs no digits.
 * Source: W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969) 631;
 * M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988) 477, routine PPND16.
 * Math.exp and Math.log are V8's ports of fdlibm: the same bits on Node 20, 22 and 24.
 */

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;
const ROOT_32 = 5.656854249492381;
/** From here on the tail is smaller than the smallest double. */
const BEYOND_DOUBLES = 39;

/** Coefficients from the highest power down to the constant. */
type Polynomial = readonly number[];

function at(coefficients: Polynomial, x: number): number {
  let value = 0;
  for (let i = 0; i < coefficients.length; i += 1) value = value * x + coefficients[i];
  return value;
}

// Cody 1969, in terms of the normal distribution instead of the error function.
const CENTRE_TOP: Polynomial = [
  0.06568233791820745, 2.2352520354606837, 161.02823106855587, 1067.6894854603709, 18154.98125334356,
];
const CENTRE_BOTTOM: Polynomial = [
  1, 47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.78933502673,
];
const MIDDLE_TOP: Polynomial = [
  1.0765576773720192e-8, 0.39894151208813466, 8.883149794388377, 93.50665613217785, 597.2702763948002,
  2494.5375852903726, 6848.190450536283, 11602.65143764735, 9842.714838383978,
];
const MIDDLE_BOTTOM: Polynomial = [
  1, 22.266688044328117, 235.387901782625, 1519.3775994075547, 6485.558298266761, 18615.571640885097,
  34900.95272114598, 38912.00328609327, 19685.429676859992,
];
const FAR_TOP: Polynomial = [
  0.023073441764940174, 0.215898534057957, 0.12740116116024736, 0.022235277870649807, 0.0014216191932278934,
  2.9112874951168793e-5,
];
const FAR_BOTTOM: Polynomial = [
  1, 1.284260096144911, 0.4682382124808651, 0.06598813786892856, 0.0037823963320275824, 7.297515550839662e-5,
];

// Wichura 1988.
const NEAR_HALF_TOP: Polynomial = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
];
const NEAR_HALF_BOTTOM: Polynomial = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
];
const TAIL_TOP: Polynomial = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const TAIL_BOTTOM: Polynomial = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
];
const FAR_TAIL_TOP: Polynomial = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const FAR_TAIL_BOTTOM: Polynomial = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
];

/** The probability above z, for z beyond the centre. */
function tail(z: number): number {
  const cut = Math.floor(z * 16) / 16;
  const bell = Math.exp(-0.5 * cut * cut) * Math.exp(-0.5 * (z - cut) * (z + cut));
  if (z <= ROOT_32) return (bell * at(MIDDLE_TOP, z)) / at(MIDDLE_BOTTOM, z);
  const inverse = 1 / (z * z);
  return (bell * (INVERSE_ROOT_TWO_PI - (inverse * at(FAR_TOP, inverse)) / at(FAR_BOTTOM, inverse))) / z;
}

/**
 * The height of the bell curve at z.
 *
 * @param z in standard deviations
 * @returns per standard deviation; 0 far out; never throws
 * @example
 * ```ts
 * normalDensity(0); // → 0.398942
 * ```
 */
export function normalDensity(z: number): number {
  return INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * z * z);
}

/**
 * The probability below z. Relative error below 1e-15 down to 1e-300. Cody 1969.
 *
 * @param z where; in standard deviations, ∓Infinity allowed
 * @returns 0 … 1; NaN outside the range of a parameter; never throws
 * @example
 * ```ts
 * normalCdf(1.96); // → 0.975002
 * ```
 */
export function normalCdf(z: number): number {
  if (Math.abs(z) <= 0.66291) return 0.5 + (z * at(CENTRE_TOP, z * z)) / at(CENTRE_BOTTOM, z * z);
  return z < 0 ? normalSurvival(-z) : 1 - normalSurvival(z);
}

/**
 * The probability above z. Relative error below 1e-15 down to 1e-300. Cody 1969.
 *
 * @param z where; in standard deviations, ∓Infinity allowed
 * @returns 0 … 1, small tails with full precision; NaN outside the range of a parameter; never throws
 * @example
 * ```ts
 * normalSurvival(1.96); // → 0.0249979
 * ```
 */
export function normalSurvival(z: number): number {
  if (z <= 0.66291) return normalCdf(-z);
  return z >= BEYOND_DOUBLES ? 0 : tail(z);
}

/**
 * The z below which the probability is p; -Infinity at 0, Infinity at 1, NaN outside. Relative error below 1e-15
 * for p >= 1e-300. Wichura 1988.
 *
 * @param p probability below, 0 … 1
 * @returns in the unit of the variable; never throws
 * @example
 * ```ts
 * normalQuantile(0.025); // → -1.95996
 * ```
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  const fromHalf = p - 0.5;
  if (Math.abs(fromHalf) <= 0.425) {
    const r = 0.180625 - fromHalf * fromHalf;
    return (fromHalf * at(NEAR_HALF_TOP, r)) / at(NEAR_HALF_BOTTOM, r);
  }
  const smaller = fromHalf < 0 ? p : 1 - p;
  const sign = fromHalf < 0 ? -1 : 1;
  if (smaller === 0) return sign * Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(smaller));
  if (r <= 5) return (sign * at(TAIL_TOP, r - 1.6)) / at(TAIL_BOTTOM, r - 1.6);
  return (sign * at(FAR_TAIL_TOP, r - 5)) / at(FAR_TAIL_BOTTOM, r - 5);
}

/**
 * The z above which the probability is p. As `normalQuantile`, with the sign turned.
 *
 * @param p probability above, 0 … 1; 1e-300 is as good as 0.05
 * @returns in the unit of the variable; never throws
 * @example
 * ```ts
 * normalSurvivalQuantile(0.025); // → 1.95996
 * ```
 */
export function normalSurvivalQuantile(p: number): number {
  return -normalQuantile(p);
}
