import { defineCommand, uploadId } from "../command.ts";
import { EXIT } from "../errors.ts";
import { mappingText, statusText } from "../result.ts";
import { addServiceOptions, openService, readService } from "../service.ts";
import { fetchStatus } from "../wait.ts";

export default [defineCommand({
  name: "status",
  description: "Prints the state, counts and warnings of an upload, and the field of each column.",
  configure: (command) => void addServiceOptions(command.argument("<UPLOAD_ID>")),
  read: (line) => ({ service: readService(line), id: uploadId(line.operands[0]!) }),
  async run({ service, id }, io) {
    const { api, say } = openService(service, io);
    const status = await fetchStatus(api, id);
    say(
      [statusText(status), mappingText(status)].filter(Boolean).join("\n"),
      { ok: true, command: "status", ...status },
    );
    return EXIT.ok;
  },
})];
