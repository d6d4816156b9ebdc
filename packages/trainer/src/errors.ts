/** What the trainer throws. */

/** Every code that a {@link TrainerError} can carry. */
export type TrainerErrorCode =
  | 'data-invalid'
  | 'data-too-small'
  | 'cache-invalid'
  | 'option-invalid'
  | 'dependency-missing';

const marker: symbol = Symbol.for('alknet.trainer.error');

/** A typed error that says what was wrong, where, and what to do. Its message never holds a training text. */
export class TrainerError extends Error {
  override readonly name = 'TrainerError';
  readonly code: TrainerErrorCode;
  readonly where: string;
  readonly hint: string;

  constructor(code: TrainerErrorCode, what: { message: string; where: string; hint: string }) {
    super(`${what.message} (${what.where}). ${what.hint}`);
    this.code = code;
    this.where = what.where;
    this.hint = what.hint;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for a TrainerError of any copy of this package. */
  static isInstance(value: unknown): value is TrainerError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true;
  }
}
