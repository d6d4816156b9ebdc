#!/usr/bin/env node
/** The command `alknet-firewall`. */

import { run } from './program.ts';

await run(process.argv.slice(2));
