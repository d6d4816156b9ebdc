/** A verdict for people: the decision, the marked text, what each layer says, and how long it took. */

import type { Decision, Evidence, LayerEvidence, Reason, Verdict } from '@alknet/firewall-core';
import { renderExcerpt } from './excerpt.ts';
import { printableLine } from './printable.ts';
import type { Style } from './style.ts';

const colours = { allow: 'green', flag: 'yellow', block: 'red' } as const satisfies Record<Decision, string>;

const reasons: Readonly<Record<Reason, string>> = {
  clean: 'nothing suspicious',
  trusted: 'not read: this role is trusted',
  suspicious: 'suspicious: over the flag threshold',
  attack: 'attack: over the block threshold',
  'hidden-text': 'hidden text: it holds words that a person does not see',
  'special-token': "special token: it holds a control token of a model's chat format",
  'too-long': 'too long: over a limit, not scored',
  timeout: 'failed: the time was up',
  aborted: 'failed: aborted',
  'queue-full': 'failed: too many texts were waiting',
  error: 'failed: an error',
};

const scoreBar = 40;
/** Half the width of a layer's bar: attack to the right, harmless to the left. */
const layerBar = 12;

/** Ends with a line feed. */
export function renderVerdict(verdict: Verdict, text: string, style: Style): string {
  const blocks = [
    headline(verdict, style),
    verdict.decision === 'allow' ? '' : indent(excerpt(verdict, text, style)),
    ...verdict.evidence.map((evidence, index) => indent(place(evidence, index === 0, style))),
    indent(
      verdict.unscreened.map(({ where, type }) => `not screened: ${printableLine(`${where} (${type})`)}`).join('\n'),
    ),
    indent(style.paint('dim', footer(verdict))),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function headline({ decision, reason, kind, score, thresholds }: Verdict, { paint }: Style): string {
  const { flag, block } = thresholds;
  const what = kind === 'none' ? '' : ` (${printableLine(kind)})`;
  const bar = Array.from({ length: scoreBar }, (_, i) => {
    if (i === column(flag) || i === column(block)) return '|';
    return i < Math.round(score * scoreBar) ? '█' : '·';
  }).join('');
  return [
    `${paint([colours[decision], 'bold'], decision.toUpperCase())}  ${reasons[reason]}${what}`,
    `  score ${score.toFixed(3)} ${paint(colours[decision], bar)} flag from ${flag.toFixed(3)}, block from ${block.toFixed(3)}`,
  ].join('\n');
}

const column = (threshold: number): number => Math.min(scoreBar - 1, Math.round(threshold * scoreBar));

function excerpt({ evidence }: Verdict, text: string, style: Style): string {
  return renderExcerpt(
    text,
    evidence.map(({ span }) => span),
    style,
  );
}

function place({ span, view, score, kind, layers }: Evidence, strongest: boolean, style: Style): string {
  const where = `characters ${span[0]}-${span[1]}${view === 'raw' ? '' : `, seen as ${printableLine(view)}`}`;
  const title = `${score.toFixed(3)} ${printableLine(kind)} (${where})`;
  if (!strongest) return title;
  const longest = Math.max(1, ...layers.map(({ logit }) => Math.abs(logit)));
  return [title, ...layers.map((layer) => layerLine(layer, longest, style))].join('\n');
}

function layerLine({ layer, logit, prototype }: LayerEvidence, longest: number, { paint }: Style): string {
  const length = Math.round((Math.abs(logit) / longest) * layerBar);
  const harmless = (logit < 0 ? '█'.repeat(length) : '').padStart(layerBar);
  const attack = (logit > 0 ? '█'.repeat(length) : '').padEnd(layerBar);
  const name = layer === 0 ? 'n-grams' : `layer ${layer}`;
  const value = `${logit < 0 ? '-' : '+'}${Math.abs(logit).toFixed(2)}`.padStart(6);
  const label = prototype === undefined ? '' : `  ${printableLine(prototype)}`;
  return `  ${name.padEnd(8)} ${paint('green', harmless)}│${paint('red', attack)} ${value}${label}`;
}

function footer({ role, read, timing, cached }: Verdict): string {
  const amount = `${read.characters} characters, ${read.tokens} tokens, ${read.windows} ${read.windows === 1 ? 'window' : 'windows'}`;
  return `${milliseconds(timing.total)} (model ${milliseconds(timing.model)}, text ${milliseconds(timing.text)}); ${amount}; role ${role}${cached ? '; known from before' : ''}`;
}

/** `8.3 ms`, `120 ms` */
export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
