/** A hand: a tree of bones, and a mesh whose vertices follow them. A matrix is 3 × 4, row by row: a rotation, then a shift. */
export interface Hand {
  /** The parent of each bone, which comes before it; -1 at the root. */
  parents: Int32Array;
  baseRelatives: Float64Array;
  inverseBaseAbsolutes: Float64Array;
  /** Where each vertex is at rest, three numbers each. */
  basePositions: Float64Array;
  /** What moves vertex v: the bones and weights from weightStart[v] up to weightStart[v + 1]. */
  weightStart: Int32Array;
  weightBone: Int32Array;
  weight: Float64Array;
  /** -1 where x is mirrored, else 1. */
  xSign: number;
}

/**
 * How far measured points are from the vertices that they belong to, in the pose theta: the rotation and the shift of the hand,
 * then four angles for each finger.
 *
 * @jacobian theta
 */
export function distances(theta: Float64Array, hand: Hand, vertex: Int32Array, points: Float64Array): Float64Array {
  const vertices = posedVertices(theta, hand);
  const e = new Float64Array(points.length);
  for (let i = 0; i < vertex.length; i++) {
    for (let j = 0; j < 3; j++) e[3 * i + j] = points[3 * i + j] - vertices[3 * vertex[i] + j];
  }
  return e;
}

/**
 * The same where point i is in the triangle of the vertices corners[3 * i], …, at the barycentric coordinates us[2 * i], …. All
 * of these are shifted by one (du, dv), which is 0: what a row has in it is what it has in the coordinates of its own point.
 *
 * @jacobian du, dv, theta
 */
export function distancesInTriangles(
  du: number,
  dv: number,
  theta: Float64Array,
  us: Float64Array,
  hand: Hand,
  corners: Int32Array,
  points: Float64Array,
): Float64Array {
  const vertices = posedVertices(theta, hand);
  const e = new Float64Array(points.length);
  for (let i = 0; 3 * i < points.length; i++) {
    const a = 3 * corners[3 * i];
    const b = 3 * corners[3 * i + 1];
    const c = 3 * corners[3 * i + 2];
    const u = us[2 * i] + du;
    const v = us[2 * i + 1] + dv;
    for (let j = 0; j < 3; j++) {
      const at = u * vertices[a + j] + v * vertices[b + j] + (1 - u - v) * vertices[c + j];
      e[3 * i + j] = points[3 * i + j] - at;
    }
  }
  return e;
}

/** Where all vertices are in the pose theta, three numbers each. */
function posedVertices(theta: Float64Array, hand: Hand): Float64Array {
  const { basePositions, weightStart, weightBone, weight } = hand;
  const transforms = boneTransforms(theta, hand);
  const R = rotation(theta);
  const vertices = new Float64Array(basePositions.length);
  for (let v = 0; 3 * v < basePositions.length; v++) {
    let x = 0;
    let y = 0;
    let z = 0;
    for (let k = weightStart[v]; k < weightStart[v + 1]; k++) {
      const T = transforms.subarray(12 * weightBone[k], 12 * weightBone[k] + 12);
      const px = basePositions[3 * v];
      const py = basePositions[3 * v + 1];
      const pz = basePositions[3 * v + 2];
      x += weight[k] * (T[0] * px + T[1] * py + T[2] * pz + T[3]);
      y += weight[k] * (T[4] * px + T[5] * py + T[6] * pz + T[7]);
      z += weight[k] * (T[8] * px + T[9] * py + T[10] * pz + T[11]);
    }
    x *= hand.xSign;
    vertices[3 * v] = R[0] * x + R[1] * y + R[2] * z + theta[3];
    vertices[3 * v + 1] = R[3] * x + R[4] * y + R[5] * z + theta[4];
    vertices[3 * v + 2] = R[6] * x + R[7] * y + R[8] * z + theta[5];
  }
  return vertices;
}

/** For each bone, the matrix that takes a vertex from where it is at rest to where it is in the pose. */
function boneTransforms(theta: Float64Array, hand: Hand): Float64Array {
  const { parents, baseRelatives, inverseBaseAbsolutes } = hand;
  const turn = new Float64Array(12);
  const relative = new Float64Array(12);
  const absolutes = new Float64Array(12 * parents.length);
  const transforms = new Float64Array(12 * parents.length);
  for (let bone = 0; bone < parents.length; bone++) {
    let x = 0;
    let z = 0;
    // After the first two bones, which are fixed, come four for each finger: the first has two angles, the last has none.
    if (bone >= 2) {
      const first = bone + 4;
      const joint = (bone - 2) % 4;
      if (joint < 3) x = joint === 0 ? theta[first] : theta[first + 1];
      if (joint === 0) z = theta[first + 1];
    }
    const [cx, sx] = [Math.cos(x), Math.sin(x)];
    const [cz, sz] = [Math.cos(z), Math.sin(z)];
    turn.set([cz, -cx * sz, sx * sz, 0, sz, cx * cz, -sx * cz, 0, 0, sx, cx, 0]);
    const entries = 12 * bone;
    const absolute = absolutes.subarray(entries, entries + 12);
    compose(baseRelatives.subarray(entries, entries + 12), turn, relative);
    const parent = 12 * parents[bone];
    if (parent < 0) absolute.set(relative);
    else compose(absolutes.subarray(parent, parent + 12), relative, absolute);
    compose(absolute, inverseBaseAbsolutes.subarray(entries, entries + 12), transforms.subarray(entries, entries + 12));
  }
  return transforms;
}

/** into ← A B. */
function compose(A: Float64Array, B: Float64Array, into: Float64Array): void {
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 4; j++) {
      const sum = A[4 * i] * B[j] + A[4 * i + 1] * B[4 + j] + A[4 * i + 2] * B[8 + j];
      into[4 * i + j] = j === 3 ? sum + A[4 * i + 3] : sum;
    }
  }
}

/** The rotation by the angle-axis of the first three of theta, 3 × 3; none where it is tiny. */
function rotation(theta: Float64Array): readonly number[] {
  const angle = Math.sqrt(theta[0] * theta[0] + theta[1] * theta[1] + theta[2] * theta[2]);
  if (angle < 1e-4) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const x = theta[0] / angle;
  const y = theta[1] / angle;
  const z = theta[2] / angle;
  const s = Math.sin(angle);
  const c = Math.cos(angle);
  const t = 1 - c;
  return [
    ...[x * x * t + c, x * y * t - z * s, x * z * t + y * s],
    ...[x * y * t + z * s, y * y * t + c, y * z * t - x * s],
    ...[x * z * t - y * s, y * z * t + x * s, z * z * t + c],
  ];
}
