import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMMANDS, nameOf } from "../../../scripts/cli/commands.ts";
import { UsageError } from "../../../scripts/cli/errors.ts";
import type { Service } from "../../../scripts/cli/service.ts";
import { helpText, parseCommand } from "../../../scripts/cli/program.ts";
import type { UploadOptions } from "../../../scripts/cli/upload_file.ts";
import { version } from "../../../scripts/cli/version.ts";

const ENV = { SLUICE_SECRET: "whsec_secret", SLUICE_SOURCE: "county-list" };
const ID = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a";

type Env = Record<string, string | undefined>;

/** The checked input of a command; help and version fail. */
async function parse(args: string[], env: Env = ENV): Promise<Record<string, unknown>> {
  const parsed = await parseCommand(args, env, (text) => {
    throw new Error(text);
  });
  const input = parsed!.input as Record<string, unknown>;
  return { ...input, name: parsed!.name };
}

async function written(args: string[]): Promise<string> {
  let text = "";
  expect(await parseCommand(args, {}, (part) => text += part)).toBe(null);
  return text;
}

async function uploadOptions(...args: string[]): Promise<UploadOptions & Service> {
  const { upload, service } = await parse(["upload", "list.csv", ...args]);
  return { ...upload as UploadOptions, ...service as Service };
}

