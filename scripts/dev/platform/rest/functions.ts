// Finds the function that a call names, by the names of its arguments, as PostgREST does.
import type { PoolClient } from "pg";
import { RestError } from "./errors.ts";
import { quote } from "./statement.ts";

export interface Routine {
  oid: string;
  name: string;
  arguments: { name: string; type: string; isVariadic: boolean; hasDefault: boolean }[];
  returnsSet: boolean;
  /** Whether a row is an object (a composite type or several out arguments) or a single value. */
  returnsRows: boolean;
  returnsVoid: boolean;
  isVolatile: boolean;
}

interface Row extends Omit<Routine, "arguments"> {
  names: string[] | null;
  types: string[];
  modes: string[] | null;
  defaults: number;
}

const FIND = `
  select p.oid::text, p.proname as name, p.proargnames as names, p.proargmodes::text[] as modes,
    array(select format_type(t, null)
      from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality a (t, n) order by n) as types,
    p.pronargdefaults::int as defaults, p.proretset as "returnsSet", p.prorettype = 'void'::regtype as "returnsVoid",
    t.typtype = 'c' or p.prorettype = 'record'::regtype or coalesce(p.proargmodes::text[] && '{t,b,o}', false)
      as "returnsRows", p.provolatile = 'v' as "isVolatile"
  from pg_proc p join pg_type t on t.oid = p.prorettype
  where p.pronamespace = 'public'::regnamespace and p.proname = $1 and p.prokind = 'f'`;

function routineOf({ names, types, modes, defaults, ...row }: Row): Routine {
  const all = types.map((type, i) => ({
    name: names?.[i] ?? "",
    type,
    mode: modes?.[i] ?? "i",
  })).filter(({ mode }) => "ibv".includes(mode));
  return {
    ...row,
    arguments: all.map(({ name, type, mode }, i) => ({
      name,
      type,
      isVariadic: mode === "v",
      hasDefault: i >= all.length - defaults,
    })),
  };
}

function notFound(name: string, given: string[]): RestError {
  const list = given.length > 0 ? `(${given.join(", ")})` : " without parameters";
  const detail = given.length > 0
    ? ` with parameter${given.length > 1 ? "s" : ""} ${given.join(", ")}`
    : " without parameters";
  return new RestError({
    status: 404,
    code: "PGRST202",
    message: `Could not find the function public.${name}${list} in the schema cache`,
    details:
      `Searched for the function public.${name}${detail}, but no matches were found in the schema cache.`,
  });
}

/** All functions of the name, for which the catalogue is read with an empty search path: types are qualified. */
export async function routines(client: PoolClient, name: string): Promise<Routine[]> {
  return (await client.query<Row>(FIND, [name])).rows.map(routineOf);
}

export function chosen(all: Routine[], name: string, given: string[]): Routine {
  const fitting = all.filter(({ arguments: list }) =>
    given.every((key) => list.some((argument) => argument.name === key)) &&
    list.every((argument) => argument.hasDefault || given.includes(argument.name))
  );
  const [routine, other] = fitting;
  if (!routine) throw notFound(name, given);
  if (other) {
    const forms = fitting.map(({ arguments: list }) =>
      `public.${name}(${list.map((one) => `${one.name} => ${one.type}`).join(", ")})`
    );
    throw new RestError({
      status: 300,
      code: "PGRST203",
      message: `Could not choose the best candidate function between: ${forms.join(", ")}`,
      hint: "Try renaming the parameters or the function itself in the database.",
    });
  }
  return routine;
}

/** The call as something to read from, named `call_`; `parameter` is the JSON object of the arguments. */
export function callSql(routine: Routine, given: string[], parameter: string): string {
  const used = routine.arguments.filter(({ name }) => given.includes(name));
  const named = used.map(({ name, isVariadic }) =>
    `${isVariadic ? "variadic " : ""}${quote(name)} => args_.${quote(name)}`
  );
  const call = `public.${quote(routine.name)}(${named.join(", ")})`;
  const columns = used.map(({ name, type }) => `${quote(name)} ${type}`).join(", ");
  const args = used.length > 0
    ? `json_to_record(${parameter}::json) as args_(${columns}), lateral `
    : "";
  return routine.returnsRows
    ? `(select call_.* from ${args}${call} call_) call_`
    : `(select call_.value_ from ${args}${call} call_(value_)) call_`;
}
