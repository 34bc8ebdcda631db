// Chooses the requests that fail, and how.
import type { Random } from "./random.ts";
import type { Fault, FaultHandle, Incoming } from "./types.ts";

interface Rule {
  fault: Fault;
  seen: number;
  hits: number;
}

function matches(fault: Fault, request: Incoming): boolean {
  if (fault.provider && fault.provider !== request.provider) return false;
  if (fault.method && fault.method !== request.method) return false;
  if (typeof fault.path === "string" && !request.path.startsWith(fault.path)) return false;
  if (fault.path instanceof RegExp && !fault.path.test(request.path)) return false;
  return fault.when?.(request) ?? true;
}

export class Faults {
  #rules: Rule[] = [];
  #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  add(fault: Fault): FaultHandle {
    const rule: Rule = { fault, seen: 0, hits: 0 };
    this.#rules.push(rule);
    return {
      get hits() {
        return rule.hits;
      },
      remove: () => {
        this.#rules = this.#rules.filter((other) => other !== rule);
      },
    };
  }

  clear(): void {
    this.#rules = [];
  }

  apply(request: Incoming): Fault["then"] | null {
    for (const rule of this.#rules) {
      const { fault } = rule;
      if (!matches(fault, request)) continue;
      rule.seen++;
      if (fault.nth !== undefined && rule.seen !== fault.nth) continue;
      if (fault.times !== undefined && rule.hits >= fault.times) continue;
      if (fault.share !== undefined && this.#random() >= fault.share) continue;
      rule.hits++;
      return fault.then;
    }
    return null;
  }
}
