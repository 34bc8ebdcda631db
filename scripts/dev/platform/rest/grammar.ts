// What the local REST interface understands: this list, and nothing else. PostgREST knows far more; whatever is not
// listed here is answered with 501 and what was not understood, so that no page comes to need it unseen.
// docs/local_platform.md shows the list; a test compares the two.
export const GRAMMAR = {
  paths: ["GET, HEAD /VIEW", "POST /rpc/FUNCTION", "GET, HEAD /rpc/FUNCTION (stable or immutable)"],
  select: ["*", "COLUMN", "ALIAS:COLUMN"],
  operators: ["eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike", "is", "in", "cs", "cd", "ov"],
  negation: "not.OPERATOR.VALUE",
  logic: ["or=(COLUMN.OPERATOR.VALUE,…)", "and=(COLUMN.OPERATOR.VALUE,…)"],
  order: "COLUMN[.asc|.desc][.nullsfirst|.nullslast]",
  range: ["limit", "offset", "Range: FIRST-LAST"],
  prefer: ["count=exact", "return=representation (functions, where it changes nothing)"],
  accept: ["application/json", "application/vnd.pgrst.object+json", "*/*"],
  profiles: ["public"],
} as const;

/** Something that PostgREST may know and this list does not. */
export class NotUnderstood extends Error {}

/** Something that PostgREST does not know either. */
export class BadQuery extends Error {
  readonly details: string | null;
  constructor(message: string, details: string | null = null) {
    super(message);
    this.details = details;
  }
}

export interface Column {
  name: string;
  alias: string | null;
}

export interface Condition {
  column: string;
  operator: (typeof GRAMMAR.operators)[number];
  negated: boolean;
  value: string;
}

/** Conditions that hold together, or of which one holds. */
export interface Group {
  any: boolean;
  conditions: Condition[];
}

export interface Order {
  column: string;
  descending: boolean;
  nulls: "first" | "last" | null;
}

export interface Query {
  /** Null for all columns. */
  columns: Column[] | null;
  groups: Group[];
  order: Order[];
  limit: number | null;
  offset: number;
}

export interface Wishes {
  count: boolean;
  single: boolean;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function nameOf(text: string, what: string): string {
  if (!NAME.test(text)) throw new NotUnderstood(`${what} "${text}"`);
  return text;
}

function columnsOf(text: string): Column[] | null {
  if (text === "" || text === "*") return null;
  return text.split(",").map((item) => {
    const parts = item.trim().split(":");
    if (parts.length > 2 || item.includes("(") || item === "*") {
      throw new NotUnderstood(`select "${item}"`);
    }
    const name = nameOf(parts.at(-1) ?? "", "select");
    return { name, alias: parts.length === 2 ? nameOf(parts[0] ?? "", "alias") : null };
  });
}

function orderOf(text: string): Order[] {
  return text.split(",").map((item) => {
    const [column = "", ...words] = item.split(".");
    const order: Order = { column: nameOf(column, "order"), descending: false, nulls: null };
    for (const word of words) {
      if (word === "asc" || word === "desc") order.descending = word === "desc";
      else if (word === "nullsfirst" || word === "nullslast") {
        order.nulls = word === "nullsfirst" ? "first" : "last";
      } else throw new NotUnderstood(`order "${item}"`);
    }
    return order;
  });
}

function conditionOf(column: string, text: string): Condition {
  const negated = text.startsWith("not.");
  const rest = negated ? text.slice(4) : text;
  const dot = rest.indexOf(".");
  const operator = GRAMMAR.operators.find((known) => known === rest.slice(0, dot));
  if (!operator) throw new NotUnderstood(`filter "${column}=${text}"`);
  return { column: nameOf(column, "filter"), operator, negated, value: rest.slice(dot + 1) };
}

/** Splits at commas outside of quotes, parentheses and braces. */
export function splitList(text: string): string[] {
  const found: string[] = [];
  let [item, depth, quoted] = ["", 0, false];
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] ?? "";
    if (quoted && sign === "\\") {
      item += sign + (text[++i] ?? "");
      continue;
    }
    if (sign === '"') quoted = !quoted;
    if (!quoted && (sign === "(" || sign === "{")) depth++;
    if (!quoted && (sign === ")" || sign === "}")) depth--;
    if (sign === "," && !quoted && depth === 0) {
      found.push(item);
      item = "";
    } else item += sign;
  }
  return [...found, item];
}

