// The project's sign-in settings, as anyone with a key can read them.
import { isLoopback } from "../service.ts";
import { causeOf, type Check, failed, notRun, ok, request, warning } from "./check.ts";
import { keyHeaders } from "./keys.ts";

export const authServer: Check = {
  name: "sign-up",
  needs: ["apiKey"],
  async run(context) {
    let response: Response;
    try {
      response = await request(context, `${context.projectUrl}/auth/v1/settings`, {
        headers: keyHeaders(context.apiKey),
      });
    } catch (error) {
      return failed(`the auth server cannot be reached (${causeOf(error)})`, "Check --url.");
    }
    if (response.status === 404 && isLoopback(context.projectUrl)) {
      await response.body?.cancel();
      return notRun("this local stack has no auth server");
    }
    if (!response.ok) {
      await response.body?.cancel();
      return failed(
        `the auth server answers ${response.status}`,
        "Check --url, and that the key belongs to this project.",
      );
    }
    const settings = await response.json() as {
      disable_signup?: boolean;
      mailer_autoconfirm?: boolean;
      external?: Record<string, boolean>;
    };
    if (settings.disable_signup !== true) {
      return failed(
        "anyone can sign up",
        'Switch off "Allow new users to sign up" under Authentication, and invite members.',
      );
    }
    if (settings.external?.anonymous_users) {
      return warning("anonymous sign-in is on", "Switch it off under Authentication.");
    }
    if (settings.mailer_autoconfirm) {
      return warning(
        "e-mail addresses are not confirmed",
        'Switch on "Confirm email" under Authentication.',
      );
    }
    return ok("closed, no anonymous sign-in, addresses are confirmed");
  },
};
