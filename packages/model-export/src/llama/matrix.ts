/** Small operations on matrices, each giving a new one. */
import type { Matrix } from './weights.ts';

/** The values of the transposed matrix, [columns, rows]. */
export function transpose({ rows, columns, values }: Matrix): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      out[column * rows + row] = values[row * columns + column] as number;
    }
  }
  return out;
}

/** Matrices of the same number of columns, one below the other. */
export function stackRows(matrices: readonly Matrix[]): Matrix {
  const columns = matrices[0]?.columns ?? 0;
  const rows = matrices.reduce((sum, matrix) => sum + matrix.rows, 0);
  const values = new Float32Array(rows * columns);
  let at = 0;
  for (const matrix of matrices) {
    values.set(matrix.values, at);
    at += matrix.values.length;
  }
  return { rows, columns, values };
}

/** The matrix with each column multiplied by its own factor. */
export function scaleColumns({ rows, columns, values }: Matrix, factors: ArrayLike<number>): Matrix {
  return { rows, columns, values: values.map((value, i) => value * (factors[i % columns] as number)) };
}

/** The matrix with each row multiplied by its own factor. */
export function scaleRows({ rows, columns, values }: Matrix, factors: ArrayLike<number>): Matrix {
  return { rows, columns, values: values.map((value, i) => value * (factors[Math.floor(i / columns)] as number)) };
}

/** The chosen rows, in the given order. */
export function rowsOf({ columns, values }: Matrix, rows: readonly number[]): Matrix {
  const out = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) out.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  return { rows: rows.length, columns, values: out };
}

/** The chosen columns, in the given order. */
export function columnsOf(matrix: Matrix, columns: readonly number[]): Matrix {
  const out = new Float32Array(matrix.rows * columns.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (const [i, column] of columns.entries()) {
      out[row * columns.length + i] = matrix.values[row * matrix.columns + column] as number;
    }
  }
  return { rows: matrix.rows, columns: columns.length, values: out };
}
