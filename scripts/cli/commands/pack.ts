// Packs: what serves another trade, off until an owner switches it on for an org.
import { defineCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { addOrgOptions, answer, readOrg } from "../org_command.ts";

interface Pack {
  name: string;
  meaning: string;
  switched_on_at: Date | null;
  parts: Record<string, string[]>;
}

const lineOf = ({ name, meaning, switched_on_at, parts }: Pack): string =>
  [
    `${name}  ${switched_on_at ? `on since ${switched_on_at.toISOString()}` : "off"}: ${meaning}`,
    ...Object.entries(parts).map(([kind, names]) => `  ${kind}: ${names.join(", ")}`),
  ].join("\n");

export default [
  defineCommand({
    name: "pack list",
    description: "Lists the packs of the installation, their parts, and which of them an org has.",
    configure: (command) => void addOrgOptions(command),
    read: readOrg,
    run: (input, io) =>
      answer("pack list", input, io, async (sql, org) => {
        const packs = await sql<Pack[]>`select * from public.list_packs(${org})`;
        return { text: packs.map(lineOf).join("\n") || "No packs.", object: { packs } };
      }),
  }),
  ...[true, false].map((on) => {
    const word = on ? "on" : "off";
    return defineCommand({
      name: `pack ${word}`,
      description: on
        ? "Switches a pack on for an org."
        : "Switches a pack off for an org. What it has stored stays, hidden, until it is on again.",
      configure: (command) => void addOrgOptions(command.argument("<NAME>", "name of the pack")),
      read: (line) => {
        const [pack] = line.operands;
        if (pack === undefined) throw new UsageError("the name of a pack is required");
        return { ...readOrg(line), pack };
      },
      run: ({ pack, ...input }, io) =>
        answer(`pack ${word}`, input, io, async (sql, org) => {
          const [row] = await sql<{ changed: boolean }[]>`
            select public.switch_pack(${org}, ${pack}, ${on}) as changed`;
          return {
            text: `${pack} is ${row!.changed ? "" : "already "}${word}`,
            object: { pack, changed: row!.changed },
          };
        }),
    });
  }),
];
