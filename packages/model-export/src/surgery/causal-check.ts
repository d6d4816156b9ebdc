/** Runs a tapped graph twice to prove that no token's values depend on a later token. */
import type { InferenceSession } from 'onnxruntime-node';
import { ModelExportError } from '../errors.ts';
import { unsupported } from './refusal.ts';

/** Tokens of the probe; enough for every row to have neighbours on both sides. */
const TOKENS = 9;

/** How a tapped graph behaved. */
export interface CausalReport {
  readonly width: number;
  /** Largest relative L2 distance that an earlier row moved when the last token changed; 0 in a causal graph. */
  readonly largestMove: number;
}

/** What to probe. */
export interface CausalProbe {
  readonly layers: readonly number[];
  /** Ids are taken below this; small ones where it is unknown. */
  readonly vocabulary: number | undefined;
  readonly pooling: boolean;
  /** The relative L2 distance that a row may move: 0 unless the graph quantises dynamically. */
  readonly tolerance: number;
}

/**
 * Changes the last token of a short text and compares every earlier row, bit for bit where the tolerance is 0.
 *
 * @param bytes the graph of `tap`, constants included
 * @throws ModelExportError `unsupported` when ONNX Runtime cannot run the graph, `verification-failed` when an earlier row
 * moved (no causal mask), when the last row did not, or when a value is not finite
 */
export async function checkCausal(bytes: Uint8Array, probe: CausalProbe): Promise<CausalReport> {
  const session = await open(bytes);
  try {
    const vocabulary = probe.vocabulary ?? 32;
    const ids = probeIds(vocabulary);
    const other = ((ids.at(-1) as number) + Math.ceil(vocabulary / 2)) % vocabulary;
    const before = await runGraph(session, ids, probe);
    const after = await runGraph(session, ids.with(-1, other), probe);
    let largestMove = 0;
    for (const [at, layer] of probe.layers.entries()) {
      largestMove = Math.max(
        largestMove,
        compareRows(before[at] as Float32Array, after[at] as Float32Array, layer, probe.tolerance),
      );
    }
    return { width: (before[0] as Float32Array).length / TOKENS, largestMove };
  } finally {
    await session.release();
  }
}

/**
 * Runs a pooling graph once on `tokens` tokens: tables of positions and of the rotary embedding may be shorter.
 *
 * @throws ModelExportError `bad-argument` where the graph fails at that length
 */
export async function assertReadsTokens(bytes: Uint8Array, tokens: number, id: number): Promise<void> {
  const { Tensor } = await import('onnxruntime-node');
  const session = await open(bytes);
  try {
    await session.run({
      input_ids: new Tensor('int64', new BigInt64Array(tokens).fill(BigInt(id)), [1, tokens]),
      attention_mask: new Tensor('int64', new BigInt64Array(tokens).fill(1n), [1, tokens]),
      pooling: new Tensor('float32', new Float32Array(tokens).fill(1 / tokens), [1, tokens]),
    });
  } catch (cause) {
    const what = `The graph cannot read ${tokens} tokens at once`;
    const todo = "Name a length up to the model's number of positions.";
    throw new ModelExportError({ code: 'bad-argument', what, where: 'maxTokens', todo, cause });
  } finally {
    await session.release();
  }
}

async function open(bytes: Uint8Array): Promise<InferenceSession> {
  const { InferenceSession } = await import('onnxruntime-node');
  try {
    return await InferenceSession.create(bytes, { logSeverityLevel: 4 });
  } catch (cause) {
    throw refusedByRuntime(cause);
  }
}

/** Ids from all over the vocabulary. */
function probeIds(vocabulary: number): number[] {
  const step = Math.max(1, Math.floor(vocabulary / (TOKENS + 1)));
  return Array.from({ length: TOKENS }, (_, at) => ((at + 1) * step) % vocabulary);
}

/** For each layer [tokens, width]. */
async function runGraph(
  session: InferenceSession,
  ids: readonly number[],
  probe: CausalProbe,
): Promise<Float32Array[]> {
  const { Tensor } = await import('onnxruntime-node');
  const shape = [1, TOKENS];
  const identity = new Float32Array(TOKENS * TOKENS);
  for (let token = 0; token < TOKENS; token++) identity[token * TOKENS + token] = 1;
  const feeds = {
    input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(TOKENS).fill(1n), shape),
    ...(probe.pooling ? { pooling: new Tensor('float32', identity, [TOKENS, TOKENS]) } : {}),
  };
  const results = await session.run(feeds).catch((cause: unknown) => {
    throw refusedByRuntime(cause);
  });
  return probe.layers.map((layer) => results[`hidden_${layer}`]?.data as Float32Array);
}

/** The largest move of the rows before the last. */
function compareRows(before: Float32Array, after: Float32Array, layer: number, tolerance: number): number {
  const width = before.length / TOKENS;
  const row = (values: Float32Array, token: number): Float32Array =>
    values.subarray(token * width, (token + 1) * width);
  if (!before.every(Number.isFinite)) throw failed(`Layer ${layer} holds values that are not finite`, layer);
  let largest = 0;
  for (let token = 0; token < TOKENS - 1; token++) {
    const move = relativeDistance(row(after, token), row(before, token));
    if (!(move <= tolerance)) {
      throw failed(
        `Changing the last token moved token ${token} by ${move.toExponential(1)}: the graph has no causal mask`,
        layer,
      );
    }
    largest = Math.max(largest, move);
  }
  if (relativeDistance(row(after, TOKENS - 1), row(before, TOKENS - 1)) > 0) return largest;
  throw failed('Changing the last token changed nothing', layer);
}

function relativeDistance(a: Float32Array, b: Float32Array): number {
  let [distance, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    distance += ((a[i] as number) - (b[i] as number)) ** 2;
    size += (b[i] as number) ** 2;
  }
  return distance === 0 ? 0 : Math.sqrt(distance / size);
}

function failed(what: string, layer: number): ModelExportError {
  const todo =
    'Export the decoder without a past (decoder_model.onnx), or merged; a step decoder sees one token at a time.';
  return new ModelExportError({ code: 'verification-failed', what, where: `hidden_${layer}`, todo });
}

function refusedByRuntime(cause: unknown): ModelExportError {
  const reason = String((cause as Error).message).slice(0, 300);
  return unsupported(
    `ONNX Runtime cannot run the tapped graph: ${reason}`,
    'the tapped graph',
    'Check that the export itself runs, then report it.',
  );
}
