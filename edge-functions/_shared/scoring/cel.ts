// Conditions in the Common Expression Language: the library parses them, and this file checks them against the
// catalogue and writes them as SQL. A fact that is missing is an error to CEL and null to SQL; both carry it through
// `&&`, `||` and `!` in the same way, so both decide the same.
import { type ASTNode, parse } from "@marcbachmann/cel-js";
import { type Catalogue, type FieldType, whyExcluded } from "./catalogue.ts";
import { nearest } from "./problems.ts";

export type CelType = FieldType;

export interface CelSql {
  sql: string;
  type: CelType;
  /** Names of the fields that it asks for. */
  fields: string[];
  /** What it compares number fields with; null: with something that is not a literal, or not at all. */
  compared: Compared[];
}

export interface Compared {
  field: string;
  with: number | null;
}

/** Where the SQL gets its values from. */
export interface CelNames {
  column(field: string): string;
  /** A text, as a parameter: no text of a rule becomes SQL. */
  text(value: string): string;
}

export class CelProblem extends Error {
  override name = "CelProblem";
  /** Offset in the expression. */
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const COMPARISONS: Record<string, string> = {
  "==": "=",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

interface Part {
  sql: string;
  type: CelType;
  /** Says nothing about the lead. */
  constant: boolean;
  /** The field that it is. */
  field?: string;
  /** The number that it is. */
  number?: number;
}

export function celToSql(source: string, catalogue: Catalogue, names: CelNames): CelSql {
  const fields = new Set<string>();
  const writer = new Writer(catalogue, names, fields);
  const part = writer.write(parseCel(source));
  if (part.constant) throw new CelProblem(0, "the expression names no field");
  if (part.field !== undefined) writer.compared.push({ field: part.field, with: null });
  return { sql: part.sql, type: part.type, fields: [...fields], compared: writer.compared };
}

/** A condition that a person can read is far shorter; a longer one could nest deeper than a program can follow. */
const MOST_CHARACTERS = 10_000;

function parseCel(source: string): ASTNode {
  if (source.length > MOST_CHARACTERS) {
    throw new CelProblem(
      MOST_CHARACTERS,
      `the expression has more than ${MOST_CHARACTERS.toLocaleString("en-US")} characters`,
    );
  }
  try {
    return parse(source).ast;
  } catch (error) {
    const { range, message } = error as Error & { range?: { start: number } };
    throw new CelProblem(range?.start ?? 0, message.split("\n")[0]!.toLowerCase());
  }
}

class Writer {
  readonly #catalogue: Catalogue;
  readonly #names: CelNames;
  readonly #fields: Set<string>;
  readonly compared: Compared[] = [];

  constructor(catalogue: Catalogue, names: CelNames, fields: Set<string>) {
    this.#catalogue = catalogue;
    this.#names = names;
    this.#fields = fields;
  }

  write(node: ASTNode): Part {
    switch (node.op) {
      case "value":
        return this.#literal(node.start, node.args);
      case "-_": {
        const { args } = node;
        if (args.op !== "value") break;
        const part = this.write(args);
        this.#expect(args, part, "number");
        return { ...part, sql: `(-${part.sql})`, number: -part.number! };
      }
      case ".":
        return this.#field(node);
      case "&&":
      case "||": {
        const [left, right] = node.args.map((arg) => this.#expect(arg, this.write(arg), "bool"));
        const word = node.op === "&&" ? "and" : "or";
        return this.#bool(`(${left!.sql} ${word} ${right!.sql})`, left!, right!);
      }
      case "!_": {
        const part = this.#expect(node.args, this.write(node.args), "bool");
        return this.#bool(`(not ${part.sql})`, part);
      }
      case "?:": {
        const [test, yes, no] = node.args.map((arg) => this.#expect(arg, this.write(arg), "bool"));
        const sql = `(case ${test!.sql} when true then ${yes!.sql} when false then ${no!.sql} end)`;
        return this.#bool(sql, test!, yes!, no!);
      }
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return this.#compare(node, node.op, node.args);
      case "in":
        return this.#in(node.args);
      case "call":
        return this.#call(node, node.args);
    }
    throw new CelProblem(
      node.start,
      `unsupported expression: rules use && || ! == != < <= > >= in ?: has() size(), fields and literals`,
    );
  }

  #bool(sql: string, ...parts: Part[]): Part {
    return { sql, type: "bool", constant: parts.every(({ constant }) => constant) };
  }

  #expect(node: ASTNode, part: Part, type: CelType): Part {
    if (part.type !== type) {
      throw new CelProblem(node.start, `expected ${type}, found ${part.type}`);
    }
    return part;
  }

  #literal(at: number, value: unknown): Part {
    if (typeof value === "boolean") return { sql: String(value), type: "bool", constant: true };
    if (typeof value === "string") {
      if (value.includes("\0")) throw new CelProblem(at, "a text cannot contain a NUL character");
      return { sql: this.#names.text(value), type: "text", constant: true };
    }
    if (typeof value === "number" || typeof value === "bigint") {
      const number = Number(value);
      if (Number.isFinite(number) && Math.abs(number) <= 1e15) {
        return { sql: `${number}::float8`, type: "number", constant: true, number };
      }
      throw new CelProblem(at, "number out of range");
    }
    throw new CelProblem(at, "unsupported literal: use true, false, a number or a text");
  }

  #field(node: ASTNode): Part {
    const name = fieldName(node);
    if (name === null) throw new CelProblem(node.start, "a field is written group.name");
    const field = this.#catalogue.fields.get(name);
    if (!field) {
      const reason = whyExcluded(this.#catalogue, name);
      if (reason !== null) {
        throw new CelProblem(node.start, `${name} cannot be used in a score: ${reason}`);
      }
      const meant = nearest(name, this.#catalogue.fields.keys());
      throw new CelProblem(
        node.start,
        `unknown field ${name}${meant === null ? "" : ` (did you mean ${meant}?)`}`,
      );
    }
    this.#fields.add(name);
    return {
      ...{ sql: this.#names.column(name), type: field.type, constant: false },
      ...(field.type === "number" ? { field: name } : {}),
    };
  }

  #compare(node: ASTNode, op: string, args: readonly ASTNode[]): Part {
    const [left, right] = args.map((arg) => this.write(arg)) as [Part, Part];
    if (left.constant && right.constant) {
      throw new CelProblem(node.start, "a comparison needs a field on one side");
    }
    this.#expect(args[1]!, right, left.type);
    if (left.type === "list" || (left.type !== "number" && op !== "==" && op !== "!=")) {
      throw new CelProblem(node.start, `${op} is not defined for ${left.type}`);
    }
    for (const [one, other] of [[left, right], [right, left]] as const) {
      if (one.field !== undefined) {
        this.compared.push({ field: one.field, with: other.number ?? null });
      }
    }
    return this.#bool(`(${left.sql} ${COMPARISONS[op]} ${right.sql})`, left, right);
  }

  #in([item, list]: readonly [ASTNode, ASTNode]): Part {
    const left = this.write(item);
    if (list.op !== "list") {
      const right = this.#expect(list, this.write(list), "list");
      this.#expect(item, left, "text");
      // Null in an empty list is false to SQL; here it is unknown.
      return this.#bool(
        `(case when ${left.sql} is not null then ${left.sql} = any (${right.sql}) end)`,
        left,
        right,
      );
    }
    if (left.constant || left.type === "list") {
      throw new CelProblem(item.start, "`in` needs a field before it");
    }
    if (list.args.length === 0) throw new CelProblem(list.start, "the list is empty");
    const whole = (arg: ASTNode) => typeof (arg.op === "-_" ? arg.args : arg).args === "bigint";
    const items = list.args.map((arg) => {
      // To CEL they are different types.
      if (left.type === "number" && whole(arg) !== whole(list.args[0]!)) {
        throw new CelProblem(arg.start, "a list has whole numbers only, or decimal numbers only");
      }
      const part = this.#expect(arg, this.write(arg), left.type);
      if (!part.constant) throw new CelProblem(arg.start, "a list has literals only");
      if (left.field !== undefined) {
        this.compared.push({ field: left.field, with: part.number! });
      }
      return part.sql;
    });
    return this.#bool(`(${left.sql} in (${items.join(", ")}))`, left);
  }

  #call(node: ASTNode, [name, args]: readonly [string, readonly ASTNode[]]): Part {
    const [arg] = args;
    if ((name === "has" || name === "size") && args.length === 1 && arg!.op === ".") {
      const part = this.write(arg!);
      // Whether it is known, the clock does not change.
      if (name === "has") return { ...this.#bool(`(${part.sql} is not null)`), constant: false };
      this.#expect(arg!, part, "list");
      return { sql: `cardinality(${part.sql})::float8`, type: "number", constant: false };
    }
    throw new CelProblem(
      node.start,
      name === "has" || name === "size"
        ? `${name}() takes one field`
        : `unknown function ${name}(): rules use has() and size()`,
    );
  }
}

function fieldName(node: ASTNode): string | null {
  if (node.op !== ".") return null;
  const [group, name] = node.args;
  return group.op === "id" ? `${group.args}.${name}` : null;
}
