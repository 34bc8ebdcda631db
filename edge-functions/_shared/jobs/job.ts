// Shared by the handlers of all queues. Imports no handler: handlers import this.
import { isTransient } from "../platform/db/client.ts";
import type { Deps } from "../platform/deps.ts";
import type { Job, Queue, QueueName } from "./queue.ts";

export type { Job };

/** Dependencies of a handler or a periodic task. */
export interface Work extends Deps {
  queue: Queue;
  /** Rows of one transaction while staging. */
  sliceRows: number;
  /** Rows of one transaction while resolving a large upload. */
  resolveRows: number;
  /** Slices of an upload that are applied at the same time while resolving. */
  resolveSlices: number;
  /** Asked at safe points: true when the job should be returned to its queue and continued later. */
  shouldStop: () => boolean;
  /** Reports CPU spent, in rows staged (see batch.ts); the loop has no limit. */
  spend: (rows: number) => void;
}

/** The code for each queue. */
export type Handlers = { [Q in QueueName]: (work: Work, job: Job<Q>) => Promise<void> };

/** Work without a queue; a failure is logged, and the next round tries again. */
export interface Task {
  name: string;
  run: () => Promise<unknown>;
}

/** Thrown by a handler at a safe point: finished work is kept, and another run does the rest. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

const ATTEMPTS = 5;

/** Repeats a transaction at once where it lost a conflict with another one. */
export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || attempt === ATTEMPTS) throw error;
    }
  }
}