describe("the command line", () => {
  test("has defaults for everything except file, source and secret", async () => {
    expect(await uploadOptions()).toEqual({
      file: "list.csv",
      sheet: null,
      source: "county-list",
      secret: "whsec_secret",
      url: "http://127.0.0.1:54321/functions/v1",
      json: false,
      uploadId: null,
      dryRun: false,
      gzip: false,
      partBytes: 4 * 2 ** 20,
      concurrency: 2,
      wait: true,
      timeoutSeconds: 3600,
      rejects: null,
    });
  });

  test("prefers options to the environment", async () => {
    const options = await uploadOptions(
      ...["-s", "other", "--url", "https://x.example.com/functions/v1/", "--dry-run", "--json"],
      ...["--part-size", "1 MiB", "--concurrency=4", "--no-wait", "--timeout", "5"],
      ...["--rejects", "bad.csv", "--upload", ID.toUpperCase()],
    );
    expect(options).toMatchObject({
      source: "other",
      url: "https://x.example.com/functions/v1",
      dryRun: true,
      json: true,
      partBytes: 2 ** 20,
      concurrency: 4,
      wait: false,
      timeoutSeconds: 5,
      rejects: "bad.csv",
      uploadId: ID,
    });
  });

  test("reads the secret from the variable that --secret-env names, never from the arguments", async () => {
    const command = await parse(["undo", ID, "--secret-env", "ACME"], {
      ...ENV,
      ACME: " whsec_a\n",
    });
    expect(command).toMatchObject({ service: { secret: "whsec_a" } });
    await expect(parse(["undo", ID, "--secret-env", "ACME"])).rejects.toThrow("ACME");
    await expect(parse(["undo", ID, "--secret", "whsec_a"])).rejects.toThrow(UsageError);
  });

  test("compresses for remote servers only, unless an option overrides it", async () => {
    const remote = ["--url", "https://x.example.com/functions/v1"];
    expect((await uploadOptions()).gzip).toBe(false);
    expect((await uploadOptions("--url", "http://localhost:1")).gzip).toBe(false);
    expect((await uploadOptions("--url", "http://[::1]:1")).gzip).toBe(false);
    expect((await uploadOptions(...remote)).gzip).toBe(true);
    expect((await uploadOptions("--url", "https://127.0.0.1.example.com")).gzip).toBe(true);
    expect((await uploadOptions(...remote, "--no-gzip")).gzip).toBe(false);
    expect((await uploadOptions("--gzip")).gzip).toBe(true);
  });

  test("accepts the URL of the function itself as the base URL", async () => {
    expect((await uploadOptions("--url", "https://x.example.com/functions/v1/csv-upload")).url)
      .toBe("https://x.example.com/functions/v1");
  });

  test("parses the other commands", async () => {
    expect(await parse(["status", ID])).toMatchObject({ name: "status", id: ID });
    expect(await parse(["rejects", ID, "--rejects", "x"])).toMatchObject({ file: "x" });
    expect(await parse(["replay"])).toMatchObject({ name: "replay", id: null });
    expect(await parse(["replay", "--upload", ID])).toMatchObject({ id: ID });
    for (const args of [["--version"], ["version"], ["undo", "--version"]]) {
      expect(await written(args)).toBe(`${version()}\n`);
    }
    for (const args of [[], ["help"], ["--help"], ["-h"]]) {
      expect(await written(args)).toBe(await helpText(null));
    }
    expect(await written(["undo", "--help"])).toBe(await helpText("undo"));
  });

  test("is refused when it is invalid", async () => {
    const wrong = [
      ["uplod", "list.csv"],
      ["toString"],
      ["upload"],
      ["upload", "a.csv", "b.csv"],
      ["upload", "a.csv", "--bogus"],
      ["upload", "a.csv", "--part-size", "33MiB"],
      ["upload", "a.csv", "--part-size", "100"],
      ["upload", "a.csv", "--part-size", "big"],
      ["upload", "a.csv", "--concurrency", "0"],
      ["upload", "a.csv", "--concurrency", "9"],
      ["upload", "a.csv", "--timeout", "soon"],
      ["upload", "a.csv", "--upload", "x"],
      ["upload", "a.csv", "--url", "ftp://example.com"],
      ["upload", "a.csv", "--url", "example.com"],
      ["upload", "a.csv", "--url", "https://user:pass@example.com"],
      ["status"],
      ["status", "../../admin"],
      ["replay", ID],
    ];
    for (const args of wrong) {
      await expect(parse(args), args.join(" ")).rejects.toThrow(UsageError);
    }
    await expect(parse(["undo", ID], { SLUICE_SECRET: "x" })).rejects.toThrow("--source");
    await expect(parse(["uplod", "list.csv"])).rejects
      .toThrow("unknown command 'uplod' (did you mean upload?)");
  });

  test("has help for every command, and an overview of all commands", async () => {
    const overview = await helpText(null);
    const names = COMMANDS.map(nameOf);
    expect(names).toEqual(
      expect.arrayContaining(["upload", "status", "rejects", "undo", "replay"]),
    );
    expect(names).toEqual(
      expect.arrayContaining(["why", "person", "dnc", "suppressions"]),
    );
    for (const name of names) {
      expect(await helpText(name)).toContain(`Usage: sluice ${name}`);
      expect(overview).toContain(`\n  ${name} `);
      for (const line of `${await helpText(name)}${overview}`.split("\n")) {
        expect(line.length, line).toBeLessThanOrEqual(100);
      }
    }
  });

  test("shows the options of every command of a group", async () => {
    expect(await helpText("dnc")).toContain("--obtained-at <TIME>");
    expect(await helpText("template")).toContain("Usage: sluice template show [options] <NAME>");
    expect(await written(["template", "show", "--help"])).toContain("--version <N>");
    await expect(parse(["template"])).rejects.toThrow("subcommand required");
  });
});

/** The modules that a file loads statically, directly or through others. */
function reachOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const source = readFileSync(file, "utf8");
  for (const [, typeOnly, name] of source.matchAll(/^import (type )?[^;]*?"([^"]+)";$/gm)) {
    if (typeOnly) continue;
    if (name!.startsWith(".")) reachOf(join(dirname(file), name!), found);
    else found.add(name!);
  }
  return found;
}

test("commands of the upload API load no database client", () => {
  const cli = join(import.meta.dirname, "..", "..", "..", "scripts", "cli");
  for (const name of ["upload", "status", "rejects", "undo", "replay"]) {
    const reach = reachOf(join(cli, "commands", `${name}.ts`));
    expect(reach, name).toContain(join(cli, "api.ts"));
    expect(reach, name).not.toContain("postgres");
  }
  // Which sluice.ts loads.
  expect(reachOf(join(cli, "main.ts"))).not.toContain("postgres");
  expect(reachOf(join(cli, "commands", "doctor.ts"))).toContain("postgres");
});
