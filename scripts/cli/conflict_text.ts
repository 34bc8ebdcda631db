// A conflict as people read it.

export interface Conflict {
  id: string;
  reason: string;
  upload_id: string;
  part: number;
  line: number;
  rows: number;
  address: string | null;
  owner: string | null;
  contacts: string[];
  keys: Keys;
  leads: (Keys & { lead_id: string; address: string | null; owner: string | null })[];
}

interface Keys {
  mak?: string | null;
  county_fips?: string | null;
  apn?: string | null;
}

const MEANING: Record<string, string> = {
  keys_point_to_different_leads: "its keys point to different leads",
  key_contradicts: "its MAK or parcel contradicts the lead at its address",
  address_is_ambiguous: "several leads are at its address, and names do not decide",
  contact_is_ambiguous: "its phone or e-mail belongs to several leads",
};
export const REASONS = Object.keys(MEANING);

export function conflictText(conflict: Conflict): string {
  const { id, reason, upload_id, part, line, rows } = conflict;
  const repeats = rows > 1 ? `, sent ${rows} times` : "";
  const contacts = conflict.contacts.length > 0 ? [conflict.contacts.join(" ")] : [];
  return [
    `${id}  ${
      MEANING[reason] ?? reason
    } (upload ${upload_id}, part ${part}, line ${line}${repeats})`,
    `    row:  ${[...describe(conflict, conflict.keys), ...contacts].join("; ")}`,
    ...conflict.leads.map((lead) =>
      `    lead: ${describe(lead, lead).join("; ")}  ${lead.lead_id}`
    ),
  ].join("\n");
}

function describe(
  { owner, address }: { owner: string | null; address: string | null },
  { mak, county_fips: county, apn }: Keys,
): string[] {
  const known = [
    owner,
    address,
    mak ? `MAK ${mak}` : null,
    apn ? `parcel ${county ? `${county} ` : ""}${apn}` : null,
  ].filter((fact) => fact !== null);
  return known.length > 0 ? known : ["no name or address"];
}
