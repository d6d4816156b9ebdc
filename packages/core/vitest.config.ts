import { defineConfig, type Plugin } from 'vitest/config';

/** Node starts a thread on JavaScript only: tests of the sources use the built one. */
const builtModelThread: Plugin = {
  name: 'built-model-thread',
  transform: (code, id) =>
    id.endsWith('/model/threads/thread.ts') ? code.replace('./model-thread.js', '../../../dist/model-thread.js') : null,
};

// Tests load the real model: on a busy machine that takes longer than vitest's default of five seconds.
export default defineConfig({ plugins: [builtModelThread], test: { testTimeout: 60_000, hookTimeout: 60_000 } });
