/** The codebook file: one safetensors file whose metadata says what each tensor is for. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FirewallError } from '../errors.ts';
import { parseJson } from '../json.ts';
import type { Codebook, Head, HeadName, LayerHead } from './codebook.ts';
import { readSafetensors, type SafetensorsFile, type Tensor, writeSafetensors } from './safetensors.ts';

/** Version of the layout below; a reader refuses any other. */
export const codebookFormatVersion = 1;

/** Largest n-gram order a file may ask for; scoring is linear in it. */
const maxNgramOrder = 5;

/** Most layers a head may read; no model of ours has as many. */
const maxLayers = 64;

const probability = z.number().min(0).max(1);
const preset = z.strictObject({ flag: probability, block: probability, falsePositiveRate: probability });
const operatingPoint = z.strictObject({ threshold: probability, falsePositiveRate: probability, recall: probability });
const statistics = z.strictObject({
  precision: z
    .array(z.number())
    .max((maxLayers + 2) ** 2)
    .readonly(),
  texts: z.int().min(1),
});
const layer = z.strictObject({
  layer: z.int().min(0).max(1000),
  labels: z.array(z.string().min(1).max(80)).min(2).max(4096),
  attackPrototypes: z.int().min(1),
  sharpness: z.number().positive(),
  weight: z.number(),
});
const head = z.strictObject({
  layers: z.array(layer).min(1).max(maxLayers),
  ngrams: z.strictObject({
    scale: z.number(),
    order: z.int().min(1).max(maxNgramOrder),
    span: z.int().min(1).max(1024),
  }),
  ngramWeight: z.number(),
  bias: z.number(),
  lengthSlope: z.number().min(0),
  calibration: z.strictObject({ slope: z.number().positive(), intercept: z.number() }),
  presets: z.strictObject({ strict: preset, balanced: preset, permissive: preset }),
  curve: z.array(operatingPoint).max(1000).readonly().exactOptional(),
  statistics: statistics.exactOptional(),
});
const metadata = z.strictObject({
  formatVersion: z.literal(codebookFormatVersion),
  name: z.string().min(1).max(200),
  graphSha256: z.string().regex(/^[0-9a-f]{64}$/),
  width: z.int().min(1).max(65536),
  segments: z.strictObject({ size: z.int().min(1).max(1024), stride: z.int().min(1).max(1024) }),
  prior: z.number().gt(0).lt(1),
  heads: z.strictObject({ prompt: head, data: head }),
});

type HeadMetadata = z.infer<typeof head>;

/**
 * Parses and checks a codebook file.
 *
 * @param where the file's name, for errors
 * @throws FirewallError `codebook-invalid`: damaged, of another version, or not a codebook
 */
export function parseCodebook(bytes: Uint8Array, where: string): Codebook {
  const file = readSafetensors(bytes, where);
  const invalid = (message: string): FirewallError =>
    new FirewallError('codebook-invalid', {
      message,
      where,
      hint: 'Fetch the codebook again, or train a new one with `alknet-firewall train`.',
    });
  if (file.metadata.tensorsSha256 !== tensorsSha256(file)) throw invalid('The tensors do not match their checksum');
  const parsed = metadata.safeParse(parseJson(file.metadata.codebook ?? ''));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`Not a codebook of version ${codebookFormatVersion}: ${issue?.path.join('.')} ${issue?.message}`);
  }
  const { heads, formatVersion: _, ...facts } = parsed.data;
  const tensor = (name: string, type: Tensor['type'], ...shape: number[]): Tensor['data'] => {
    const found = file.tensors.get(name);
    if (found?.type !== type || shape.some((size, axis) => size !== found.shape[axis])) {
      throw invalid(`Tensor ${name} is missing or has another shape than ${type} [${shape.join(', ')}]`);
    }
    if (type === 'F32' && !found.data.every(Number.isFinite))
      throw invalid(`Tensor ${name} holds a value that is not finite`);
    return found.data;
  };
  const readHead = (name: HeadName, meta: HeadMetadata): Head => {
    const table = file.tensors.get(`${name}.ngrams`)?.data.length ?? 0;
    if (table === 0 || (table & (table - 1)) !== 0)
      throw invalid(`Tensor ${name}.ngrams has no power of two as length`);
    if (meta.statistics && meta.statistics.precision.length !== (meta.layers.length + 2) ** 2)
      throw invalid(`The statistics of head ${name} fit another number of layers`);
    const layers = meta.layers.map((entry): LayerHead => {
      const at = `${name}.${entry.layer}`;
      const dimensions = file.tensors.get(`${at}.offset`)?.data.length ?? 0;
      if (dimensions === 0) throw invalid(`Tensor ${at}.offset is missing or empty`);
      if (entry.attackPrototypes >= entry.labels.length) throw invalid(`Layer ${at} has no harmless prototype`);
      return {
        ...entry,
        projection: tensor(`${at}.projection`, 'F32', dimensions, facts.width) as Float32Array,
        offset: tensor(`${at}.offset`, 'F32', dimensions) as Float32Array,
        prototypes: tensor(`${at}.prototypes`, 'F32', entry.labels.length, dimensions) as Float32Array,
      };
    });
    return { ...meta, layers, ngrams: { ...meta.ngrams, table: tensor(`${name}.ngrams`, 'I8', table) as Int8Array } };
  };
  return {
    ...facts,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    heads: { prompt: readHead('prompt', heads.prompt), data: readHead('data', heads.data) },
  };
}

/** Writes a codebook file; the same codebook gives the same bytes. */
export function serialiseCodebook(codebook: Omit<Codebook, 'sha256'>): Uint8Array {
  const tensors = new Map<string, Tensor>();
  const describe = (name: HeadName, { layers, ngrams, ...rest }: Head): HeadMetadata => {
    tensors.set(`${name}.ngrams`, { type: 'I8', shape: [ngrams.table.length], data: ngrams.table });
    return {
      ...rest,
      ngrams: { scale: ngrams.scale, order: ngrams.order, span: ngrams.span },
      layers: layers.map(({ projection, offset, prototypes, labels, ...entry }) => {
        const at = `${name}.${entry.layer}`;
        const dimensions = offset.length;
        tensors.set(`${at}.projection`, { type: 'F32', shape: [dimensions, codebook.width], data: projection });
        tensors.set(`${at}.offset`, { type: 'F32', shape: [dimensions], data: offset });
        tensors.set(`${at}.prototypes`, { type: 'F32', shape: [labels.length, dimensions], data: prototypes });
        return { ...entry, labels: [...labels] };
      }),
    };
  };
  const { name, graphSha256, width, segments, prior } = codebook;
  const heads = { prompt: describe('prompt', codebook.heads.prompt), data: describe('data', codebook.heads.data) };
  const json = JSON.stringify({
    formatVersion: codebookFormatVersion,
    name,
    graphSha256,
    width,
    segments,
    prior,
    heads,
  });
  const file = { metadata: { codebook: json }, tensors };
  return writeSafetensors({ tensors, metadata: { codebook: json, tensorsSha256: tensorsSha256(file) } });
}

/** Checksum over everything that scores a text: names, values and the settings beside them. */
function tensorsSha256({ tensors, metadata }: SafetensorsFile): string {
  const hash = createHash('sha256').update(metadata.codebook ?? '');
  for (const name of [...tensors.keys()].sort()) {
    const { data } = tensors.get(name) as Tensor;
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
