/** `train --add`: reads the user's texts, has them added, and says what became of them. */

import { fileURLToPath } from 'node:url';
import { renderAdded } from '../render/added.ts';
import { stepReporter } from '../render/steps.ts';

/** The flags that `--add` knows. */
export interface AddFlags {
  readonly add: readonly string[];
  readonly config?: string;
  readonly model?: string;
  readonly out: string;
}

/** Writes the codebook with the texts added and prints what changed. */
export async function addToCodebook({ add, config: file, model, out }: AddFlags): Promise<void> {
  const { loadConfig } = await import('@alknet/firewall-core');
  const { addExamples, readSamples } = await import('@alknet/firewall-trainer');
  const { modelDirectory } = await import('@alknet/firewall-smollm2');
  const { config } = await loadConfig({ file, overrides: model === undefined ? {} : { model } });
  const samples = (await Promise.all(add.map((path) => readSamples(path)))).flat();
  const { preset, windows, codebook } = config;
  const added = await addExamples({
    model: config.model ?? fileURLToPath(modelDirectory),
    ...(codebook !== undefined && { codebook }),
    samples,
    out,
    preset,
    windows,
    progress: stepReporter(process.stderr),
  });
  process.stdout.write(renderAdded(added, preset));
  process.stderr.write(`wrote ${out} (${added.name}); name it in firewall.toml as \`codebook\`\n`);
}
