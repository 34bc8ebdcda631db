import type { Api } from "../api.ts";
import { defineCommand, uploadId } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import { ApiError, EXIT } from "../errors.ts";
import { undoText } from "../result.ts";
import { addServiceOptions, jsonBody, openService, readService } from "../service.ts";
import type { UndoResult } from "../types.ts";
import { fetchStatus } from "../wait.ts";

export default [defineCommand({
  name: "undo",
  description:
    "Reverts everything that the upload created and changed, except leads that a person has edited " +
    "or that were contacted since, and lists the leads that were kept with the reason.",
  configure: (command) => void addYesOption(addServiceOptions(command.argument("<UPLOAD_ID>"))),
  read: (line) => ({
    service: readService(line),
    id: uploadId(line.operands[0]!),
    yes: saysYes(line),
  }),
  async run({ service, id, yes }, io) {
    const { api, say } = openService(service, io);
    await confirm(
      `This deletes and reverts what the upload ${id} created and changed; the file has to be sent again to get it back.`,
      yes,
      io,
    );
    const result = await undo(api, id);
    say(
      result ? undoText(id, result) : `${id} was already undone`,
      { ok: true, command: "undo", upload_id: id, already: result === null, ...result },
    );
    return EXIT.ok;
  },
})];

/** Null when the upload was undone before, perhaps by an attempt whose answer was lost. */
async function undo(api: Api, id: string): Promise<UndoResult | null> {
  try {
    return await api.json<UndoResult>({
      method: "POST",
      path: `/${id}/undo`,
      ...jsonBody({ undo: id }),
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.problem.status === 409)) throw error;
    if ((await fetchStatus(api, id)).state !== "undone") throw error;
    return null;
  }
}
