/** Results as Markdown tables, JSON and a picture. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

export function printTable(head, rows) {
  console.log(
    [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n'),
  );
}

/** A number with as many digits as its size is worth. */
export function digits(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/**
 * Writes `NAME.json` and `NAME.svg`.
 *
 * @param points { tokens, ms, series } of the picture
 */
export async function save(folder, name, result, points) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, rounded, 2)}\n`);
  writeFileSync(join(folder, `${name}.svg`), await latencyPicture(points));
  console.log(`\nwritten: ${join(folder, name)}.json and .svg`);
}

/** Milliseconds over tokens, both logarithmic, one line a series. */
async function latencyPicture(points) {
  const series = [...new Set(points.map((point) => point.series))];
  const tokens = [...new Set(points.map((point) => point.tokens))];
  const decades = [0.01, 0.1, 1, 10, 100, 1000, 10_000];
  const specification = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    width: 520,
    height: 360,
    data: { values: points },
    mark: { type: 'line', point: true },
    encoding: {
      x: axis('tokens', 'tokens', tokens),
      y: axis('ms', 'milliseconds (median)', decades),
      color: {
        field: 'series',
        type: 'nominal',
        sort: series,
        legend: series.length > 1 ? { title: null, labelLimit: 0 } : null,
        scale: { scheme: 'tableau20' },
      },
      strokeWidth: { condition: { test: `datum.series === '${series[0]}'`, value: 4 }, value: 1.5 },
    },
  };
  return new View(parse(compile(specification).spec), { renderer: 'none' }).toSVG();
}

function axis(field, title, values) {
  return { field, type: 'quantitative', title, scale: { type: 'log', nice: false }, axis: { values, format: '~r' } };
}

function rounded(_, value) {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
