// The texts in a workflow file: valid expressions and code, valid references, and no data of a machine,
// an account or a person.
import { Script } from "node:vm";
import { isNote, type Problems, reach, targets } from "./check_graph.ts";
import type { Workflow } from "./workflows.ts";

/** Every string of the value, however deep. */
export function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(strings);
}

/** The code between {{ and }} of an expression; null for plain text. */
function expressions(text: string): string[] {
  if (!text.startsWith("=")) return [];
  return [...text.matchAll(/\{\{([\s\S]*?)\}\}/g)].map(([, code = ""]) => code);
}

function parses(code: string): boolean {
  try {
    new Script(code);
    return true;
  } catch {
    return false;
  }
}

/** Expressions and code are valid, and refer to nodes that have run. */
export function code(workflow: Workflow): Problems {
  const { nodes } = workflow;
  return nodes.filter((node) => !isNote(node)).flatMap((node): Problems => {
    const problems: Problems = [];
    const { jsCode, ...parameters } = node.parameters;
    const found = strings(parameters).flatMap((text) => {
      if (text.startsWith("=") && text.split("{{").length !== text.split("}}").length) {
        problems.push(`${node.name}: unclosed ${text}`);
      }
      return expressions(text);
    });
    for (const expression of found) {
      if (!parses(`(${expression}\n)`)) {
        problems.push(`${node.name}: invalid expression: ${expression}`);
      }
    }
    if (typeof jsCode === "string") {
      if (!parses(`async function run() {${jsCode}\n}`)) {
        problems.push(`${node.name}: invalid code`);
      }
      found.push(jsCode);
    }
    const before = nodes.map(({ name }) => name).filter((name) =>
      reach(workflow, targets(workflow, name)).has(node.name)
    );
    for (const [, name = ""] of found.join("\n").matchAll(/\$\(['"]([^'"]+)['"]\)/g)) {
      if (!before.includes(name)) {
        problems.push(`${node.name}: $('${name}') does not run before it`);
      }
    }
    return problems;
  });
}

const secrets = [
  ["a webhook secret", /whsec_[A-Za-z0-9+/]{8}/],
  ["a token", /\beyJ[A-Za-z0-9_-]{10}/],
  ["a bearer token", /Bearer [A-Za-z0-9]/],
  ["an API key", /\bsb_(secret|publishable)_/],
  ["a provider's key", /\b(SG\.[\w-]{8}|sk[-_]\w{8}|xox[a-z]-\w|AC[0-9a-f]{32}|cal_\w{8})/],
  ["an address of a machine", /https?:\/\/[a-z0-9]/i],
  ["an e-mail address", /[\w.+-]+@[\w-]+\.[a-z]{2}/i],
  ["a phone number", /\+?\d{10,}/],
] as const;

/** Finds secrets, addresses and personal data. */
export function bare(workflow: Workflow): Problems {
  const parts = workflow.nodes.flatMap(({ name, parameters }) =>
    strings(parameters).map((text) => [name, text] as const)
  );
  return parts.flatMap(([name, text]) =>
    secrets.filter(([, pattern]) => pattern.test(text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "")))
      .map(([what]) => `${name} contains ${what}`)
  );
}
