/** Trains the network of model.ts on Fisher's irises, with the gradient that adjoint-gen wrote into model.grad.ts. */
import { classes, features, irises, type Samples } from "./data.ts";
import { createLossGrad, lossGrad } from "./model.grad.ts";
import { forward, type Network } from "./model.ts";

const hiddenUnits = 8;
const epochs = 300;
const rate = 0.5;

const { train, test } = irises();
const network = startingNetwork();
// Allocated once: a call that is given `out` allocates nothing.
const out = createLossGrad(network, train.X, train.labels);

for (let epoch = 0; epoch <= epochs; epoch++) {
  const { value, grad } = lossGrad(network, train.X, train.labels, out);
  if (epoch % 50 === 0) {
    const accuracies = `train ${percent(accuracy(network, train))}  test ${percent(accuracy(network, test))}`;
    console.log(`epoch ${String(epoch).padStart(3)}  loss ${value.toFixed(4)}  ${accuracies}`);
  }
  descend(network.W1, grad.network.W1);
  descend(network.b1, grad.network.b1);
  descend(network.W2, grad.network.W2);
  descend(network.b2, grad.network.b2);
}

function descend(parameters: Float64Array, gradient: Float64Array): void {
  for (let i = 0; i < parameters.length; i++) parameters[i] -= rate * gradient[i];
}

/** Small weights, the same in every run. */
function startingNetwork(): Network {
  let state = 1;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  };
  return {
    W1: Float64Array.from({ length: hiddenUnits * features }, next),
    b1: new Float64Array(hiddenUnits),
    W2: Float64Array.from({ length: classes * hiddenUnits }, next),
    b2: new Float64Array(classes),
  };
}

function accuracy(network: Network, { X, labels }: Samples): number {
  const hidden = new Float64Array(hiddenUnits);
  const scores = new Float64Array(classes);
  let right = 0;
  labels.forEach((label, s) => {
    forward(network, X.subarray(s * features, (s + 1) * features), hidden, scores);
    if (scores.indexOf(Math.max(...scores)) === label) right++;
  });
  return right / labels.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
