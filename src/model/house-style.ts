/** `report:` of the experiment file: a colour, a logo, a template of one's own. */

export interface Logo {
  readonly mediaType: 'image/svg+xml' | 'image/png';
  readonly base64: string;
}

export interface OwnTemplate {
  /** As the experiment file writes it: `docs/summary.md.hbs`. */
  readonly file: string;
  /** File of the run folder that it becomes: `summary.md`. */
  readonly target: string;
  /** UTF-8, LF. */
  readonly text: string;
}

export interface HouseStyle {
  /** `#rrggbb`; stands out on light and on dark pages. */
  readonly colour: string | null;
  readonly logo: Logo | null;
  readonly template: OwnTemplate | null;
}

/** What a page shows of it. */
export interface PageStyle {
  /** A style sheet of its own, with its hash for the content security policy: `sha256-…`. */
  readonly css: string;
  readonly cssHash: string;
  /** data: URI. */
  readonly logo: string | null;
}

/** What a template may name at its top. A test holds it against the data. */
export const TEMPLATE_NAMES = [
  'name',
  'question',
  'outcome',
  'label',
  'sentence',
  'reasons',
  'treatments',
  'caution',
  'hypotheses',
  'guardrails',
  'wouldChange',
  'costLines',
  'warnings',
  'arms',
  'facts',
  'checks',
  'comparisons',
  'metrics',
  'methods',
  'money',
  'trials',
  'provenance',
  'report',
] as const;

const MARKUP = /\.(html?|xhtml|xml|svg)$/i;

/** Are values escaped for HTML in a file of this name? */
export const isMarkup = (target: string): boolean => MARKUP.test(target);

/** How such a template is compiled: an unknown name is an error, and no helper reaches files or the console. */
export const templateOptions = (target: string) => ({
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: {
    json: true,
    markdown: true,
    log: false,
    lookup: false,
    helperMissing: false,
    blockHelperMissing: false,
  },
  preventIndent: true,
  noEscape: !isMarkup(target),
});
