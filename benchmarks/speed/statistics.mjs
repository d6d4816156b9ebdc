/** Order statistics and the growth of a cost. */

/** The value below which `share` of the values lie. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export const median = (values) => quantile(values, 0.5);

/** Each key's median over measurements of one shape. */
export function medians(measured) {
  return Object.fromEntries(Object.keys(measured[0]).map((key) => [key, median(measured.map((one) => one[key]))]));
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Slope of the least-squares line through (log x, log y): 1 where y grows in proportion to x. */
export function growthExponent(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const [middleX, middleY] = [0, 1].map((axis) => mean(logs.map((point) => point[axis])));
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0);
  const variance = logs.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
  return covariance / variance;
}
