/** From verdicts to the replies that NeMo Guardrails reads, in each of the forms it knows. */
import type { Verdict } from '@alknet/firewall-core';

type Answer = Pick<Verdict, 'decision' | 'status' | 'reason' | 'score'> & { readonly unscreened: readonly string[] };
type Reply = (answers: readonly Answer[]) => object;

/** NeMo's default threshold: at it, NeMo blocks exactly what the firewall blocks, whatever the score was. */
const line = 0.5;
const place = (over: boolean, score: number): number => (over ? Math.max(score, line) : Math.min(score, line - 0.001));

/** Whoever blocks `SUSPICIOUS` blocks what is flagged too. `FAILED` tells a breakage from an attack in NeMo's log. */
function labels({ decision, status, score }: Answer): { INJECTION: number; SAFE: number; [label: string]: number } {
  const INJECTION = place(decision === 'block', score);
  const FAILED = decision === 'block' && status === 'failed' ? 1 : 0;
  return { INJECTION, SUSPICIOUS: place(decision !== 'allow', score), FAILED, SAFE: 1 - INJECTION };
}

const entries = (answer: Answer): [label: string, risk: number][] => Object.entries(labels(answer));
const alknet: Reply = (answers) => answers.map(({ status, reason, unscreened }) => ({ status, reason, unscreened }));
export const kserve: Reply = (answers) => ({ predictions: answers.map(labels), alknet: alknet(answers) });

/** vLLM reads `data`, NIM `jailbreak` (its score runs from -1 to 1): both ask `/classify`, so both are answered. */
export const classify: Reply = (answers) => ({
  jailbreak: answers.some(({ decision }) => decision === 'block'),
  score: 2 * Math.max(...answers.map((answer) => labels(answer).INJECTION)) - 1,
  data: answers.flatMap(entries).map(([label, risk]) => ({ label, probs: [risk] })),
  alknet: alknet(answers),
});

/** FMS guardrails-detectors: a list of what was found in each text. */
export const fms: Reply = (answers) =>
  answers.map((answer) => {
    const found = entries(answer).filter(([label, risk]) => label !== 'SAFE' && risk >= line);
    return found.map(([detection_type, score]) => ({ detection_type, score }));
  });
