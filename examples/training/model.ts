/** A network of two layers; matrices row by row. */
export interface Network {
  /** hidden × features */
  W1: Float64Array;
  b1: Float64Array;
  /** classes × hidden */
  W2: Float64Array;
  b2: Float64Array;
}

/** Writes the scores of the classes for the sample `x` into `scores`. */
export function forward(network: Network, x: Float64Array, hidden: Float64Array, scores: Float64Array): void {
  const { W1, b1, W2, b2 } = network;
  for (let i = 0; i < hidden.length; i++) {
    let z = b1[i];
    for (let j = 0; j < x.length; j++) z += W1[i * x.length + j] * x[j];
    hidden[i] = Math.tanh(z);
  }
  for (let k = 0; k < scores.length; k++) {
    let z = b2[k];
    for (let i = 0; i < hidden.length; i++) z += W2[k * hidden.length + i] * hidden[i];
    scores[k] = z;
  }
}

/**
 * The mean cross-entropy of the network's softmax over all samples.
 *
 * @grad network
 */
export function loss(network: Network, X: Float64Array, labels: Uint8Array): number {
  const features = X.length / labels.length;
  const hidden = new Float64Array(network.b1.length);
  const scores = new Float64Array(network.b2.length);
  let total = 0;
  for (let s = 0; s < labels.length; s++) {
    forward(network, X.subarray(s * features, (s + 1) * features), hidden, scores);
    let largest = -Infinity;
    for (const score of scores) largest = Math.max(largest, score);
    let sum = 0;
    for (const score of scores) sum += Math.exp(score - largest);
    total += largest + Math.log(sum) - scores[labels[s]];
  }
  return total / labels.length;
}
