/** Colour, where the output is a terminal that wants it. */

import { styleText } from 'node:util';

/** How to render for one output. */
export interface Style {
  /** Columns. */
  readonly width: number;
  readonly paint: (format: Parameters<typeof styleText>[0], text: string) => string;
}

/** NO_COLOR, FORCE_COLOR and TERM are respected; files and pipes get plain text. */
export function styleOf(stream: NodeJS.WriteStream): Style {
  const forced = !['', '0', 'false', undefined].includes(process.env.FORCE_COLOR);
  const colour = forced || (stream.isTTY === true && stream.hasColors());
  return { width: Math.min(stream.columns ?? 80, 120), paint: colour ? paint : plain.paint };
}

/** No colour, 80 columns. */
export const plain: Style = { width: 80, paint: (_, text) => text };

const paint: Style['paint'] = (format, text) => styleText(format, text, { validateStream: false });
