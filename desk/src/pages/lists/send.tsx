// A file from this computer, sent in parts with the session of the member.
import { useState } from "preact/hooks";
import { authorisedFetch, projectUrl } from "../../data/client.ts";
import { messageOf } from "../../data/errors.ts";
import { orgId } from "../../data/me.ts";
import { refresh, useQuery } from "../../data/query.ts";
import { percent } from "../../ui/format.ts";
import { Check, Failed, Input, onSubmit, Panel, Select } from "../../ui/parts.tsx";
import { go } from "../../ui/router.ts";

interface Source {
  source_id: string;
  key: string;
  name: string;
}

/** The smaller the part, the less is sent again after a lost connection. */
const PART_BYTES = 4 * 1024 * 1024;

/** The file in parts that end with a line; every part repeats the header. */
export async function partsOf(file: File): Promise<Uint8Array<ArrayBuffer>[]> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length <= PART_BYTES) return [bytes];
  const header = bytes.indexOf(10) + 1;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let from = header;
  while (from < bytes.length) {
    let until = Math.min(from + PART_BYTES - header, bytes.length);
    if (until < bytes.length) until = bytes.lastIndexOf(10, until) + 1;
    if (until <= from) throw new Error("A line of this file is too long to send.");
    const part = new Uint8Array(header + until - from);
    part.set(bytes.subarray(0, header));
    part.set(bytes.subarray(from, until), header);
    parts.push(part);
    from = until;
  }
  return parts;
}

export function Upload() {
  const sources = useQuery<Source[]>("list_sources", { p_org_id: orgId.value });
  const [progress, setProgress] = useState<number | null>(null);
  const [problem, setProblem] = useState("");

  async function send(values: Record<string, string>, form: HTMLFormElement) {
    const field = form.elements.namedItem("file") as HTMLInputElement;
    const file = field.files?.[0];
    if (!file) return;
    setProblem("");
    setProgress(0);
    try {
      const parts = await partsOf(file);
      const upload = crypto.randomUUID();
      let id = "";
      for (const [index, body] of parts.entries()) {
        const query = new URLSearchParams({
          source: values.source ?? "",
          upload,
          part: String(index + 1),
          parts: String(parts.length),
          filename: file.name,
          ...(values.dry === "on" ? { dry_run: "true" } : {}),
        });
        const answer = await authorisedFetch(`${projectUrl}/functions/v1/csv-upload?${query}`, {
          method: "POST",
          headers: { "content-type": "text/csv", "webhook-id": crypto.randomUUID() },
          body,
        });
        const told = await answer.json().catch(() => ({}));
        if (!answer.ok) {
          throw new Error(
            told.detail ?? told.title ?? `The upload was refused (${answer.status}).`,
          );
        }
        id = told.upload_id ?? id;
        setProgress((index + 1) / parts.length);
      }
      await refresh(["list_uploads"]);
      go(`#/lists/${id}`);
    } catch (error) {
      setProblem(messageOf(error));
    }
    setProgress(null);
  }

  return (
    <Panel title="Upload a list">
      <form class="stack" onSubmit={onSubmit(send)}>
        <div class="pair">
          <Select
            label="Source"
            name="source"
            options={(sources.data ?? []).map(({ key, name }) => [key, name])}
            required
          />
          <Input
            label="File"
            hint="CSV with a header line."
            name="file"
            type="file"
            accept=".csv,text/csv"
            required
          />
        </div>
        <Check label="Dry run: say what would happen, keep nothing" name="dry" />
        {problem && <Failed error={problem} />}
        {progress !== null
          ? (
            <label class="stack">
              {percent(progress)} sent <progress max={1} value={progress} />
            </label>
          )
          : (
            <div>
              <button type="submit" class="primary">Upload</button>
            </div>
          )}
      </form>
    </Panel>
  );
}
