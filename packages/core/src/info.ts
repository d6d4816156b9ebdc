/** What a firewall reads with, as facts that may be shown: the model, the codebook, and what its thresholds are worth. */
import type { Head, HeadName } from './codebook/codebook.ts';
import type { Engine } from './engine.ts';
import type { DetectorModelInfo } from './model/detector-model.ts';

/** How a head's score comes about, and what its thresholds do to held-out texts. */
export type HeadInfo = Pick<Head, 'calibration' | 'presets' | 'curve'>;

/** What a firewall reads with. */
export interface FirewallInfo {
  readonly model: DetectorModelInfo & { readonly name: string };
  readonly codebook: {
    readonly name: string;
    readonly sha256: string;
    readonly prior: number;
    /** sha256 of the graph it was made on; another one than the model's where the manifest proves both equivalent. */
    readonly graphSha256: string;
    readonly heads: Readonly<Record<HeadName, HeadInfo>>;
  };
}

/** The facts of an open engine. */
export function describeEngine({ reader, name }: Engine): FirewallInfo {
  const { name: codebookName, sha256, prior, graphSha256, heads } = reader.codebook;
  return {
    model: { ...reader.model.info, name },
    codebook: {
      name: codebookName,
      sha256,
      prior,
      graphSha256,
      heads: { prompt: headInfo(heads.prompt), data: headInfo(heads.data) },
    },
  };
}

function headInfo({ calibration, presets, curve }: Head): HeadInfo {
  return { calibration, presets, ...(curve && { curve }) };
}
