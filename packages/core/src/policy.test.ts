import { describe, expect, it } from 'vitest';
import { decide } from './policy.ts';

const thresholds = { flag: 0.3, block: 0.6 };
const reading = { score: 0.1, hiddenText: false, specialTokens: false };

describe('decide', () => {
  it.each([
    ['allows what is under both thresholds', reading, 'screened', 'allow', 'clean'],
    ['flags at the flag threshold', { ...reading, score: 0.3 }, 'screened', 'flag', 'suspicious'],
    ['blocks at the block threshold', { ...reading, score: 0.6 }, 'screened', 'block', 'attack'],
    ['only flags a role that is never blocked', { ...reading, score: 0.9 }, 'flag-only', 'flag', 'attack'],
    ['flags hidden text whatever it says', { ...reading, hiddenText: true }, 'screened', 'flag', 'hidden-text'],
    [
      'flags control tokens whatever they say',
      { ...reading, specialTokens: true },
      'screened',
      'flag',
      'special-token',
    ],
    [
      'blocks hidden text that scores as an attack',
      { ...reading, score: 0.7, hiddenText: true },
      'screened',
      'block',
      'attack',
    ],
  ] as const)('%s', (_, input, policy, decision, reason) => {
    expect(decide(input, thresholds, policy)).toEqual({ decision, reason });
  });
});
