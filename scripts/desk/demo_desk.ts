// The desk of the demo's database, for scripts that look at it.
import { connect } from "../dev/database.ts";
import { type Stack, startStack } from "../dev/stack.ts";
import type { Page } from "playwright-core";
import { DEMO_PASSWORD, SIGN_INS, signInsText } from "../demo/sign_ins.ts";
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

/** Signs in as the demo's broker, and stays until the browser knows who that is. */
export async function signInAsBroker(page: Page, url: string): Promise<void> {
  const broker = SIGN_INS.find(({ role }) => role === "broker")!;
  await page.goto(url);
  await page.getByLabel("E-mail address").fill(broker.email);
  await page.getByLabel("Password", { exact: true }).fill(DEMO_PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "My day" }).waitFor();
  await page.waitForFunction(() =>
    new Promise<boolean>((done) => {
      const opened = indexedDB.open("sluice-desk");
      opened.onsuccess = () => {
        const keys = opened.result.transaction("session").objectStore("session").getAllKeys();
        keys.onsuccess = () => {
          opened.result.close();
          done(keys.result.includes("item:desk-me"));
        };
      };
    })
  );
}
