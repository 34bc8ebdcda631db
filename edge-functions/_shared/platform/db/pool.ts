// A connection that is cut must not end the process. postgres.js goes on writing for a transaction whose
// connection is gone, its own `rollback` first of all: into no socket, which is an exception that nobody
// can catch (porsager/postgres issue 1208), or, where the connection was opened again meanwhile, into
// somebody else's transaction. So the lives of each connection are counted here, and a statement of a
// transaction that began in an earlier life is refused as if the connection had closed while it ran.
import postgres from "postgres";

/** What the driver hands to `onexecute`: no more of it than is needed. */
interface Connection {
  id: number;
  execute(query: Query): unknown;
}

interface Query {
  /** One for the pool, and one for each transaction, savepoint and reserved connection. */
  handler: object;
  reject(error: unknown): void;
}

interface Options {
  onexecute?: (connection: Connection) => unknown;
}

type Unsafe = (text: string, values?: unknown[] | Options, options?: Options) => unknown;
type Reserved = postgres.ReservedSql;

const closed = () =>
  Object.assign(new Error("The connection was closed"), { code: "CONNECTION_CLOSED" });

/** An error of the connection or its socket, not of what was asked. */
function isCut(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^(CONNECT|E[A-Z]+$)/.test(code);
}

/** Opens a pool as `postgres` does. */
export function openPool(
  url: string,
  options: NonNullable<Parameters<typeof postgres>[1]>,
): postgres.Sql {
  const lives = new Map<number, number>();
  const began = new WeakMap<object, { connection: Connection; life: number }>();
  const watched = new WeakSet<Connection>();
  const lifeOf = ({ id }: Connection) => lives.get(id) ?? 0;
  const isOver = (owner: object) => {
    const start = began.get(owner);
    return start !== undefined && start.life !== lifeOf(start.connection);
  };
  const endLife = (id: number) => void lives.set(id, (lives.get(id) ?? 0) + 1);
  const sql = postgres(url, { ...options, onclose: endLife });
  const pool = (sql.unsafe("") as unknown as Query).handler;

  function remember(owner: object, connection: Connection): void {
    if (owner === pool || began.has(owner)) return;
    began.set(owner, { connection, life: lifeOf(connection) });
  }

  // Between the error of a socket and its close lies a moment in which the driver would queue what comes
  // and count it among the answers of the next life. So a life ends with the first statement it takes along.
  function follow(query: Query, { id }: Connection): void {
    const reject = query.reject;
    query.reject = (error) => {
      if (isCut(error)) endLife(id);
      reject(error);
    };
  }

  function watch(connection: Connection): void {
    if (watched.has(connection)) return;
    watched.add(connection);
    const execute = connection.execute;
    connection.execute = (query) => {
      remember(query.handler, connection);
      if (!isOver(query.handler)) {
        follow(query, connection);
        return execute(query);
      }
      query.reject(closed());
      return true;
    };
  }

  // `begin` opens its transaction through this method of the pool, and tells there which connection it got.
  const watching = (unsafe: Unsafe): Unsafe => (text, values = [], options = {}) => {
    const given = Array.isArray(values) ? options : values;
    const query = unsafe(text, Array.isArray(values) ? values : [], {
      ...given,
      onexecute(connection) {
        watch(connection);
        remember(query.handler, connection);
        return given.onexecute ? given.onexecute(connection) : true;
      },
    }) as Query;
    return query;
  };

  const reserve = sql.reserve;
  return Object.assign(sql, {
    unsafe: watching(sql.unsafe as Unsafe) as typeof sql.unsafe,
    async reserve(): Promise<Reserved> {
      const reserved = await reserve();
      const owner = (reserved.unsafe("") as unknown as Query).handler;
      const release = reserved.release;
      return Object.assign(reserved, {
        unsafe: watching(reserved.unsafe as Unsafe) as typeof sql.unsafe,
        // A closed connection has been put back already, and among those to be opened.
        release: () => isOver(owner) ? undefined : release(),
      });
    },
  });
}

/**
 * A connection that closes while it asks for the types of arrays, first of all after its login, rejects
 * a promise of the driver's that nobody has. The statement that waited for the connection is told.
 */
globalThis.addEventListener?.("unhandledrejection", (event) => {
  const { code, query } = (event.reason ?? {}) as { code?: unknown; query?: unknown };
  if (typeof code === "string" && /\bpg_catalog\.pg_type\b/.test(String(query))) {
    event.preventDefault();
  }
});
