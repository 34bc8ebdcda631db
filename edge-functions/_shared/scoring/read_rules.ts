// Reads the rules of a vertical from YAML, with what it inherits. A file that extends another replaces its rules and
// groups by id, removes those named under `remove`, and adds its own.
import { isMap, isScalar, type Node } from "yaml";
import { InvalidRules, type Problem } from "./problems.ts";
import type { Axis, Group, Missing, Rule, Rules, Table, Tiers } from "./rules.ts";
import { parseYaml, YamlReader } from "./yaml_nodes.ts";

/** Reports a problem at a character of a rule's `when`, `of` or `per`. */
export type Complain = (rule: string, key: string, message: string, offset?: number) => void;

export interface SourcedRules {
  rules: Rules;
  problems: Problem[];
  complain: Complain;
}

const FILE = ["vertical", "extends", "weights", "groups", "rules", "remove", "tiers"] as const;
const GROUP = ["axis", "cap", "half_life_days"] as const;
const RULE = [
  ...["id", "group", "words", "when", "points", "table", "per", "cap", "cap_per_day", "missing"],
] as const;
const TABLE = ["of", "steps", "values", "otherwise"] as const;
const ID = /^[a-z][a-z0-9_]{0,62}$/;

type Place = { reader: YamlReader; nodes: Map<string, Node>; node: Node };

/** `load` returns the text of scoring/NAME.yaml, or null. Collects problems; throws them only where nothing is left. */
export function readRules(name: string, load: (name: string) => string | null): SourcedRules {
  const problems: Problem[] = [];
  const places = new Map<string, Place>();
  const rules = readFile(name, load, [], problems, places);
  if (!rules) throw new InvalidRules(problems);
  const complain: Complain = (rule, key, message, offset = 0) => {
    const place = places.get(rule);
    place?.reader.problem(place.nodes.get(key) ?? place.node, message, offset);
  };
  checkWhole(rules, complain, problems, places);
  return { rules, problems, complain };
}

function readFile(
  name: string,
  load: (name: string) => string | null,
  open: string[],
  problems: Problem[],
  places: Map<string, Place>,
): Rules | null {
  const source = load(name);
  const file = `${name}.yaml`;
  if (source === null) {
    problems.push({ file, line: 1, column: 1, message: "file not found" });
    return null;
  }
  const reader = new YamlReader(parseYaml(file, source, problems), problems);
  if (problems.length > 0) return null;
  const root = reader.map(reader.file.root, "the file", FILE);
  let inherited: Rules = {
    vertical: name,
    weights: { fit: 70, engagement: 30 },
    groups: [],
    rules: [],
    tiers: { fit: [], engagement: [] },
  };
  const parent = reader.text(root.get("extends"), "extends");
  if (parent !== null) {
    if ([...open, name].includes(parent)) {
      return reader.problem(root.get("extends"), `${parent} extends itself`);
    }
    if (load(parent) === null) {
      return reader.problem(root.get("extends"), `${parent}.yaml not found`);
    }
    const read = readFile(parent, load, [...open, name], problems, places);
    if (!read) return null;
    inherited = read;
  }
  const rules = readRuleList(reader, root.get("rules"), places);
  const removed = reader.list(root.get("remove"), "remove").flatMap((node) => {
    const id = reader.text(node, "a removed rule");
    if (id !== null && !inherited.rules.some((rule) => rule.id === id)) {
      reader.problem(node, `no rule ${id} is inherited`);
    }
    return id ?? [];
  });
  return {
    vertical: reader.text(root.get("vertical"), "vertical") ?? name,
    weights: readWeights(reader, root.get("weights")) ?? inherited.weights,
    groups: merge(inherited.groups, readGroups(reader, root.get("groups"))),
    rules: merge(inherited.rules.filter(({ id }) => !removed.includes(id)), rules),
    tiers: readTiers(reader, root.get("tiers"), inherited.tiers),
  };
}

/** Own entries take the place of those with the same id; others follow. */
function merge<T extends { id: string }>(inherited: T[], own: T[]): T[] {
  const mine = new Map(own.map((one) => [one.id, one]));
  return [
    ...inherited.map((one) => mine.get(one.id) ?? one),
    ...own.filter(({ id }) => !inherited.some((one) => one.id === id)),
  ];
}

