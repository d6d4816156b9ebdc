import { defineConfig } from 'vite';

/** Relative addresses, so that the page also works behind a path. Nothing is inlined: the policy forbids it. */
export default defineConfig({
  root: 'src',
  base: './',
  build: { outDir: '../dist', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: false, target: 'es2022' },
});
