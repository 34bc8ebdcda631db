// Logistic regression by iteratively reweighted least squares (Newton's method) with an L2 penalty. The first column is
// the intercept, which is not penalised. It minimises sum(log loss) + lambda / 2 * sum(weight^2).

export const sigmoid = (z: number): number =>
  z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));

export const linear = (row: ArrayLike<number>, beta: ArrayLike<number>): number => {
  let z = 0;
  for (let j = 0; j < beta.length; j++) z += row[j]! * beta[j]!;
  return z;
};

/** log(1 + exp(z)) without overflow. */
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

export function penalisedLoss(
  rows: ArrayLike<number>[],
  events: ArrayLike<number | boolean>,
  beta: ArrayLike<number>,
  lambda: number,
): number {
  let loss = 0;
  for (let j = 1; j < beta.length; j++) loss += lambda / 2 * beta[j]! ** 2;
  rows.forEach((row, i) => {
    const z = linear(row, beta);
    loss += softplus(z) - (events[i] ? z : 0);
  });
  return loss;
}

export function gradientOf(
  rows: ArrayLike<number>[],
  events: ArrayLike<number | boolean>,
  beta: ArrayLike<number>,
  lambda: number,
): number[] {
  const gradient = Array.from(beta, (weight, j) => j === 0 ? 0 : lambda * weight);
  rows.forEach((row, i) => {
    const error = sigmoid(linear(row, beta)) - (events[i] ? 1 : 0);
    for (let j = 0; j < gradient.length; j++) gradient[j]! += error * row[j]!;
  });
  return gradient;
}

/** Solves a x = b for a symmetric positive definite matrix, by Cholesky decomposition. */
export function solve(a: number[][], b: number[]): number[] {
  const n = b.length, l = a.map((row) => [...row]), x = [...b];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i]![j]!;
      for (let k = 0; k < j; k++) sum -= l[i]![k]! * l[j]![k]!;
      if (i === j && !(sum > 0)) throw new Error("the matrix is not positive definite");
      l[i]![j] = i === j ? Math.sqrt(sum) : sum / l[j]![j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i]![k]! * x[k]!;
    x[i]! /= l[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k]![i]! * x[k]!;
    x[i]! /= l[i]![i]!;
  }
  return x;
}

/** The weights, the intercept first. Throws where it does not converge. */
export function fitLogistic(
  rows: ArrayLike<number>[],
  events: ArrayLike<number | boolean>,
  lambda: number,
): number[] {
  const n = rows[0]!.length;
  let beta = new Array<number>(n).fill(0);
  let loss = penalisedLoss(rows, events, beta, lambda);
  for (let round = 0; round < 100; round++) {
    const gradient = gradientOf(rows, events, beta, lambda);
    if (Math.hypot(...gradient) <= 1e-9 * rows.length) return beta;
    const hessian = Array.from(
      { length: n },
      (_, j) => Array.from({ length: n }, (_, k) => j !== k ? 0 : j === 0 ? 1e-12 : lambda),
    );
    for (const row of rows) {
      const p = sigmoid(linear(row, beta)), w = p * (1 - p);
      for (let j = 0; j < n; j++) {
        for (let k = 0; k <= j; k++) hessian[j]![k]! += w * row[j]! * row[k]!;
      }
    }
    const step = solve(hessian, gradient);
    // A full step can overshoot where outcomes are nearly separable: it is halved until the loss falls.
    let size = 1, next = beta, nextLoss = Infinity;
    for (; size > 1e-10 && !(nextLoss < loss); size /= 2) {
      next = beta.map((weight, j) => weight - size * step[j]!);
      nextLoss = penalisedLoss(rows, events, next, lambda);
    }
    if (!(nextLoss < loss)) {
      // The loss cannot fall any more at the precision of numbers.
      if (Math.hypot(...gradient) <= 1e-6 * rows.length) return beta;
      break;
    }
    [beta, loss] = [next, nextLoss];
  }
  throw new Error("the regression does not converge");
}