function readWeights(reader: YamlReader, node: Node | undefined): Record<Axis, number> | null {
  if (!node) return null;
  const map = reader.map(node, "weights", ["fit", "engagement"]);
  const [fit, engagement] = ["fit", "engagement"].map((key) =>
    reader.number(map.get(key), key, { min: 0, max: 100 }) ?? 0
  ) as [number, number];
  if (fit + engagement !== 100) reader.problem(node, "the weights must add up to 100");
  return { fit, engagement };
}

function readGroups(reader: YamlReader, node: Node | undefined): Group[] {
  if (!node) return [];
  return [...reader.map(node, "groups")].map(([id, value]) => {
    if (!ID.test(id)) reader.problem(value, `invalid id of a group: ${id}`);
    const map = reader.map(value, `group ${id}`, GROUP);
    const axis = reader.text(map.get("axis"), "axis");
    if (axis !== "fit" && axis !== "engagement") {
      reader.problem(map.get("axis") ?? value, `axis of ${id} must be fit or engagement`);
    }
    return {
      id,
      axis: axis === "engagement" ? "engagement" : "fit",
      cap: reader.number(map.get("cap"), "cap", { min: 1 }),
      half_life_days: reader.number(map.get("half_life_days"), "half_life_days", {
        min: 1,
        max: 3650,
      }),
    };
  });
}

function readRuleList(
  reader: YamlReader,
  node: Node | undefined,
  places: Map<string, Place>,
): Rule[] {
  const seen = new Set<string>();
  return reader.list(node, "rules").flatMap((one) => {
    const nodes = reader.map(one, "a rule", RULE);
    const id = reader.text(nodes.get("id"), "id");
    if (id === null) {
      if (!nodes.has("id")) reader.problem(one, "a rule needs an id");
      return [];
    }
    if (!ID.test(id)) reader.problem(nodes.get("id"), "an id has lower-case letters, digits and _");
    if (seen.has(id)) reader.problem(nodes.get("id"), `rule ${id} is there twice`);
    seen.add(id);
    const table = readTable(reader, nodes.get("table"));
    if (table) nodes.set("of", table.node);
    places.set(id, { reader, nodes, node: one });
    return {
      id,
      group: reader.text(nodes.get("group"), "group") ?? missingKey(reader, one, id, "group"),
      words: reader.text(nodes.get("words"), "words") ?? missingKey(reader, one, id, "words"),
      when: reader.text(nodes.get("when"), "when"),
      points: reader.number(nodes.get("points"), "points"),
      table: table?.table ?? null,
      per: reader.text(nodes.get("per"), "per"),
      cap: reader.number(nodes.get("cap"), "cap", { min: 1 }),
      cap_per_day: reader.number(nodes.get("cap_per_day"), "cap_per_day", { min: 1 }),
      missing: readMissing(reader, nodes.get("missing"), nodes),
    };
  });
}

function missingKey(reader: YamlReader, node: Node, id: string, key: string): string {
  if (!isMap(node) || !node.has(key)) reader.problem(node, `rule ${id} needs ${key}`);
  return "";
}

function readTable(
  reader: YamlReader,
  node: Node | undefined,
): { table: Table; node: Node } | null {
  if (!node) return null;
  const map = reader.map(node, "table", TABLE);
  const of = reader.text(map.get("of"), "of");
  if (of === null) {
    return map.has("of") ? null : reader.problem(node, "a table needs `of`, a field");
  }
  if (map.has("steps") === map.has("values")) {
    reader.problem(node, "a table has either steps (of a number) or values (of a text)");
  }
  const steps = reader.list(map.get("steps"), "steps").flatMap((step) => {
    const entry = reader.map(step, "a step", ["from", "points"]);
    const from = reader.number(entry.get("from"), "from", { min: -1e12, max: 1e12, whole: false });
    const points = reader.number(entry.get("points"), "points");
    if (from !== null && points !== null) return [{ from, points }];
    if (!entry.has("from") || !entry.has("points")) {
      reader.problem(step, "a step needs from and points");
    }
    return [];
  });
  steps.slice(1).forEach((step, at) => {
    if (step.from <= steps[at]!.from) reader.problem(map.get("steps"), "steps must rise");
  });
  const values = map.has("values")
    ? Object.fromEntries(
      [...reader.map(map.get("values"), "values")].map(([key, value]) => [
        key,
        reader.number(value, key) ?? 0,
      ]),
    )
    : null;
  const otherwise = reader.number(map.get("otherwise"), "otherwise") ?? 0;
  return {
    table: { of, steps: map.has("steps") ? steps : null, values, otherwise },
    node: map.get("of")!,
  };
}

