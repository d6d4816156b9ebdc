import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FirewallError } from '../../errors.ts';
import { meanPooling } from '../pooling.ts';
import { type OpenInferenceOptions, openInferenceDetectorModel } from './detector.ts';

/**
 * Answers that real servers give when something is wrong with them, which cannot be caused at will; what they do when all
 * is well is tested on Triton and KServe themselves (scripts/remote).
 */
const sha256 = 'a'.repeat(64);
const pooling = meanPooling([{ start: 0, end: 2 }], 2);
const ids = Int32Array.of(1, 2, 3);

const metadata = {
  inputs: [
    { name: 'input_ids', datatype: 'INT64', shape: [-1, -1] },
    { name: 'attention_mask', datatype: 'INT64', shape: [-1, -1] },
    { name: 'pooling', datatype: 'FP32', shape: [-1, -1] },
  ],
  outputs: [{ name: 'hidden_1', datatype: 'FP32', shape: [-1, -1, 2] }],
};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let infer: Handler;
let describeModel: Handler;
let ready: number;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const { url = '' } = request;
    if (url.endsWith('/infer')) infer(request, response);
    else if (url.endsWith('/ready')) response.writeHead(ready).end();
    else if (url.endsWith('/config')) response.writeHead(404).end('{"error":"none"}');
    else describeModel(request, response);
  });
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((wake) => server.listen(0, '127.0.0.1', wake));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix`;
});
afterAll(() => server.close());
beforeEach(() => {
  infer = (_, response) => binary(response, [1, 2]);
  describeModel = (_, response) => response.end(JSON.stringify(metadata));
  ready = 200;
});

const output = { name: 'hidden_1', datatype: 'FP32', shape: [1, 1, 2] };

function binary(response: ServerResponse, values: readonly number[], size = 8, extra = 0): void {
  const json = JSON.stringify({ outputs: [{ ...output, parameters: { binary_data_size: size } }] });
  response.writeHead(200, { 'inference-header-content-length': json.length });
  response.end(Buffer.concat([Buffer.from(json), Buffer.from(Float32Array.from(values).buffer), Buffer.alloc(extra)]));
}

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

const open = (options: Partial<OpenInferenceOptions> = {}) =>
  openInferenceDetectorModel({ url, model: 'm', graphSha256: sha256, maxTokens: 16, ...options });

async function errorOf(promise: Promise<unknown>): Promise<FirewallError> {
  const thrown = await promise.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  );
  if (!FirewallError.isInstance(thrown)) throw thrown;
  return thrown;
}

it('reads binary and JSON answers, nested or flat', async () => {
  const model = await open();
  expect((await model.infer(ids, pooling)).layers).toEqual([Float32Array.of(1, 2)]);
  for (const data of [[3, 4], [[[3, 4]]]]) {
    infer = answer(200, { outputs: [{ ...output, data }] });
    expect((await model.infer(ids, pooling)).layers).toEqual([Float32Array.of(3, 4)]);
  }
});

describe('an answer of 200 that is not what was asked for is refused', () => {
  it.each<[string, Handler]>([
    // Triton's Python backend under numpy 2: no header, and tensors without a byte.
    ['empty tensors', answer(200, { outputs: [{ ...output, parameters: { binary_data_size: 0 } }] })],
    ['fewer bytes than the shape has', (_, response) => binary(response, [1], 4)],
    ['a size that the body does not have', (_, response) => binary(response, [1])],
    ['bytes after the last tensor', (_, response) => binary(response, [1, 2], 8, 4)],
    ['numbers that are not finite', (_, response) => binary(response, [1, Number.NaN])],
    ['null for a number', answer(200, { outputs: [{ ...output, data: [1, null] }] })],
    ['another shape', answer(200, { outputs: [{ ...output, shape: [1, 2, 1], data: [1, 2] }] })],
    ['another type', answer(200, { outputs: [{ ...output, datatype: 'FP16', data: [1, 2] }] })],
    ['no tensor', answer(200, { outputs: [] })],
    ['a foreign tensor', answer(200, { outputs: [{ ...output, name: '__proto__', data: [1, 2] }] })],
    ['a tensor twice', answer(200, { outputs: [1, 2].map(() => ({ ...output, data: [1, 2] })) })],
    ['a size that is no number', answer(200, { outputs: [{ ...output, parameters: { binary_data_size: '8' } }] })],
    ['a JSON part longer than the body', answer(200, '{}', { 'inference-header-content-length': '99' })],
    ['something else than JSON', answer(200, '<html>')],
    ['nothing', answer(200, '')],
    ['more bytes than can be right', answer(200, ' '.repeat(3_000_000))],
    ['a redirect', answer(307, '', { location: 'http://127.0.0.1:9/' })],
  ])('%s', async (_, handler) => {
    const model = await open();
    infer = handler;
    expect(await errorOf(model.infer(ids, pooling))).toMatchObject({ code: 'remote-protocol' });
    expect(await errorOf(open())).toMatchObject({ code: 'remote-protocol' });
  });
});

it('quotes what the server says where it loads, and never where it infers', async () => {
  infer = answer(500, { error: 'bad\n tensor 4711' }, { 'content-type': 'text/plain' });
  expect((await errorOf(open())).message).toContain('answers 500: bad tensor 4711');
  infer = (_, response) => binary(response, [1, 2]);
  const model = await open();
  infer = answer(500, { error: 'bad tensor 4711' });
  expect((await errorOf(model.infer(ids, pooling))).message).not.toContain('4711');
  infer = answer(503, '');
  expect(await errorOf(model.infer(ids, pooling))).toMatchObject({ code: 'remote-unreachable' });
});

describe('what is served must be an activation graph', () => {
  const [input, mask, pool] = metadata.inputs;
  const [hidden] = metadata.outputs;
  it.each([
    ['no description', {}],
    ['an input that is not known', { ...metadata, inputs: [...metadata.inputs, { ...mask, name: 'position_ids' }] }],
    ['an input of another type', { ...metadata, inputs: [{ ...input, datatype: 'INT32' }, mask, pool] }],
    ['a fixed length', { ...metadata, inputs: [{ ...input, shape: [1, 128] }, mask, pool] }],
    ['no mask', { ...metadata, inputs: [input, pool] }],
    ['no taps', { ...metadata, outputs: [{ ...hidden, name: 'logits' }] }],
    ['half precision', { ...metadata, outputs: [{ ...hidden, datatype: 'FP16' }] }],
    ['an open width', { ...metadata, outputs: [{ ...hidden, shape: [-1, -1, -1] }] }],
    ['two widths', { ...metadata, outputs: [hidden, { ...hidden, name: 'hidden_2', shape: [-1, -1, 3] }] }],
  ])('%s', async (_, body) => {
    describeModel = answer(200, body);
    expect(await errorOf(open())).toMatchObject({ code: 'model-invalid' });
  });

  it('is asked for below the path of the URL, and must be ready', async () => {
    let path = '';
    describeModel = (request, response) => {
      path = request.url ?? '';
      response.end(JSON.stringify(metadata));
    };
    await open({ model: 'a/b' });
    expect(path).toBe('/prefix/v2/models/a%2Fb');
    ready = 400;
    expect(await errorOf(open())).toMatchObject({ code: 'remote-unreachable' });
  });
});

it('waits no longer than the timeout, for the head and for the body of an answer', async () => {
  const model = await open({ timeoutMs: 100 });
  for (const handler of [() => {}, (_: unknown, response: ServerResponse) => void response.write('{')]) {
    infer = handler;
    expect(await errorOf(model.infer(ids, pooling))).toMatchObject({ code: 'timeout' });
  }
});

it('skips what was aborted while it waited for a slot', async () => {
  const model = await open({ maxInFlight: 1 });
  let asked = 0;
  let finish = (): void => {};
  infer = (_, response) => {
    asked++;
    finish = () => binary(response, [1, 2]);
  };
  const controller = new AbortController();
  const first = model.infer(ids, pooling);
  const second = errorOf(model.infer(ids, pooling, controller.signal));
  const third = model.infer(ids, pooling);
  controller.abort();
  for (const count of [1, 2]) {
    await expect.poll(() => asked).toBe(count);
    finish();
  }
  expect((await second).code).toBe('aborted');
  expect((await Promise.all([first, third])).length).toBe(2);
  expect(asked).toBe(2);
  await model.close();
  expect(await errorOf(model.infer(ids, pooling))).toMatchObject({ code: 'closed' });
});

it.each<[Partial<OpenInferenceOptions>, string]>([
  [{ url: 'ftp://host' }, 'url'],
  [{ url: 'not a url' }, 'url'],
  [{ url: 'http://me:secret@host' }, 'url'],
  [{ url: 'http://host/?key=secret' }, 'url'],
  [{ model: '' }, 'model'],
  [{ model: '..' }, 'model'],
  [{ headers: { authorization: 'Bearer \nsecret' } }, 'headers'],
  [{ timeoutMs: 0 }, 'timeoutMs'],
  [{ maxInFlight: 1.5 }, 'maxInFlight'],
  [{ maxTokens: -1 }, 'maxTokens'],
])('refuses %j without quoting a secret', async (options, where) => {
  const error = await errorOf(open(options));
  expect(error).toMatchObject({ code: 'option-invalid', where: `openInferenceDetectorModel ${where}` });
  expect(`${error.message}${error.cause}`).not.toContain('secret');
});
