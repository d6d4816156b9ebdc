/**
 * The default detector model of alknet-firewall: SmolLM2-135M's first eight layers as an activation graph, its
 * tokenizer, and the codebook that was trained on its activations.
 *
 * @module
 */

/**
 * Folder of the model: `manifest.json`, `model.onnx`, `tokenizer.json`, `codebook.safetensors`, `LICENSE`.
 *
 * @example
 * ```ts
 * import { readdirSync } from 'node:fs';
 * import { modelDirectory } from '@alknet/firewall-smollm2';
 *
 * console.log(readdirSync(modelDirectory));
 * ```
 */
export const modelDirectory: URL = new URL('../data/', import.meta.url);
