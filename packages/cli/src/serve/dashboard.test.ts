/** deploy/grafana-dashboard.json asks only for metrics and labels that a running server has. */

import { readFileSync } from 'node:fs';
import { Firewall } from '@alknet/firewall-core';
import { afterAll, expect, it } from 'vitest';
import { attack, brokenFirewall, post, serveTest } from './testing.ts';

const dashboard = new URL('../../../../deploy/grafana-dashboard.json', import.meta.url);
const firewall = await Firewall.load();
const servers = [await serveTest(firewall), await serveTest(await brokenFirewall(firewall))];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await firewall.close();
});

it('names no metric and no label that a server lacks', async () => {
  const samples = new Map<string, Set<string>>();
  for (const { url } of servers) {
    await post(`${url}/v1/screen`, { input: attack });
    for (const line of (await (await fetch(`${url}/metrics`)).text()).split('\n')) {
      const [, metric, labels = ''] = /^([a-z]\w+)(?:\{(.*)\})? /.exec(line) ?? [];
      if (metric === undefined) continue;
      const known = samples.get(metric) ?? new Set(['instance', 'job']); // Prometheus adds these two.
      for (const [, label] of labels.matchAll(/(\w+)="/g)) known.add(label);
      samples.set(metric, known);
    }
  }
  const { panels, templating } = JSON.parse(readFileSync(dashboard, 'utf8'));
  const asked: string[] = panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
    targets.map(({ expr }) => expr),
  );
  expect(templating.list[1].query.query).toContain('alknet_http_requests_under_way');
  expect(asked.length).toBeGreaterThan(10);
  for (const expr of asked) {
    const selectors = [...expr.matchAll(/(\w+)\{(.*?)\}/g)];
    expect(selectors.length, expr).toBeGreaterThan(0);
    for (const [, metric, matchers] of selectors) {
      const labels = [...matchers.matchAll(/(\w+)[=!]/g), ...expr.matchAll(/by \((\w+)\)/g)].map(([, label]) => label);
      expect([...(samples.get(metric) ?? [])], `${metric} in ${expr}`).toEqual(expect.arrayContaining(labels));
      expect(labels, expr).toContain('job');
    }
  }
});
