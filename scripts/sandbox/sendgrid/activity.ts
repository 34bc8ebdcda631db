// Email Activity: messages found by `unique_args['k']="v" AND to_email="…"`, `msg_id LIKE "…%"`, as documented.
import type { ReceivedEmail } from "../types.ts";

/** The messages that match a query; null for an invalid query, with the invalid term. */
export function findEmails(
  emails: readonly ReceivedEmail[],
  query: string,
): ReceivedEmail[] | { fault: string } {
  let found = [...emails].reverse();
  for (const term of query.split(/\s+AND\s+/i).filter((term) => term.trim())) {
    const clean = term.trim().replace(/^\(+|\)+$/g, "");
    const match = /^(\w+)(?:\[\s*['"]?([\w-]+)['"]?\s*\])?\s*(=|LIKE)\s*['"](.*)['"]$/i.exec(clean);
    const test = match && filterOf(match[1], match[2], match[3].toUpperCase(), match[4]);
    if (!test) return { fault: clean };
    found = found.filter(test);
  }
  return found;
}

function filterOf(field: string, key: string | undefined, operator: string, wanted: string) {
  const fits = (value: string | undefined) => {
    if (value === undefined) return false;
    if (operator !== "LIKE") return value === wanted;
    const pattern = wanted.split("%").map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${pattern.join(".*")}$`).test(value);
  };
  const fields: Record<string, (mail: ReceivedEmail) => string | undefined> = {
    msg_id: (mail) => mail.sgMessageId,
    to_email: (mail) => mail.to,
    from_email: (mail) => mail.from,
    subject: (mail) => mail.subject,
    status: (mail) => mail.status,
    unique_args: (mail) => key === undefined ? undefined : mail.customArgs[key],
    categories: (mail) => mail.categories.find((category) => fits(category)),
  };
  const read = fields[field.toLowerCase()];
  return read && ((mail: ReceivedEmail) => fits(read(mail)));
}

export const summary = (mail: ReceivedEmail) => ({
  from_email: mail.from,
  msg_id: mail.sgMessageId,
  subject: mail.subject,
  to_email: mail.to,
  status: mail.status,
  opens_count: mail.opens,
  clicks_count: mail.clicks,
  last_event_time: mail.at.toISOString().replace(/\.\d+Z$/, "Z"),
});
