/** Matrices in compressed rows as whole ones, and what may be wrong with them. */

export interface CompressedRows {
  readonly rowStart: Int32Array;
  readonly column: Int32Array;
  readonly value: Float64Array | Float32Array;
}

export function isCompressed(matrix: unknown): matrix is CompressedRows {
  return typeof matrix === "object" && matrix !== null && "rowStart" in matrix;
}

/** Row after row. Throws where rows are not sorted, or an entry is there twice or outside of the matrix. */
export function wholeMatrix({ rowStart, column, value }: CompressedRows, width: number): Float64Array {
  const height = rowStart.length - 1;
  const whole = new Float64Array(height * width);
  const size = rowStart[height];
  if (rowStart[0] !== 0 || column.length !== size || value.length !== size) {
    throw new Error(`${column.length} columns and ${value.length} values, but rows from ${rowStart[0]} to ${size}`);
  }
  for (let row = 0; row < height; row++) {
    let before = -1;
    for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) {
      const at = column[k]!;
      if (at <= before || at >= width) throw new Error(`row ${row} has column ${at} behind ${before}, of ${width}`);
      whole[row * width + at] = value[k]!;
      before = at;
    }
  }
  return whole;
}
