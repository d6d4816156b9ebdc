/** The page, from verdicts that are written down; the real model's page is read in `evaluate.test.ts` of the command. */
import { describe, expect, it } from 'vitest';
import type { Judged } from '../measure/judged.ts';
import { languageGroup } from '../measure/language.ts';
import { latencyByLength } from '../measure/latency.ts';
import { auc, type Scored } from '../measure/metrics.ts';
import { worstMistakes } from '../measure/mistakes.ts';
import { rocCurve } from '../measure/roc.ts';
import { seeded } from '../random.ts';
import { chartRenderer } from './chart-renderer.ts';
import { htmlReport } from './html-report.ts';
import { html } from './markup.ts';

const hostile = `</pre><script>alert("x")</script>'"&`;

function judge(index: number, label: 0 | 1, score: number, text = hostile): Judged {
  const decision = score >= 0.5 ? 'block' : score >= 0.3 ? 'flag' : 'allow';
  return {
    sample: { id: `row-${index}`, text, label, source: `set<${label}>`, category: 'a&b', heads: [], family: 'f' },
    head: 'prompt',
    verdict: {
      decision,
      score,
      status: 'ok',
      thresholds: { flag: 0.3, block: 0.5 },
      evidence: decision === 'allow' ? [] : [{ span: [2, 9], view: 'raw', score, kind: 'override', layers: [] }],
      read: { characters: text.length, tokens: 2 ** (index % 9), windows: 1 },
      timing: { total: index + 1, text: 0, model: 1 },
    },
  };
}

const random = seeded(5);
const judged = Array.from({ length: 200 }, (_, i) =>
  judge(i, i % 2 === 0 ? 1 : 0, i % 2 === 0 ? random() ** 0.5 : random() ** 2),
);

describe('rocCurve', () => {
  it('runs from nothing to everything, and the area under it is the AUC, ties included', () => {
    const scored = judged.map(
      ({ sample, verdict }): Scored => ({ label: sample.label, score: Math.round(verdict.score * 20) / 20 }),
    );
    const curve = rocCurve(scored);
    expect(curve[0]).toMatchObject({ falsePositiveRate: 0, recall: 0 });
    expect(curve.at(-1)).toMatchObject({ falsePositiveRate: 1, recall: 1 });
    const area = curve.slice(1).reduce((sum, { falsePositiveRate, recall }, i) => {
      const before = curve[i] as (typeof curve)[number];
      return sum + ((falsePositiveRate - before.falsePositiveRate) * (recall + before.recall)) / 2;
    }, 0);
    expect(area).toBeCloseTo(auc(scored), 12);
  });
});

describe('worstMistakes', () => {
  it('lists at most 50 of each kind, the worst first, without their texts', () => {
    const { misses, falseAlarms } = worstMistakes('prompt', [
      ...judged,
      ...Array.from({ length: 60 }, (_, i) => judge(200 + i, 1, i / 1000)),
    ]);
    expect(misses).toHaveLength(50);
    expect(misses.map(({ score }) => score)).toEqual(misses.map(({ score }) => score).sort((a, b) => a - b));
    expect(misses[0]).toMatchObject({ id: 'row-200', score: 0, decision: 'allow' });
    const flags = falseAlarms.map(({ decision }) => decision);
    expect(flags).toEqual([...flags].sort());
    expect(flags).not.toContain('allow');
    expect(falseAlarms[0]).toMatchObject({ span: [2, 9], view: 'raw' });
    expect(JSON.stringify([misses, falseAlarms])).not.toContain('script');
  });
});

describe('latencyByLength', () => {
  it('counts every text once, in buckets that double', () => {
    const buckets = latencyByLength(judged);
    expect(buckets.map(({ mostTokens }) => mostTokens)).toEqual([16, 32, 64, 128, 256]);
    expect(buckets.reduce((sum, { texts }) => sum + texts, 0)).toBe(200);
    const longest = judged.filter(({ verdict }) => verdict.read.tokens === 256).map(({ verdict }) => verdict.timing);
    expect(buckets[4]?.p95).toBe(Math.max(...longest.map(({ total }) => total)) - 9);
  });
});

describe('languageGroup', () => {
  it.each([
    ['Good morning', undefined, 'Latin, language not given'],
    ['Good morning', 'en', 'English'],
    ['Guten Morgen', 'de', 'Latin, not English'],
    ['Доброе утро, John', 'ru', 'Cyrillic'],
    ['おはよう, 早安', undefined, 'Chinese, Japanese, Korean'],
    ['สวัสดี', 'th', 'other scripts'],
    ['12 + 3', 'en', 'no letters'],
  ])('puts %s (%s) into %s', (text, lang, group) => {
    expect(languageGroup({ text, ...(lang !== undefined && { lang }) })).toBe(group);
  });
});

describe('htmlReport', () => {
  it('escapes all data, and shows texts only when asked to', async () => {
    const render = await chartRenderer();
    const facts = [['data', hostile]] as const;
    const silent = await htmlReport(judged, render, { facts: [['data', 'set']] });
    expect(silent).not.toMatch(/alert|<script/);
    expect(silent).toContain('set&lt;1&gt;');
    const shown = await htmlReport(judged, render, { facts, showText: true });
    expect(shown).not.toContain('<script');
    expect(shown).toContain(html`<dd>${hostile}</dd>`.markup);
    expect(shown).toContain(html`${hostile}</pre>`.markup);
    expect(shown.match(/<svg role="img" aria-label="[^"<]+"/g)).toHaveLength(5);
    expect(shown).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('can be made of attacks alone', async () => {
    const page = await htmlReport(
      judged.filter(({ sample }) => sample.label === 1),
      await chartRenderer(),
      { facts: [] },
    );
    expect(page.match(/<svg role="img"/g)).toHaveLength(3);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});
