/** The site: pages are the Markdown files of docs/; the API reference below docs/api is written by typedoc before each build. */
import { existsSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const apiSidebar = new URL('../api/typedoc-sidebar.json', import.meta.url);
const repository = new URL('../../', import.meta.url);
const decisions = [
  ['0001-onnx-runtime', 'ONNX Runtime'],
  ['0002-int8-scheme', 'int8 with a scale for each token'],
  ['0003-text-views', 'Text views'],
  ['0004-detection', 'Detection'],
  ['0005-graph-surgery', 'Graphs are built or rewritten'],
  ['0006-adapter-kit', 'The adapter kit'],
  ['0007-standalone-api', 'A standalone API, thin adapters'],
  ['0008-codebook', 'A codebook instead of a classifier'],
  ['0009-toml', 'TOML'],
  ['0010-report-charts', "The report's charts"],
  ['0011-worker-threads', 'Worker threads'],
  ['0012-adding-examples', 'Adding examples'],
];

export default defineConfig({
  title: 'alknet-firewall',
  description: 'A firewall for text that goes into language models, in your own process.',
  cleanUrls: true,
  // Links to packages and licences lie outside of docs/: they are for readers of the repository.
  ignoreDeadLinks: [(url) => outside(url)],
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'How it works', link: '/how-it-works' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: [
      {
        text: 'First steps',
        items: [
          { text: 'Start in five minutes', link: '/start' },
          { text: 'How it works', link: '/how-it-works' },
          { text: 'Limits and honest figures', link: '/figures' },
          { text: 'FAQ', link: '/faq' },
        ],
      },
      {
        text: 'Adapters',
        items: [
          { text: 'OpenAI Agents SDK', link: '/guides/openai-agents' },
          { text: 'AI SDK', link: '/guides/ai-sdk' },
          { text: 'LlamaFirewall', link: '/guides/llamafirewall' },
          { text: 'NeMo Guardrails', link: '/guides/nemo' },
        ],
      },
      {
        text: 'Guides',
        items: [
          { text: 'Train on your own data', link: '/guides/train' },
          { text: 'Calibrate', link: '/guides/calibrate' },
          { text: 'Serve', link: '/guides/serve' },
          { text: 'Scale', link: '/guides/scale' },
          { text: 'Failure policy', link: '/guides/failure' },
          { text: 'Security and threat model', link: '/security-model' },
        ],
      },
      {
        text: 'Decisions',
        collapsed: true,
        items: decisions.map(([file, text]) => ({ text, link: `/architecture/${file}` })),
      },
      {
        text: 'API reference',
        collapsed: true,
        items: existsSync(apiSidebar) ? JSON.parse(readFileSync(apiSidebar, 'utf8')) : [],
      },
    ],
  },
});

/** True for a link that leaves docs/ and leads to something in the repository. */
function outside(url) {
  const path = url.replace(/^(?:\.\/)?(?:\.\.\/)+/, '').replace(/[#?].*$/, '');
  return (
    /^(?:\.\/)?\.\.\//.test(url) &&
    ['', '.md', '/README.md'].some((end) => existsSync(new URL(`${path}${end}`, repository)))
  );
}
