// YAML with positions: values are read from nodes, so that every problem has its line and column.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, Scalar } from "yaml";
import { nearest, type Problem } from "./problems.ts";

export interface YamlFile {
  name: string;
  source: string;
  root: Node | null;
  counter: LineCounter;
}

export function parseYaml(name: string, source: string, problems: Problem[]): YamlFile {
  const counter = new LineCounter();
  // Texts stay texts: `on` and `no` are not booleans in the core schema.
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false });
  for (const error of [...document.errors, ...document.warnings]) {
    const { line, col } = counter.linePos(error.pos[0]);
    problems.push({ file: name, line, column: col, message: error.message });
  }
  return { name, source, root: document.contents as Node | null, counter };
}

/** Reads values of one file; a wrong one is a problem and null. */
export class YamlReader {
  readonly file: YamlFile;
  readonly problems: Problem[];

  constructor(file: YamlFile, problems: Problem[]) {
    this.file = file;
    this.problems = problems;
  }

  problem(node: Node | null | undefined, message: string, offset = 0): null {
    const at = node ? sourceOffset(this.file.source, node, offset) : 0;
    const { line, col } = this.file.counter.linePos(at);
    this.problems.push({ file: this.file.name, line, column: col, message });
    return null;
  }

  /** The entries of a map; `keys`: the only ones that it may have. */
  map(node: Node | null | undefined, what: string, keys?: readonly string[]): Map<string, Node> {
    const entries = new Map<string, Node>();
    if (!isMap(node)) {
      this.problem(node ?? this.file.root, `${what} must be a map`);
      return entries;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      if (keys && !keys.includes(name)) {
        const meant = nearest(name, keys);
        this.problem(
          key as Node,
          `unknown key ${name} in ${what}` +
            (meant === null ? `: it can have ${keys.join(", ")}` : ` (did you mean ${meant}?)`),
        );
      } else if (value === null) {
        this.problem(key as Node, `${name} has no value`);
      } else {
        entries.set(name, value as Node);
      }
    }
    return entries;
  }

  list(node: Node | null | undefined, what: string): Node[] {
    if (node === null || node === undefined) return [];
    if (isSeq(node)) return node.items as Node[];
    this.problem(node, `${what} must be a list`);
    return [];
  }

  text(node: Node | null | undefined, what: string): string | null {
    if (!node) return null;
    if (isScalar(node) && typeof node.value === "string" && node.value.trim() !== "") {
      return node.value;
    }
    return this.problem(node, `${what} must be a text`);
  }

  number(
    node: Node | null | undefined,
    what: string,
    { min = -1000, max = 1000, whole = true } = {},
  ): number | null {
    if (!node) return null;
    const value = isScalar(node) ? node.value : null;
    if (
      typeof value !== "number" || !(value >= min && value <= max) ||
      whole && !Number.isInteger(value)
    ) {
      return this.problem(
        node,
        `${what} must be a ${whole ? "whole " : ""}number from ${min} to ${max}`,
      );
    }
    return value;
  }
}

/** Where the character at `offset` of a scalar's value is in the source. */
function sourceOffset(source: string, node: Node, offset: number): number {
  const range = node.range;
  if (!range) return 0;
  if (offset === 0 && !(isScalar(node) && isBlock(node))) {
    return range[0] + (isScalar(node) && isQuoted(node) && offset > 0 ? 1 : 0);
  }
  if (!isScalar(node) || typeof node.value !== "string") return range[0];
  let at = range[0];
  // A block starts after its header, a quoted text after its quote.
  if (isBlock(node)) at = source.indexOf("\n", at) + 1;
  else if (isQuoted(node)) at++;
  // White space may differ: lines are folded and indented.
  const white = (character: string | undefined) => character !== undefined && /\s/.test(character);
  const skip = () => {
    while (white(source[at])) at++;
  };
  if (isBlock(node)) skip();
  for (let k = 0; k < offset; k++) {
    if (white(node.value[k])) {
      if (!white(node.value[k + 1])) skip();
    } else at++;
  }
  return at;
}

const isBlock = (node: Scalar): boolean =>
  node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL;
const isQuoted = (node: Scalar): boolean =>
  node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE;
