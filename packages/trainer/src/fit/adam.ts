/** Adam with decoupled weight decay, on a flat array of parameters. */

/** Decay rates of the two moments, and the term that keeps the step finite (Kingma and Ba, arXiv 1412.6980; Loshchilov and Hutter, arXiv 1711.05101). */
const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** Steps `values` against `gradient`, in place. */
export type Optimiser = (gradient: Float64Array, rate: number) => void;

/** An optimiser that owns the moments of `values`. */
export function adam(values: Float32Array | Float64Array, decay: number): Optimiser {
  const first = new Float64Array(values.length);
  const second = new Float64Array(values.length);
  let step = 0;
  return (gradient, rate) => {
    step++;
    const correction = Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i] as number;
      const m = beta1 * (first[i] as number) + (1 - beta1) * g;
      const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      (values[i] as number) -= rate * ((correction * m) / (Math.sqrt(v) + epsilon) + decay * (values[i] as number));
    }
  };
}
