// `npm run dev`: runs the stack until Ctrl-C. With `-- --sandbox` it sends to the providers' sandbox.
import { type Control, startControl } from "../sandbox/control.ts";
import { OPTIONAL_FEATURES } from "../sandbox/registry.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { localPath } from "./paths.ts";
import { connect } from "./database.ts";
import { type ServedDesk, startDesk } from "../desk/serve.ts";
import { signInsText } from "../demo/sign_ins.ts";
import { startStack } from "./stack.ts";
import { freePort, writeJson } from "./state.ts";

const statePath = localPath("stack.json");
/** The port of the Supabase CLI, as in the client and docs/. */
const usualPort = 54321;

let sandbox: Sandbox | null = null;
let control: Control | null = null;
let desk: ServedDesk | null = null;

try {
  if (process.argv.includes("--sandbox")) {
    sandbox = await startSandbox({ deliverEvery: 200 });
    control = await startControl(sandbox);
  }
  const deskPort = await freePort(54330);
  const stack = await startStack({
    database: "main",
    env: {
      ...(sandbox ? { ...sandbox.env, ...OPTIONAL_FEATURES } : {}),
      SLUICE_DESK_ORIGINS: `http://127.0.0.1:${deskPort}`,
    },
    worker: true,
    port: usualPort,
    log: (line) => console.log(line),
  });
  const { url, functionsUrl, databaseUrl, publishableKey, secretKey } = stack;
  desk = await startDesk({ url, key: publishableKey, port: deskPort });
  const sql = connect(stack.adminUrl);
  const signIns = await signInsText(sql);
  await sql.end();
  writeJson(statePath, {
    ...{ port: Number(new URL(functionsUrl).port), pid: process.pid, functionsUrl },
    ...{ databaseUrl, publishableKey, secretKey },
  });
  console.log(`
Functions  ${
    [...stack.processes.keys()].filter((name) => name !== "worker-loop")
      .map((name) => `${functionsUrl}/${name}`).join("\n           ")
  }
Desk       ${desk.url}
           ${signIns || "(npm run demo fills it and adds sign-ins)"}
Sign-in    ${url}/auth/v1 (mail: ${url}/mailbox)
REST       ${url}/rest/v1 (apikey ${publishableKey}; docs/local_platform.md)
Database   ${databaseUrl}
           (npm run db:psql)${
    control
      ? `\nSandbox    ${control.url}\n` +
        `           (POST /webhooks {"url": "${functionsUrl}/webhooks/ORG_ID"}; docs/sandbox.md)`
      : ""
  }
${
    functionsUrl.includes(`:${usualPort}/`)
      ? ""
      : `\nPort ${usualPort} is in use: export SLUICE_URL=${functionsUrl}\n`
  }
Ctrl-C stops it all.`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => resolve());
  });
  console.log("\nStopping …");
  await stack.stop();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await desk?.close();
  await control?.stop();
  await sandbox?.stop();
}
