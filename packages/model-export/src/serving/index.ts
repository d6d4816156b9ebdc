/**
 * Files for inference servers: a Triton model repository, a KServe service.
 *
 * @module
 */
export { type KServeOptions, kserveService } from './kserve-service.ts';
export { examineGraph, type ServedGraph } from './served-graph.ts';
export { kserveCommand, SERVING_HELP, tritonCommand } from './serving-commands.ts';
export type { TritonBackend } from './triton-config.ts';
export { type TritonOptions, writeTritonRepository } from './triton-repository.ts';
