// Calls of named functions: the only way in which pages read and write.
import { auth, rest, userId } from "./client.ts";
import { takeEarly } from "./early.ts";
import { toDeskError } from "./errors.ts";
import { stepUp } from "./step_up.ts";
import { NEEDS_SECOND_FACTOR, SESSION_ENDED, type Surface } from "./surface.ts";

export async function rpc<Row = unknown>(
  name: Surface,
  args: Record<string, unknown> = {},
  { byItself = false } = {},
): Promise<Row> {
  // What is undefined is not sent: the function's default counts.
  const sent = Object.fromEntries(
    Object.entries(args).filter(([, value]) => value !== undefined),
  );
  const early = await takeEarly(name, sent, userId.peek());
  if (early !== undefined) return early as Row;
  for (let attempt = 0;; attempt++) {
    const { data, error, status } = await rest.rpc(name, sent);
    if (!error) return data as Row;
    if (attempt === 0 && error.code === NEEDS_SECOND_FACTOR && await stepUp({ byItself })) continue;
    if (error.code === SESSION_ENDED) await auth.signOut({ scope: "local" });
    throw toDeskError(error, status);
  }
}

export const rows = <Row>(name: Surface, args: Record<string, unknown> = {}): Promise<Row[]> =>
  rpc<Row[] | null>(name, args).then((found) => found ?? []);
