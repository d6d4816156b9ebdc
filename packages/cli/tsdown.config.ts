import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  dts: false,
  fixedExtension: false,
  clean: true,
  // The page that `serve` shows.
  copy: { from: '../playground/dist', rename: 'playground' },
});
