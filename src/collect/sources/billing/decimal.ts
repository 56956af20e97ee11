/**
 * Amounts of money as they are written, added without rounding: a bill has thousands of lines of a millionth, and
 * comes as text so that nobody rounds it. A number is made of it once, at the end.
 */
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/iu;

export class Decimal {
  static readonly ZERO = new Decimal(0n, 0);
  /** The amount is units ÷ 10^scale. */
  readonly units: bigint;
  readonly scale: number;

  constructor(units: bigint, scale: number) {
    this.units = units;
    this.scale = scale;
  }

  /** `1.0151516483`, `-2.6137`, `1.33E-8`; null where the text is no decimal number. */
  static parse(text: string): Decimal | null {
    const match = DECIMAL.exec(text.trim());
    if (match === null) return null;
    const [, sign, whole, fraction = '', exponent = '0'] = match;
    if (whole === '' && fraction === '') return null;
    const digits = BigInt(`${whole}${fraction}`);
    const units = sign === '-' ? -digits : digits;
    const scale = fraction.length - Number(exponent);
    return scale >= 0 ? new Decimal(units, scale) : new Decimal(units * 10n ** BigInt(-scale), 0);
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.#at(scale) + other.#at(scale), scale);
  }

  get isZero(): boolean {
    return this.units === 0n;
  }

  #at(scale: number): bigint {
    return this.units * 10n ** BigInt(scale - this.scale);
  }

  /** Without exponent and without trailing zeros. */
  toString(): string {
    const digits = (this.units < 0n ? -this.units : this.units).toString().padStart(this.scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.scale);
    const fraction = digits.slice(digits.length - this.scale).replace(/0+$/u, '');
    const sign = this.units < 0n ? '-' : '';
    return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
  }

  /** Rounded once, to the nearest number. */
  toNumber(): number {
    return Number(this.toString());
  }
}
