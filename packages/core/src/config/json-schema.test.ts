import { expect, it } from 'vitest';
import { configJsonSchema } from './json-schema.ts';

it('schema/firewall.schema.json is current (`npm run schema` in packages/core writes it)', async () => {
  const json = JSON.stringify({ $id: 'firewall.schema.json', title: 'firewall.toml', ...configJsonSchema() }, null, 2);
  // Short lists on one line, as the formatter leaves them.
  const formatted = json.replaceAll(
    /\[\s+("[^[\]{}]*?)\s+\]/g,
    (_, list: string) => `[${list.replaceAll(/\s+/g, ' ')}]`,
  );
  await expect(`${formatted}\n`).toMatchFileSnapshot('../../schema/firewall.schema.json');
});
