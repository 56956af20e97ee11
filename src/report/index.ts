/** The forms of a report. A new one is one file and one line here. */
import type { Registry, Renderer } from '../model/ports.js';
import { adr } from './adr.js';
import { html } from './html.js';
import { json } from './json.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import { terminal } from './terminal.js';

export const renderers = { json, html, markdown, adr, junit, terminal } satisfies Registry<Renderer>;

export { bytesText, decisionTime, sinceText } from './age.js';
export { assemble, type Parts } from './assemble.js';
export { expositionText, type Family, reportFamilies } from './exposition.js';
export { headline } from './headline.js';
export { renderHistory, shifts } from './history.js';
export { indexJson, indexPage } from './index-page.js';
export { noticeBody } from './notice/body.js';
export { failureNotice, harmNotice, type NoticeText, noticeOf } from './notice/notice.js';
export { renderTemplate, templateData } from './own-template.js';
export { type RunFound, type RunsIndex, runsIndex } from './runs-index.js';
export { renderStatus, type Standing } from './status.js';
export { renderTerminal } from './terminal.js';
export { sentence } from './words.js';
