import { describe, expect, test } from "vitest";
import { parseCommand } from "../../../scripts/cli/args.ts";
import { UsageError } from "../../../scripts/cli/errors.ts";
import { helpText } from "../../../scripts/cli/help.ts";

const ENV = { SLUICE_SECRET: "whsec_secret", SLUICE_SOURCE: "county-list" };
const ID = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a";

function uploadOptions(...args: string[]) {
  const command = parseCommand(["upload", "list.csv", ...args], ENV);
  if (command.name !== "upload") throw new Error(command.name);
  return { ...command.options, ...command.common };
}

describe("the command line", () => {
  test("has defaults for all but file, source and secret", () => {
    expect(uploadOptions()).toEqual({
      file: "list.csv",
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

  test("takes what is given over the environment", () => {
    const options = uploadOptions(
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

  test("finds the secret in the variable that --secret-env names, never among the arguments", () => {
    const command = parseCommand(["undo", ID, "--secret-env", "ACME"], {
      ...ENV,
      ACME: " whsec_a\n",
    });
    expect(command).toMatchObject({ common: { secret: "whsec_a" } });
    expect(() => parseCommand(["undo", ID, "--secret-env", "ACME"], ENV)).toThrow("ACME");
    expect(() => parseCommand(["undo", ID, "--secret", "whsec_a"], ENV)).toThrow(UsageError);
  });

  test("compresses for a server elsewhere, and for none or all when told", () => {
    const remote = ["--url", "https://x.example.com/functions/v1"];
    expect(uploadOptions().gzip).toBe(false);
    expect(uploadOptions("--url", "http://localhost:1").gzip).toBe(false);
    expect(uploadOptions("--url", "http://[::1]:1").gzip).toBe(false);
    expect(uploadOptions(...remote).gzip).toBe(true);
    expect(uploadOptions("--url", "https://127.0.0.1.example.com").gzip).toBe(true);
    expect(uploadOptions(...remote, "--no-gzip").gzip).toBe(false);
    expect(uploadOptions("--gzip").gzip).toBe(true);
  });

  test("takes the URL of the function itself for the base above it", () => {
    expect(uploadOptions("--url", "https://x.example.com/functions/v1/csv-upload").url)
      .toBe("https://x.example.com/functions/v1");
  });

  test("knows the other commands", () => {
    expect(parseCommand(["status", ID], ENV)).toMatchObject({ name: "status", id: ID });
    expect(parseCommand(["rejects", ID, "--rejects", "x"], ENV)).toMatchObject({ file: "x" });
    expect(parseCommand(["replay"], ENV)).toMatchObject({ name: "replay", id: null });
    expect(parseCommand(["replay", "--upload", ID], ENV)).toMatchObject({ id: ID });
    expect(parseCommand(["--version"], {})).toEqual({ name: "version" });
    for (const args of [[], ["help"], ["--help"], ["-h"]]) {
      expect(parseCommand(args, {})).toEqual({ name: "help", topic: null });
    }
    expect(parseCommand(["undo", "--help"], {})).toEqual({ name: "help", topic: "undo" });
  });

  test("is refused when it makes no sense", () => {
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
      expect(() => parseCommand(args, ENV), args.join(" ")).toThrow(UsageError);
    }
    expect(() => parseCommand(["undo", ID], { SLUICE_SECRET: "x" })).toThrow("--source");
  });

  test("has help for every command, and the overview names them all", () => {
    for (
      const name of [
        "upload",
        "status",
        "rejects",
        "undo",
        "replay",
        "why",
        "export",
        "erase",
        "dnc",
      ]
    ) {
      expect(helpText(name)).toContain(`Usage: sluice ${name}`);
      expect(helpText(null)).toContain(`\n  ${name} `);
    }
    for (const line of helpText(null).split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});
