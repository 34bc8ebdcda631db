// What the pages of templates share.
export interface TemplateRow {
  id: string;
  name: string;
  version: number;
  channel: string;
  purpose: string;
  matter?: string | null;
  subject: string | null;
  text_body: string | null;
  html_body: string | null;
  created_at: string;
  steps: number;
  steps_on_older: number;
}

/** What is being written. */
export interface Draft {
  channel: string;
  purpose: string;
  name: string;
  subject: string;
  text: string;
  html: string;
}

/** The parts as the database takes them: an empty one is none, and only e-mail has a subject and HTML. */
export const parts = ({ channel, subject, text, html }: Draft) => ({
  p_subject: channel === "email" ? subject.trim() || null : null,
  p_text: text,
  p_html: channel === "email" ? html.trim() || null : null,
});
