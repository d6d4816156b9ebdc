import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/features/fill-shard-worker.ts'],
  format: 'esm',
  dts: true,
  fixedExtension: false,
  clean: true,
  outputOptions: { entryFileNames: '[name].js' },
});
