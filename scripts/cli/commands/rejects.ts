import { defineCommand, text, uploadId } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { downloadRejects, printRejects } from "../rejects.ts";
import { addServiceOptions, openService, readService } from "../service.ts";

export default [defineCommand({
  name: "rejects",
  description: "Prints the rejected rows as CSV, with line and reason, or writes them to a file.",
  configure: (command) =>
    void addServiceOptions(
      command.argument("<UPLOAD_ID>")
        .option("--rejects <FILE>", "write to FILE instead of standard output"),
    ),
  read(line) {
    const service = readService(line);
    const id = uploadId(line.operands[0]!);
    const file = text(line.options.rejects);
    if (file === null && service.json) {
      throw new UsageError("rejects --json requires --rejects FILE");
    }
    return { service, id, file };
  },
  async run({ service, id, file }, io) {
    const { api, say } = openService(service, io);
    if (file === null) await printRejects(api, id, io.stdout);
    else {
      await downloadRejects(api, id, file);
      say(file, { ok: true, command: "rejects", upload_id: id, rejects_file: file });
    }
    return EXIT.ok;
  },
})];
