/** The other evals, written out for dual numbers. */
import { add, cos, div, type Dual, dot, exp, log, mul, type Operand, sin, sqrt, sub, tanh, valueOf } from "./duals.ts";

/** Rodrigues' formula as a matrix: cos I + sin [a]× + (1 - cos) a aᵀ; to the first order where the angle is 0. */
export function rotationMatrix(r: readonly Operand[], tiny: "first order" | "identity"): Operand[][] {
  const square = dot(r, r);
  const size = Math.sqrt(valueOf(square));
  if (tiny === "identity" && size < 1e-4) return [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : 0)));
  const angle = size === 0 ? 1 : sqrt(square);
  const [c, s] = size === 0 ? [1, 1] : [cos(angle), sin(angle)];
  const [x, y, z] = r.map((entry) => div(entry, angle)) as [Operand, Operand, Operand];
  const turn = [
    [0, mul(-1, z), y],
    [z, 0, mul(-1, x)],
    [mul(-1, y), x, 0],
  ];
  const axis = [x, y, z];
  return turn.map((row, i) =>
    row.map((entry, j) => add(i === j ? c : 0, mul(s, entry), mul(sub(1, c), axis[i]!, axis[j]!))),
  );
}

/** The two residuals of an observation, of the 15 numbers it depends on: camera, point, weight. */
export function observation(numbers: readonly Operand[], feature: readonly number[]): Operand[] {
  const [camera, X, w] = [numbers.slice(0, 11), numbers.slice(11, 14), numbers[14]!];
  const away = X.map((entry, k) => sub(entry, camera[3 + k]!));
  const P = rotationMatrix(camera.slice(0, 3), "first order").map((row) => dot(row, away));
  const seen = [div(P[0]!, P[2]!), div(P[1]!, P[2]!)];
  const rho = dot(seen, seen);
  const scale = mul(camera[6]!, add(1, mul(camera[9]!, rho), mul(camera[10]!, rho, rho)));
  return seen.map((entry, k) => mul(w, sub(add(mul(scale, entry), camera[7 + k]!), feature[k]!)));
}

export interface HandInput {
  readonly theta: readonly number[];
  readonly data: {
    readonly model: {
      readonly bone_count: number;
      readonly bone_names: readonly string[];
      readonly parents: readonly number[];
      readonly base_relatives: readonly (readonly (readonly number[])[])[];
      readonly inverse_base_absolutes: readonly (readonly (readonly number[])[])[];
      readonly base_positions: readonly (readonly number[])[];
      readonly weights: readonly (readonly number[])[];
      readonly triangles: readonly (readonly number[])[];
      readonly is_mirrored: boolean;
    };
    readonly correspondences: readonly number[];
    readonly points: readonly (readonly number[])[];
  };
  readonly us: readonly (readonly number[])[];
}

