/** HTML as values: everything that is put into a template is escaped, unless it is markup itself. */

/** Markup that is safe to put into a page as it is. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | Markup | readonly Value[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // A parser drops it or ends at it.
  '\0': '\ufffd',
};

/**
 * A template for elements and quoted attributes.
 *
 * @example
 * ```ts
 * html`<p title="${'"'}">${'<script>'}</p>`.markup; // '<p title="&quot;">&lt;script&gt;</p>'
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return { markup: strings.reduce((page, part, index) => page + toMarkup(values[index - 1] as Value) + part) };
}

function toMarkup(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value.replace(/[&<>"'\0]/g, (character) => entities[character] as string);
  return 'markup' in value ? value.markup : value.map(toMarkup).join('');
}
