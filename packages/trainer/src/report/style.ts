/** The report's stylesheet: one column, light or dark as the reader's system is, light on paper. */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #d0d7de; --accent: #0b5cad; --note: #57606a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --faint: #3d444d; --accent: #6cb6ff; --note: #9ea7b3; }
}
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --faint: #ccc; --accent: #0b5cad; --note: #444; }
  section, figure, tr { break-inside: avoid-page; }
}
body { margin: 0 auto; padding: 1.5rem; max-width: 62rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--faint); }
p.note { color: var(--note); }
.charts { display: flex; flex-wrap: wrap; gap: 1.5rem; }
figure { margin: 0; width: 24rem; max-width: 100%; }
figure svg { max-width: 100%; height: auto; }
figcaption { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); overflow-wrap: break-word; }
td.number, th.number { text-align: right; white-space: nowrap; }
pre { margin: 0; max-width: 40rem; max-height: 12rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
`;
