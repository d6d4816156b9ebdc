import { defineConfig } from 'vitest/config';

/** The real model runs in these tests, at times on a machine that is busy with other packages' tests. */
export default defineConfig({ test: { testTimeout: 60_000 } });
