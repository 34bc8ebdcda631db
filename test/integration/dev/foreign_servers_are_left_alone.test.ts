// DATABASE_URL is a server run by others: it is used, but neither stopped nor emptied.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../scripts/dev/paths.ts";

function db(command: string, url: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "scripts", "dev", "db.ts"), command],
    { encoding: "utf8", env: { ...process.env, DATABASE_URL: url } },
  );
  return { status, stdout, stderr };
}

test.each(["stop", "reset"])("db:%s refuses, whether or not the server responds", (command) => {
  const { status, stderr } = db(command, "postgresql://nobody@127.0.0.1:1/none");
  expect(status).toBe(1);
  expect(stderr).toMatch(
    command === "stop" ? /stops the private cluster only/ : /in the private cluster only/,
  );
});

test("an invalid address is reported as invalid", () => {
  const { status, stderr } = db("start", "localhost:5432/postgres");
  expect(status).toBe(1);
  expect(stderr).toContain("DATABASE_URL is invalid; it must be postgresql://");
});

test.each(["db.abcdefghijklmnopqrst.supabase.co:5432", "aws-0-us-west-1.pooler.supabase.com:6543"])(
  "db:start and what opens a database like it refuse a hosted project: %s",
  (host) => {
    const { status, stderr } = db("start", `postgresql://postgres:secret@${host}/postgres`);
    expect(status).toBe(1);
    expect(stderr).toContain("DATABASE_URL names a hosted project");
    expect(stderr).not.toContain("secret");
  },
);
