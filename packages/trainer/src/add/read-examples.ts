/** Has the model read the texts, every view of each, as `screen()` does, and keeps what the heads see of them. */
import {
  type Codebook,
  type DetectorModel,
  type Head,
  type HeadName,
  projectSegment,
  segments,
  type Tokenizer,
  tokenize,
  views,
  windows,
} from '@alknet/firewall-core';
import { labelRows } from '../features/features.ts';
import { type Row, rowsOf } from '../features/layout.ts';
import { readWindow } from '../features/read-window.ts';
import { kindOf } from '../fit/kinds.ts';
import type { Sample } from '../samples/sample.ts';
import type { Example, Part } from './example.ts';

/** What texts are read with. */
export interface ExampleReader {
  readonly model: DetectorModel;
  readonly tokenizer: Tokenizer;
  readonly sinkToken: number;
  readonly codebook: Codebook;
  readonly windows: { readonly size: number; readonly stride: number };
}

/** Examples by the head that learns from them. */
export type Examples = Readonly<Record<HeadName, Example[]>>;

/** Reads the samples in order; each head gets those that name it. */
export async function readExamples(
  reader: ExampleReader,
  samples: readonly Sample[],
  progress: (done: number) => void,
): Promise<Examples> {
  const found: Examples = { prompt: [], data: [] };
  for (const [index, sample] of samples.entries()) {
    const parts: Record<HeadName, Part[]> = { prompt: [], data: [] };
    for (const view of views(sample.text)) {
      const raw = view.name === 'raw';
      await readPart(reader, raw ? sample : { ...withoutSpan(sample), text: view.text }, parts);
    }
    const { id, label, category } = sample;
    for (const head of sample.heads) {
      found[head].push({ id, label, kind: kindOf(category, label).slice(0, longestKind), parts: parts[head] });
    }
    progress((index + 1) / samples.length);
  }
  return found;
}

/** The codebook's format allows a label no more characters. */
const longestKind = 80;

async function readPart(
  { model, tokenizer, sinkToken, codebook, windows: options }: ExampleReader,
  sample: Sample,
  parts: Record<HeadName, Part[]>,
): Promise<void> {
  const { ids, offsets } = await tokenize(tokenizer, sample.text);
  if (ids.length === 0) return;
  const blocks = windows(ids.length, options).map(({ start, end }) => ({
    start,
    end,
    ranges: segments(end - start, codebook.segments),
  }));
  const rows: Float32Array[] = [];
  for (const block of blocks) rows.push(...(await readWindow(model, sinkToken, ids, block, block.ranges)));
  const ranges: readonly Row[] = rowsOf(blocks);
  const rowLabels = labelRows(sample, ranges, offsets);
  for (const name of sample.heads) {
    const units = unitsOf(codebook.heads[name], rows, model.info.width);
    parts[name].push({ ids, ranges, units, rowLabels });
  }
}

/** A matrix a layer: the rows' directions in its space. */
function unitsOf({ layers }: Head, rows: readonly Float32Array[], width: number): Float64Array[] {
  return layers.map((layer, index) => {
    const dimensions = layer.offset.length;
    const matrix = new Float64Array(rows.length * dimensions);
    rows.forEach((row, at) => {
      matrix.set(projectSegment(layer, row.subarray(index * width, (index + 1) * width), 0), at * dimensions);
    });
    return matrix;
  });
}

function withoutSpan({ span: _, ...sample }: Sample): Sample {
  return sample;
}
