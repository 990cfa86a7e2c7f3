/**
 * The cost of a clustering: the squared distance of each point to the nearest centroid, of d numbers each.
 *
 * @hvp centroids
 */
export function cost(points: Float64Array, centroids: Float64Array, d: number): number {
  const n = points.length / d;
  const k = centroids.length / d;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let nearest = Infinity;
    for (let c = 0; c < k; c++) {
      let distance = 0;
      for (let j = 0; j < d; j++) distance += (points[i * d + j] - centroids[c * d + j]) ** 2;
      if (distance < nearest) nearest = distance;
    }
    sum += nearest;
  }
  return sum;
}