function readMissing(
  reader: YamlReader,
  node: Node | undefined,
  nodes: Map<string, Node>,
): Missing {
  if (!node) return "zero";
  if (isMap(node)) {
    return {
      points: reader.number(reader.map(node, "missing", ["points"]).get("points"), "points") ?? 0,
    };
  }
  const value = isScalar(node) ? node.value : null;
  if (value === "zero" || value === "skip") return value;
  if (value === "points" && nodes.has("points") && !nodes.has("per")) {
    return { points: reader.number(nodes.get("points"), "points") ?? 0 };
  }
  reader.problem(
    node,
    "missing must be zero, skip, points (of a rule with points), or {points: N}",
  );
  return "zero";
}

function readTiers(reader: YamlReader, node: Node | undefined, inherited: Tiers): Tiers {
  if (!node) return inherited;
  const map = reader.map(node, "tiers", ["fit", "engagement"]);
  const read = (axis: Axis) => {
    const value = map.get(axis);
    if (!value) return inherited[axis];
    const tiers = [...reader.map(value, `tiers of ${axis}`)].map(([name, from]) => {
      if (!/^[A-Za-z0-9]{1,8}$/.test(name)) {
        reader.problem(from, "a tier has a name of up to 8 letters and digits");
      }
      return { name, from: reader.number(from, name, { min: 0, max: 100 }) ?? 0 };
    }).sort((a, b) => a.from - b.from);
    if (tiers[0]?.from !== 0) reader.problem(value, `one tier of ${axis} must start at 0`);
    return tiers;
  };
  return { fit: read("fit"), engagement: read("engagement") };
}

function checkWhole(
  rules: Rules,
  complain: Complain,
  problems: Problem[],
  places: Map<string, Place>,
): void {
  const groups = new Map(rules.groups.map((group) => [group.id, group]));
  for (const rule of rules.rules) {
    const group = groups.get(rule.group);
    if (rule.group !== "" && !group) complain(rule.id, "group", `unknown group ${rule.group}`);
    const ways = [rule.table, rule.per].filter((way) => way !== null).length;
    if (ways > 1) complain(rule.id, "per", "a rule has either a table or per");
    else if (rule.table && rule.points !== null) {
      complain(rule.id, "points", "the points of a table are in its steps or values");
    } else if (!rule.table && rule.points === null && !places.get(rule.id)?.nodes.has("points")) {
      complain(rule.id, "id", `rule ${rule.id} needs points or a table`);
    }
    if (ways === 0 && !places.get(rule.id)?.nodes.has("when")) {
      complain(rule.id, "id", `rule ${rule.id} needs when`);
    }
    const activity = rule.per?.startsWith("activity.") ?? false;
    if (rule.cap_per_day !== null && !activity) {
      complain(rule.id, "cap_per_day", "only activities are capped per day");
    }
    if (rule.cap !== null && rule.per === null) complain(rule.id, "cap", "only `per` needs a cap");
    if (group?.half_life_days && !activity) {
      complain(
        rule.id,
        "group",
        `a group with a half-life counts activities only: per: activity.…`,
      );
    }
  }
  const whole = (message: string) => {
    const reader = [...places.values()].at(-1)?.reader;
    if (reader) reader.problem(reader.file.root, message);
    else problems.push({ file: `${rules.vertical}.yaml`, line: 1, column: 1, message });
  };
  if (rules.rules.length === 0) whole("the file has no rules");
  if (rules.rules.length > 200) whole("there are more than 200 rules");
  for (const axis of ["fit", "engagement"] as const) {
    if (rules.tiers[axis].length === 0) whole(`tiers of ${axis} are missing`);
  }
}
