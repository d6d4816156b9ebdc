/** Short forms of the errors that surgery refuses a model with. */
import { ModelExportError } from '../errors.ts';

/** The model has a form that this package does not know; nothing is written rather than something wrong. */
export function unsupported(what: string, where: string, todo: string): ModelExportError {
  return new ModelExportError({ code: 'unsupported', what, where, todo });
}

/** The graph contradicts the ONNX specification. */
export function malformed(what: string, where: string): ModelExportError {
  const todo = 'The file is damaged or was edited: export the model again.';
  return new ModelExportError({ code: 'malformed', what, where, todo });
}

/** A name as it appears in messages; a long or strange one is cut and escaped. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 117)}...` : name);
}

/** A node as it appears in messages. */
export function nodeLabel(node: { readonly opType: string; readonly name: string }): string {
  return node.name === '' ? `a node ${node.opType}` : `node ${quoted(node.name)} (${node.opType})`;
}
