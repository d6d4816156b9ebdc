/** The page: a text goes to the server, the explanation comes back, the panels show it. */
import type { ExplainedView, Explanation, HeadInfo, HeadName, Role } from '@alknet/firewall-core';
import { type Calibration, explain, fetchCalibration, Refusal } from './api.ts';
import { byId, make } from './dom.ts';
import { type Example, examples } from './examples.ts';
import { type Place, type ReadingPanel, readingPanel } from './panels/reading.ts';
import { segmentPanel } from './panels/segment.ts';
import { thresholdPanel } from './panels/threshold.ts';
import { verdictPanel } from './panels/verdict.ts';

/** A text that was checked. */
interface Checked {
  readonly explanation: Explanation;
  readonly head: HeadInfo;
  readonly panel: ReadingPanel;
  selected: Place | undefined;
}

const text = byId<HTMLTextAreaElement>('text');
const role = byId<HTMLSelectElement>('role');
const token = byId<HTMLInputElement>('token');
const threshold = thresholdPanel(() => showThreshold());
let calibration: Calibration | undefined;
let checked: Checked | undefined;
let underWay: AbortController | undefined;

for (const group of [true, false]) {
  byId('examples').append(
    make('h3', {}, group ? 'Attacks' : 'Harmless'),
    make('div', { class: 'row' }, ...examples.filter(({ attack }) => attack === group).map(exampleButton)),
  );
}
byId('threshold').append(...threshold.elements);
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  void check();
});
text.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void check();
});
role.addEventListener('change', () => showThreshold());
token.addEventListener('change', () => void start());
void start();

function exampleButton(example: Example): Element {
  const click = (): void => {
    text.value = example.text;
    role.value = example.role;
    void check();
  };
  return make('button', { type: 'button', click }, example.name, make('span', { class: 'role' }, example.role));
}

/** Roles and thresholds; without them nothing can be asked. */
async function start(): Promise<void> {
  await attempt(async () => {
    calibration = await fetchCalibration(token.value);
    if (role.options.length === 0) {
      const known = Object.values(calibration.heads).flatMap(({ roles }) => roles);
      role.append(...known.map((name) => make('option', { value: name }, name)));
    }
    showThreshold();
  });
}

async function check(): Promise<void> {
  underWay?.abort();
  const controller = new AbortController();
  underWay = controller;
  if (calibration === undefined) await start();
  if (calibration === undefined) return;
  const sent = text.value;
  const head = headOf(calibration, role.value as Role);
  byId('verdict').replaceChildren(make('p', { class: 'quiet' }, 'Reading …'));
  await attempt(async () => {
    const explanation = await explain(sent, role.value as Role, token.value, controller.signal);
    show(sent, explanation, head);
  });
}

/** Says what went wrong; a newer question takes the place of one that is under way. */
async function attempt(step: () => Promise<void>): Promise<void> {
  byId('problem').textContent = '';
  try {
    await step();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    byId('verdict').replaceChildren(make('p', { class: 'quiet' }, 'Nothing was checked.'));
    byId('results').hidden = true;
    const isAboutToken = error instanceof Refusal && error.status === 401;
    byId('token-row').hidden &&= !isAboutToken;
    byId('problem').textContent = isAboutToken
      ? 'This server asks for a token.'
      : error instanceof Refusal
        ? error.message
        : 'The server does not answer.';
    if (isAboutToken) token.focus();
  }
}

function show(sent: string, explanation: Explanation, head: HeadInfo): void {
  const { verdict, views } = explanation;
  const panel = readingPanel(sent, views, select);
  checked = { explanation, head, panel, selected: strongest(views) };
  byId('verdict').replaceChildren(...verdictPanel(verdict));
  byId('reading').replaceChildren(
    ...(views.length > 0 ? panel.elements : [make('p', { class: 'quiet' }, 'Nothing was read.')]),
  );
  const json = JSON.stringify(verdict, undefined, 2);
  byId('json').replaceChildren(make('pre', { tabindex: 0, role: 'group', 'aria-label': 'Verdict as JSON' }, json));
  byId('results').hidden = false;
  // On a phone the verdict stands below the form.
  byId('verdict').scrollIntoView({ block: 'nearest' });
  showThreshold();
}

/** Everything that depends on the slider. */
function showThreshold(): void {
  if (calibration === undefined) return;
  const head = headOf(calibration, role.value as Role);
  const score = checked?.head === head ? checked.explanation.verdict.score : undefined;
  threshold.show(head, calibration.preset, score);
  checked?.panel.showThreshold(threshold.value());
  showSegment();
}

function select(place: Place): void {
  if (checked === undefined) return;
  checked.selected = place;
  showSegment();
}

function showSegment(): void {
  if (checked === undefined) return;
  const { explanation, head, panel, selected } = checked;
  const view = explanation.views[selected?.view ?? 0];
  const segment = view?.segments[selected?.segment ?? 0];
  if (selected === undefined || view === undefined || segment === undefined) {
    byId('segment').replaceChildren(make('p', { class: 'quiet' }, 'Nothing was scored.'));
    return;
  }
  panel.showSelected(selected);
  const { name, segments } = view;
  const [start, end] = segment.span;
  const step = (by: number, label: string): Element => {
    const next = selected.segment + by;
    const isThere = next >= 0 && next < segments.length;
    const click = (): void => select({ view: selected.view, segment: next });
    return make('button', { type: 'button', disabled: !isThere, click }, label);
  };
  const focused = document.activeElement?.textContent;
  const buttons = [step(-1, 'Previous'), step(1, 'Next'), strongestButton(explanation.views)];
  byId('segment').replaceChildren(
    make('div', { class: 'row' }, ...buttons),
    make(
      'p',
      { 'aria-live': 'polite' },
      `Segment ${selected.segment + 1} of ${segments.length} of the ${name} view, characters ${start} to ${end}; nearest to: ${segment.kind}.`,
    ),
    ...segmentPanel(segment, head.calibration.slope, threshold.value()),
  );
  // The buttons are new: whoever pressed one presses it again.
  if (focused) (buttons.find((button) => button.textContent === focused) as HTMLElement | undefined)?.focus();
}

function strongestButton(views: readonly ExplainedView[]): Element {
  const click = (): void => {
    const place = strongest(views);
    if (place !== undefined) select(place);
  };
  return make('button', { type: 'button', click }, 'Strongest');
}

function strongest(views: readonly ExplainedView[]): Place | undefined {
  let best = -1;
  let place: Place | undefined;
  for (const [view, { segments }] of views.entries()) {
    for (const [segment, { score }] of segments.entries()) {
      if (score <= best) continue;
      best = score;
      place = { view, segment };
    }
  }
  return place;
}

function headOf({ heads }: Calibration, asked: Role): HeadInfo {
  const name: HeadName = heads.data.roles.includes(asked) ? 'data' : 'prompt';
  return heads[name];
}
