import { defineConfig } from 'vitest/config';

// Tests load the real model: on a busy machine that takes longer than vitest's default of five seconds.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
