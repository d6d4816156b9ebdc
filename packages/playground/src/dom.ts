/** Makes elements: text goes in as text, never as markup. */

type Attributes = Readonly<Record<string, string | number | boolean | ((event: Event) => void)>>;

const svgTags: ReadonlySet<string> = new Set(['svg', 'rect', 'line']);

/** An element with attributes (`true` sets an empty one, `false` none, a function listens) and children. */
export function make(tag: string, attributes: Attributes = {}, ...children: readonly (Node | string)[]): Element {
  const element = svgTags.has(tag)
    ? document.createElementNS('http://www.w3.org/2000/svg', tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children);
  return element;
}

/** The element of the page with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** A share as people read it: three significant digits at most. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(share < 0.01 ? 2 : 3))} %`;
}
