/** `sample-ratio` → "Sample ratio": ids of checks and rules as people read them. */
export const titleOfId = (id: string): string => {
  const words = id.replace(/[-_]+/g, ' ').trim();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};
