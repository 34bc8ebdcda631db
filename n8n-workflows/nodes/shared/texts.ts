// The lists that a person picks from in Send Step: names, as the published sequence has them.
import type { IDataObject, ILoadOptionsFunctions, INodePropertyOptions } from "n8n-workflow";
import { call } from "./call.ts";

async function names(
  node: ILoadOptionsFunctions,
  list: "templates" | "senders",
): Promise<INodePropertyOptions[]> {
  const channel = node.getCurrentNodeParameter("channel") ?? "email";
  const found: IDataObject[] = [];
  let cursor: unknown = null;
  do {
    const query: IDataObject = { limit: 100, ...(cursor ? { cursor: String(cursor) } : {}) };
    const page = await call(node, { method: "GET", path: `/${list}`, query });
    found.push(...page[list] as IDataObject[]);
    cursor = page.next_cursor;
  } while (cursor);
  return found.filter((one) => one.channel === channel)
    .map(({ name }) => ({ name: String(name), value: String(name) }));
}

export async function getTemplates(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  return await names(this, "templates");
}

export async function getSenders(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const standard = { name: "Default of the Channel", value: "" };
  return [standard, ...await names(this, "senders")];
}
