/** Parses JSON that a schema will check: what is no JSON becomes `undefined`, which no schema accepts. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
