// A lost connection must not end the process. postgres.js continues to write for a transaction whose
// connection is lost, its own `rollback` first of all: to a missing socket, which throws an exception that
// cannot be caught (porsager/postgres issue 1208), or, where the connection has been reopened, into another
// transaction. So the lives of each connection are counted here, and a statement of a transaction that began
// in an earlier life fails as if the connection had closed while it ran.
import postgres from "postgres";

/** The driver's argument to `onexecute`: only the fields that are needed. */
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

/** An error of the connection or its socket, not of the statement. */
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

  // Between the error of a socket and its close, the driver would queue further statements and match them
  // with results of the next life. So a life ends with the first statement that fails with it.
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

  // `begin` opens its transaction through this method of the pool, which reports the connection.
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
        // A closed connection is already back in the pool, among those to be opened.
        release: () => isOver(owner) ? undefined : release(),
      });
    },
  });
}

/**
 * A connection that closes while it queries the types of arrays, right after its login, rejects a promise of
 * the driver that nothing awaits. The statement that waited for the connection gets its own error.
 */
globalThis.addEventListener?.("unhandledrejection", (event) => {
  const { code, query } = (event.reason ?? {}) as { code?: unknown; query?: unknown };
  if (typeof code === "string" && /\bpg_catalog\.pg_type\b/.test(String(query))) {
    event.preventDefault();
  }
});
