import { defineConfig } from 'tsdown';

export default defineConfig({
  // The second one is what a model thread runs: it must stay a file of its own, beside the first.
  entry: { index: 'src/index.ts', 'model-thread': 'src/model/threads/worker.ts' },
  format: 'esm',
  dts: true,
  fixedExtension: false,
  clean: true,
});
