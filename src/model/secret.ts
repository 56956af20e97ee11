/** A value that is written as `${NAME}` in the file, prints as `${NAME}` everywhere, and is resolved at first use. */
export class Secret {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toString(): string {
    return `\${${this.name}}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
