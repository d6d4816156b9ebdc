import { defineConfig } from 'vitest/config';

// Servers start, and load a model, within a test; they share the machine's cores, so one file after the other.
export default defineConfig({ test: { include: ['*.test.mjs'], testTimeout: 120_000, hookTimeout: 180_000 } });
