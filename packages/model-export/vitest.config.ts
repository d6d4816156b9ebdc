import { defineConfig } from 'vitest/config';

/** Real models run in these tests, at times on a machine that is busy with other packages' tests. */
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
