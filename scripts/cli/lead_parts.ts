// What a lead consists of, as people read it.

export interface Parts {
  facts: Record<string, string>;
  contacts: { id: number; kind: string; masked: string; upload_id: string | null }[];
  uploads: {
    upload_id: string;
    filename: string | null;
    received_at: string;
    created: boolean;
    fields: string[] | null;
    why: string[] | null;
  }[];
}

export function partsText({ facts, contacts, uploads }: Parts): string {
  return [
    "facts:",
    ...Object.entries(facts).map(([name, value]) => `    ${name}: ${value}`),
    "contacts:",
    ...contacts.map(({ id, masked, upload_id: upload }) =>
      `    ${id}  ${masked}${upload === null ? "" : `  from upload ${upload}`}`
    ),
    "uploads:",
    ...uploads.map((upload) => {
      const did = [
        ...upload.created ? ["created the lead"] : [],
        ...upload.fields ? [`changed ${upload.fields.join(", ")}`] : [],
        ...upload.why ?? [],
      ];
      return `    ${upload.upload_id}  ${upload.filename ?? "no file name"}, ${
        upload.received_at.slice(0, 10)
      }${did.length > 0 ? `: ${did.join("; ")}` : ""}`;
    }),
  ].join("\n");
}
