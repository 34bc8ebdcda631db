// The body of SendGrid's mail/send, and the errors for an invalid one.

export interface Address {
  email: string;
  name?: string;
}

export interface Mail {
  personalizations?: {
    to?: Address[];
    cc?: Address[];
    bcc?: Address[];
    subject?: string;
    headers?: Record<string, string>;
    custom_args?: Record<string, string>;
  }[];
  from?: Address;
  reply_to?: Address;
  subject?: string;
  content?: { type: string; value: string }[];
  headers?: Record<string, string>;
  categories?: string[];
  custom_args?: Record<string, string>;
  template_id?: string;
  mail_settings?: { sandbox_mode?: { enable?: boolean } };
}

export interface Problem {
  message: string;
  field: string | null;
}

const emailPattern = /^[^\s@<>(),;:"[\]\\]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)+$/i;
const reservedHeaders = new Set(
  [
    "x-sg-id",
    "x-sg-eid",
    "received",
    "dkim-signature",
    "content-type",
    "content-transfer-encoding",
    "to",
    "from",
    "subject",
    "reply-to",
    "cc",
    "bcc",
  ],
);

export function validate(mail: Mail): Problem[] {
  const problems: Problem[] = [];
  const fail = (message: string, field: string) => problems.push({ message, field });
  if (!Array.isArray(mail.personalizations) || mail.personalizations.length === 0) {
    fail(
      "The personalizations field is required and must have at least one personalization.",
      "personalizations",
    );
  } else if (mail.personalizations.length > 1000) {
    fail("The personalizations field must have at most 1000 personalizations.", "personalizations");
  }
  for (const [index, person] of (mail.personalizations ?? []).entries()) {
    const field = `personalizations.${index}`;
    if (!Array.isArray(person.to) || person.to.length === 0) {
      fail(
        "The to array is required for all personalization objects, and must have at least " +
          "one email object with a valid email address.",
        `${field}.to`,
      );
    }
    const seen = new Set<string>();
    for (const kind of ["to", "cc", "bcc"] as const) {
      for (const [at, address] of (person[kind] ?? []).entries()) {
        const email = String(address?.email ?? "").toLowerCase();
        if (!emailPattern.test(email)) {
          fail("Does not contain a valid address.", `${field}.${kind}.${at}.email`);
        } else if (seen.has(email)) {
          fail(
            "Each email address in the personalization block should be unique between to, cc, and bcc. " +
              `We found the first duplicate instance of [${email}] in the ${field}.${kind} field.`,
            field,
          );
        }
        seen.add(email);
      }
    }
  }
  if (!mail.from?.email) {
    fail(
      "The from object must be provided for every email send. It is an object that requires " +
        "the email parameter, but may also contain a name parameter.",
      "from.email",
    );
  } else if (!emailPattern.test(mail.from.email)) {
    fail("Does not contain a valid address.", "from.email");
  }
  const subjects = (mail.personalizations ?? []).every((person) => person.subject);
  if (!mail.subject && !mail.template_id && !subjects) {
    fail(
      "The subject is required. You can get around this requirement if you use a template with " +
        "a subject defined or if every personalization has a subject defined.",
      "subject",
    );
  }
  if (!mail.template_id && !mail.content?.length) {
    fail(
      "Unless a valid template_id is provided, the content parameter is required. " +
        "There must be at least one defined content block.",
      "content",
    );
  }
  for (const [index, part] of (mail.content ?? []).entries()) {
    if (!part?.value) {
      fail(
        "The content value must be a string at least one character in length.",
        `content.${index}.value`,
      );
    }
  }
  const types = (mail.content ?? []).map((part) => part?.type);
  if (types.includes("text/plain") && types.indexOf("text/plain") !== 0) {
    fail(
      "If present, text/plain and text/html may only be provided once, and text/plain must be first.",
      "content",
    );
  }
  for (const name of Object.keys(mail.headers ?? {})) {
    if (reservedHeaders.has(name.toLowerCase())) {
      fail(`The headers parameter cannot contain the reserved header ${name}.`, `headers.${name}`);
    }
  }
  if ((mail.categories?.length ?? 0) > 10) {
    fail("You cannot have more than 10 categories per request.", "categories");
  }
  const args = mail.custom_args ?? {};
  for (const [name, value] of Object.entries(args)) {
    if (typeof value !== "string") {
      fail("The custom_args values must be strings.", `custom_args.${name}`);
    }
  }
  if (JSON.stringify(args).length > 10_000) {
    fail("The combined size of custom arguments must be less than 10,000 bytes.", "custom_args");
  }
  return problems;
}