/** The three residuals of each point; its own two coordinates are the first directions of all points. */
export function handResiduals(
  { data }: HandInput,
  theta: readonly Dual[],
  us: readonly (readonly Dual[])[],
): Operand[] {
  const { model, correspondences, points } = data;
  const absolutes: Operand[][][] = [];
  const transforms = model.parents.map((parent, bone) => {
    const finger = Math.floor((bone - 2) / 4);
    const joint = (bone - 2) % 4;
    const own = theta.slice(6 + 4 * finger, 10 + 4 * finger);
    const x = bone < 2 || joint === 3 ? 0 : own[[0, 2, 3][joint]!]!;
    const z = bone >= 2 && joint === 0 ? own[1]! : 0;
    const aboutX = [
      [1, 0, 0, 0],
      [0, cos(x), mul(-1, sin(x)), 0],
      [0, sin(x), cos(x), 0],
      [0, 0, 0, 1],
    ];
    const aboutZ = [
      [cos(z), mul(-1, sin(z)), 0, 0],
      [sin(z), cos(z), 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ];
    const relative = product(model.base_relatives[bone]!, product(aboutZ, aboutX));
    absolutes[bone] = parent < 0 ? relative : product(absolutes[parent]!, relative);
    return product(absolutes[bone], model.inverse_base_absolutes[bone]!);
  });
  const G = rotationMatrix(theta.slice(0, 3), "identity");
  const vertex = (v: number): Operand[] => {
    const skinned = [0, 1, 2].map((row) =>
      dot(
        model.weights[v]!,
        transforms.map((T) => dot(T[row]!, model.base_positions[v]!)),
      ),
    );
    if (model.is_mirrored) skinned[0] = mul(-1, skinned[0]!);
    return G.map((row, j) => add(dot(row, skinned), theta[3 + j]!));
  };
  return correspondences.flatMap((corr, i) => {
    if (us.length === 0) return vertex(corr).map((at, j) => sub(points[i]![j]!, at));
    const [u, v] = us[i] as [Dual, Dual];
    const corners = model.triangles[corr]!.map(vertex);
    const shares = [u, v, sub(sub(1, u), v)];
    return points[i]!.map((measured, j) =>
      sub(
        measured,
        dot(
          shares,
          corners.map((corner) => corner[j]!),
        ),
      ),
    );
  });
}

function product(A: readonly (readonly Operand[])[], B: readonly (readonly Operand[])[]): Operand[][] {
  return A.map((row) =>
    B[0]!.map((_, j) =>
      dot(
        row,
        B.map((other) => other[j]!),
      ),
    ),
  );
}

/** The mean loss of the recurrent net; main and extra parameters row by row. */
export function netLoss(
  main: readonly (readonly Operand[])[],
  extra: readonly (readonly Operand[])[],
  state: readonly (readonly number[])[],
  sequence: readonly (readonly number[])[],
): Operand {
  const b = extra[0]!.length;
  const sigmoid = (z: Operand): Operand => div(1, add(1, exp(mul(-1, z))));
  const now: Operand[][] = state.map((row) => [...row]);
  let total: Operand = 0;
  for (let t = 0; t + 1 < sequence.length; t++) {
    let input = sequence[t]!.map((entry, i) => mul(entry, extra[0]![i]!));
    for (let q = 0; 2 * q < now.length; q++) {
      const [hidden, cell] = [now[2 * q]!, now[2 * q + 1]!];
      const gate = (part: number, of: readonly Operand[]): Operand[] =>
        of.map((entry, i) => add(mul(entry, main[2 * q]![part * b + i]!), main[2 * q + 1]![part * b + i]!));
      const forget = gate(0, input).map(sigmoid);
      const ingate = gate(1, hidden).map(sigmoid);
      const out = gate(2, input).map(sigmoid);
      const change = gate(3, hidden).map(tanh);
      now[2 * q + 1] = cell.map((entry, i) => add(mul(entry, forget[i]!), mul(ingate[i]!, change[i]!)));
      now[2 * q] = out.map((entry, i) => mul(entry, tanh(now[2 * q + 1]![i]!)));
      input = now[2 * q]!;
    }
    const y = input.map((entry, i) => add(mul(entry, extra[1]![i]!), extra[2]![i]!));
    const L = log(add(2, ...y.map(exp)));
    total = add(total, ...sequence[t + 1]!.map((entry, i) => mul(entry, sub(y[i]!, L))));
  }
  return div(total, -b * (sequence.length - 1));
}

/** y(2) of y' = f(y), f_0 = x_0, f_i = x_i y_{i - 1}, by the classical method of Runge and Kutta. */
export function solution(x: readonly Operand[], steps: number): Operand[] {
  const h = 2 / steps;
  const slope = (y: readonly Operand[]): Operand[] => x.map((entry, i) => (i === 0 ? entry : mul(entry, y[i - 1]!)));
  const moved = (y: readonly Operand[], by: number, k: readonly Operand[]): Operand[] =>
    y.map((entry, i) => add(entry, mul(by, k[i]!)));
  let y: Operand[] = x.map(() => 0);
  for (let step = 0; step < steps; step++) {
    const k1 = slope(y);
    const k2 = slope(moved(y, h / 2, k1));
    const k3 = slope(moved(y, h / 2, k2));
    const k4 = slope(moved(y, h, k3));
    y = y.map((entry, i) => add(entry, mul(h / 6, add(k1[i]!, mul(2, k2[i]!), mul(2, k3[i]!), k4[i]!))));
  }
  return y;
}
