/** The one error type of this package: what broke, where, and what to do about it. */

const MARKER = Symbol.for('alknet.model-export.error');

/** Why an operation of this package failed; stable names that callers may switch on. */
export type ModelExportErrorCode =
  | 'file-unreadable'
  | 'truncated'
  | 'malformed'
  | 'limit-exceeded'
  | 'unsupported'
  | 'missing-tensor'
  | 'shape-mismatch'
  | 'bad-argument'
  | 'verification-failed';

/** The parts of a {@link ModelExportError}. */
export interface ModelExportErrorDetails {
  readonly code: ModelExportErrorCode;
  /** What is wrong, as a sentence without a final stop. */
  readonly what: string;
  /** The file, tensor, field or byte offset it was found at. */
  readonly where: string;
  /** What the reader can do about it. */
  readonly todo: string;
  readonly cause?: unknown;
}

/**
 * Thrown by every function of this package for a bad file, a bad argument or a failed check.
 *
 * @example
 * try { openGguf(source) } catch (error) {
 *   if (ModelExportError.isInstance(error) && error.code === 'truncated') console.error(error.todo);
 * }
 */
export class ModelExportError extends Error {
  readonly code: ModelExportErrorCode;
  readonly what: string;
  readonly where: string;
  readonly todo: string;

  constructor(details: ModelExportErrorDetails) {
    super(`${details.what} (${details.where}): ${details.todo}`, { cause: details.cause });
    this.name = 'ModelExportError';
    this.code = details.code;
    this.what = details.what;
    this.where = details.where;
    this.todo = details.todo;
    Object.defineProperty(this, MARKER, { value: true });
  }

  /** True for an error of this class, also when two copies of this package are installed. */
  static isInstance(error: unknown): error is ModelExportError {
    return typeof error === 'object' && error !== null && (error as { [MARKER]?: unknown })[MARKER] === true;
  }
}
