// The contents of n8n's database and folder after all tests.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { postgresClient } from "../../scripts/dev/paths.ts";
import { run } from "../../scripts/dev/supabase.ts";
import type { Suite } from "./suite.ts";

function textOf(folder: string, apart: string[]): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !apart.some((path) => entry.parentPath.startsWith(path)))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1")).join("\n");
}

export const kept: Suite = {
  "neither database nor folder holds a contact, a list or a secret": async (lab) => {
    await lab.n8n.stop();
    const { status, stdout, stderr } = await run(postgresClient("pg_dump"), [
      ...["--data-only", lab.databaseUrl],
    ]);
    assert.equal(status, 0, stderr);
    const left = stdout + textOf(lab.folder, [lab.dropFolder, join(lab.folder, "secrets")]);
    assert.match(left, /sluice01dispatch/, "the dump is of the right database");
    const private_ = {
      "an e-mail of the list": "ann.lee@example.org",
      "a phone of the list": "555-0100",
      "a street of the list": "1 Main St",
      "the webhook secret": lab.secrets.current.slice(6),
      "the API key": lab.secrets.apiKey,
      "an owner's e-mail": "owner0@example.net",
      "an owner's phone": "2135550140",
      "an owner's words": "please call me",
    };
    for (const [what, value] of Object.entries(private_)) {
      assert.ok(!left.includes(value), `${what} is left in n8n`);
    }
    await lab.restart();
  },
};
