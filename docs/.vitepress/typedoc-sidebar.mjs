/** Writes typedoc's navigation beside its pages, for the site's sidebar. */
import { writeFileSync } from 'node:fs';

/** A package is a group that has no page; its module's page is the index of its entry point's folder. */
export function load(app) {
  app.renderer.postRenderAsyncJobs.push(async (output) => {
    const items = (output.navigation ?? []).map(({ title }) => ({ text: title, link: `/api/${title}/src/` }));
    writeFileSync(`${app.options.getValue('out')}/typedoc-sidebar.json`, JSON.stringify(items));
  });
}
