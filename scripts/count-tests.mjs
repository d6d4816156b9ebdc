/** Sums the closing lines of every test run in a log: `count-tests.mjs LOG FAILED_STEPS` prints `N passed, N failed`. */
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const [log, failedSteps] = process.argv.slice(2);
const lines = stripVTControlCharacters(readFileSync(log, 'utf8')).split('\n');
const sum = (pattern) =>
  lines.reduce(
    (total, line) =>
      total + Number(line.match(/(^|\s)(Tests {2}|\d+ passed, \d+ failed)/) ? (line.match(pattern)?.[1] ?? 0) : 0),
    0,
  );
const passed = sum(/(\d+) passed/);
const failed = sum(/(\d+) failed/) || Number(failedSteps);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && Number(failedSteps) === 0 && passed > 0 ? 0 : 1);
