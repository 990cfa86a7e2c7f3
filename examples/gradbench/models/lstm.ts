const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/**
 * The mean loss of a stack of recurrent layers with diagonal weights, which predicts each character of the sequence from
 * those before it. `main` holds eight rows of b numbers for each layer: weights of its four gates, then biases. `state` holds
 * a hidden and a cell row for each.
 *
 * @grad main, extra
 */
export function loss(
  main: Float64Array,
  extra: Float64Array,
  state: Float64Array,
  sequence: Float64Array,
  b: number,
): number {
  const layers = state.length / (2 * b);
  const characters = sequence.length / b;
  const now = Float64Array.from(state);
  const x = new Float64Array(b);
  let total = 0;
  for (let t = 0; t < characters - 1; t++) {
    for (let i = 0; i < b; i++) x[i] = sequence[t * b + i] * extra[i];
    for (let q = 0; q < layers; q++) {
      const weight = main.subarray(8 * b * q, 8 * b * q + 4 * b);
      const bias = main.subarray(8 * b * q + 4 * b, 8 * b * (q + 1));
      const hidden = now.subarray(2 * b * q, 2 * b * q + b);
      const cell = now.subarray(2 * b * q + b, 2 * b * (q + 1));
      for (let i = 0; i < b; i++) {
        const forget = sigmoid(x[i] * weight[i] + bias[i]);
        const ingate = sigmoid(hidden[i] * weight[b + i] + bias[b + i]);
        const out = sigmoid(x[i] * weight[2 * b + i] + bias[2 * b + i]);
        const change = Math.tanh(hidden[i] * weight[3 * b + i] + bias[3 * b + i]);
        cell[i] = cell[i] * forget + ingate * change;
        hidden[i] = out * Math.tanh(cell[i]);
        x[i] = hidden[i];
      }
    }
    let sum = 2;
    for (let i = 0; i < b; i++) sum += Math.exp(x[i] * extra[b + i] + extra[2 * b + i]);
    const logSum = Math.log(sum);
    for (let i = 0; i < b; i++) {
      total += sequence[(t + 1) * b + i] * (x[i] * extra[b + i] + extra[2 * b + i] - logSum);
    }
  }
  return -total / (b * (characters - 1));
}
