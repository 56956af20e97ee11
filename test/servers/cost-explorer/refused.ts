/** An error of the service: HTTP 400 with `__type` and `Message`. */
export class Refused extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}
