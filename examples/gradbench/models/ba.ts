/**
 * The vector turned by the angle-axis r (Rodrigues' formula); where r is exactly 0, the first-order formula.
 */
function rotate(r: Float64Array, p: Vector): Vector {
  const squared = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
  if (squared === 0) {
    const [c0, c1, c2] = cross([r[0], r[1], r[2]], p);
    return [p[0] + c0, p[1] + c1, p[2] + c2];
  }
  const angle = Math.sqrt(squared);
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const axis: Vector = [r[0] / angle, r[1] / angle, r[2] / angle];
  const [c0, c1, c2] = cross(axis, p);
  const along = (axis[0] * p[0] + axis[1] * p[1] + axis[2] * p[2]) * (1 - cosine);
  return [
    p[0] * cosine + c0 * sine + axis[0] * along,
    p[1] * cosine + c1 * sine + axis[1] * along,
    p[2] * cosine + c2 * sine + axis[2] * along,
  ];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Where a camera (rotation, centre, focal length, principal point, two coefficients of distortion) sees the point X. */
function project(camera: Float64Array, X: Float64Array): [number, number] {
  const p = rotate(camera.subarray(0, 3), [X[0] - camera[3], X[1] - camera[4], X[2] - camera[5]]);
  const s = p[0] / p[2];
  const t = p[1] / p[2];
  const squared = s * s + t * t;
  const scale = camera[6] * (1 + camera[9] * squared + camera[10] * squared * squared);
  return [scale * s + camera[7], scale * t + camera[8]];
}

/**
 * The residuals of all observations: two of the projection for each, then one of the weight for each. An observation is of a
 * point through a camera, whose numbers stand in pairs.
 *
 * @jacobian {sparse} cameras, points, weights
 */
export function residuals(
  cameras: Float64Array,
  points: Float64Array,
  weights: Float64Array,
  observations: Int32Array,
  features: Float64Array,
): Float64Array {
  const p = weights.length;
  const r = new Float64Array(3 * p);
  for (let i = 0; i < p; i++) {
    const camera = 11 * observations[2 * i];
    const point = 3 * observations[2 * i + 1];
    const [u, v] = project(cameras.subarray(camera, camera + 11), points.subarray(point, point + 3));
    r[2 * i] = weights[i] * (u - features[2 * i]);
    r[2 * i + 1] = weights[i] * (v - features[2 * i + 1]);
    r[2 * p + i] = 1 - weights[i] * weights[i];
  }
  return r;
}

type Vector = readonly [number, number, number];
