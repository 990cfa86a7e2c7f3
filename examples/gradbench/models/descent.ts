/** What a descent asks of a function at a point. */
export interface Slope {
  value: number;
  gradient: Float64Array;
}

/** Where gradient descent from `start` comes to rest; the step shrinks where it went too far, and grows after ten that did not. */
export function descend(slopeAt: (x: Float64Array) => Slope, start: Float64Array): Float64Array {
  let x = start;
  let { value, gradient } = slopeAt(x);
  let step = 1e-5;
  let accepted = 0;
  while (length(gradient) > 1e-5) {
    if (accepted === 10) {
      step *= 2;
      accepted = 0;
    } else {
      const next = new Float64Array(x.length);
      const move = new Float64Array(x.length);
      for (let k = 0; k < x.length; k++) {
        next[k] = x[k] - step * gradient[k];
        move[k] = x[k] - next[k];
      }
      if (length(move) <= 1e-5) return x;
      const there = slopeAt(next);
      if (there.value < value) {
        x = next;
        value = there.value;
        gradient = there.gradient;
        accepted++;
      } else {
        step /= 2;
        accepted = 0;
      }
    }
  }
  return x;
}

function length(v: Float64Array): number {
  let square = 0;
  for (const each of v) square += each * each;
  return Math.sqrt(square);
}
