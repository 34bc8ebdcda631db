import { expect, test } from "vitest";
import { COMMANDS, nameOf } from "../../../scripts/cli/commands.ts";
import { EXIT } from "../../../scripts/cli/errors.ts";
import { helpText } from "../../../scripts/cli/program.ts";
import { runSluice } from "../../support/sluice_command.ts";

const commands = (await Promise.all(
  COMMANDS.map(async (entry) =>
    (await entry.load()).default.map((command) => ({ command, group: nameOf(entry) }))
  ),
)).flat();

test.each(commands.map(({ command }) => [command.name]))(
  "sluice %s has --help, which names its options, --json and every exit code",
  async (name) => {
    const { code, out, err } = await runSluice([...name.split(" "), "--help"], {});
    expect({ code, err }).toEqual({ code: EXIT.ok, err: "" });
    expect(out).toContain("Usage: ");
    expect(out).toContain("--json");
    for (const exit of Object.values(EXIT)) expect(out).toMatch(new RegExp(`\\n  ${exit} +[a-z]`));
  },
);

test.each(commands.map(({ command }) => [command.name]))(
  "sluice %s reports a wrong option with exit code 2, as JSON where that is asked for",
  async (name) => {
    const { code, out, err } = await runSluice(
      [...name.split(" "), "--json", "--no-such-option"],
      {},
    );
    expect(code).toBe(EXIT.usage);
    expect(err).toMatch(/^sluice: /);
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: expect.any(String) });
  },
);

test("the overview names every command, and each group all of its commands", async () => {
  const overview = await helpText(null);
  for (const entry of COMMANDS) expect(overview).toContain(nameOf(entry));
  for (const { command, group } of commands) {
    expect(await helpText(group)).toContain(command.description.slice(0, 20));
  }
});
