/** The ablation table as Markdown, from packages/smollm2/ablations.json. */

/** @param report what `bench:ablation` wrote */
export function table({ folds, rows }) {
  const { prompt, data } = rows[0];
  return [
    `Fits on a seeded subset of the training texts; benchmark: prompt head ${prompt.attacks} attacks and ${prompt.harmless} harmless texts, data head ${data.attacks} and ${data.harmless}. Value and 95 % bootstrap interval; held-out AUC: ${folds} folds that leave whole families out.`,
    '',
    '| variant | graph | texts | prompt: AUC | recall at 1 % | held-out AUC | data: AUC | recall at 1 % | held-out AUC |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(
      ({ row, graph, texts, prompt: p, data: d }) =>
        `| ${row} | ${graph} | ${texts} | ${[p, d].flatMap((head) => [figure(head.auc), figure(head.recallAt1), head.heldOutAuc.toFixed(3)]).join(' | ')} |`,
    ),
  ].join('\n');
}

function figure({ value, interval: [low, high] }) {
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}
