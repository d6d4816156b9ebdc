import { defineConfig } from 'vitest/config';

/** The tests of `main.test.ts` start the built command, which loads the model each time. */
export default defineConfig({ test: { testTimeout: 60_000 } });
