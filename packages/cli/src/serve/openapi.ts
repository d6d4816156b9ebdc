/** The OpenAPI 3.1 document, from the schemas that the routes check with. */

import { z } from 'zod';
import { problemOf } from './problem.ts';
import { modelName, predictRequest } from './routes/kserve.ts';
import { inferRequest } from './routes/open-inference.ts';
import {
  batchAnswer,
  batchRequest,
  calibration,
  explanation,
  inputRequest,
  messagesRequest,
  verdict,
} from './schemas.ts';

type Json = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1 speaks the same JSON Schema; but its tools know `items` better than `prefixItems`. */
function schema(type: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(type, {
    io,
    override: ({ jsonSchema }) => {
      if (jsonSchema.prefixItems?.[0] === undefined) return;
      jsonSchema.items = jsonSchema.prefixItems[0];
      delete jsonSchema.prefixItems;
    },
  });
  return rest;
}

const problemSchema: Json = {
  type: 'object',
  required: ['status', 'code', 'detail'],
  properties: {
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
};
const object: Json = { type: 'object' };

function answer(description: string, of: Json, type = 'application/json'): Json {
  return { description, content: { [type]: { schema: of } } };
}

const refused = (code: Parameters<typeof problemOf>[0]): Json =>
  answer(problemOf(code).detail, { $ref: '#/components/schemas/Problem' }, 'application/problem+json');

/** Every answer that a route with a body may give besides its own. */
function withBody(secured: boolean, failure: Json): Json {
  const failed = (description: string): Json => answer(description, failure);
  return {
    400: refused('body-invalid'),
    ...(secured && { 401: refused('unauthorized') }),
    413: refused('body-too-large'),
    415: refused('content-type'),
    500: failed('The screen failed.'),
    503: failed('Too many are under way, or the client or the server is going away. Try again after `Retry-After`.'),
    504: failed('The screen took longer than it may.'),
  };
}

function post(summary: string, body: Json, result: Json, others: Json): Json {
  const content = { 'application/json': { schema: body } };
  return {
    post: {
      summary,
      requestBody: { required: true, content },
      responses: { 200: answer('Screened.', result), ...others },
    },
  };
}

function get(summary: string, responses: Json): Json {
  return { get: { summary, responses } };
}

/** What `GET /openapi.json` answers. */
export function openApiDocument(version: string, secured: boolean): Json {
  const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
  const either = (...names: string[]): Json => ({ anyOf: names.map(ref) });
  const failure = withBody(secured, either('Verdict', 'Problem'));
  const otherFailure = withBody(secured, object);
  const guarded = (ok: Json): Json => ({ 200: ok, ...(secured && { 401: refused('unauthorized') }) });
  const open = { security: [] };
  const health = (summary: string, responses: Json): Json => ({ get: { summary, ...open, responses } });
  const live = health('The process answers.', { 200: answer('Alive.', object) });
  const readiness = { 200: answer('It can screen.', object), 503: answer('It cannot screen now.', object) };
  return {
    openapi: '3.1.0',
    info: { title: 'alknet-firewall', version, description: 'Screens text that goes into a language model.' },
    ...(secured && { security: [{ bearer: [] }] }),
    paths: {
      '/v1/screen': post(
        'Screen a text or a conversation.',
        either('InputRequest', 'MessagesRequest'),
        ref('Verdict'),
        failure,
      ),
      '/v1/screen/batch': post('Screen many texts.', ref('BatchRequest'), ref('BatchAnswer'), failure),
      '/v1/explain': post(
        'Screen a text and tell every view and segment. The answer holds what disguises decode to.',
        ref('InputRequest'),
        ref('Explanation'),
        withBody(secured, either('Explanation', 'Problem')),
      ),
      '/v1/calibration': get(
        'How scores come about, and what thresholds do to held-out texts.',
        guarded(answer('By head.', ref('Calibration'))),
      ),
      [`/v1/models/${modelName}`]: get('KServe v1: the model.', guarded(answer('Ready.', object))),
      [`/v1/models/${modelName}:predict`]: post(
        'KServe v1: screen texts.',
        ref('PredictRequest'),
        object,
        otherFailure,
      ),
      '/v2': get('Open Inference Protocol: the server.', guarded(answer('Metadata.', object))),
      '/v2/health/live': live,
      '/v2/health/ready': health('One real screen.', readiness),
      [`/v2/models/${modelName}`]: get('Open Inference Protocol: the model.', guarded(answer('Metadata.', object))),
      [`/v2/models/${modelName}/ready`]: get('One real screen.', {
        ...guarded(answer('Ready.', object)),
        503: readiness[503],
      }),
      [`/v2/models/${modelName}/infer`]: post(
        'Open Inference Protocol: screen texts.',
        ref('InferRequest'),
        object,
        otherFailure,
      ),
      '/health/live': live,
      '/health/ready': health('One real screen.', readiness),
      '/metrics': get('Prometheus metrics.', guarded({ description: 'Metrics.', content: { 'text/plain': {} } })),
      '/openapi.json': get('This document.', guarded(answer('OpenAPI 3.1.', object))),
    },
    components: {
      ...(secured && { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } }),
      schemas: {
        InputRequest: schema(inputRequest, 'input'),
        MessagesRequest: schema(messagesRequest, 'input'),
        BatchRequest: schema(batchRequest, 'input'),
        PredictRequest: schema(predictRequest, 'input'),
        InferRequest: schema(inferRequest, 'input'),
        Verdict: schema(verdict, 'output'),
        BatchAnswer: schema(batchAnswer, 'output'),
        Explanation: schema(explanation, 'output'),
        Calibration: schema(calibration, 'output'),
        Problem: problemSchema,
      },
    },
  };
}
