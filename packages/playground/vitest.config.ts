import { defineConfig } from 'vitest/config';

/** Each test waits for a browser and a model on a machine that may be busy. */
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 60_000 } });
