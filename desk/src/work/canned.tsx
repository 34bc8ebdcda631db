// Answers that a team keeps, filled in for the lead.
import { useState } from "preact/hooks";
import { act, report } from "../data/act.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { param } from "../ui/router.ts";
import { Area, Dialog, Empty, Failed, Input, onSubmit, Pager, Shown } from "../ui/parts.tsx";

interface Canned {
  id: string;
  name: string;
  channel: string | null;
  body: string;
  filled: string | null;
  cursor: string;
}

const LIMIT = 50;

const save = (org: string, { name, body, channel }: Pick<Canned, "name" | "body" | "channel">) =>
  rpc("save_canned_answer", { p_org_id: org, p_name: name, p_body: body, p_channel: channel });

const remove = (org: string, row: Canned) =>
  act({
    done: "Answer removed",
    run: () => rpc("drop_canned_answer", { p_org_id: org, p_id: row.id }),
    undo: () => save(org, row),
    refresh: ["desk_canned_answers"],
  });

function Add({ org, channel, done }: { org: string; channel: string; done: () => void }) {
  const [problem, setProblem] = useState<unknown>(null);
  async function add({ name = "", body = "" }: Record<string, string>) {
    setProblem(null);
    try {
      await save(org, { name, body, channel });
      report("Answer kept", ["desk_canned_answers"]);
      done();
    } catch (error) {
      setProblem(error);
    }
  }
  return (
    <form class="stack" onSubmit={onSubmit(add)}>
      <Input label="Name" name="name" maxLength={80} required />
      <Area
        label="Text"
        hint="{{ first_name }} and the other variables of templates are filled in."
        name="body"
        maxLength={2000}
        required
      />
      {!!problem && <Failed error={problem} />}
      <button type="submit" class="primary">Keep</button>
    </form>
  );
}

export function CannedAnswers({ org, lead, channel, take, close }: {
  org: string;
  lead: string | null;
  channel: string;
  take: (text: string) => void;
  close: () => void;
}) {
  const [adding, setAdding] = useState(false);
  const found = useQuery<Canned[]>("desk_canned_answers", {
    p_org_id: org,
    p_lead_id: lead,
    p_channel: channel,
    p_limit: LIMIT,
    p_cursor: param("canned") || null,
  });
  return (
    <Dialog title="Canned answers" close={close}>
      <div class="inside">
        <Shown
          of={found}
          empty={<Empty title="None yet.">Keep an answer that you write often.</Empty>}
        >
          {(rows) => (
            <ul class="plain-list">
              {rows.map((row) => (
                <li class="row" key={row.id}>
                  <button
                    type="button"
                    class="quiet grow left"
                    onClick={() => take(row.filled ?? row.body)}
                  >
                    {row.name}
                  </button>
                  <button type="button" onClick={() => void remove(org, row)}>Remove</button>
                </li>
              ))}
            </ul>
          )}
        </Shown>
        <Pager
          name="canned"
          cursor={found.data?.at(-1)?.cursor}
          full={(found.data?.length ?? 0) >= LIMIT}
        />
        {adding && <Add org={org} channel={channel} done={() => setAdding(false)} />}
        <footer>
          {!adding && <button type="button" onClick={() => setAdding(true)}>New answer</button>}
          <button type="button" onClick={close}>Close</button>
        </footer>
      </div>
    </Dialog>
  );
}
