/**
 * The determinant of a square matrix (row by row) by expansion along the first row: a recursion over the rows.
 *
 * @grad A
 */
export function determinant(A: Float64Array, size: number): number {
  // A linked list of the columns that are left: the column after each, of which `size` is both the first and the last.
  const next = new Int32Array(size + 1);
  for (let column = 0; column < size; column++) next[column] = column + 1;
  next[size] = 0;
  return minor(A, size, 0, next);
}

/** Of the rows from `row` on, and of the columns that are left. */
function minor(A: Float64Array, size: number, row: number, next: Int32Array): number {
  if (row === size) return 1;
  let sum = 0;
  let sign = 1;
  let before = size;
  for (let column = next[size]; column < size; column = next[column]) {
    next[before] = next[column];
    sum += sign * A[row * size + column] * minor(A, size, row + 1, next);
    next[before] = column;
    sign = -sign;
    before = column;
  }
  return sum;
}
