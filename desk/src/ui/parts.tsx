// What every page is made of.
export { type Choice, Chooser } from "./chooser.tsx";
export { confirmed, Dialog, FormDialog } from "./dialog.tsx";
export { Choose, Tabs } from "./filters.tsx";
export {
  amount,
  Area,
  Check,
  Field,
  Input,
  instant,
  nowLocal,
  onSubmit,
  Select,
  states,
  tomorrow,
  TypedInput,
} from "./form.tsx";
export { Head } from "./head.tsx";
export { actions, type Column, counted, List, Pager, Table } from "./list.tsx";
export { At, OutlookTag, Score, Tag, type Tone } from "./marks.tsx";
export { Panel } from "./panel.tsx";
export { Absent, Empty, Failed, Shown, Waiting } from "./states.tsx";
