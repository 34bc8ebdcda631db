// Fields of forms with their labels, hints and problems, and their values by name.
import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";

interface Labelled {
  label: string;
  hint?: ComponentChildren;
  problem?: string | undefined;
}

export function Field(
  { label, hint, problem, children }: Labelled & {
    children: (attributes: { id: string; "aria-describedby"?: string }) => JSX.Element;
  },
) {
  const id = useId();
  const about = hint || problem ? `${id}-about` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(about ? { id, "aria-describedby": about } : { id })}
      {about && (
        <span id={about}>
          {hint && <span class="hint">{hint}</span>}
          {problem && <span class="problem" role="alert">{problem}</span>}
        </span>
      )}
    </div>
  );
}

type Of<Name extends keyof JSX.IntrinsicElements> = Labelled & JSX.IntrinsicElements[Name];

export const Input = ({ label, hint, problem, ...rest }: Of<"input">) => (
  <Field label={label} hint={hint} problem={problem}>
    {(attributes) => <input {...rest} {...attributes} />}
  </Field>
);

export const Area = ({ label, hint, problem, ...rest }: Of<"textarea">) => (
  <Field label={label} hint={hint} problem={problem}>
    {(attributes) => <textarea {...rest} {...attributes} />}
  </Field>
);

/** `chosen` is the value at first; `value` and `onChange` control it. */
export const Select = (
  { label, hint, problem, options, chosen, ...rest }: Of<"select"> & {
    options: (readonly [value: string, label: string])[];
    chosen?: string | null | undefined;
  },
) => (
  <Field label={label} hint={hint} problem={problem}>
    {(attributes) => (
      <select {...rest} {...attributes}>
        {options.map(([value, text]) => (
          <option value={value} selected={chosen === value ? true : undefined} key={value}>
            {text}
          </option>
        ))}
      </select>
    )}
  </Field>
);

export const Check = (
  { label, ...rest }:
    & { label: string; name?: string }
    & Pick<
      JSX.IntrinsicElements["input"],
      "checked" | "defaultChecked" | "onChange" | "required"
    >,
) => (
  <label class="choice">
    <input type="checkbox" {...rest} /> {label}
  </label>
);

/** A field that commits what was typed when it is left; an answer that arrives meanwhile takes nothing away. */
export function TypedInput(
  { value, commit, ...rest }: JSX.IntrinsicElements["input"] & {
    value: string;
    commit: (text: string) => void;
  },
) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      {...rest}
      value={typed ?? value}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onChange={(event) => {
        setTyped(null);
        commit(event.currentTarget.value);
      }}
    />
  );
}

/** The values of a form by name; an empty field is absent. */
export function valuesOf(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value.trim() !== "") values[name] = value.trim();
  }
  return values;
}

export function onSubmit(
  work: (values: Record<string, string>, form: HTMLFormElement) => unknown,
): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    void work(valuesOf(form), form);
  };
}

/** A number that a field may leave out. */
export const amount = (value: string | undefined): number | null =>
  value === undefined ? null : Number(value);

/** Two-letter codes of states, as people write them. */
export const states = (text: string | undefined): string[] =>
  (text ?? "").toUpperCase().split(/[\s,;]+/).filter(Boolean);

/** `datetime-local` of tomorrow at nine. */
export function tomorrow(): string {
  const at = new Date(Date.now() + 86_400_000);
  at.setHours(9, 0, 0, 0);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** `datetime-local` of now. */
export function nowLocal(): string {
  const at = new Date();
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export const instant = (local: string | undefined): string | null =>
  local ? new Date(local).toISOString() : null;
