// The desk of the demo's database, for scripts that look at it.
import { connect } from "../dev/database.ts";
import { type Stack, startStack } from "../dev/stack.ts";
import { signInsText } from "../demo/sign_ins.ts";
import { type ServedDesk, startDesk } from "./serve.ts";

/** Runs the work on a stack without functions; says what to do where the demo has not filled the database. */
export async function withDemoDesk(
  folder: string | undefined,
  work: (desk: ServedDesk, stack: Stack) => Promise<void>,
): Promise<void> {
  const stack = await startStack({ database: "main", functions: [] });
  let desk: ServedDesk | null = null;
  try {
    const sql = connect(stack.adminUrl);
    const filled = await signInsText(sql);
    await sql.end();
    if (!filled) throw new Error("The database is empty: run npm run demo first.");
    desk = await startDesk({
      url: stack.url,
      key: stack.publishableKey,
      ...(folder ? { folder } : {}),
    });
    await work(desk, stack);
  } finally {
    await desk?.close();
    await stack.stop();
  }
}
