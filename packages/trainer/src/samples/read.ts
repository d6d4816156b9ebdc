/** Reads labelled texts from JSON lines files, and says where a line is wrong. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { TrainerError } from '../errors.ts';
import { familyOf, headsOf, type Sample } from './sample.ts';

const row = z.looseObject({
  id: z.string().optional(),
  text: z.string().min(1),
  label: z.union([z.literal(0), z.literal(1)]),
  source: z.string().optional(),
  category: z.string().optional(),
  kind: z.string().min(1).max(60).optional(),
  role: z.enum(['user', 'data']).optional(),
  span: z.string().optional(),
  lang: z.string().optional(),
});

/**
 * Reads one file of rows `{ text, label, id?, source?, category?, kind?, role?, span?, lang? }`. `role` says which head learns from
 * the row; `span` is the part of the text that is the attack, `lang` its language as a BCP 47 tag. Without `source`, the file's name is the source.
 * `kind` is what verdicts call such a text, in place of the category's name.
 *
 * @throws TrainerError `data-invalid`, naming file, line and field
 */
export async function readSamples(file: string): Promise<Sample[]> {
  const name = basename(file, '.jsonl');
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [parseRow(line, name, `${file}:${index + 1}`, index + 1)],
  );
}

/** Reads every `.jsonl` file of a folder, by name. */
export async function readFolder(folder: string): Promise<Sample[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  return (await Promise.all(names.map((name) => readSamples(join(folder, name))))).flat();
}

function parseRow(line: string, file: string, where: string, number: number): Sample {
  const parsed = row.safeParse(parseJson(line));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new TrainerError('data-invalid', {
      message: `Not a labelled text: ${issue?.path.join('.') || 'the line'}: ${issue?.message}`,
      where,
      hint: 'Each line is a JSON object with `text` (string) and `label` (0 or 1).',
    });
  }
  const { text, label, role, span, lang, source = file, category = label === 1 ? 'attack' : 'benign' } = parsed.data;
  const start = span === undefined ? -1 : text.indexOf(span);
  return {
    id: parsed.data.id ?? `${file}-${number}`,
    text,
    label,
    source,
    category: parsed.data.kind ?? category,
    heads: role === undefined ? headsOf(source, category, label) : headsOfRole(role, label),
    family: familyOf(source),
    ...(lang !== undefined && { lang }),
    ...(span !== undefined && start >= 0 ? { span: [start, start + span.length] as const } : {}),
  };
}

/** An attack on a user's turn is one inside data too; harmless data may be pasted by a user. The reverses do not hold. */
function headsOfRole(role: 'user' | 'data', label: 0 | 1): Sample['heads'] {
  if (role === 'user') return label === 1 ? ['prompt', 'data'] : ['prompt'];
  return label === 1 ? ['data'] : ['prompt', 'data'];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