/** A value of a list or of a group: quoted where it contains a separator. */
export function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, "$1") : text;
}

function groupOf(any: boolean, text: string): Group {
  const inner = /^\((.*)\)$/s.exec(text)?.[1];
  if (!inner) throw new BadQuery(`"failed to parse logic tree (${text})" (line 1, column 1)`);
  const conditions = splitList(inner).map((item) => {
    const dot = item.indexOf(".");
    const column = item.slice(0, dot);
    if (/^(not|and|or)(\.|\(|$)/.test(item)) throw new NotUnderstood(`nested logic "${item}"`);
    const condition = conditionOf(column, item.slice(dot + 1));
    return condition.operator === "in"
      ? condition
      : { ...condition, value: unquoted(condition.value) };
  });
  return { any, conditions };
}

function numberOf(name: string, text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) {
    throw new BadQuery(`"failed to parse ${name} parameter (${text})" (line 1, column 1)`);
  }
  return Number(text);
}

/** Reads select, filters, order and range. `taken` names the parameters that are a function's arguments. */
export function queryOf(
  parameters: URLSearchParams,
  range: string | null,
  taken = new Set<string>(),
): Query {
  const query: Query = { columns: null, groups: [], order: [], limit: null, offset: 0 };
  for (const [name, value] of parameters) {
    if (name === "apikey" || taken.has(name)) continue;
    if (name === "select") query.columns = columnsOf(value);
    else if (name === "order") query.order = orderOf(value);
    else if (name === "limit") query.limit = numberOf(name, value);
    else if (name === "offset") query.offset = numberOf(name, value);
    else if (name === "or" || name === "and") query.groups.push(groupOf(name === "or", value));
    else query.groups.push({ any: false, conditions: [conditionOf(name, value)] });
  }
  if (range !== null) {
    const [, first = "", last = ""] = /^(\d+)-(\d*)$/.exec(range) ?? [];
    if (first === "") throw new NotUnderstood(`Range "${range}"`);
    const limit = last === "" ? null : Number(last) - Number(first) + 1;
    query.offset = Math.max(query.offset, Number(first));
    if (limit !== null) query.limit = Math.min(query.limit ?? limit, limit);
  }
  return query;
}

/** Reads `Prefer`, `Accept` and the profiles. */
export function wishesOf(headers: Headers, isCall: boolean): Wishes {
  const wishes: Wishes = { count: false, single: false };
  for (const wish of (headers.get("prefer") ?? "").split(/[,;]/).map((text) => text.trim())) {
    if (wish === "count=exact") wishes.count = true;
    else if (isCall && wish === "return=representation") continue;
    else if (wish) throw new NotUnderstood(`Prefer "${wish}"`);
  }
  const accept = headers.get("accept") ?? "*/*";
  const types = accept.split(",").map((type) => type.trim().replace(/;\s*(q|charset)=[^;]*/g, ""));
  if (types[0] === "application/vnd.pgrst.object+json") wishes.single = true;
  else if (!types.some((type) => GRAMMAR.accept.includes(type as "*/*"))) {
    throw new NotUnderstood(`Accept "${accept}"`);
  }
  for (const name of ["accept-profile", "content-profile"]) {
    const profile = headers.get(name) ?? "public";
    if (!GRAMMAR.profiles.includes(profile as "public")) {
      throw new NotUnderstood(`${name} "${profile}"`);
    }
  }
  return wishes;
}
