// What the score commands print.

interface Place {
  lead_id: string;
  place: number;
  tier: string;
  score: number;
}

export interface Trial {
  version: number;
  leads: number;
  changing: number;
  confidence: number | null;
  tiers: { from: string | null; to: string; leads: number }[];
  examples: {
    lead_id: string;
    from: string | null;
    to: string;
    old_score: number | null;
    score: number;
    confidence: number;
  }[];
  feeds: {
    campaign: string;
    before: number;
    after: number;
    both: number;
    enter: Place[];
    leave: Place[];
  }[];
}

export interface Version {
  version: number;
  vertical: string;
  state: string;
  rules: number;
  created_at: Date;
  history: { action: string; at: string; user_id: string | null }[];
}

export interface Explained {
  score: {
    version: number;
    score: number;
    rule_score: number;
    fit: number;
    engagement: number;
    tier: string;
    confidence: number;
    scored_at: Date;
  };
  rules: {
    rule: string;
    words: string;
    group: string;
    axis: string;
    points: number;
    known: boolean;
    cap: number | null;
    group_points: number;
  }[];
}

export function trialText(trial: Trial): string {
  const tier = (name: string | null) => name ?? "none";
  return [
    `${trial.changing} of ${trial.leads} leads change tier; confidence ${
      trial.confidence ?? 0
    } % on average`,
    ...trial.tiers.map(({ from, to, leads }) =>
      `  ${tier(from)} -> ${to}: ${leads}${from === to ? " (stay)" : ""}`
    ),
    ...trial.examples.length > 0 ? ["Examples:"] : [],
    ...trial.examples.map(({ lead_id, from, to, old_score, score, confidence }) =>
      `  ${lead_id}  ${tier(from)} -> ${to}, score ${
        old_score ?? "none"
      } -> ${score}, confidence ${confidence} %`
    ),
    ...trial.feeds.length > 0
      ? ["Next feeds, of the leads nominated now and before the live check:"]
      : ["No campaign is running."],
    ...trial.feeds.flatMap((feed) => [
      `  ${feed.campaign}: ${feed.before} leads before, ${feed.after} after, ${feed.both} of them the same`,
      ...feed.enter.map((one) =>
        `    enters at ${one.place}: ${one.lead_id} ${one.tier} ${one.score}`
      ),
      ...feed.leave.map((one) =>
        `    leaves from ${one.place}: ${one.lead_id} ${one.tier} ${one.score}`
      ),
    ]),
  ].join("\n");
}

export function versionText({ version, vertical, state, rules, history }: Version): string {
  return [
    `version ${version}  ${vertical}  ${rules} rules  ${state}`,
    ...history.map(({ action, at, user_id }) =>
      `  ${at}  ${action.replace("_", " ")}  ${user_id ?? "the operator"}`
    ),
  ].join("\n");
}

export function explainText({ score, rules }: Explained): string {
  const learned = score.score === score.rule_score
    ? ""
    : ` (learned; the rules say ${score.rule_score})`;
  const groups = [...new Set(rules.map(({ group }) => group))];
  return [
    `score ${score.score}${learned}, tier ${score.tier}: fit ${score.fit}, engagement ${score.engagement}, ` +
    `confidence ${score.confidence} % (version ${score.version})`,
    ...groups.flatMap((group) => {
      const own = rules.filter((rule) => rule.group === group);
      const { axis, cap, group_points } = own[0]!;
      return [
        `${group} (${axis}): ${group_points}${cap === null ? "" : ` of at most ${cap}`}`,
        ...own.map(({ words, points, known }) =>
          `  ${known ? signed(points) : "  ?"}  ${words}${known ? "" : " (unknown)"}`
        ),
      ];
    }),
  ].join("\n");
}

const signed = (points: number): string => `${points > 0 ? "+" : ""}${points}`.padStart(3);
