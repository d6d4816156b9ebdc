/** Writes typedoc's navigation beside its pages, for the site's sidebar. */
import { writeFileSync } from 'node:fs';

/** A package's module is named by its entry point (`core/src`), and so is the folder of its index page. */
export function load(app) {
  app.renderer.postRenderAsyncJobs.push(async (output) => {
    const items = (output.navigation ?? []).map(({ title }) => ({
      text: title.replace(/\/src$/, ''),
      link: `/api/${title}/`,
    }));
    writeFileSync(`${app.options.getValue('out')}/typedoc-sidebar.json`, JSON.stringify(items));
  });
}
