// The page of an unsubscribe link, without scripts, images or external resources.

/** All three arguments are constants of ours: nothing comes from a request. */
export function page(title: string, text: string, button: boolean): string {
  const form = `<form method="post">
      <input type="hidden" name="List-Unsubscribe" value="One-Click">
      <input type="hidden" name="from" value="page">
      <button>Unsubscribe</button>
    </form>`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <style>
      body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 10vh auto; padding: 0 1rem; color: #111; background: #fff; }
      button { font: inherit; padding: .75rem 1.5rem; border: 0; border-radius: .5rem; color: #fff; background: #0b5cad; cursor: pointer; }
      button:focus-visible { outline: 3px solid #111; outline-offset: 3px; }
    </style>
  </head>
  <body>
    <main>
    <h1>${title}</h1>
    <p>${text}</p>
    ${button ? form : ""}
    </main>
  </body>
</html>
`;
}
