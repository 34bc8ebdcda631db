// What went wrong, in words for the person who sees it.
export class DeskError extends Error {
  code: string;
  hint: string;
  constructor(message: string, code = "", hint = "") {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

interface Told {
  message?: string;
  code?: string;
  hint?: string | null;
  details?: string | null;
}

const WORDS: Record<string, string> = {
  "42501": "You do not have permission for this.",
  "57014": "The database took too long. Try again, or narrow the filters.",
  "PGRST301": "Your session has ended. Sign in again.",
  "PGRST202": "This project's database does not have this function yet. Run its migrations.",
  "PGRST205": "This project's database does not have this view yet. Run its migrations.",
};

export function toDeskError(told: Told, status = 0): DeskError {
  const code = told.code ?? "";
  if (status === 0 && !code) {
    return new DeskError("No connection to the project. Check the network; the desk tries again.");
  }
  return new DeskError(
    WORDS[code] ?? told.message ?? "Something went wrong.",
    code || String(status),
    told.hint ?? "",
  );
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : "Something went wrong.";
