// How much this process's clock is ahead of the database's.

/** Clocks drift apart; what was seen is forgotten after one to two of these. */
const KEPT_MS = 60_000;
/** Of so many statements, one surely was as fast as the network allows. */
const ENOUGH = 4;

interface Bounds {
  least: number;
  most: number;
  statements: number;
}
const UNKNOWN: Bounds = { least: -Infinity, most: Infinity, statements: 0 };

/** Both bounds, in milliseconds. A statement runs after it was sent and before its answer, so each narrows them. */
export function compareClocks(clock: () => number = () => performance.now()) {
  let before = UNKNOWN, recent = UNKNOWN, since = clock();

  function bounds(): Bounds {
    return {
      least: Math.max(before.least, recent.least),
      most: Math.min(before.most, recent.most),
      statements: before.statements + recent.statements,
    };
  }

  return {
    bounds,
    /** The difference, at least: what is left of the uncertainty is the distance, which all calls have. */
    surely(): number {
      const { least, most, statements } = bounds();
      return statements < ENOUGH ? least : most;
    },
    /** The database's clock showed `from` after `sent`, and `until` before `answered`. */
    learn(sent: number, answered: number, from: number, until: number): void {
      const now = clock();
      if (now - since > KEPT_MS) {
        before = now - since > 2 * KEPT_MS ? UNKNOWN : recent;
        recent = UNKNOWN;
        since = now;
      }
      const seen = { least: sent - from, most: answered - until, statements: 1 };
      recent = {
        least: Math.max(recent.least, seen.least),
        most: Math.min(recent.most, seen.most),
        statements: recent.statements + 1,
      };
      const { least, most } = bounds();
      // One of the clocks was set.
      if (least > most) {
        before = UNKNOWN;
        recent = seen;
      }
    },
  };
}
