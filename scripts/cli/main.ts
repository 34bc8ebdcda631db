// Runs one command and returns its exit code.
import { COMMANDS, nameOf } from "./commands.ts";
import { ApiError, ClientError, EXIT, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { parseCommand } from "./program.ts";

export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const command = await parseCommand(argv, io.env, (text) => io.stdout.write(text));
    return command ? await command.run(io) : EXIT.ok;
  } catch (error) {
    return report(error, argv, io);
  }
}

function report(error: unknown, argv: readonly string[], io: Io): number {
  const known = error instanceof ApiError || error instanceof ClientError ||
    error instanceof UsageError;
  if (!known) throw error;
  const usage = error instanceof UsageError;
  io.stderr.write(`sluice: ${error.message}\n${usage ? `Try: ${helpCommand(argv)}\n` : ""}`);
  if (argv.includes("--json")) {
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

/** The command that prints the relevant help. */
function helpCommand(argv: readonly string[]): string {
  const topic = argv[0] === "help" ? argv[1] : argv[0];
  return COMMANDS.some((entry) => nameOf(entry) === topic) ? `sluice help ${topic}` : "sluice help";
}
