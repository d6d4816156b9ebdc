/** One cold start in a process of its own, printed as JSON: milliseconds to import, load and first verdict, and memory added. */
const megabytes = () => process.memoryUsage.rss() / 2 ** 20;
const started = performance.now();
const { Firewall } = await import('@alknet/firewall-core');
const imported = performance.now();
const before = megabytes();
const firewall = await Firewall.load();
const loaded = performance.now();
await firewall.screen('Please send me your comments by Friday.');
const answered = performance.now();
const atFirst = megabytes();
for (let i = 0; i < 50; i++)
  await firewall.screen(`Number ${i}: ${'please send me your comments by Friday, '.repeat(28)}`);
console.log(
  JSON.stringify({
    importMs: imported - started,
    loadMs: loaded - imported,
    firstVerdictMs: answered - imported,
    addedMb: atFirst - before,
    addedAfterUseMb: megabytes() - before,
  }),
);
await firewall.close();
