#!/usr/bin/env node
/** The command `alknet-model-export`. */
import { main } from './cli/main.ts';

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => console.log(text),
  error: (text) => console.error(text),
});
