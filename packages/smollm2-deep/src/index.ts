/**
 * The deep detector model of alknet-firewall: SmolLM2-135M's first sixteen layers as an activation graph that returns
 * layers 4, 8, 12 and 16, its tokenizer, and the codebook that was trained on its activations. Twice the work of the default.
 *
 * @module
 */

/**
 * Folder of the model: `manifest.json`, `model.onnx`, `tokenizer.json`, `codebook.safetensors`, `LICENSE`.
 *
 * @example
 * ```ts
 * import { Firewall } from '@alknet/firewall-core';
 * import { modelDirectory } from '@alknet/firewall-smollm2-deep';
 *
 * const firewall = await Firewall.load({ model: modelDirectory });
 * console.log((await firewall.screen('What is the capital of France?')).decision);
 * await firewall.close();
 * ```
 */
export const modelDirectory: URL = new URL('../data/', import.meta.url);
