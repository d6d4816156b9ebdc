/** One labelled text, and which head learns from it. */
import type { HeadName } from '@alknet/firewall-core';

/** A text to learn from or to measure on. */
export interface Sample {
  readonly id: string;
  readonly text: string;
  /** 1: an attempt to override, extract, hijack; 0: harmless. */
  readonly label: 0 | 1;
  readonly source: string;
  /** Kind of attack or of harmless text. */
  readonly category: string;
  /** Heads that learn from this text. */
  readonly heads: readonly HeadName[];
  /** Sources that share an origin; whole families are left out together. */
  readonly family: string;
  /** Language of the text as a BCP 47 tag, where the row gives one. */
  readonly lang?: string;
  /** Where the attack lies, in UTF-16 code units, if that is known; elsewhere the text is harmless. */
  readonly span?: readonly [start: number, end: number];
}

/** Harmless categories that come as data: documents, code, tool output. Instructions and chat do not, and teach the data head nothing. */
const dataCategories = new Set(['benign-document', 'benign-code', 'benign-security-document']);
const dataSources = new Set([
  'asb-tool-clean',
  'bfcl-functions',
  'gpteacher-answers',
  'garak-latentinjection-clean',
  'garak-promptinject-clean',
]);

/** Attacks inside documents that would be attacks in a user's prompt as well, for they carry their own override. */
const overridingSources = new Set([
  'asb-tool-injection',
  'authored-multilingual-embedded',
  'garak-latentinjection',
  'garak-promptinject',
  'long-documents',
  'tasktracker-embedded',
]);

/** Which heads learn from a row of the data sets, by its source and category. */
export function headsOf(source: string, category: string, label: 0 | 1): readonly HeadName[] {
  if (label === 0) {
    const data = dataCategories.has(category) || dataSources.has(source) || source === 'long-documents';
    return data ? ['prompt', 'data'] : ['prompt'];
  }
  const inDocument = category.includes('indirect');
  if (inDocument && !overridingSources.has(source)) return ['data'];
  return category === 'adversarial-suffix' || category === 'obfuscated-attack' ? ['prompt'] : ['prompt', 'data'];
}

/** Sources with a common origin, by the start of their names. */
const origins: readonly (readonly [prefix: string, family: string])[] = [
  ['authored-multilingual', 'authored-multilingual'],
  ['asb-', 'asb'],
  ['bfcl-', 'bfcl'],
  ['bipia-', 'bipia'],
  ['chatgpt-dan', 'jailbreak-collections'],
  ['chatgpt-', 'chatgpt-prompts'],
  ['cyberseceval-', 'cyberseceval'],
  ['easyjailbreak', 'jailbreak-collections'],
  ['fuzzyai-suffixes', 'optimised-suffixes'],
  ['fuzzyai-', 'fuzzyai'],
  ['garak-inthewild', 'jailbreak-collections'],
  ['garak-', 'garak'],
  ['goodwiins-', 'goodwiins'],
  ['gpteacher-', 'gpteacher'],
  ['gptfuzzer', 'jailbreak-collections'],
  ['hackat-', 'community-packs'],
  ['hinglish-', 'community-packs'],
  ['jailbreakbench', 'optimised-suffixes'],
  ['langkit-', 'jailbreak-collections'],
  ['long-documents', 'tasktracker'],
  ['malignant', 'jailbreak-collections'],
  ['promptmap', 'extraction-collections'],
  ['raccoon', 'extraction-collections'],
  ['self-reminder', 'jailbreak-collections'],
  ['sir-firewall', 'community-packs'],
  ['t0-', 't0'],
  ['tasktracker-adaptive', 'optimised-suffixes'],
  ['tasktracker-pair', 'optimised-suffixes'],
  ['tasktracker-', 'tasktracker'],
  ['tensortrust-', 'tensortrust'],
  ['xquad-', 'xquad'],
];

/** The family of a source; a source of no known origin is a family of its own. */
export function familyOf(source: string): string {
  return origins.find(([prefix]) => source.startsWith(prefix))?.[1] ?? source;
}
