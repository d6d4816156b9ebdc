import { defineConfig } from 'vitest/config';

/** The tests load the real model, on machines that may be busy. */
export default defineConfig({ test: { testTimeout: 60_000 } });
