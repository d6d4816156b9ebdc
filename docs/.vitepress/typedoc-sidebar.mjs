/** Writes typedoc's navigation beside its pages, for the site's sidebar. */
import { writeFileSync } from 'node:fs';

export function load(app) {
  app.renderer.postRenderAsyncJobs.push(async (output) => {
    const items = (output.navigation ?? []).map(({ title, path }) => ({
      text: title.replace(/\/src$/, ''),
      link: `/api/${(path ?? '').replace(/(index)?\.md$/, '')}`,
    }));
    writeFileSync(`${app.options.getValue('out')}/typedoc-sidebar.json`, JSON.stringify(items));
  });
}
