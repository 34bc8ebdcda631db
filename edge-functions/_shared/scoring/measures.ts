// How well a score orders leads, and how true its probabilities are.

/** Share of pairs of an event and another lead in which the event has the higher score; equal scores count half. */
export function auc(scores: ArrayLike<number>, events: ArrayLike<boolean>): number {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let ranks = 0, count = 0;
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end < order.length && scores[order[end]!] === scores[order[i]!]) end++;
    for (let k = i; k < end; k++) {
      if (!events[order[k]!]) continue;
      ranks += (i + 1 + end) / 2;
      count++;
    }
    i = end;
  }
  return (ranks - count * (count + 1) / 2) / (count * (order.length - count));
}

/** Mean squared difference between probability and outcome. */
export function brier(probabilities: ArrayLike<number>, events: ArrayLike<boolean>): number {
  let sum = 0;
  for (let i = 0; i < events.length; i++) sum += (probabilities[i]! - (events[i] ? 1 : 0)) ** 2;
  return sum / events.length;
}

export interface Decile {
  leads: number;
  events: number;
  /** Mean probability. */
  predicted: number;
  /** Share of events. */
  observed: number;
  /** Observed share against that of all leads. */
  lift: number;
}

/** Tenths of the leads, those with the highest probability first; equal probabilities share theirs evenly. */
export function deciles(probabilities: ArrayLike<number>, events: ArrayLike<boolean>): Decile[] {
  // Equal probabilities count as their mean, or the order of input would decide which tenth has the events.
  const groups = new Map<number, { n: number; events: number }>();
  let all = 0;
  for (let i = 0; i < events.length; i++) {
    const group = groups.get(probabilities[i]!) ?? { n: 0, events: 0 };
    group.n++;
    if (events[i]) group.events++, all++;
    groups.set(probabilities[i]!, group);
  }
  const sorted = [...groups].sort(([a], [b]) => b - a);
  const base = all / events.length;
  const result: Decile[] = [];
  let at = 0, used = 0;
  for (let tenth = 0; tenth < 10; tenth++) {
    const leads = Math.floor((tenth + 1) * events.length / 10) -
      Math.floor(tenth * events.length / 10);
    let left = leads, hits = 0, sum = 0;
    while (left > 0) {
      const [p, group] = sorted[at]!;
      const take = Math.min(left, group.n - used);
      hits += take * group.events / group.n;
      sum += take * p;
      left -= take;
      used += take;
      if (used === group.n) at++, used = 0;
    }
    if (leads === 0) continue;
    const observed = hits / leads;
    result.push({
      leads,
      events: hits,
      predicted: sum / leads,
      observed,
      lift: base === 0 ? 0 : observed / base,
    });
  }
  return result;
}
