// Line icons of 16 pixels, beside a label and therefore hidden from screen readers.
const PATHS = {
  day: "M8 3v5l3 2M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z",
  inbox: "M2 9l2-6h8l2 6v4H2V9Zm0 0h3.5l1 2h3l1-2H14",
  tasks: "M2.5 4.5l1.5 1.5 2.5-3M2.5 11l1.5 1.5 2.5-3M9 4.5h5M9 11h5",
  pipeline: "M2 3h3v10H2zM6.5 3h3v7h-3zM11 3h3v4h-3z",
  campaigns: "M2 6.5v3l7 3.5V3L2 6.5Zm0 0v3m9-3.5c1.2.8 1.2 3.2 0 4M4.5 10.5 5.5 14",
  sequences: "M3 2.5h4v3H3zM9 10.500h4v3H9zM5 5.500v6.500h4",
  lists: "M8 10.500V2.500M5 5.500l3-3 3 3M2.500 10v3.500h11V10",
  search: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9ZM10.500 10.500 14 14",
  numbers: "M2.500 13.500h11M4 11V8M8 11V3M12 11V6",
  settings: "M2.500 4.500h6M11.500 4.500h2M2.500 11.500h2M7.500 11.500h6M10 3v3M6 10v3",
  audit: "M3.500 1.500h6l3 3v10h-9v-13ZM6 7h4M6 10h4",
  flips: "M2 7.500 8 2.500l6 5M3.500 6.500v7h9v-7M6.500 13.500v-4h3v4",
  menu: "M2 4h12M2 8h12M2 12h12",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
