import {
  createDistancesInTrianglesJacobian,
  createDistancesJacobian,
  distancesInTrianglesJacobian,
  distancesJacobian,
} from "../models/ht.grad.ts";
import { distances, distancesInTriangles, type Hand } from "../models/ht.ts";
import { flat, listOf, rowsOf, workload } from "../workload.ts";

interface Input {
  readonly theta: number[];
  readonly data: { readonly model: Model; readonly correspondences: number[]; readonly points: number[][] };
  readonly us: number[][];
}

interface Model {
  readonly parents: number[];
  readonly base_relatives: number[][][];
  readonly inverse_base_absolutes: number[][][];
  readonly base_positions: number[][];
  readonly weights: number[][];
  readonly triangles: number[][];
  readonly is_mirrored: boolean;
}

export const ht = {
  objective: (input: Input) => {
    const { theta, us, hand, belonging, points } = prepared(input);
    return us.length === 0
      ? workload(() => distances(theta, hand, belonging, points), listOf)
      : workload(() => distancesInTriangles(0, 0, theta, us, hand, belonging, points), listOf);
  },
  jacobian: (input: Input) => {
    const { theta, us, hand, belonging, points } = prepared(input);
    const columns = theta.length;
    if (us.length === 0) {
      const out = createDistancesJacobian(theta, hand, belonging, points);
      return workload(
        () => distancesJacobian(theta, hand, belonging, points, out).jacobian.theta,
        (whole) => rowsOf(whole, columns),
      );
    }
    const out = createDistancesInTrianglesJacobian(0, 0, theta, us, hand, belonging, points);
    return workload(
      () => distancesInTrianglesJacobian(0, 0, theta, us, hand, belonging, points, out).jacobian,
      ({ du, dv, theta: pose }) => rowsOf(pose, columns).map((row, r) => [du[r], dv[r], ...row]),
    );
  },
};

/** `belonging`: the vertex of each point, or the three of its triangle. */
function prepared({ theta, data: { model, correspondences, points }, us }: Input) {
  const vertices = us.length === 0 ? correspondences : correspondences.flatMap((triangle) => model.triangles[triangle]);
  return {
    theta: Float64Array.from(theta),
    us: flat(us),
    hand: handOf(model),
    belonging: Int32Array.from(vertices),
    points: flat(points),
  };
}

function handOf(model: Model): Hand {
  const matrices = (given: number[][][]) => flat(given.flatMap((matrix) => matrix.slice(0, 3)));
  const moving = model.weights.map((weights) => [...weights.keys()].filter((bone) => weights[bone] !== 0));
  let count = 0;
  return {
    parents: Int32Array.from(model.parents),
    baseRelatives: matrices(model.base_relatives),
    inverseBaseAbsolutes: matrices(model.inverse_base_absolutes),
    basePositions: flat(model.base_positions.map(([x, y, z]) => [x, y, z])),
    weightStart: Int32Array.of(0, ...moving.map(({ length }) => (count += length))),
    weightBone: Int32Array.from(moving.flat()),
    weight: flat(moving.map((bones, v) => bones.map((bone) => model.weights[v][bone]))),
    xSign: model.is_mirrored ? -1 : 1,
  };
}
