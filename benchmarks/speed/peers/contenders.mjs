/** Who runs: each contender reads one text of so many tokens. */
import { join } from 'node:path';
import { Firewall } from '@alknet/firewall-core';
import { activationFeeds, classifierFeeds, graphFile, openSession } from '../runtime.mjs';
import { prepareGraphs, prepareGuards } from './prepare.mjs';

const shapes = [
  ['prompt-guard-2-86m', 'Prompt Guard 2 86M'],
  ['prompt-guard-2-22m', 'Prompt Guard 2 22M'],
  ['piguard', 'PIGuard'],
];

/** Name of the contender that the others are compared with. */
export const us = 'alknet-firewall, screen()';

/**
 * All contenders, open. Ours is the whole `screen()`, with views, tokenising, windows and scoring; the peers are their graph
 * alone, their tokenisers not counted.
 *
 * @returns name, `read(text, tokens)`, and `close()`
 */
export async function openContenders() {
  const { folder, float, blocks } = prepareGraphs();
  const firewall = await Firewall.load({ cache: { entries: 0 } });
  const contenders = [{ name: us, read: (text) => firewall.screen(text), close: () => firewall.close() }];
  contenders.push(await graphContender('our graph, int8', graphFile, activationFeeds));
  contenders.push(await graphContender('our graph, float32', float, activationFeeds));
  contenders.push(await graphContender('our graph, MatMulNBits 8 bits', blocks, activationFeeds));
  for (const [file, title] of shapes) {
    for (const [suffix, kind] of [
      ['fp32', 'float32'],
      ['int8', 'int8'],
    ]) {
      contenders.push(
        await graphContender(`${title}, ${kind}`, join(folder, `${file}.${suffix}.onnx`), classifierFeeds),
      );
    }
  }
  const guards = await prepareGuards();
  const { default: vard } = guards.get('@andersmyrmel/vard');
  const { checkAll } = guards.get('llm_guardrail');
  const close = async () => undefined;
  contenders.push({ name: 'vard (patterns)', read: async (text) => vard.safe(text), close });
  contenders.push({ name: 'llm_guardrail (word counts)', read: (text) => checkAll(text), close });
  return contenders;
}

async function graphContender(name, file, feedsOf) {
  const session = await openSession(file);
  return {
    name,
    read: (_, tokens) => session.run(feedsOf(tokens)),
    close: () => session.release(),
  };
}
