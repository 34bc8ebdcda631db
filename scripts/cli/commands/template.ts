// Message templates as files. The database checks the required contents of a template; this command
// compiles it and parses its Liquid, so that mistakes show when it is saved and not when it is sent.
import { readFile } from "node:fs/promises";
import { defineCommand, text } from "../command.ts";
import type { Sql } from "../database.ts";
import { ClientError, UsageError } from "../errors.ts";
import { addOrgOptions, answer, readOrg } from "../org_command.ts";
import { parseTemplate, printTemplate, type TemplateFile } from "../template_file.ts";

export default [
  defineCommand({
    name: "template put",
    description:
      "Compiles and checks a template file, and saves it as a new version unless nothing changed. " +
      "The file has lines with name, channel (email, sms, voice_ai), purpose, matter and subject; a " +
      'line ---; the text in Liquid; for e-mail a line "--- mjml" (or "--- html") and the markup.',
    configure: (command) => void addOrgOptions(command.argument("<FILE>")),
    read: (line) => ({ ...readOrg(line), file: line.operands[0]! }),
    async run({ file, ...command }, io) {
      const template = await readTemplate(file);
      return await answer("template put", command, io, (sql, org) => put(sql, org, template));
    },
  }),
  defineCommand({
    name: "template list",
    description: "Lists the newest version of each template.",
    configure: (command) => void addOrgOptions(command),
    read: readOrg,
    run: (command, io) => answer("template list", command, io, list),
  }),
  defineCommand({
    name: "template show",
    description: "Prints a template as the file that `template put` accepts.",
    configure: (command) =>
      void addOrgOptions(
        command.argument("<NAME>").option(
          "--version <N>",
          "an older version (default: the newest)",
        ),
      ),
    read(line) {
      const version = text(line.options.version);
      if (version !== null && !/^[1-9][0-9]{0,8}$/.test(version)) {
        throw new UsageError("--version must be a positive number");
      }
      return { ...readOrg(line), name: line.operands[0]!, version };
    },
    run: ({ name, version, ...command }, io) =>
      answer("template show", command, io, (sql, org) => show(sql, org, name, version)),
  }),
];

type Compiled = TemplateFile & { html: string | null };

async function readTemplate(path: string): Promise<Compiled> {
  const source = await readFile(path, "utf8").catch((error: Error) => {
    throw new UsageError(`cannot read ${path}: ${error.message.split(",")[0]}`);
  });
  const template = parseTemplate(source);
  const html = template.mjml === null ? template.html : await compile(template.mjml);
  const { Liquid } = await import("liquidjs");
  const liquid = new Liquid({ strictFilters: true, templates: {} });
  const parts = { subject: template.subject, text: template.text, html };
  for (const [part, text] of Object.entries(parts)) {
    try {
      liquid.parse(text ?? "");
    } catch (error) {
      throw new ClientError(
        `invalid Liquid in the ${part}: ${(error as Error).message.split("\n")[0]}`,
      );
    }
  }
  return { ...template, html };
}

async function compile(source: string): Promise<string> {
  const { default: mjml } = await import("mjml");
  try {
    // No fonts from other servers, which would learn when the mail is opened. No other files.
    const { html } = await mjml(source, {
      validationLevel: "strict",
      ignoreIncludes: true,
      keepComments: false,
      fonts: {},
    });
    return html.replace(/[ \t]+$/gm, "").replace(/\n{2,}/g, "\n").trim();
  } catch (error) {
    const details = (error as { errors?: { formattedMessage: string }[] }).errors
      ?.map((one) => one.formattedMessage.replace(/ of \S+/, "")).join("; ");
    throw new ClientError(`invalid MJML: ${details ?? (error as Error).message}`);
  }
}

async function put(sql: Sql, org: string, template: Compiled) {
  const [same] = await sql<{ version: number }[]>`
    select version from (
      select t.* from public.templates t where t.org_id = ${org} and t.name = ${template.name}
      order by t.version desc limit 1) t
    where t.channel = ${template.channel} and t.purpose = ${template.purpose}
      and t.matter is not distinct from ${template.matter}
      and t.subject is not distinct from ${template.subject} and t.text_body = ${template.text}
      and t.html_body is not distinct from ${template.html}
      and t.mjml is not distinct from ${template.mjml}`;
  if (same) {
    return {
      text: `${template.name} is unchanged since version ${same.version}\n`,
      object: { name: template.name, version: same.version, changed: false },
    };
  }
  const [row] = await sql<{ id: string; version: number }[]>`
    insert into public.templates
      (org_id, name, channel, purpose, matter, subject, text_body, html_body, mjml)
    values (${org}, ${template.name}, ${template.channel}, ${template.purpose}, ${template.matter},
      ${template.subject}, ${template.text}, ${template.html}, ${template.mjml})
    returning id, version`;
  return {
    text: `${template.name} version ${row!.version} (${row!.id})\n`,
    object: { name: template.name, version: row!.version, id: row!.id, changed: true },
  };
}

async function list(sql: Sql, org: string) {
  const templates = await sql<
    { name: string; version: number; channel: string; purpose: string; created_at: Date }[]
  >`
    select distinct on (name) name, version, channel, purpose, created_at, id
    from public.templates where org_id = ${org} order by name, version desc`;
  const lines = templates.map((t) =>
    `${t.name}  version ${t.version}  ${t.channel}  ${t.purpose}  ${t.created_at.toISOString()}`
  );
  return {
    text: lines.length === 0 ? "no templates\n" : `${lines.join("\n")}\n`,
    object: { templates: [...templates] },
  };
}

async function show(sql: Sql, org: string, name: string, version: string | null) {
  const [row] = await sql<(TemplateFile & { version: number })[]>`
    select name, version, channel, purpose, matter, subject, text_body as text, html_body as html, mjml
    from public.templates
    where org_id = ${org} and name = ${name}
      and (${version}::integer is null or version = ${version}::integer)
    order by version desc limit 1`;
  if (!row) {
    throw new ClientError(`template ${name}${version ? ` version ${version}` : ""} not found`);
  }
  return { text: printTemplate(row), object: { template: row } };
}
