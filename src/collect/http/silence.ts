/** A stretch of time in which nothing came from the server; too long a one ends the connection. */
export interface Silence {
  begin(): void;
  end(): void;
}

export const silenceOf = (longestMs: number, tooLong: () => void): Silence => {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin() {
      clearTimeout(timer);
      timer = setTimeout(tooLong, longestMs);
    },
    end() {
      clearTimeout(timer);
    },
  };
};
