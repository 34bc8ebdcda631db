// The rows of the first page, asked for while the rest of the desk is still on its way: this file and what it imports
// are the small chunk that runs first.
import { projectUrl, publishableKey } from "./config.ts";
import { ABOUT_ME, SESSION, sessionStorageOfDesk } from "./session_storage.ts";

/** What My day asks for; the page asks the same way, or the early answer is of no use to it. */
export const DAY_ROWS = 25;
export const dayArgs = (org: string, query: URLSearchParams) => ({
  p_show: query.get("show") || "now",
  p_org_id: org,
  p_broker_id: query.get("broker") || null,
  p_limit: DAY_ROWS,
  p_cursor: query.get("after") || null,
});

interface Early {
  user: string;
  /** By name and arguments; undefined where the ordinary way has to ask again. */
  answers: Map<string, Promise<unknown>>;
}

const keyOf = (name: string, args: Record<string, unknown>) => `${name} ${JSON.stringify(args)}`;
const parsed = async (name: string) =>
  JSON.parse(await sessionStorageOfDesk.getItem(name) ?? "null");

async function begin(): Promise<Early | null> {
  const [page = "", query] = location.hash.replace(/^#\/?/, "").split("?", 2);
  // A link in a mail may bring another session.
  if (location.search !== "" || (page !== "" && page !== "day")) return null;
  const [session, me] = await Promise.all([parsed(SESSION), parsed(ABOUT_ME)]);
  const org = me?.orgs[0]?.org_id;
  if (!org || me.user !== session?.user?.id) return null;
  // One that ends soon is renewed first, which is the client's part.
  if (session.expires_at * 1000 < Date.now() + 120_000) return null;
  const ask = (name: string, args: Record<string, unknown>): [string, Promise<unknown>] => [
    keyOf(name, args),
    fetch(`${projectUrl}/rest/v1/rpc/${name}`, {
      method: "POST",
      headers: {
        apikey: publishableKey,
        authorization: `Bearer ${session.access_token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(args),
    }).then((answer) => answer.ok ? answer.json() : undefined).catch(() => undefined),
  ];
  return {
    user: me.user,
    answers: new Map([
      ask("desk_day", dayArgs(org, new URLSearchParams(query))),
      ask("desk_me", {}),
    ]),
  };
}

const early = begin().catch(() => null);

/** What was asked for early, once, and for the same person only; undefined where nothing was. */
export async function takeEarly(
  name: string,
  args: Record<string, unknown>,
  user: string | null,
): Promise<unknown> {
  const found = await early;
  if (found === null || found.user !== user) return undefined;
  const key = keyOf(name, args);
  const answer = found.answers.get(key);
  found.answers.delete(key);
  return await answer;
}

// Nothing is kept for later: a page that opens after the first seconds asks for itself.
setTimeout(() => void early.then((found) => found?.answers.clear()), 15_000);
