// The command line, as commander parses it and prints its help.
import { Command, CommanderError } from "commander";
import type { CliCommand } from "./command.ts";
import { COMMANDS, nameOf } from "./commands.ts";
import { UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { version } from "./version.ts";

const HELP_WIDTH = 100;

const EXIT_CODES = `
Exit codes:
  0    done; rejected rows are counted and listed, and are not a failure
  1    failed or refused
  2    invalid usage or unreadable file
  3    accepted, but not finished within --timeout
  130  interrupted
`;

/** A command whose command line was read and checked. */
export interface Parsed {
  name: string;
  input: unknown;
  run(io: Io): Promise<number>;
}

/**
 * Parses a command line. Returns null when it asked for help or the version, which are then written.
 * Throws UsageError.
 */
export async function parseCommand(
  argv: readonly string[],
  env: Io["env"],
  write: (text: string) => void,
): Promise<Parsed | null> {
  const args = argv.length === 0 ? ["help"] : argv[0] === "version" ? ["--version"] : [...argv];
  const topic = args[0] === "help" ? args[1] : args[0];
  let parsed: Parsed | null = null;
  const program = newCommand("sluice", write)
    .description("Uploads lead lists to Sluice, and answers questions about leads.")
    .usage("COMMAND [options]")
    .version(version(), "--version", "print the version")
    .helpCommand("help [COMMAND]", "show help for a command")
    // Options after a command belong to the command, which may have a --version of its own.
    .enablePositionalOptions();
  for (const entry of COMMANDS) {
    const name = nameOf(entry);
    // The overview needs the summary only; the file of the command is not loaded for it.
    const definitions = topic === name ? (await entry.load()).default : [];
    const single = definitions.find((definition) => definition.name === name);
    const command = newCommand(name, write).summary(entry.summary);
    if (single) define(single, command);
    const parts = definitions.filter((definition) => definition !== single).map((definition) =>
      define(definition, newCommand(definition.name.slice(name.length + 1), write))
    );
    for (const part of parts) command.addCommand(part);
    if (!single) {
      // The help of a group is the help of all of its commands.
      command.helpInformation = () => parts.map((part) => part.helpInformation()).join("\n");
    }
    program.addCommand(command);
  }
  program.configureHelp({
    subcommandTerm: (command) =>
      COMMANDS.find((entry) => nameOf(entry) === command.name())?.usage ?? "help [COMMAND]",
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error, topic);
  }
  return parsed;

  function define(definition: CliCommand, command: Command): Command {
    definition.configure(command.description(definition.description));
    return command.action(() => {
      const line = { operands: command.args, options: command.opts(), env };
      const input = definition.read(line);
      parsed = { name: definition.name, input, run: (io) => definition.run(input, io) };
    });
  }
}

function newCommand(name: string, write: (text: string) => void): Command {
  return new Command(name)
    .helpOption("-h, --help", "show this help")
    .addHelpText("after", EXIT_CODES)
    .exitOverride()
    // Of `replay day`, which has options that `replay` has, too.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: write,
      // Errors are reported once, by main().
      writeErr: () => {},
      getOutHelpWidth: () => HELP_WIDTH,
    });
}

function usageError(error: CommanderError, topic: string | undefined): UsageError {
  if (error.code === "commander.help") {
    const usage = COMMANDS.find((entry) => nameOf(entry) === topic)?.usage;
    return new UsageError(`subcommand required: sluice ${usage}`);
  }
  const message = error.message.replace(/^error: /, "").replace(/\n\(Did you/, " (did you");
  return new UsageError(message);
}

export async function helpText(topic: string | null): Promise<string> {
  let text = "";
  await parseCommand(["help", ...(topic === null ? [] : [topic])], {}, (part) => text += part);
  return text;
}
