// Strings, test names and comments of TypeScript and JavaScript.
import ts from "typescript";
import { type Found, isProse, joinComments } from "./types.ts";

export function fromTypeScript(source: string, { isTest = false } = {}): Found[] {
  const file = ts.createSourceFile("file.ts", source, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => file.getLineAndCharacterOfPosition(position).line + 1;
  const found: Found[] = [];

  const add = (node: ts.Node, text: string) => {
    if (!isProse(text)) return;
    const title = isTest && isTitle(node);
    if (title || !isTest) {
      found.push({ kind: title ? "test" : "string", line: lineAt(node.getStart()), text });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
    if (ts.isTaggedTemplateExpression(node) && /\bsql$|^tx$/i.test(node.tag.getText())) {
      // The statement itself is not text to read, but the values in it may be.
      if (ts.isTemplateExpression(node.template)) {
        node.template.templateSpans.forEach((span) => visit(span.expression));
      }
      return;
    }
    if (ts.isStringLiteralLike(node)) add(node, node.text);
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map((span) =>
        `\${${span.expression.getText()}}${span.literal.text}`
      );
      add(node, node.head.text + spans.join(""));
    }
    node.forEachChild(visit);
  };
  visit(file);
  return [...found, ...comments(file, lineAt)];
}

function isTitle(node: ts.Node): boolean {
  const call = node.parent;
  return ts.isCallExpression(call) && call.arguments[0] === node &&
    /^(test|it|describe)\b/.test(call.expression.getText());
}

function comments(file: ts.SourceFile, lineAt: (position: number) => number): Found[] {
  const source = file.text;
  const ranges = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    const tokens = [
      ...ts.getLeadingCommentRanges(source, node.getFullStart()) ?? [],
      ...ts.getTrailingCommentRanges(source, node.getEnd()) ?? [],
    ];
    for (const range of tokens) ranges.set(range.pos, range);
    node.getChildren(file).forEach(visit);
  };
  visit(file);
  const all = [...ranges.values()].sort((a, b) => a.pos - b.pos).map((range): Found => ({
    kind: "comment",
    line: lineAt(range.pos),
    text: source.slice(range.pos, range.end).replace(/^\/\/+|^\/\*+|\*\/$/g, "")
      .replace(/^\s*\*/gm, ""),
  }));
  return joinComments(all);
}
