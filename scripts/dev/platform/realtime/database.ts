// The database's part of Realtime: the policies of realtime.messages as a member, and the messages that were sent.
import pg from "pg";
import type { Claims } from "../caller.ts";

export interface Sent {
  id: string;
  topic: string;
  event: string;
  payload: unknown;
}

export function realtimeDatabase(adminUrl: string, hear: (sent: Sent) => void, lost: () => void) {
  const pool = new pg.Pool({
    connectionString: adminUrl,
    max: 4,
    application_name: "realtime",
    // A test drops its database at the end.
    allowExitOnIdle: true,
  });
  pool.on("error", () => {});
  let listening: Promise<pg.Client> | null = null;

  async function startListening(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: adminUrl, application_name: "realtime" });
    client.on("error", () => {});
    client.on("end", () => {
      listening = null;
      lost();
    });
    client.on("notification", ({ payload }) => {
      pool.query(
        "select id, topic, event, payload from realtime.messages where id = $1 and private",
        [payload],
      )
        .then(({ rows }) => rows.forEach(hear), lost);
    });
    await client.connect();
    await client.query("listen realtime_messages");
    return client;
  }

  return {
    listen: async (): Promise<void> => {
      listening ??= startListening();
      await listening.catch((error) => {
        listening = null;
        throw error;
      });
    },

    /**
     * Whether the policies let the owner of the claims read a message of the topic. As Realtime does it: one is
     * inserted, looked for as that person, and rolled back.
     */
    async mayRead(claims: Claims, topic: string): Promise<boolean> {
      const client = await pool.connect();
      try {
        await client.query("begin");
        const { rows } = await client.query(
          "insert into realtime.messages (topic, extension) values ($1, 'broadcast') returning id",
          [topic],
        );
        await client.query(
          `select set_config('role', $1, true), set_config('realtime.topic', $2, true),
            set_config('request.jwt.claims', $3, true), set_config('request.headers', '{}', true)`,
          [claims.role ?? "anon", topic, JSON.stringify(claims)],
        );
        const seen = await client.query(
          "select from realtime.messages where topic = $1 and extension = 'broadcast' and id = $2",
          [topic, rows[0].id],
        );
        return seen.rowCount === 1;
      } catch (error) {
        // A policy that raises an error allows nothing.
        if (error instanceof pg.DatabaseError) return false;
        throw error;
      } finally {
        await client.query("rollback").catch(() => {});
        client.release();
      }
    },

    async close(): Promise<void> {
      const client = await listening?.catch(() => null);
      await client?.end();
      await pool.end();
    },
  };
}
