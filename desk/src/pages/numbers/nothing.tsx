import { Empty } from "../../ui/parts.tsx";

/** A picture without anything to draw. */
export const Nothing = ({ title }: { title: string }) => (
  <Empty title={title}>
    <p>Choose an earlier or longer period above.</p>
  </Empty>
);
