/** `report:`: colour, logo and template of one's own. */
import type { Attachments } from '../../model/experiment.js';
import type { HouseStyle } from '../../model/house-style.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';
import { houseStyleShape } from '../shape/house-style.js';
import { rightParts } from '../shape/walk.js';
import { contrast, GROUNDS, NEEDED } from './contrast.js';
import { readLogo } from './logo.js';
import type { Read } from './named-file.js';
import { readTemplate } from './template.js';

export interface HouseStyleDraft {
  readonly part: { readonly houseStyle?: HouseStyle };
  readonly attachments: Attachments;
}

export async function readHouseStyle(
  root: Located,
  read: Read,
  problems: Problems,
): Promise<HouseStyleDraft> {
  const at = child(root, 'report');
  if (at === null) return { part: {}, attachments: {} };
  const written = rightParts(houseStyleShape, at.value);
  const [colourAt, logoAt, templateAt] = ['colour', 'logo', 'template'].map((key) => child(at, key));
  if (colourAt !== null && written.colour !== undefined) checkColour(colourAt, written.colour, problems);
  const logo = logoAt !== null && written.logo !== undefined ? await readLogo(logoAt, read, problems) : null;
  const template =
    templateAt !== null && written.template !== undefined
      ? await readTemplate(templateAt, read, problems)
      : null;
  return {
    part: {
      houseStyle: { colour: written.colour?.toLowerCase() ?? null, logo: logo?.logo ?? null, template },
    },
    attachments: {
      ...(logo === null || written.logo === undefined ? {} : { [written.logo]: logo.content }),
      ...(template === null ? {} : { [template.file]: template.text }),
    },
  };
}

function checkColour(at: Located, colour: string, problems: Problems): void {
  for (const ground of GROUNDS) {
    const ratio = contrast(colour, ground.colour);
    if (ratio < NEEDED)
      problems.atValue(
        at,
        `${colour} does not stand out on ${ground.name}: contrast ${(Math.floor(ratio * 100) / 100).toFixed(2)}, needed ${NEEDED}`,
        `Choose one that is ${ground.name.includes('dark') ? 'lighter' : 'darker'}; #0b5fff stands out on both.`,
      );
  }
}
