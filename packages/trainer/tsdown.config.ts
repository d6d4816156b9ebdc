import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { index: 'src/index.ts', 'fill-shard-worker': 'src/features/fill-shard-worker.ts' },
  format: 'esm',
  dts: true,
  fixedExtension: false,
  clean: true,
});
