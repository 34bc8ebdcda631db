import { defineCommand, text, uploadId } from "../command.ts";
import { EXIT } from "../errors.ts";
import { addServiceOptions, jsonBody, openService, readService } from "../service.ts";
import { plural } from "../size.ts";
import { replayDay } from "../replay_day.ts";
import type { ReplayResult } from "../types.ts";

const ofSource = defineCommand({
  name: "replay",
  description: "Retries the failed parts and rejected rows of the source, or of one upload. " +
    "`sluice replay day DATE` processes a day again.",
  configure: (command) =>
    void addServiceOptions(command.option("--upload <ID>", "retry those of one upload only")),
  read(line) {
    const id = text(line.options.upload);
    return { service: readService(line), id: id === null ? null : uploadId(id) };
  },
  async run({ service, id }, io) {
    const { api, say } = openService(service, io);
    const result = await api.json<ReplayResult>({
      method: "POST",
      path: "/replay",
      ...(id ? { query: { upload: id } } : {}),
      ...jsonBody({ replay: service.source, upload: id }),
    });
    say(
      `replayed ${plural(result.replayed, "dead letter")}`,
      { ok: true, command: "replay", ...result },
    );
    return EXIT.ok;
  },
});

export default [ofSource, replayDay];
