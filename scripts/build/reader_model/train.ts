// Logistic regression by adaptive gradients over the features of the learned reader, in a fixed order: the same
// examples give the same weights.
import { BUCKETS } from "../../../edge-functions/_shared/inbound/reader/learned/features.ts";

export interface Example {
  features: Int32Array;
  isWish: boolean;
  /** How much it counts. */
  weight: number;
}

export interface Model {
  weights: Float64Array;
  bias: number;
}

const STEP = 0.3;
const DECAY = 1e-4;

export function train(examples: readonly Example[], rounds: number): Model {
  const weights = new Float64Array(BUCKETS);
  const squares = new Float64Array(BUCKETS).fill(1e-2);
  let bias = 0;
  let biasSquares = 1e-2;
  const order = examples.map((_, n) => n);
  const random = randomNumbers(1);
  for (let round = 0; round < rounds; round++) {
    shuffle(order, random);
    for (const n of order) {
      const { features, isWish, weight } = examples[n]!;
      const scale = 1 / Math.sqrt(features.length + 1);
      let sum = 0;
      for (const feature of features) sum += weights[feature]!;
      const error = weight * (1 / (1 + Math.exp(-(sum * scale + bias))) - (isWish ? 1 : 0));
      for (const feature of features) {
        const gradient = error * scale + DECAY * weights[feature]!;
        squares[feature]! += gradient * gradient;
        weights[feature]! -= STEP * gradient / Math.sqrt(squares[feature]!);
      }
      biasSquares += error * error;
      bias -= STEP * error / Math.sqrt(biasSquares);
    }
  }
  return { weights, bias };
}

export function logOdds({ weights, bias }: Model, features: Int32Array): number {
  let sum = 0;
  for (const feature of features) sum += weights[feature]!;
  return sum / Math.sqrt(features.length + 1) + bias;
}

function shuffle(order: number[], random: () => number): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = random() % (at + 1);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
}

/** Xorshift: whole numbers from 0 to 2^32 - 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
