/** The last bytes of a stream. */
export class Tail {
  readonly #limit: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  push(chunk: Buffer): void {
    const all = chunk.length >= this.#limit ? chunk : Buffer.concat([this.#bytes, chunk]);
    this.#bytes = all.subarray(Math.max(0, all.length - this.#limit));
  }

  clear(): void {
    this.#bytes = Buffer.alloc(0);
  }

  /** Without the half character at which the limit may have cut. */
  text(): string {
    let from = 0;
    if (this.#bytes.length === this.#limit) while (from < 4 && (this.#bytes[from] & 0xc0) === 0x80) from++;
    return this.#bytes.subarray(from).toString('utf8').trim();
  }
}
