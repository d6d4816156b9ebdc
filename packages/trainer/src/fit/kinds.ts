/** Names for prototypes: the kind of text that the nearest training rows are. */

/** What a category is called in a verdict. */
const names: Readonly<Record<string, string>> = {
  'adversarial-suffix': 'adversarial suffix',
  'authority-urgency': 'claimed authority',
  'brand-recommendation': 'instruction in data',
  'format-change': 'instruction in data',
  'language-change': 'instruction in data',
  'note-to-ai': 'instruction in data',
  encoded: 'encoded payload',
  soft: 'instruction in data',
  conditional: 'instruction in data',
  'direct-override': 'instruction override',
  'few-shot-poisoning': 'few-shot poisoning',
  'fake-turn': 'fake system message',
  'hidden-note': 'instruction in data',
  'indirect-injection': 'instruction in data',
  'jailbreak-roleplay': 'role-play jailbreak',
  'memory-poisoning': 'memory poisoning',
  'multilingual-attack': 'instruction override',
  'multilingual-indirect-injection': 'instruction in data',
  'obfuscated-attack': 'encoded payload',
  override: 'instruction override',
  'payload-splitting': 'payload splitting',
  persona: 'role-play jailbreak',
  'plain-task': 'instruction in data',
  'polite-request': 'instruction in data',
  extraction: 'prompt extraction',
  'refusal-suppression': 'refusal suppression',
  'task-bending': 'task bending',
  'tool-misuse': 'tool misuse',
};

/** The verdict's word for a category of attack, or `harmless ...` for one of harmless text. */
export function kindOf(category: string, label: 0 | 1): string {
  if (label === 1) return names[category] ?? category.replaceAll('-', ' ');
  return `harmless ${category.replace(/^benign-/, '').replaceAll('-', ' ')}`;
}

/** A text near a prototype: what it is and how near. */
export interface Neighbour {
  readonly kind: string;
  readonly cosine: number;
}

/** Neighbours that vote on a prototype's name. */
const voters = 20;

/** The kind that is most frequent among the nearest, each vote divided by the root of how common the kind is at all. */
export function nameOf(neighbours: readonly Neighbour[], frequency: ReadonlyMap<string, number>): string {
  const nearest = [...neighbours].sort((a, b) => b.cosine - a.cosine).slice(0, voters);
  const votes = new Map<string, number>();
  for (const { kind } of nearest) votes.set(kind, (votes.get(kind) ?? 0) + 1 / Math.sqrt(frequency.get(kind) ?? 1));
  const [name] = [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best), ['unknown', 0]);
  return name;
}
