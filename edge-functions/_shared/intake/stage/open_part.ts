// Opens a part for staging: its upload, its layout, and whether it can be staged yet.
import { asWriter } from "../../platform/db/client.ts";
import type { ColumnMapping, Dialect, Position } from "../csv/index.ts";
import { failPart } from "../dead_letters.ts";
import type { Work } from "../../jobs/job.ts";

/** A column as the status shows it, and as the later parts read it. */
export interface StoredColumn {
  header: string;
  /** The canonical field; null for an attribute or an ignored column. */
  field: string | null;
  how: ColumnMapping["how"];
  choice?: number;
  check?: ColumnMapping["check"];
  note?: string;
}

/** A stored chunk, and the bytes of the content before it. */
export interface ChunkPlace {
  chunk: number;
  before: number;
}

/** Where staging goes on; the rows before it are staged. */
export type ReadPosition = Position & ChunkPlace;

export interface OpenPart {
  partId: string;
  uploadId: string;
  orgId: string;
  number: number;
  gzip: boolean;
  /** Rows that have been staged or rejected. */
  received: number;
  /** Null: the content is read from its start. */
  position: ReadPosition | null;
  /** When rejects are replayed: the lines to stage; null for all. */
  lines: Set<number> | null;
  /** From part 1, once it has been read. */
  header: string[] | null;
  dialect: Dialect | null;
  mapping: StoredColumn[];
  columnMap: Record<string, string | null>;
  preset: string | null;
  /** What decides how the file is read; stored with what part 1 decides. */
  settings: Record<string, unknown>;
  correlationId: string;
}

interface Row {
  org_id: string;
  upload_id: string;
  part: number;
  state: string;
  content_encoding: string | null;
  received: number;
  read_position: ReadPosition | null;
  lines: number[] | null;
  header: string[] | null;
  dialect: Dialect | null;
  mapping: StoredColumn[];
  column_map: Record<string, string | null>;
  preset: string | null;
  settings: Record<string, unknown>;
  correlation_id: string;
  first_state: string | null;
  origin_state: string | null;
  origin_header: string[] | null;
}

/** The part, now in state staging; null where it needs no staging, or part 1 has to be read first. */
export async function openPart(work: Work, partId: string): Promise<OpenPart | null> {
  return await asWriter(work.sql, async (tx) => {
    const [row] = await tx<Row[]>`
      select p.org_id, p.upload_id, p.part, p.state, p.content_encoding, p.received,
        p.read_position,
        private.replay_lines(p.id) as lines, u.header, u.dialect, u.mapping, s.column_map, s.preset,
        private.read_settings(s) as settings, u.correlation_id, f.state as first_state, o.state as origin_state, o.header as origin_header
      from public.upload_parts p
      join public.uploads u on u.id = p.upload_id
      join public.sources s on s.id = u.source_id
      left join public.upload_parts f on f.upload_id = p.upload_id and f.part = 1
      left join public.uploads o on o.id = f.duplicate_of_upload_id
      where p.id = ${partId} for update of p`;
    if (!row || (row.state !== "received" && row.state !== "staging")) return null;
    if (row.part > 1 && !row.header) {
      // Part 1 may have the same content as another upload's, which has been read in the meantime.
      if (row.first_state === "duplicate" && row.origin_header) {
        const [filled] = await tx<Pick<Row, "header" | "dialect" | "mapping">[]>`
          update public.uploads u
          set header = o.header, dialect = o.dialect, mapping = o.mapping, read_with = o.read_with
          from public.uploads o join public.upload_parts f on f.duplicate_of_upload_id = o.id
          where u.id = ${row.upload_id} and f.upload_id = u.id and f.part = 1
          returning u.header, u.dialect, u.mapping`;
        Object.assign(row, filled);
      } else {
        const failed = row.first_state === "failed" || row.origin_state === "failed";
        if (failed) {
          await failPart(work, tx, partId, {
            reason: "part 1 failed",
            error: "Part 1, which contains the header, could not be read.",
          });
        }
        return null;
      }
    }
    await tx`update public.upload_parts set state = 'staging' where id = ${partId}`;
    return {
      partId,
      uploadId: row.upload_id,
      orgId: row.org_id,
      number: row.part,
      gzip: row.content_encoding === "gzip",
      received: row.received,
      position: positionOf(row),
      lines: row.lines ? new Set(row.lines) : null,
      header: row.header,
      dialect: row.dialect,
      mapping: row.mapping,
      columnMap: row.column_map,
      preset: row.preset,
      settings: row.settings,
      correlationId: row.correlation_id,
    };
  });
}

/** A position of an earlier attempt may lie after what is staged now; then it is of no use. */
function positionOf({ read_position: position, received, lines, header, dialect }: Row) {
  return position && position.received <= received && !lines && header && dialect ? position : null;
}
