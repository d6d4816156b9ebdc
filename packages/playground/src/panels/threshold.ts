/** The slider: another threshold, and what it would do to held-out texts. */
import type { HeadInfo, Preset } from '@alknet/firewall-core';
import { make, percent } from '../dom.ts';
import { ratesAt } from '../text/operating-point.ts';

/** The panel; it keeps its threshold when the head changes, unless nobody has moved it. */
export interface ThresholdPanel {
  readonly elements: readonly Element[];
  /** Shows another head's figures and, for a text that was checked, what becomes of it. */
  show(head: HeadInfo, preset: Preset, score: number | undefined): void;
  value(): number;
}

const presets: readonly Preset[] = ['strict', 'balanced', 'permissive'];

/** @param moved told when the threshold changes */
export function thresholdPanel(moved: () => void): ThresholdPanel {
  const slider = make('input', { id: 'slider', type: 'range', min: 0.01, max: 1, step: 0.001 }) as HTMLInputElement;
  const output = make('output', { for: 'slider', id: 'threshold-value' });
  const rates = make('p', { id: 'rates' });
  const outcome = make('p', { id: 'outcome' });
  let head: HeadInfo | undefined;
  let score: number | undefined;
  let isMoved = false;

  const draw = (): void => {
    if (head === undefined) return;
    const threshold = Number(slider.value);
    const words = ratesInWords(head, threshold);
    output.textContent = threshold.toFixed(3);
    slider.setAttribute('aria-valuetext', `${threshold.toFixed(3)}. ${words}`);
    rates.textContent = words;
    outcome.textContent =
      score === undefined
        ? ''
        : `The text above scores ${score.toFixed(3)}: ${score >= threshold ? 'blocked' : 'not blocked'} here.`;
  };
  slider.addEventListener('input', () => {
    isMoved = true;
    draw();
    moved();
  });
  const buttons = presets.map((preset) =>
    make(
      'button',
      {
        type: 'button',
        click: () => {
          if (head === undefined) return;
          isMoved = true;
          slider.value = String(head.presets[preset].block);
          draw();
          moved();
        },
      },
      preset,
    ),
  );
  return {
    elements: [
      make('div', { class: 'row' }, make('label', { for: 'slider' }, 'Block from a score of'), output),
      slider,
      make('div', { class: 'row', role: 'group', 'aria-label': 'Presets' }, ...buttons),
      rates,
      outcome,
    ],
    show(nextHead, preset, nextScore) {
      head = nextHead;
      score = nextScore;
      if (!isMoved) slider.value = String(head.presets[preset].block);
      draw();
    },
    value: () => Number(slider.value),
  };
}

function ratesInWords({ curve, presets: measured }: HeadInfo, threshold: number): string {
  if (curve === undefined || curve.length === 0) {
    const known = presets.map(
      (preset) => `${percent(measured[preset].falsePositiveRate)} at ${measured[preset].block.toFixed(3)}`,
    );
    return `This codebook knows the false positive rate of its presets only: ${known.join(', ')}.`;
  }
  const { falsePositiveRate, recall, beyond } = ratesAt(curve, threshold);
  const least = beyond === 'below' ? 'at least ' : '';
  const most = beyond === 'above' ? 'at most ' : '';
  return `On held-out texts it blocks ${least}${most}${percent(falsePositiveRate)} of the harmless (false positive rate) and ${least}${most}${percent(recall)} of the attacks (recall), of kinds that were left out of training.`;
}
