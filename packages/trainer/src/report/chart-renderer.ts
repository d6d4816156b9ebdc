/** Draws Vega-Lite charts as SVG, with libraries that are only loaded for it. */
import type { TopLevelSpec } from 'vega-lite';
import { TrainerError } from '../errors.ts';

/** Draws a Vega-Lite specification as an `<svg>` element. Untyped, so that our types can be read without Vega-Lite. */
export type RenderChart = (spec: object) => Promise<string>;

/**
 * Loads Vega and Vega-Lite. They are optional peers, for they are 79 packages and 18 MB that screening does not need
 * (docs/architecture/0010).
 *
 * @throws TrainerError `dependency-missing`
 */
export async function chartRenderer(): Promise<RenderChart> {
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]).catch(notInstalled);
  return (spec) => new View(parse(compile(spec as TopLevelSpec).spec), { renderer: 'none' }).toSVG();
}

function notInstalled(cause: unknown): never {
  if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
  throw new TrainerError('dependency-missing', {
    message: 'The charts of the report are drawn by Vega, which is not installed',
    where: 'vega, vega-lite',
    hint: 'Run `npm i vega@6 vega-lite@6` where the firewall is installed.',
  });
}
