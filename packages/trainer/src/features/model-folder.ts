/** Opens what training reads texts with: the tokenizer and the graph of a model folder. */
import { join } from 'node:path';
import {
  createTokenizer,
  type DetectorModel,
  type Manifest,
  openOnnxModel,
  readModelFile,
  type Tokenizer,
} from '@alknet/firewall-core';

/** @throws FirewallError when the file is missing, damaged or no tokenizer */
export async function openTokenizer(folder: string, manifest: Manifest): Promise<Tokenizer> {
  const bytes = await readModelFile(folder, manifest, 'tokenizer.json');
  return createTokenizer(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

/**
 * The graph on one thread: as many processes as cores are faster than more threads.
 *
 * @throws FirewallError when the file is missing or damaged, or the graph is not usable
 */
export async function openGraph(folder: string, manifest: Manifest): Promise<DetectorModel> {
  const name = 'model.onnx';
  const graph = await readModelFile(folder, manifest, name);
  const { layers, width, maxTokens } = manifest;
  const graphSha256 = manifest.files[name]?.sha256 as string;
  return openOnnxModel({ graph, graphSha256, where: join(folder, name), layers, width, maxTokens, threads: 1 });
}
