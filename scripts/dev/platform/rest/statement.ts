// The SQL of a request. Values are parameters without a type, so that PostgreSQL reads them as it reads literals.
import {
  type Condition,
  type Group,
  type Order,
  type Query,
  splitList,
  unquoted,
} from "./grammar.ts";

export const MAX_ROWS = 1000;

export const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

export class Parameters {
  readonly values: string[] = [];
  add(value: string): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

const SYMBOLS: Record<string, string> = {
  ...{ eq: "=", neq: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" },
  ...{ like: "like", ilike: "ilike", cs: "@>", cd: "<@", ov: "&&" },
};

const IS: Record<string, string> = {
  ...{ null: "null", not_null: "not null", true: "true", false: "false", unknown: "unknown" },
};

/** An array literal of PostgreSQL from `(a,b,"c,d")`. */
function arrayOf(text: string): string {
  const inner = /^\((.*)\)$/s.exec(text)?.[1];
  if (inner === undefined) throw new Error("no list");
  if (inner === "") return "{}";
  const items = splitList(inner).map(unquoted);
  return `{${items.map((item) => `"${item.replace(/[\\"]/g, "\\$&")}"`).join(",")}}`;
}

function conditionSql(from: string, condition: Condition, parameters: Parameters): string {
  const { column, operator, negated, value } = condition;
  const left = `${from}.${quote(column)}`;
  const not = negated ? "not " : "";
  if (operator === "is") {
    const word = IS[value.toLowerCase()];
    if (!word) throw new SyntaxError(`"failed to parse filter (is.${value})" (line 1, column 4)`);
    return `${not}(${left} is ${word})`;
  }
  if (operator === "in") {
    let list: string;
    try {
      list = arrayOf(value);
    } catch {
      throw new SyntaxError(`"failed to parse filter (in.${value})" (line 1, column 4)`);
    }
    return `${not}(${left} = any (${parameters.add(list)}))`;
  }
  const right = operator === "like" || operator === "ilike" ? value.replaceAll("*", "%") : value;
  return `${not}(${left} ${SYMBOLS[operator]} ${parameters.add(right)})`;
}

function groupSql(from: string, { any, conditions }: Group, parameters: Parameters): string {
  const list = conditions.map((condition) => conditionSql(from, condition, parameters));
  return list.length === 1 ? list[0] ?? "" : `(${list.join(any ? " or " : " and ")})`;
}

function orderSql(from: string, { column, descending, nulls }: Order): string {
  return `${from}.${quote(column)}${descending ? " desc" : ""}${nulls ? ` nulls ${nulls}` : ""}`;
}

/** Rows, their number and, where wished, the number of all rows, as one row of text. `from` names what is read. */
export function readSql(
  source: string,
  from: string,
  query: Query,
  count: boolean,
  parameters: Parameters,
): string {
  const columns =
    query.columns?.map(({ name, alias }) =>
      `${from}.${quote(name)}${alias ? ` as ${quote(alias)}` : ""}`
    ).join(", ") ?? `${from}.*`;
  const groups = query.groups.map((group) => groupSql(from, group, parameters));
  const where = groups.length > 0 ? ` where ${groups.join(" and ")}` : "";
  const order = query.order.length > 0
    ? ` order by ${query.order.map((item) => orderSql(from, item)).join(", ")}`
    : "";
  const limit = Math.min(query.limit ?? MAX_ROWS, MAX_ROWS);
  const offset = query.offset > 0 ? ` offset ${query.offset}` : "";
  const rows = `select ${columns} from ${source}${where}${order} limit ${limit}${offset}`;
  const total = count ? `(select count(*) from ${source}${where})::text` : "null";
  return `select coalesce(json_agg(page_), '[]')::text as body, (json_agg(page_) -> 0)::text as first, count(*)::text as rows, ${total} as total
    from (${rows}) page_`;
}
