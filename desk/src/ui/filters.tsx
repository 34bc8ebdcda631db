// Filters: each is a value of the address.
import { param, route, setQuery } from "./router.ts";

type Options = [value: string, label: string][];

/** Links that set one value of the address. */
export function Tabs({ name, label, options, standard }: {
  name: string;
  label: string;
  options: Options;
  standard: string;
}) {
  const asked = param(name);
  // An address may name a tab that this role has not.
  const chosen = options.some(([value]) => value === asked) ? asked : standard;
  return (
    <nav class="tabs" aria-label={label}>
      {options.map(([value, text]) => {
        const query = new URLSearchParams(route.value.query);
        query.delete("after");
        if (value === standard) query.delete(name);
        else query.set(name, value);
        const path = route.value.path.map(encodeURIComponent).join("/");
        return (
          <a
            href={`#/${path}${query.size > 0 ? `?${query}` : ""}`}
            aria-current={value === chosen ? "true" : undefined}
            key={value}
          >
            {text}
          </a>
        );
      })}
    </nav>
  );
}

/** One of many values, or all. */
export function Choose({ name, label, options, none = `${label}: all` }: {
  name: string;
  label: string;
  options: Options;
  /** What it says where nothing is chosen. */
  none?: string;
}) {
  return (
    <select
      aria-label={label}
      value={param(name)}
      onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
    >
      <option value="">{none}</option>
      {options.map(([value, text]) => <option value={value} key={value}>{text}</option>)}
    </select>
  );
}
