// Runs one command and answers with its exit code.
import { readFileSync } from "node:fs";
import { Api } from "./api.ts";
import { type Command, isLoopback, parseCommand } from "./args.ts";
import { runDesk } from "./operator.ts";
import { ApiError, ClientError, EXIT, UsageError } from "./errors.ts";
import { helpText } from "./help.ts";
import type { Io } from "./io.ts";
import { Progress } from "./progress.ts";
import { downloadRejects, printRejects } from "./rejects.ts";
import { mappingText, statusText, undoText, uploadJson, uploadText } from "./result.ts";
import { plural } from "./size.ts";
import { runSuppressions } from "./suppressions.ts";
import { runTemplates } from "./templates.ts";
import type { ReplayResult, UndoResult } from "./types.ts";
import { upload } from "./upload.ts";
import { fetchStatus } from "./wait.ts";

export async function main(argv: readonly string[], io: Io): Promise<number> {
  const json = argv.includes("--json");
  try {
    if (argv[0] === "suppressions") return await runSuppressions(argv.slice(1), io);
    if (argv[0] === "template") return await runTemplates(argv.slice(1), io);
    return await run(parseCommand(argv, io.env), io);
  } catch (error) {
    return report(error, json, io);
  }
}

async function run(command: Command, io: Io): Promise<number> {
  if (command.name === "help") {
    io.stdout.write(helpText(command.topic));
    return EXIT.ok;
  }
  if (command.name === "version") {
    io.stdout.write(`${version()}\n`);
    return EXIT.ok;
  }
  if (command.name === "desk") return await runDesk(command.command, io);
  const { common } = command;
  const progress = new Progress(io);
  const api = new Api(common, io, progress.note);
  const say = (text: string, object: Record<string, unknown>) => {
    io.stdout.write(common.json ? `${JSON.stringify(object)}\n` : `${text}\n`);
  };
  if (common.url.startsWith("http:") && !isLoopback(common.url)) {
    progress.note(`warning: ${common.url} is not encrypted on the way`);
  }
  switch (command.name) {
    case "upload": {
      const { code, summary } = await upload(command.options, api, io, progress);
      const columns = summary.status && command.options.dryRun ? mappingText(summary.status) : "";
      say([uploadText(summary), columns].filter(Boolean).join("\n"), uploadJson(summary));
      if (code === EXIT.unfinished) {
        progress.note(`not finished in time; see: sluice status ${summary.uploadId}`);
      }
      return code;
    }
    case "status": {
      const status = await fetchStatus(api, command.id);
      say(
        [statusText(status), mappingText(status)].filter(Boolean).join("\n"),
        { ok: true, command: "status", ...status },
      );
      return EXIT.ok;
    }
    case "rejects": {
      if (command.file === null && common.json) {
        throw new UsageError("rejects --json needs --rejects FILE");
      }
      if (command.file === null) await printRejects(api, command.id, io.stdout);
      else {
        await downloadRejects(api, command.id, command.file);
        say(command.file, {
          ok: true,
          command: "rejects",
          upload_id: command.id,
          rejects_file: command.file,
        });
      }
      return EXIT.ok;
    }
    case "undo": {
      const result = await undo(api, command.id);
      say(
        result ? undoText(command.id, result) : `${command.id} has been undone before`,
        { ok: true, command: "undo", upload_id: command.id, already: result === null, ...result },
      );
      return EXIT.ok;
    }
    case "replay": {
      const result = await api.json<ReplayResult>({
        method: "POST",
        path: "/replay",
        ...(command.id ? { query: { upload: command.id } } : {}),
        ...jsonBody({ replay: common.source, upload: command.id }),
      });
      say(`replayed ${plural(result.replayed, "dead letter")}`, {
        ok: true,
        command: "replay",
        ...result,
      });
      return EXIT.ok;
    }
  }
}

/** What was taken back; null when it had been before, perhaps by an attempt whose answer was lost. */
async function undo(api: Api, id: string): Promise<UndoResult | null> {
  try {
    return await api.json<UndoResult>({
      method: "POST",
      path: `/${id}/undo`,
      // What is asked for stands in the signed body, so that no other signature can be used for it.
      ...jsonBody({ undo: id }),
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.problem.status === 409)) throw error;
    if ((await fetchStatus(api, id)).state !== "undone") throw error;
    return null;
  }
}

function report(error: unknown, json: boolean, io: Io): number {
  const known = error instanceof ApiError || error instanceof ClientError ||
    error instanceof UsageError;
  if (!known) throw error;
  const usage = error instanceof UsageError;
  io.stderr.write(`sluice: ${error.message}\n${usage ? "Try: sluice help\n" : ""}`);
  if (json) {
    const problem = error instanceof ApiError ? error.problem : null;
    io.stdout.write(
      JSON.stringify({
        ok: false,
        error: error.message.split("\n")[0],
        code: problem?.code ?? null,
        status: problem?.status ?? null,
        correlation_id: problem?.correlationId ?? null,
      }) + "\n",
    );
  }
  return usage ? EXIT.usage : EXIT.failed;
}

function jsonBody(object: Record<string, unknown>) {
  return {
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify(object)),
  };
}

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
